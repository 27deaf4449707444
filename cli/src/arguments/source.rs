//! Where labelled sentences come from.

use clap::Args;
use relevance_data::{EMBEDDED, Source, SourceSettings};

/// A source.
#[derive(Debug, Args)]
pub struct DataArguments {
    /// The labelled sentences: `embedded`, or an archive (.tar.gz), a SQLite file, Parquet, CSV (.csv) or JSON lines
    /// (.jsonl), at a path or at the URL of an object store (`s3://`, `gs://`, `az://`); or a PostgreSQL server
    /// (`postgres://`), whose password may stand in `PGPASSWORD`.
    #[arg(long, env = "RELEVANCE_DATA", hide_env_values = true, value_name = "LOCATION", default_value = EMBEDDED)]
    pub data: String,
}

/// A source and how it is read.
#[derive(Debug, Args)]
pub struct SourceArguments {
    #[command(flatten)]
    pub location: DataArguments,
    #[command(flatten)]
    pub flags: SourceFlags,
}

/// How a source is read.
#[derive(Debug, Args)]
pub struct SourceFlags {
    /// Table of a SQLite file or a PostgreSQL server [default: data].
    #[arg(long, env = "RELEVANCE_TABLE", value_name = "NAME")]
    pub table: Option<String>,
    /// What a PostgreSQL server is asked, one statement [default: the whole table].
    #[arg(long, env = "RELEVANCE_QUERY", value_name = "SQL")]
    pub query: Option<String>,
    /// Column, or JSON key, of the sentence [default: text].
    #[arg(long, env = "RELEVANCE_TEXT_COLUMN", value_name = "NAME")]
    pub text_column: Option<String>,
    /// Column, or JSON key, of the label [default: `choose_one`, else `class_label`].
    #[arg(long, env = "RELEVANCE_LABEL_COLUMN", value_name = "NAME")]
    pub label_column: Option<String>,
    /// Further column, or JSON key, to keep for the split by group or time and for slices; once for each, or
    /// separated by commas [default: none].
    #[arg(
        long = "column",
        env = "RELEVANCE_COLUMNS",
        value_name = "NAME",
        value_delimiter = ','
    )]
    pub columns: Vec<String>,
    /// Longest database in bytes that an archive may unpack to [default: 1073741824].
    #[arg(long, env = "RELEVANCE_MAX_UNPACKED_BYTES", value_name = "BYTES")]
    pub max_unpacked_bytes: Option<u64>,
}

impl SourceArguments {
    /// The source, read with the defaults where no flag says otherwise.
    pub fn open(&self) -> anyhow::Result<Box<dyn Source>> {
        Ok(relevance_data::open(&self.location.data, &self.settings())?)
    }

    /// The defaults, changed by the flags.
    pub fn settings(&self) -> SourceSettings {
        let mut settings = SourceSettings::default();
        self.flags.apply(&mut settings);
        settings
    }
}

impl SourceFlags {
    /// Changes what the flags name.
    pub fn apply(&self, settings: &mut SourceSettings) {
        let Self {
            table,
            query,
            text_column,
            label_column,
            columns,
            max_unpacked_bytes,
        } = self;
        if let Some(table) = table {
            settings.table.clone_from(table);
        }
        if query.is_some() {
            settings.query.clone_from(query);
        }
        if let Some(column) = text_column {
            settings.text_column.clone_from(column);
        }
        if label_column.is_some() {
            settings.label_column.clone_from(label_column);
        }
        if !columns.is_empty() {
            settings.columns.clone_from(columns);
        }
        if let Some(bytes) = max_unpacked_bytes {
            settings.max_unpacked_bytes = *bytes;
        }
    }
}

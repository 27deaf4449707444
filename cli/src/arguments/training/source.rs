//! Flags of the source of labelled sentences.

use std::ffi::OsString;

use clap::Args;
use relevance_data::{EMBEDDED, Source, SourceSettings};

use crate::arguments::setting::set;
use crate::arguments::{CommaList, FileFormatArguments, whole_number};
use crate::exit::WrongUsage;
use crate::workflow::messages::ShownTexts;

/// Locations of a source.
#[derive(Debug, Args)]
pub struct DataArguments {
    /// Labelled sentences: `embedded`, or the location of a table; may be given several times.
    ///
    /// A table is an archive (.tar.gz), a SQLite file, Parquet, CSV (.csv, .tsv) or JSON lines (.jsonl), which may be
    /// compressed (.gz, .zst, .bz2, .xz, .zip), at a path, a pattern of paths as `*.csv`, `-` for standard input, or the URL
    /// of a web server or an object store (`https://`, `s3://`, `gs://`, `az://`); or a PostgreSQL server (`postgres://`),
    /// whose password may stand in `PGPASSWORD`
    #[arg(
        long,
        env = "RELEVANCE_DATA",
        hide_env_values = true,
        value_name = "LOCATION",
        default_value = EMBEDDED
    )]
    pub data: Vec<OsString>,
}

/// Texts of the data in messages.
#[derive(Debug, Args)]
pub struct ExamplesArguments {
    /// Maximum number of texts of the data in messages, as changed predictions; 0 keeps all of them out, errors included,
    /// and values and names of columns too.
    #[arg(
        long,
        env = "RELEVANCE_EXAMPLES",
        value_name = "N",
        default_value_t = ShownTexts::default().0,
        value_parser = whole_number::<usize>
    )]
    examples: usize,
}

impl ExamplesArguments {
    /// The number of texts that messages may show.
    pub const fn shown(&self) -> ShownTexts {
        ShownTexts(self.examples)
    }

    /// Removes texts, values and names of columns from an error where none may be shown.
    pub fn redact(&self, error: anyhow::Error) -> anyhow::Error {
        if !self.shown().are_hidden() {
            return error;
        }
        match error.downcast::<WrongUsage>() {
            Ok(WrongUsage(error)) => WrongUsage(self.shown().redact_error(error)).into(),
            Err(error) => self.shown().redact_error(error),
        }
    }
}

/// A source, and how it is read.
#[derive(Debug, Args)]
pub struct SourceArguments {
    #[command(flatten)]
    pub location: DataArguments,
    #[command(flatten)]
    pub flags: SourceFlags,
}

/// Flags for the section `source` of the settings.
#[derive(Debug, Args)]
#[command(next_help_heading = "Source")]
pub struct SourceFlags {
    /// Table of a SQLite file or a PostgreSQL server.
    #[arg(long, env = "RELEVANCE_TABLE", value_name = "NAME")]
    pub table: Option<String>,
    /// Query for a SQLite file or a PostgreSQL server, one statement that reads; without it the whole table is read.
    #[arg(long, env = "RELEVANCE_QUERY", value_name = "SQL")]
    pub query: Option<String>,
    /// Column, or JSON key, of the sentence; without it `text`, `sentence`, `message`, `review`, `comment` or `content`.
    #[arg(long, env = "RELEVANCE_TEXT_COLUMN", value_name = "NAME")]
    pub text_column: Option<String>,
    /// Column, or JSON key, of the label; without it `choose_one`, `class_label`, `label`, `target` or `class`.
    #[arg(long, env = "RELEVANCE_LABEL_COLUMN", value_name = "NAME")]
    pub label_column: Option<String>,
    /// Further column, or JSON key, for the split by group or time and for slices; may be given several times, or with
    /// commas, and a name that has a comma between double quotes: `'"a,b",c'`.
    #[arg(long = "column", env = "RELEVANCE_COLUMNS", value_name = "NAME")]
    pub columns: Vec<CommaList>,
    #[command(flatten)]
    pub file: FileFormatArguments,
}

impl SourceArguments {
    /// Opens the source, which may lack labels, with the defaults, changed by the flags.
    pub fn open_texts(&self) -> anyhow::Result<Box<dyn Source>> {
        let settings = self.settings();
        settings.validate()?;
        Ok(relevance_data::open_texts(&self.location.data, &settings)?)
    }

    /// The defaults, changed by the flags.
    pub fn settings(&self) -> SourceSettings {
        let mut settings = SourceSettings::default();
        self.flags.apply(&mut settings);
        settings
    }
}

impl SourceFlags {
    /// Changes the settings whose flag is given.
    pub fn apply(&self, settings: &mut SourceSettings) {
        set(&mut settings.table, self.table.clone());
        set(&mut settings.query, self.query.clone().map(Some));
        set(
            &mut settings.text_column,
            self.text_column.clone().map(Some),
        );
        set(
            &mut settings.label_column,
            self.label_column.clone().map(Some),
        );
        self.file.apply(settings);

        if !self.columns.is_empty() {
            settings.columns = CommaList::values(&self.columns);
        }
    }
}

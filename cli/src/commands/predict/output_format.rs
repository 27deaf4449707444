//! The format of the predictions, by flag or by the ending of the output's name.

use std::path::Path;

use anyhow::anyhow;
use clap::ValueEnum;

use super::endings::{Compression, Ending, TableKind};
use crate::exit::WrongUsage;

/// A format of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    Text,
    Jsonl,
    Csv,
    Tsv,
    Parquet,
}

impl From<TableKind> for OutputFormat {
    fn from(kind: TableKind) -> Self {
        match kind {
            TableKind::Csv => Self::Csv,
            TableKind::Tsv => Self::Tsv,
            TableKind::Jsonl => Self::Jsonl,
            TableKind::Parquet => Self::Parquet,
        }
    }
}

impl OutputFormat {
    /// The ending of a file in the format.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Parquet => "parquet",
        }
    }

    /// Its value of the flag.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            other => other.ending(),
        }
    }

    /// The format for plain lines.
    pub fn for_lines(format: Option<Self>, output: Option<&Path>) -> anyhow::Result<Self> {
        let found = Self::find(format, output)?.unwrap_or(Self::Text);
        let is_compressed =
            output.is_some_and(|path| Ending::of(path).compression != Compression::None);
        if is_compressed {
            return Err(WrongUsage(anyhow!(
                "the predictions for plain lines are not compressed: choose another ending than that of `{}`",
                output.unwrap_or(Path::new("")).display()
            ))
            .into());
        }
        found.check_file(output)
    }

    /// The format for the rows of a table of this kind.
    #[cfg(feature = "train")]
    pub fn for_table(
        format: Option<Self>,
        output: Option<&Path>,
        input: TableKind,
    ) -> anyhow::Result<Self> {
        let found = Self::find(format, output)?.unwrap_or(input.into());
        if found == Self::Text {
            return Err(WrongUsage(anyhow!(
                "`text` is a format for plain lines: a table is written as `csv`, `tsv`, `jsonl` or `parquet`; choose one with `--format`"
            ))
            .into());
        }
        found.check_file(output)
    }

    /// The format that the flag or the ending names.
    fn find(format: Option<Self>, output: Option<&Path>) -> anyhow::Result<Option<Self>> {
        let Some(output) = output else {
            return Ok(format);
        };
        let ending = Ending::of(output);
        if matches!(ending.name.as_deref(), Some("bz2" | "xz" | "zip")) {
            return Err(WrongUsage(anyhow!(
                "`{}` has the ending of a compression that is not written: use `.gz` or `.zst`, or none",
                output.display()
            ))
            .into());
        }
        match (format, ending.table().map(Self::from)) {
            // A `.tsv` file is CSV with tabs.
            (Some(Self::Csv), Some(Self::Tsv)) => Ok(Some(Self::Tsv)),
            (Some(format), Some(of_ending)) if format != of_ending => Err(WrongUsage(anyhow!(
                "`{}` has the ending of another format than `--format {}`: choose one of the two",
                output.display(),
                format.name()
            ))
            .into()),
            (Some(format), _) | (None, Some(format)) => Ok(Some(format)),
            (None, None) => match ending.name.as_deref() {
                None => Ok(None),
                Some("txt" | "text") => Ok(Some(Self::Text)),
                Some(other) => Err(WrongUsage(anyhow!(
                    "the ending `.{other}` of `{}` stands for no format: use `.csv`, `.tsv`, `.jsonl`, `.parquet` or `.txt`, or add `--format`",
                    output.display()
                ))
                .into()),
            },
        }
    }

    fn check_file(self, output: Option<&Path>) -> anyhow::Result<Self> {
        if self == Self::Parquet && output.is_none() {
            return Err(WrongUsage(anyhow!(
                "Parquet is written into a file: add `--output FILE`"
            ))
            .into());
        }
        Ok(self)
    }
}

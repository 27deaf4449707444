//! CSV source: records of a delimited text file, with a header or with numbered columns.

mod dialect;
mod errors;
mod fields;
mod records;

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read as _};

use self::dialect::Dialect;
use self::records::{Record, Records};
use super::columns::Columns;
use super::file::SourceFile;
use super::row::{Row, Source, Visit, recycle};
use super::settings::SourceSettings;
use crate::error::DataError;

/// Number of bytes at the beginning of a file in which its delimiter is found.
pub(super) const SAMPLE_BYTES: u64 = 1 << 16;

/// Source of the rows in a CSV file.
pub(super) struct Csv {
    pub file: SourceFile,
    pub settings: SourceSettings,
}

impl Source for Csv {
    fn name(&self) -> String {
        self.file.name()
    }

    fn read(&self, visit: &mut Visit<'_>) -> Result<(), DataError> {
        let name = self.name();
        let dialect = self.dialect()?;
        let mut records = self.records(&name, &dialect)?;

        let mut record = Record::default();
        if !records.read(&mut record)? {
            return Err(DataError::Empty { file: name });
        }
        let columns = find_columns(&record, &self.settings, &name)?;
        let first = record.clone();
        if self.settings.header && !records.read(&mut record)? {
            return Ok(());
        }

        let mut memory = Vec::new();
        for number in 1.. {
            if record.len() != first.len() {
                return Err(errors::unequal_lengths(&name, &record, &first, &dialect));
            }
            if self.settings.header && record.repeats(&first) {
                return Err(errors::repeated_header(&name, &record));
            }

            let mut values = recycle(memory);
            let further = columns.further.iter();
            values.extend(further.map(|&column| Cow::Borrowed(record.field(column))));

            visit(Row {
                number,
                line: Some(record.line),
                text: record.field(columns.text),
                label: record.field(columns.label),
                columns: &values,
                ..Row::default()
            })?;
            memory = recycle(values);

            if !records.read(&mut record)? {
                break;
            }
        }
        Ok(())
    }
}

impl Csv {
    /// Returns the delimiter and quotes of the file, by the settings or by its first records.
    fn dialect(&self) -> Result<Dialect, DataError> {
        let sample = self.file.first_bytes(SAMPLE_BYTES)?;
        let implied = self.file.ends_in(&[".tsv", ".tab"]).then_some('\t');
        Dialect::find(&sample, &self.settings, implied)
    }

    /// Opens the records behind a first line that names the delimiter.
    fn records<'n>(
        &self,
        name: &'n str,
        dialect: &Dialect,
    ) -> Result<Records<'n, impl BufRead + use<>>, DataError> {
        let mut input = BufReader::new(self.file.reader()?);
        let skipped = dialect.separator_line_bytes as u64;
        io::copy(&mut input.by_ref().take(skipped), &mut io::sink())
            .map_err(DataError::file("read", name))?;

        let lines = u64::from(skipped > 0);
        Ok(Records::new(input, name, dialect.syntax, lines))
    }
}

/// Finds the columns in the header; a file without one has columns that are named by number.
fn find_columns(
    first: &Record,
    settings: &SourceSettings,
    name: &str,
) -> Result<Columns, DataError> {
    let names: Vec<Cow<'_, str>> = if settings.header {
        first.fields().map(|name| name.trim().into()).collect()
    } else {
        (1..=first.len())
            .map(|number| number.to_string().into())
            .collect()
    };

    let names: Vec<_> = names.iter().map(AsRef::as_ref).collect();
    Columns::find(&names, settings, name, &format!("line {}", first.line))
}

/// Returns whether the beginning of a text is that of a CSV file with the needed columns, or with
/// any two columns.
pub(super) fn looks_like_csv(sample: &[u8], settings: &SourceSettings, needs_names: bool) -> bool {
    let Ok(dialect) = Dialect::find(sample, settings, None) else {
        return false;
    };

    let mut record = Record::default();
    let input = &sample[dialect.separator_line_bytes..];
    let mut records = Records::new(input, "", dialect.syntax, 0);
    records.read(&mut record).is_ok_and(|is_there| {
        is_there
            && record.len() > 1
            && (!needs_names || find_columns(&record, settings, "").is_ok())
    })
}

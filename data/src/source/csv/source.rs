//! Source of the rows in a CSV file.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read as _};

use super::dialect::{Dialect, SAMPLE_BYTES};
use super::layout::Layout;
use super::records::{Record, Records};
use crate::error::DataError;
use crate::source::file::SourceFile;
use crate::source::row::{Row, Source, Visit, recycle};
use crate::source::settings::SourceSettings;

/// Source of the rows in a CSV file.
pub(in crate::source) struct Csv {
    pub file: SourceFile,
    pub settings: SourceSettings,
}

impl Source for Csv {
    fn name(&self) -> String {
        self.file.name()
    }

    fn read(&self, visit: &mut Visit<'_>) -> Result<(), DataError> {
        self.read_rows(visit)
            .map_err(|error| self.file.cause_of(error))
    }
}

impl Csv {
    fn read_rows(&self, visit: &mut Visit<'_>) -> Result<(), DataError> {
        let name = self.name();
        let dialect = self.dialect()?;
        let mut records = self.records(&name, &dialect)?;

        let mut record = Record::default();
        if !records.read(&mut record)? {
            return Err(DataError::Empty { file: name });
        }
        let layout = Layout::new(dialect, record.clone(), &name);
        let columns = layout.find_columns(&self.settings)?;
        if dialect.has_header && !records.read(&mut record)? {
            return Ok(());
        }

        let mut memory = Vec::new();
        for number in 1.. {
            // Without a header the first record is a row.
            if number > 1 || dialect.has_header {
                layout.check(&record)?;
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

    /// Returns the delimiter and quotes of the file, by the settings or by its first records.
    fn dialect(&self) -> Result<Dialect, DataError> {
        let sample = self.file.first_bytes(SAMPLE_BYTES as u64)?;
        Dialect::find(&sample, &self.settings, self.file.implied_delimiter())
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
        Ok(Records::new(input, name, dialect, lines))
    }
}

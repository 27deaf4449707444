//! CSV source: a file with a header.

use std::borrow::Cow;

use csv::{ErrorKind, StringRecord};

use super::columns::Columns;
use super::file::SourceFile;
use super::row::{Row, Source, Visit, recycle};
use super::settings::SourceSettings;
use crate::error::DataError;

/// Source of the rows in a CSV file: commas, doubled quotes inside quotes, column names in the
/// first record.
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
        let failed = |error| csv_error(&name, error);
        let mut reader = csv::Reader::from_reader(self.file.reader()?);
        let header: Vec<_> = reader.headers().map_err(failed)?.iter().collect();
        let columns = Columns::find(&header, &self.settings, &name, "line 1")?;

        let mut record = StringRecord::new();
        let mut memory = Vec::new();
        let mut number = 0;
        while reader.read_record(&mut record).map_err(failed)? {
            number += 1;
            let mut values = recycle(memory);
            let further = columns.further.iter();
            values.extend(further.map(|&column| Cow::Borrowed(&record[column])));

            visit(Row {
                number,
                line: record.position().map(csv::Position::line),
                text: &record[columns.text],
                label: &record[columns.label],
                columns: &values,
                ..Row::default()
            })?;
            memory = recycle(values);
        }
        Ok(())
    }
}

fn csv_error(name: &str, error: csv::Error) -> DataError {
    let line = error.position().map_or(1, csv::Position::line);
    let cause = match error.into_kind() {
        ErrorKind::Io(source) => return DataError::file("read", name)(source),
        ErrorKind::Utf8 { err, .. } => format!("field {} is not UTF-8", err.field() + 1),
        ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => {
            format!("{len} fields; the header has {expected_len}")
        }
        kind => format!("{kind:?}"),
    };

    DataError::Malformed {
        file: name.to_owned(),
        location: format!("line {line}"),
        cause,
    }
}

//! Places of rows in their files, for messages.

use crate::source::Row;

/// Line of each row, and its file when the source has several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// Line of each row, 0 for one without; empty when no row has one.
    lines: Vec<u64>,
    /// Index of the first row of each file, with the file.
    files: Vec<(u32, String)>,
    rows: u32,
}

impl Places {
    /// Appends the place of the next row.
    pub(crate) fn push(&mut self, row: &Row<'_>) {
        if row.line.is_some() || !self.lines.is_empty() {
            self.lines.resize(self.rows as usize, 0);
            self.lines.push(row.line.unwrap_or_default());
        }
        if let Some(file) = row.file
            && self.files.last().is_none_or(|(_, last)| last != file)
        {
            self.files.push((self.rows, file.to_owned()));
        }
        self.rows += 1;
    }

    /// Describes the place of a row.
    pub(crate) fn describe(&self, row: u32) -> String {
        let after = self.files.partition_point(|&(first, _)| first <= row);
        let (first, file) = match self.files[..after].last() {
            Some((first, file)) => (*first, format!("`{file}`, ")),
            None => (0, String::new()),
        };

        match self.lines.get(row as usize) {
            Some(&line) if line > 0 => format!("{file}line {line}"),
            _ => format!("{file}row {}", row - first + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn place_is_the_line_else_the_number_in_the_file() {
        let mut lines = Places::default();
        for (file, line) in [("a.csv", 2), ("a.csv", 5), ("b.csv", 2)] {
            lines.push(&Row {
                line: Some(line),
                file: Some(file),
                ..Row::default()
            });
        }
        assert_eq!(lines.describe(1), "`a.csv`, line 5");
        assert_eq!(lines.describe(2), "`b.csv`, line 2");

        let mut numbers = Places::default();
        numbers.push(&Row::default());
        assert_eq!(numbers.describe(0), "row 1");

        let mut mixed = Places::default();
        for (file, line) in [("a.db", None), ("b.csv", Some(2)), ("c.db", None)] {
            mixed.push(&Row {
                line,
                file: Some(file),
                ..Row::default()
            });
        }
        assert_eq!(mixed.describe(0), "`a.db`, row 1");
        assert_eq!(mixed.describe(1), "`b.csv`, line 2");
        assert_eq!(mixed.describe(2), "`c.db`, row 1");
    }
}

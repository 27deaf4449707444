//! Markdown tables that also read well as text: names on the left, figures on the right.

use std::fmt;

/// A table whose first column names what the others have figures of.
pub struct Table<const COLUMNS: usize> {
    head: [String; COLUMNS],
    rows: Vec<[String; COLUMNS]>,
}

impl<const COLUMNS: usize> Table<COLUMNS> {
    /// A table without rows.
    pub fn new(head: [&str; COLUMNS]) -> Self {
        Self {
            head: head.map(str::to_owned),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn push(&mut self, cells: [String; COLUMNS]) {
        self.rows.push(cells);
    }

    fn width(&self, column: usize) -> usize {
        let cells = self
            .rows
            .iter()
            .chain([&self.head])
            .map(|row| row[column].chars().count());
        // Three characters are the least that makes a rule, and one of the right takes a colon.
        cells.max().unwrap_or(0).max(4)
    }
}

impl<const COLUMNS: usize> fmt::Display for Table<COLUMNS> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths: [usize; COLUMNS] = std::array::from_fn(|column| self.width(column));
        let rules: [String; COLUMNS] =
            std::array::from_fn(|column| match (column, widths[column]) {
                (0, width) => "-".repeat(width),
                (_, width) => format!("{}:", "-".repeat(width - 1)),
            });
        for row in [&self.head, &rules].into_iter().chain(&self.rows) {
            for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
                match column {
                    0 => write!(formatter, "| {cell:<width$} ")?,
                    _ => write!(formatter, "| {cell:>width$} ")?,
                }
            }
            writeln!(formatter, "|")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_their_names() {
        let mut table = Table::new(["who", "seconds"]);
        table.push(["ours".to_owned(), "0.05".to_owned()]);
        table.push(["fünf others".to_owned(), "12.3".to_owned()]);
        let want = "| who         | seconds |\n| ----------- | ------: |\n\
                    | ours        |    0.05 |\n| fünf others |    12.3 |\n";
        assert_eq!(table.to_string(), want);
    }
}

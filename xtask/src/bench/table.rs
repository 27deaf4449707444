//! Markdown tables that also read well as text.

use std::fmt;

/// Where the words of a column stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// A table; every row has as many cells as the head.
pub struct Table {
    head: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table of words on the left and figures on the right: the first column's name, then those of the others.
    pub fn of_figures(first: &str, others: &[&str]) -> Self {
        let others = others.iter().map(|name| ((*name).to_owned(), Align::Right));
        Self { head: [(first.to_owned(), Align::Left)].into_iter().chain(others).collect(), rows: Vec::new() }
    }

    /// A table of words.
    pub fn of_words(names: &[&str]) -> Self {
        Self { head: names.iter().map(|name| ((*name).to_owned(), Align::Left)).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn push<const CELLS: usize>(&mut self, cells: [String; CELLS]) {
        assert_eq!(CELLS, self.head.len(), "a row has as many cells as the head");
        self.rows.push(cells.into());
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().map(|row| row[column].as_str()).chain([self.head[column].0.as_str()]);
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0).max(4)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.head.iter().map(|(name, _)| name.clone()).collect();
        let widths: Vec<_> = (0..self.head.len()).map(|column| self.width(column)).collect();
        let rules: Vec<_> = self.head.iter().zip(&widths).map(|((_, align), width)| rule(*align, *width)).collect();
        for row in [&names, &rules].into_iter().chain(&self.rows) {
            for ((cell, width), (_, align)) in row.iter().zip(&widths).zip(&self.head) {
                match align {
                    Align::Left => write!(formatter, "| {cell:<width$} ")?,
                    Align::Right => write!(formatter, "| {cell:>width$} ")?,
                }
            }
            writeln!(formatter, "|")?;
        }
        Ok(())
    }
}

fn rule(align: Align, width: usize) -> String {
    match align {
        Align::Left => "-".repeat(width),
        Align::Right => format!("{}:", "-".repeat(width - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_their_names() {
        let mut table = Table::of_figures("who", &["seconds"]);
        table.push(["ours".to_owned(), "0.05".to_owned()]);
        table.push(["the other".to_owned(), "12.3".to_owned()]);
        let want =
            "| who       | seconds |\n| --------- | ------: |\n| ours      |    0.05 |\n| the other |    12.3 |\n";
        assert_eq!(table.to_string(), want);
    }

    #[test]
    fn words_stand_on_the_left() {
        let mut table = Table::of_words(&["a", "b"]);
        table.push(["x".to_owned(), "fünf ".to_owned()]);
        assert_eq!(table.to_string(), "| a    | b     |\n| ---- | ----- |\n| x    | fünf  |\n");
    }
}

//! Rows in blocks: inputs read them, threads score their texts, and formats encode them.

/// An input, read by one thread at a time.
pub trait Input: Send + 'static {
    /// Memory of the rows that are read at once.
    type Block: Block;

    /// Reads the next rows into the block, and returns whether there were any.
    fn read(&mut self, block: &mut Self::Block) -> anyhow::Result<bool>;
}

/// Rows as an input reads them, in memory that the next ones use again.
pub trait Block: Default {
    /// The rows, parsed.
    type Rows<'a>: Rows
    where
        Self: 'a;

    /// Returns the rows up to the first that cannot be read, and the error for that one, which names its place.
    fn rows(&self) -> (Self::Rows<'_>, Option<anyhow::Error>);
}

/// Parsed rows.
pub trait Rows {
    /// Number of the rows.
    fn count(&self) -> usize;

    /// The text of each row.
    fn texts(&self) -> Vec<&str>;
}

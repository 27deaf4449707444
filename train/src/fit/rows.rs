//! TF-IDF rows as a sparse matrix.

use std::ops::Range;

use super::fast_repeats::Repeats;
use super::targets::Targets;

/// Columns of a [`ColumnBlock`]: those whose ranks have the same high half.
pub(crate) const BLOCK_COLUMNS: usize = 1 << 16;

/// Rows of unit length, or zero: `[texts, vocabulary]`.
///
/// An entry is count × idf / norm. Only the columns are stored, once for each occurrence of a term,
/// so that an entry takes 2 bytes instead of 12; idf is a weight of the column and 1 / norm one of
/// the row.
///
/// Columns are addressed by their *rank*, 0 for the column with the most texts: frequent columns
/// are then close together in memory. With two kinds of terms, each kind has a norm of its own, and
/// the ranks of the second kind start at the next multiple of 65,536.
#[derive(Clone, Debug)]
pub struct SparseRows {
    chunks: Vec<RowChunk>,
    /// Inverse document frequencies: `[vocabulary]`.
    idf: Vec<f64>,
    /// Column of each rank, [`NO_COLUMN`] for one that no term has: `[ranks]`.
    columns: Vec<u32>,
}

/// Column of a rank that no term has.
pub const NO_COLUMN: u32 = u32::MAX;

/// Consecutive rows.
#[derive(Clone, Debug)]
pub struct RowChunk {
    /// Entries of each kind of terms, in the order of the ranks.
    parts: Vec<RowParts>,
    /// Index of each row's text in the chunk: `[rows]`.
    texts: Vec<u32>,
}

/// The entries of a chunk's rows whose terms are of one kind.
#[derive(Clone, Debug)]
pub(crate) struct RowParts {
    /// Entries of the kind's first 2^16 ranks, of the next 2^16, and so on.
    column_blocks: Vec<ColumnBlock>,
    /// 1 / norm, 0 for a row without terms: `[rows]`.
    inverse_norms: Vec<f64>,
}

/// The entries of a chunk's rows whose ranks have the same high half.
#[derive(Clone, Debug)]
pub(crate) struct ColumnBlock {
    /// Low halves of the ranks, row after row.
    ranks: Vec<u16>,
    /// Offsets in `ranks`: `offsets[i]..offsets[i + 1]` for row i, `[rows + 1]`.
    offsets: Vec<usize>,
    /// The same entries by their number of occurrences, where many are repeated.
    repeats: Option<Repeats>,
}

/// The row of a text.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Index of the text: in the chunk for a row from [`RowChunk::iter`], among all texts for one
    /// from [`SparseRows::iter`].
    pub text: usize,
    chunk: &'a RowChunk,
    index: usize,
}

impl SparseRows {
    /// Joins chunks of rows, in their order, with the inverse document frequency of each column,
    /// `[vocabulary]`, and the column of each rank, `[ranks]`.
    #[must_use]
    pub const fn new(chunks: Vec<RowChunk>, idf: Vec<f64>, columns: Vec<u32>) -> Self {
        Self {
            chunks,
            idf,
            columns,
        }
    }

    /// The rows in chunks whose number and size do not depend on the number of threads.
    #[must_use]
    pub fn chunks(&self) -> &[RowChunk] {
        &self.chunks
    }

    /// Each chunk with the targets of its texts; `targets` has those of all texts.
    pub(crate) fn labelled<'a>(
        &'a self,
        mut targets: Targets<'a>,
    ) -> Vec<(&'a RowChunk, Targets<'a>)> {
        let with_targets = |chunk: &'a RowChunk| {
            let chunk_targets;
            (chunk_targets, targets) = targets.split_at(chunk.len());
            (chunk, chunk_targets)
        };
        self.chunks.iter().map(with_targets).collect()
    }

    /// Inverse document frequencies: `[vocabulary]`.
    #[must_use]
    pub fn idf(&self) -> &[f64] {
        &self.idf
    }

    /// Column of each rank, [`NO_COLUMN`] for one that no term has: `[ranks]`.
    #[must_use]
    pub fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// Number of rows, one a text.
    #[must_use]
    pub fn row_count(&self) -> usize {
        self.chunks.iter().map(RowChunk::len).sum()
    }

    /// Number of columns, one a term of the vocabulary.
    #[must_use]
    pub const fn column_count(&self) -> usize {
        self.idf.len()
    }

    /// Number of stored columns over all rows, repeated ones included.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.chunks
            .iter()
            .flat_map(|chunk| &chunk.parts)
            .flat_map(|part| &part.column_blocks)
            .map(|block| block.ranks.len())
            .sum()
    }

    /// The rows; their order inside a chunk is not that of the texts.
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        let mut next = 0;
        self.chunks.iter().flat_map(move |chunk| {
            let start = next;
            next += chunk.len();

            chunk.iter().map(move |row| Row {
                text: start + row.text,
                ..row
            })
        })
    }
}

impl RowChunk {
    /// An empty chunk for rows of `columns` columns of one kind.
    #[must_use]
    pub fn new(columns: usize) -> Self {
        let block = ColumnBlock {
            ranks: Vec::new(),
            offsets: vec![0],
            repeats: None,
        };
        let part = RowParts {
            column_blocks: vec![block; columns.div_ceil(BLOCK_COLUMNS)],
            inverse_norms: Vec::new(),
        };
        Self {
            parts: vec![part],
            texts: Vec::new(),
        }
    }

    /// Adds the row of the next text.
    ///
    /// `ranks` has the ranks of its columns, ascending, once for each occurrence of the term; `idf`
    /// has the inverse document frequency of each rank.
    ///
    /// # Panics
    /// When there are 2^32 rows.
    pub fn push(&mut self, ranks: &[u32], idf: &[f64]) {
        let text = u32::try_from(self.len()).expect("a chunk has fewer than 2^32 texts");
        self.parts[0].push(ranks, idf);
        self.texts.push(text);
    }

    /// Appends to each row the entries of the same text in `other`, whose ranks follow.
    ///
    /// # Panics
    /// When the chunks have another number of rows or another order of the texts.
    #[must_use]
    pub fn beside(mut self, other: Self) -> Self {
        assert_eq!(
            self.texts, other.texts,
            "both chunks have the rows of the same texts"
        );
        self.parts.extend(other.parts);
        self
    }

    /// Sorts the rows by their number of entries, which makes the length of the solver's inner
    /// loops predictable, and prepares them for the solver.
    #[must_use]
    pub fn by_length(&self) -> Self {
        let entries = |row: usize| -> usize {
            let blocks = self.parts.iter().flat_map(|part| &part.column_blocks);
            blocks.map(|block| block.row(row).len()).sum()
        };
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_by_key(|&row| entries(row));

        Self {
            parts: self
                .parts
                .iter()
                .map(|part| part.reordered(&order))
                .collect(),
            texts: order.iter().map(|&row| self.texts[row]).collect(),
        }
    }

    /// Number of rows.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The rows.
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        let row = |(index, &text): (usize, &u32)| Row {
            text: text as usize,
            chunk: self,
            index,
        };

        self.texts.iter().enumerate().map(row)
    }

    /// Entries of each kind of terms, in the order of the ranks.
    pub(crate) fn parts(&self) -> &[RowParts] {
        &self.parts
    }

    /// Index of each row's text in the chunk: `[rows]`.
    pub(crate) fn texts(&self) -> &[u32] {
        &self.texts
    }
}

impl RowParts {
    /// The entries by the high half of their ranks.
    pub(crate) fn column_blocks(&self) -> &[ColumnBlock] {
        &self.column_blocks
    }

    /// 1 / norm of each row: `[rows]`.
    pub(crate) fn inverse_norms(&self) -> &[f64] {
        &self.inverse_norms
    }

    fn push(&mut self, ranks: &[u32], idf: &[f64]) {
        let norm = ranks
            .chunk_by(|left, right| left == right)
            .map(|run| weight(run, idf).powi(2))
            .sum::<f64>()
            .sqrt();

        let mut rest = ranks;
        for (block, high_half) in self.column_blocks.iter_mut().zip(0..) {
            let block_ranks;
            (block_ranks, rest) =
                rest.split_at(rest.partition_point(|rank| rank >> 16 <= high_half));
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the block stands for the high half"
            )]
            let low_halves = block_ranks.iter().map(|&rank| rank as u16);
            block.ranks.extend(low_halves);
            block.offsets.push(block.ranks.len());
        }

        let inverse_norm = if norm > 0.0 { 1.0 / norm } else { 0.0 };
        self.inverse_norms.push(inverse_norm);
    }

    fn reordered(&self, order: &[usize]) -> Self {
        Self {
            column_blocks: self
                .column_blocks
                .iter()
                .map(|block| block.reordered(order))
                .collect(),
            inverse_norms: order.iter().map(|&row| self.inverse_norms[row]).collect(),
        }
    }
}

impl ColumnBlock {
    /// Low halves of the ranks of each of these rows, ascending.
    pub(crate) fn rows(&self, indexes: Range<usize>) -> impl Iterator<Item = &[u16]> + Clone {
        self.offsets[indexes.start..=indexes.end]
            .windows(2)
            .map(|offsets| &self.ranks[offsets[0]..offsets[1]])
    }

    /// The entries by their number of occurrences, where many are repeated.
    pub(crate) const fn repeats(&self) -> Option<&Repeats> {
        self.repeats.as_ref()
    }

    fn row(&self, index: usize) -> &[u16] {
        &self.ranks[self.offsets[index]..self.offsets[index + 1]]
    }

    fn reordered(&self, order: &[usize]) -> Self {
        let mut reordered = Self {
            ranks: Vec::with_capacity(self.ranks.len()),
            offsets: Vec::with_capacity(self.offsets.len()),
            repeats: None,
        };
        reordered.offsets.push(0);

        for &row in order {
            reordered.ranks.extend_from_slice(self.row(row));
            reordered.offsets.push(reordered.ranks.len());
        }
        let rows = reordered.rows(0..order.len());
        reordered.repeats = Repeats::new(rows, reordered.ranks.len());
        reordered
    }
}

impl<'a> Row<'a> {
    /// Ranks of the text's columns, ascending, once for each occurrence of the term.
    pub fn ranks(&self) -> impl Iterator<Item = u32> + use<'a> {
        self.entries().map(|(rank, _)| rank)
    }

    /// The same ranks, each with the factor 1 / norm of its kind of terms.
    pub fn entries(&self) -> impl Iterator<Item = (u32, f64)> + use<'a> {
        let index = self.index;
        let blocks = self.chunk.parts.iter().flat_map(move |part| {
            let inverse_norm = part.inverse_norms[index];
            part.column_blocks
                .iter()
                .map(move |block| (block, inverse_norm))
        });

        blocks
            .zip(0_u32..)
            .flat_map(move |((block, inverse_norm), high_half)| {
                block
                    .row(index)
                    .iter()
                    .map(move |&low_half| (high_half << 16 | u32::from(low_half), inverse_norm))
            })
    }
}

/// Count × idf of a run of one rank.
#[expect(
    clippy::cast_precision_loss,
    reason = "a text has fewer than 2^52 tokens"
)]
fn weight(run: &[u32], idf: &[f64]) -> f64 {
    run.len() as f64 * idf[run[0] as usize]
}

//! TF-IDF rows as a sparse matrix that linfa takes.

use linfa::dataset::Records;
use ndarray::Array2;

/// Rows of unit length, or zero: `[texts, vocabulary]`.
///
/// An entry is count × idf / norm. Only the columns are held, each as often as its count says, so that an entry takes 4 bytes and
/// not 12; idf is a weight of the column and the norm one of the row. Columns go by their *rank*, the one in the most rows
/// first, so that what most entries need lies close together in memory.
#[derive(Clone, Debug)]
pub struct SparseRows {
    chunks: Vec<RowChunk>,
    /// Inverse document frequencies: `[vocabulary]`.
    idf: Vec<f64>,
    /// The column of each rank: `[vocabulary]`.
    columns: Vec<u32>,
}

/// Some of the rows, one after the other.
#[derive(Clone, Debug)]
pub struct RowChunk {
    ranks: Vec<u32>,
    ends: Vec<usize>,
    /// 1 / norm, 0 for a row without terms: `[rows]`.
    inverse_norms: Vec<f64>,
    /// Which of the chunk's texts each row is of: `[rows]`.
    texts: Vec<u32>,
}

/// A row of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row<'a> {
    /// The text's place: in the chunk when the chunk lends the row, else among all texts.
    pub text: usize,
    /// The ranks of the text's columns, ascending, each as often as its term occurs.
    pub ranks: &'a [u32],
    /// The factor of the row's entries, 1 / norm.
    pub inverse_norm: f64,
}

impl SparseRows {
    /// Puts chunks of rows together, in their order, with the inverse document frequency of each column and the column of
    /// each rank, `[vocabulary]`.
    #[must_use]
    pub const fn new(chunks: Vec<RowChunk>, idf: Vec<f64>, columns: Vec<u32>) -> Self {
        Self { chunks, idf, columns }
    }

    /// The rows in chunks whose number and size do not depend on the number of threads.
    #[must_use]
    pub fn chunks(&self) -> &[RowChunk] {
        &self.chunks
    }

    /// Inverse document frequencies: `[vocabulary]`.
    #[must_use]
    pub fn idf(&self) -> &[f64] {
        &self.idf
    }

    /// The column of each rank: `[vocabulary]`.
    #[must_use]
    pub fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// How many columns the rows hold together, repeats included.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.ranks.len()).sum()
    }

    /// The rows; within a chunk in another order than the texts'.
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        let mut next = 0;
        self.chunks.iter().flat_map(move |chunk| {
            let start = next;
            next += chunk.len();
            chunk.iter().map(move |row| Row { text: start + row.text, ..row })
        })
    }

    /// The matrix with its zeros: texts × vocabulary × 8 bytes.
    #[must_use]
    pub fn to_dense(&self) -> Array2<f64> {
        let mut dense = Array2::zeros((self.nsamples(), self.nfeatures()));
        for Row { text, ranks, inverse_norm } in self.iter() {
            for &rank in ranks {
                let column = self.columns[rank as usize] as usize;
                dense[[text, column]] += self.idf[column] * inverse_norm;
            }
        }
        dense
    }
}

impl Default for RowChunk {
    fn default() -> Self {
        Self { ranks: Vec::new(), ends: vec![0], inverse_norms: Vec::new(), texts: Vec::new() }
    }
}

impl RowChunk {
    /// Adds the row of the next text: the ranks of its columns, ascending, each as often as its term occurs; `weights` has the
    /// inverse document frequency of each rank.
    ///
    /// # Panics
    /// When there are 2^32 rows.
    pub fn push(&mut self, ranks: &[u32], weights: &[f64]) {
        let text = u32::try_from(self.len()).expect("a chunk has fewer than 2^32 texts");
        let norm =
            ranks.chunk_by(|left, right| left == right).map(|run| weight(run, weights).powi(2)).sum::<f64>().sqrt();
        self.add(text, ranks, if norm > 0.0 { 1.0 / norm } else { 0.0 });
    }

    /// The same rows by their lengths: a processor then guesses where each ends, and a pass takes two thirds of the time.
    #[must_use]
    pub fn by_length(&self) -> Self {
        let rows: Vec<Row> = self.iter().collect();
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by_key(|&row| rows[row].ranks.len());
        let mut sorted = Self {
            ranks: Vec::with_capacity(self.ranks.len()),
            ends: Vec::with_capacity(self.ends.len()),
            inverse_norms: Vec::with_capacity(rows.len()),
            texts: Vec::with_capacity(rows.len()),
        };
        sorted.ends.push(0);
        for row in order {
            sorted.add(self.texts[row], rows[row].ranks, rows[row].inverse_norm);
        }
        sorted
    }

    fn add(&mut self, text: u32, ranks: &[u32], inverse_norm: f64) {
        self.ranks.extend_from_slice(ranks);
        self.ends.push(self.ranks.len());
        self.inverse_norms.push(inverse_norm);
        self.texts.push(text);
    }

    /// How many rows there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.inverse_norms.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.inverse_norms.is_empty()
    }

    /// The rows.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        let ranks = self.ends.windows(2).map(|ends| &self.ranks[ends[0]..ends[1]]);
        let row = |((ranks, &inverse_norm), &text)| Row { text: text as usize, ranks, inverse_norm };
        ranks.zip(&self.inverse_norms).zip(&self.texts).map(row)
    }
}

/// Count × idf of a run of one rank.
#[expect(clippy::cast_precision_loss, reason = "a text has fewer than 2^52 tokens")]
fn weight(run: &[u32], weights: &[f64]) -> f64 {
    run.len() as f64 * weights[run[0] as usize]
}

impl Records for SparseRows {
    type Elem = f64;

    fn nsamples(&self) -> usize {
        self.chunks.iter().map(RowChunk::len).sum()
    }

    fn nfeatures(&self) -> usize {
        self.idf.len()
    }
}

//! TF-IDF rows as a sparse matrix that linfa takes.

use linfa::dataset::Records;
use ndarray::Array2;

/// Rows of unit length, or zero: `[texts, vocabulary]`.
///
/// An entry is count × idf / norm. Only the columns are held, each as often as its count says, so that an entry takes 4 bytes and
/// not 12; idf is a weight of the column and the norm one of the row.
#[derive(Clone, Debug)]
pub struct SparseRows {
    chunks: Vec<RowChunk>,
    /// Inverse document frequencies: `[vocabulary]`.
    idf: Vec<f64>,
}

/// Some of the rows, one after the other.
#[derive(Clone, Debug)]
pub struct RowChunk {
    columns: Vec<u32>,
    ends: Vec<usize>,
    /// 1 / norm, 0 for a row without terms: `[rows]`.
    inverse_norms: Vec<f64>,
}

impl SparseRows {
    /// Puts chunks of rows together, in their order.
    #[must_use]
    pub const fn new(chunks: Vec<RowChunk>, idf: Vec<f64>) -> Self {
        Self { chunks, idf }
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

    /// How many columns the rows hold together, repeats included.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.columns.len()).sum()
    }

    /// The columns of each row, ascending, repeats included, and the factor of its entries: 1 / norm.
    pub fn iter(&self) -> impl Iterator<Item = (&[u32], f64)> {
        self.chunks.iter().flat_map(RowChunk::iter)
    }

    /// The matrix with its zeros: texts × vocabulary × 8 bytes.
    #[must_use]
    pub fn to_dense(&self) -> Array2<f64> {
        let mut dense = Array2::zeros((self.nsamples(), self.nfeatures()));
        for ((columns, inverse_norm), mut row) in self.iter().zip(dense.rows_mut()) {
            for &column in columns {
                row[column as usize] += self.idf[column as usize] * inverse_norm;
            }
        }
        dense
    }
}

impl Default for RowChunk {
    fn default() -> Self {
        Self { columns: Vec::new(), ends: vec![0], inverse_norms: Vec::new() }
    }
}

impl RowChunk {
    /// Adds a row: its columns, ascending, each as often as its term occurs.
    pub fn push(&mut self, columns: &[u32], idf: &[f64]) {
        self.columns.extend_from_slice(columns);
        self.ends.push(self.columns.len());
        let norm =
            columns.chunk_by(|left, right| left == right).map(|run| weight(run, idf).powi(2)).sum::<f64>().sqrt();
        self.inverse_norms.push(if norm > 0.0 { 1.0 / norm } else { 0.0 });
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

    /// Columns and factor of each row.
    pub fn iter(&self) -> impl Iterator<Item = (&[u32], f64)> {
        let columns = self.ends.windows(2).map(|ends| &self.columns[ends[0]..ends[1]]);
        columns.zip(self.inverse_norms.iter().copied())
    }

    /// Gives back memory that was taken for growth.
    pub fn shrink_to_fit(&mut self) {
        self.columns.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.inverse_norms.shrink_to_fit();
    }
}

/// Count × idf of a run of one column.
#[expect(clippy::cast_precision_loss, reason = "a text has fewer than 2^52 tokens")]
fn weight(run: &[u32], idf: &[f64]) -> f64 {
    run.len() as f64 * idf[run[0] as usize]
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

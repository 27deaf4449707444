//! TF-IDF rows as a sparse matrix that linfa takes.

use linfa::dataset::Records;
use sprs::CsMatI;

/// Rows of unit length, or zero: `[texts, vocabulary]`.
///
/// linfa's `Fit` takes any `Records`, which `sprs` matrices are not by themselves.
#[derive(Clone, Debug)]
pub struct SparseRows(CsMatI<f64, u32, usize>);

impl SparseRows {
    /// Takes a matrix in rows.
    ///
    /// # Panics
    /// When the matrix is stored in columns.
    #[must_use]
    pub fn new(matrix: CsMatI<f64, u32, usize>) -> Self {
        assert!(matrix.is_csr(), "rows are stored one after the other");
        Self(matrix)
    }

    /// Columns and values of each row.
    pub fn iter(&self) -> impl Iterator<Item = (&[u32], &[f64])> {
        let (columns, values) = (self.0.indices(), self.0.data());
        self.0.indptr().into_raw_storage().windows(2).map(move |ends| {
            let range = ends[0]..ends[1];
            (&columns[range.clone()], &values[range])
        })
    }

    /// The matrix.
    #[must_use]
    pub const fn matrix(&self) -> &CsMatI<f64, u32, usize> {
        &self.0
    }
}

impl Records for SparseRows {
    type Elem = f64;

    fn nsamples(&self) -> usize {
        self.0.rows()
    }

    fn nfeatures(&self) -> usize {
        self.0.cols()
    }
}

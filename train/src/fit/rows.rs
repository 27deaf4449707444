//! TF-IDF rows as a sparse matrix that linfa takes.

use std::ops::Range;

use linfa::dataset::Records;
use ndarray::Array2;

/// Columns whose ranks have the same high half.
pub(crate) const PAGE: usize = 1 << 16;

/// Rows of unit length, or zero: `[texts, vocabulary]`.
///
/// An entry is count × idf / norm. Only the columns are held, each as often as its count says, so that an entry takes 2 bytes and
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
    /// The entries of ranks below 2^16, those of the next 2^16, and so on.
    pages: Vec<Page>,
    /// 1 / norm, 0 for a row without terms: `[rows]`.
    inverse_norms: Vec<f64>,
    /// Which of the chunk's texts each row is of: `[rows]`.
    texts: Vec<u32>,
}

/// The entries of the rows of a chunk whose ranks have the same high half.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// The low halves.
    ranks: Vec<u16>,
    /// Where those of each row end: `[rows + 1]`, first 0.
    ends: Vec<usize>,
}

/// A row of a text.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The text's place: in the chunk when the chunk lends the row, else among all texts.
    pub text: usize,
    /// The factor of the row's entries, 1 / norm.
    pub inverse_norm: f64,
    chunk: &'a RowChunk,
    place: usize,
}

impl SparseRows {
    /// Puts chunks of rows together, in their order, with the inverse document frequency of each column and the column of
    /// each rank, `[vocabulary]`.
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

    /// Each chunk with the labels of its texts, of those of all texts.
    pub(crate) fn labelled<'a>(
        &'a self,
        mut labels: &'a [bool],
    ) -> Vec<(&'a RowChunk, &'a [bool])> {
        let with_labels = |chunk: &'a RowChunk| {
            let of_chunk;
            (of_chunk, labels) = labels.split_at(chunk.len());
            (chunk, of_chunk)
        };
        self.chunks.iter().map(with_labels).collect()
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
        self.chunks
            .iter()
            .flat_map(|chunk| &chunk.pages)
            .map(|page| page.ranks.len())
            .sum()
    }

    /// The rows; within a chunk in another order than the texts'.
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

    /// The matrix with its zeros: texts × vocabulary × 8 bytes.
    #[must_use]
    pub fn to_dense(&self) -> Array2<f64> {
        let mut dense = Array2::zeros((self.nsamples(), self.nfeatures()));
        for row in self.iter() {
            for rank in row.ranks() {
                let column = self.columns[rank as usize] as usize;
                dense[[row.text, column]] += self.idf[column] * row.inverse_norm;
            }
        }
        dense
    }
}

impl RowChunk {
    /// No rows yet, of so many columns.
    #[must_use]
    pub fn new(columns: usize) -> Self {
        let page = Page {
            ranks: Vec::new(),
            ends: vec![0],
        };
        Self {
            pages: vec![page; columns.div_ceil(PAGE)],
            inverse_norms: Vec::new(),
            texts: Vec::new(),
        }
    }

    /// Adds the row of the next text: the ranks of its columns, ascending, each as often as its term occurs; `weights` has the
    /// inverse document frequency of each rank.
    ///
    /// # Panics
    /// When there are 2^32 rows.
    pub fn push(&mut self, ranks: &[u32], weights: &[f64]) {
        let text = u32::try_from(self.len()).expect("a chunk has fewer than 2^32 texts");
        let norm = ranks
            .chunk_by(|left, right| left == right)
            .map(|run| weight(run, weights).powi(2))
            .sum::<f64>()
            .sqrt();
        let mut rest = ranks;
        for (page, number) in self.pages.iter_mut().zip(0..) {
            let of_page;
            (of_page, rest) = rest.split_at(rest.partition_point(|rank| rank >> 16 <= number));
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the page has the high half"
            )]
            page.ranks.extend(of_page.iter().map(|&rank| rank as u16));
            page.ends.push(page.ranks.len());
        }
        self.inverse_norms
            .push(if norm > 0.0 { 1.0 / norm } else { 0.0 });
        self.texts.push(text);
    }

    /// The same rows by their lengths: a processor then guesses where each ends, and a pass takes two thirds of the time.
    #[must_use]
    pub fn by_length(&self) -> Self {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_by_key(|&row| {
            self.pages
                .iter()
                .map(|page| page.row(row).len())
                .sum::<usize>()
        });
        Self {
            pages: self
                .pages
                .iter()
                .map(|page| page.in_order(&order))
                .collect(),
            inverse_norms: order.iter().map(|&row| self.inverse_norms[row]).collect(),
            texts: order.iter().map(|&row| self.texts[row]).collect(),
        }
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
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        let row = |(place, (&text, &inverse_norm)): (usize, (&u32, &f64))| Row {
            text: text as usize,
            inverse_norm,
            chunk: self,
            place,
        };
        self.texts
            .iter()
            .zip(&self.inverse_norms)
            .enumerate()
            .map(row)
    }

    /// The entries by the high half of their ranks.
    pub(crate) fn pages(&self) -> &[Page] {
        &self.pages
    }

    /// 1 / norm of each row: `[rows]`.
    pub(crate) fn inverse_norms(&self) -> &[f64] {
        &self.inverse_norms
    }

    /// Which of the chunk's texts each row is of: `[rows]`.
    pub(crate) fn texts(&self) -> &[u32] {
        &self.texts
    }
}

impl Page {
    /// The low halves of the ranks of each of these rows, ascending.
    pub(crate) fn rows(&self, places: Range<usize>) -> impl Iterator<Item = &[u16]> {
        self.ends[places.start..=places.end]
            .windows(2)
            .map(|ends| &self.ranks[ends[0]..ends[1]])
    }

    fn row(&self, place: usize) -> &[u16] {
        &self.ranks[self.ends[place]..self.ends[place + 1]]
    }

    fn in_order(&self, order: &[usize]) -> Self {
        let mut ordered = Self {
            ranks: Vec::with_capacity(self.ranks.len()),
            ends: Vec::with_capacity(self.ends.len()),
        };
        ordered.ends.push(0);
        for &row in order {
            ordered.ranks.extend_from_slice(self.row(row));
            ordered.ends.push(ordered.ranks.len());
        }
        ordered
    }
}

impl<'a> Row<'a> {
    /// The ranks of the text's columns, ascending, each as often as its term occurs.
    pub fn ranks(&self) -> impl Iterator<Item = u32> + use<'a> {
        let place = self.place;
        let pages = self.chunk.pages.iter().zip(0_u32..);
        pages.flat_map(move |(page, number)| {
            page.row(place)
                .iter()
                .map(move |&low| number << 16 | u32::from(low))
        })
    }
}

/// Count × idf of a run of one rank.
#[expect(
    clippy::cast_precision_loss,
    reason = "a text has fewer than 2^52 tokens"
)]
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

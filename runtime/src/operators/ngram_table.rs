//! N-grams of any strings with their columns, as `TfIdfVectorizer` looks them up.

use std::collections::HashMap;

use relevance_pipeline::graph::attribute;
use tract_onnx::pb::NodeProto;
use tract_onnx::tract_hir::internal::*;

/// Columns of n-grams, in a tree in which an n-gram is a child of the n-gram one string shorter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NgramTable {
    /// Number of each string of the pool.
    strings: HashMap<String, u32>,
    /// Number of each n-gram, by that of its prefix, 0 for none, and that of its last string.
    nodes: HashMap<(u32, u32), u32>,
    /// Column of each n-gram that has one.
    columns: HashMap<u32, usize>,
}

impl NgramTable {
    /// Reads the n-grams of `pool_strings`, whose columns must be their places in the pool.
    pub(super) fn read(node: &NodeProto, max_length: usize) -> TractResult<Self> {
        let starts: Vec<usize> = node.get_attr_vec(attribute::NGRAM_COUNTS)?;
        let pool: Vec<String> = node.get_attr_vec(attribute::POOL_STRINGS)?;
        ensure!(
            starts.len() == max_length && starts.first() == Some(&0),
            "`ngram_counts` has {} offsets for n-grams of up to {max_length} strings",
            starts.len()
        );

        let mut table = Self::default();
        let ends = starts.iter().copied().skip(1).chain([pool.len()]);
        for ((length, &start), end) in (1..).zip(&starts).zip(ends) {
            let strings = pool
                .get(start..end)
                .filter(|strings| strings.len() % length == 0);
            let strings = strings
                .with_context(|| format!("{} pooled strings are not whole n-grams", pool.len()))?;
            for ngram in strings.chunks_exact(length) {
                table.insert(ngram)?;
            }
        }
        ensure!(!table.columns.is_empty(), "the pool has no n-gram");

        let indexes: Vec<usize> = node.get_attr_vec(attribute::NGRAM_INDEXES)?;
        // onnxruntime's versions disagree on which weights belong to other indexes.
        ensure!(
            indexes.iter().copied().eq(0..table.len()),
            "`ngram_indexes` is not 0, 1, … for each term"
        );

        Ok(table)
    }

    /// Returns the number of n-grams.
    pub(super) fn len(&self) -> usize {
        self.columns.len()
    }

    /// Returns the numbers of `strings`, none for those that are in no n-gram.
    pub(super) fn numbers(&self, strings: &[String]) -> Vec<Option<u32>> {
        let number = |string: &String| self.strings.get(string).copied();
        strings.iter().map(number).collect()
    }

    /// Calls `visit` with the column of each n-gram of `numbers` of `lengths` strings.
    pub(super) fn find(
        &self,
        numbers: &[Option<u32>],
        lengths: std::ops::RangeInclusive<usize>,
        mut visit: impl FnMut(usize),
    ) {
        for start in 0..numbers.len() {
            let mut node = 0;
            for (length, number) in (1..=*lengths.end()).zip(&numbers[start..]) {
                let child = number.and_then(|number| self.nodes.get(&(node, number)));
                let Some(&child) = child else {
                    break;
                };
                node = child;
                if let Some(&column) = self.columns.get(&node)
                    && lengths.contains(&length)
                {
                    visit(column);
                }
            }
        }
    }

    fn insert(&mut self, ngram: &[String]) -> TractResult<()> {
        let mut node = 0;
        for string in ngram {
            let next = u32::try_from(self.strings.len())?;
            let number = *self.strings.entry(string.clone()).or_insert(next);
            let next = u32::try_from(self.nodes.len() + 1)?;
            node = *self.nodes.entry((node, number)).or_insert(next);
        }

        let column = self.columns.len();
        let before = self.columns.insert(node, column);
        ensure!(before.is_none(), "the n-gram {ngram:?} is repeated");
        Ok(())
    }
}

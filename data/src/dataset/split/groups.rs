//! Groups of rows that stay together, each with a key that follows from its content and the seed
//! alone.

use rayon::prelude::*;
use union_find::{QuickUnionUf, UnionBySize, UnionFind as _};

use super::keys::{Key, SplitKeys, key};
use crate::dataset::dictionary_column::DictionaryColumn;
use crate::dataset::rows::Dataset;

/// First byte of a group's hashed name; no normalised text begins with it, since it is not UTF-8.
const GROUP_MARK: [u8; 1] = [0xFF];

/// Rows in the order of their keys; rows of one key form a group.
pub(super) struct RowGroups(Vec<(Key, u32)>);

impl RowGroups {
    /// Groups rows by normalised text; the key is that of [`SplitKeys`].
    pub(super) fn by_text(dataset: &Dataset, rows: &[u32], seed: u64) -> Self {
        let keys = || SplitKeys::new(seed);
        let keyed = |keys: &mut SplitKeys, &row: &u32| (keys.halves(dataset.text(row)), row);

        Self::sorted(rows.par_iter().map_init(keys, keyed).collect())
    }

    /// Groups rows that are connected by a value of the column or a normalised text.
    ///
    /// The lowest key of the connected values is the group's. An empty value connects nothing.
    pub(super) fn by_column(
        dataset: &Dataset,
        rows: &[u32],
        seed: u64,
        column: &DictionaryColumn,
    ) -> Self {
        let texts = Self::by_text(dataset, rows, seed);
        let mut components = Components::new(&texts, column);
        let keys = components.keys(column, seed);

        let mut keyed = Vec::with_capacity(rows.len());
        for (text, rows) in texts.iter().enumerate() {
            let key = keys[components.union.find(text)].unwrap_or(rows[0].0);
            keyed.extend(rows.iter().map(|&(_, row)| (key, row)));
        }
        Self::sorted(keyed)
    }

    fn sorted(mut keyed: Vec<(Key, u32)>) -> Self {
        keyed.par_sort_unstable();
        Self(keyed)
    }

    /// Returns the rows of each group, ascending, with their common key.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[(Key, u32)]> {
        self.0.chunk_by(|(left, _), (right, _)| left == right)
    }
}

/// Connected components of normalised texts, by their index, and column values, by their code after
/// the texts.
struct Components {
    union: QuickUnionUf<UnionBySize>,
    texts: usize,
}

impl Components {
    fn new(groups: &RowGroups, column: &DictionaryColumn) -> Self {
        let texts = groups.iter().count();
        let mut union = QuickUnionUf::new(texts + column.values().len());

        for (text, rows) in groups.iter().enumerate() {
            for &(_, row) in rows.iter().filter(|&&(_, row)| is_group(column.value(row))) {
                union.union(text, texts + column.code(row) as usize);
            }
        }
        Self { union, texts }
    }

    /// Returns the lowest key of the values of each component, at its root.
    fn keys(&mut self, column: &DictionaryColumn, seed: u64) -> Vec<Option<Key>> {
        let mut keys = vec![None; self.union.size()];
        let groups = (self.texts..)
            .zip(column.values())
            .filter(|(_, value)| is_group(value));

        for (node, value) in groups {
            let lowest: &mut Option<Key> = &mut keys[self.union.find(node)];
            let key = key(seed, &[&GROUP_MARK, value.as_bytes()]);
            *lowest = Some(lowest.map_or(key, |lowest| lowest.min(key)));
        }
        keys
    }
}

fn is_group(value: &str) -> bool {
    !value.trim().is_empty()
}

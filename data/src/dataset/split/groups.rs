//! Which rows stay together, each such unit under a key that follows its content and the seed alone.

use rayon::prelude::*;
use sha2::{Digest, Sha256};
use union_find::{QuickUnionUf, UnionBySize, UnionFind as _};

use crate::dataset::dictionary_column::DictionaryColumn;
use crate::dataset::normalize::{Words, normalize_into};
use crate::dataset::rows::Dataset;

/// Begins what is hashed of a group; no wording begins with it, for it is not UTF-8.
const GROUP_MARK: [u8; 1] = [0xFF];

/// The first half of a SHA-256.
pub(super) type Key = [u64; 2];

/// Rows in the order of their keys; those of one key are one unit.
pub(super) struct Units(Vec<(Key, u32)>);

impl Units {
    /// Rows of one wording stay together; its key is over the seed (8 bytes, little-endian) and the wording.
    pub(super) fn by_wording(dataset: &Dataset, rows: &[u32], seed: u64) -> Self {
        let keyed = |(words, wording): &mut (Words, Vec<u8>), &row: &u32| {
            normalize_into(dataset.text(row), words, wording);
            (key(seed, &[wording]), row)
        };
        Self::sorted(rows.par_iter().map_init(Default::default, keyed).collect())
    }

    /// Rows of one wording and rows of one group stay together, and so on from one to the next; the lowest key of the
    /// groups stands for all of them. An empty value is no group.
    pub(super) fn by_group(
        dataset: &Dataset,
        rows: &[u32],
        seed: u64,
        column: &DictionaryColumn,
    ) -> Self {
        let wordings = Self::by_wording(dataset, rows, seed);
        let mut components = Components::of(&wordings, column);
        let keys = components.keys(column, seed);
        let mut keyed = Vec::with_capacity(rows.len());
        for (place, rows) in wordings.iter().enumerate() {
            let key = keys[components.union.find(place)].unwrap_or(rows[0].0);
            keyed.extend(rows.iter().map(|&(_, row)| (key, row)));
        }
        Self::sorted(keyed)
    }

    fn sorted(mut keyed: Vec<(Key, u32)>) -> Self {
        keyed.par_sort_unstable();
        Self(keyed)
    }

    /// The rows of each unit, ascending, with their common key.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[(Key, u32)]> {
        self.0.chunk_by(|(left, _), (right, _)| left == right)
    }
}

/// What hangs together of wordings, by their place, and groups, by their code after the wordings.
struct Components {
    union: QuickUnionUf<UnionBySize>,
    wordings: usize,
}

impl Components {
    fn of(units: &Units, column: &DictionaryColumn) -> Self {
        let wordings = units.iter().count();
        let mut union = QuickUnionUf::new(wordings + column.values().len());
        for (place, rows) in units.iter().enumerate() {
            for &(_, row) in rows.iter().filter(|&&(_, row)| is_group(column.value(row))) {
                union.union(place, wordings + column.code(row) as usize);
            }
        }
        Self { union, wordings }
    }

    /// The lowest key of the groups of each component, at its root.
    fn keys(&mut self, column: &DictionaryColumn, seed: u64) -> Vec<Option<Key>> {
        let mut keys = vec![None; self.union.size()];
        for (node, value) in (self.wordings..)
            .zip(column.values())
            .filter(|(_, value)| is_group(value))
        {
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

fn key(seed: u64, parts: &[&[u8]]) -> Key {
    let mut hasher = Sha256::new().chain_update(seed.to_le_bytes());
    for part in parts {
        hasher.update(part);
    }
    let digest: [u8; 32] = hasher.finalize().into();
    let (eights, _) = digest.as_chunks::<8>();
    [eights[0], eights[1]].map(u64::from_be_bytes)
}

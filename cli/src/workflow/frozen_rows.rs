//! Frozen test rows: a sample of the test subset that a version keeps, on which later models are compared with it.

use bytes::Bytes;
use relevance_data::{Dataset, Split, sample};

use crate::workflow::comparison::{FrozenRow, pack};

/// Maximum number of frozen test rows, evenly sampled from the test subset.
const MAX_FROZEN_ROWS: usize = 10_000;

/// Packs the test rows that a version keeps.
pub(crate) fn freeze(dataset: &Dataset, split: &Split) -> anyhow::Result<Bytes> {
    let row = |&index: &u32| FrozenRow {
        row: u64::from(index) + 1,
        text: dataset.text(index).to_owned(),
        relevant: dataset.is_relevant(index),
    };
    let rows: Vec<FrozenRow> = sample(&split.test, MAX_FROZEN_ROWS).map(row).collect();
    Ok(pack(&rows)?.into())
}

//! Frozen test rows: a sample of the test subset that a version keeps, on which later models are compared with it.

use std::io::{BufRead as _, BufReader, BufWriter, Write as _};

use anyhow::Context as _;
use bytes::Bytes;
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use relevance_data::{Dataset, Split, sample};
use relevance_models::{Manifest, Store};
use relevance_train::FrozenRow;

/// Maximum number of frozen test rows, evenly sampled from the test subset.
const MAX_FROZEN_ROWS: usize = 10_000;

/// Packs a sample of the test subset.
pub(crate) fn freeze(dataset: &Dataset, split: &Split) -> anyhow::Result<Bytes> {
    let row = |&index: &u32| FrozenRow {
        row: u64::from(index) + 1,
        text: dataset.text(index).to_owned(),
        relevant: dataset.is_relevant(index),
    };
    let rows: Vec<FrozenRow> = sample(&split.test, MAX_FROZEN_ROWS).map(row).collect();
    Ok(pack(&rows)?.into())
}

/// Reads the frozen test rows of a version, if the store has them as they were.
pub(crate) async fn read_frozen_rows(
    store: &Store,
    manifest: &Manifest,
) -> anyhow::Result<Option<Vec<FrozenRow>>> {
    let Some(digest) = manifest.test_rows() else {
        return Ok(None);
    };
    match store.test_rows(&manifest.name, digest).await {
        Ok(packed) => packed.as_deref().map(unpack).transpose(),
        Err(error) if error.is_damage() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Unpacks frozen test rows: JSON lines, compressed with gzip.
pub(crate) fn unpack(packed: &[u8]) -> anyhow::Result<Vec<FrozenRow>> {
    let lines = BufReader::new(MultiGzDecoder::new(packed)).lines();
    let rows = lines.enumerate().map(|(index, line)| {
        let line = line.context("the frozen test rows cannot be unpacked")?;
        serde_json::from_str(&line)
            .with_context(|| format!("line {} of the frozen test rows is not a row", index + 1))
    });
    rows.collect()
}

/// Packs rows; equal rows give equal bytes.
fn pack(rows: &[FrozenRow]) -> anyhow::Result<Vec<u8>> {
    // The encoder takes as long for a few bytes as for many.
    let mut packed = BufWriter::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for row in rows {
        serde_json::to_writer(&mut packed, row)?;
        packed.write_all(b"\n")?;
    }
    Ok(packed.into_inner()?.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(row: u64, text: &str, relevant: bool) -> FrozenRow {
        FrozenRow {
            row,
            text: text.to_owned(),
            relevant,
        }
    }

    fn compress(content: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(content.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn rows_are_unpacked_and_a_line_that_is_none_is_named() {
        let packed = compress(
            "{\"row\": 1, \"text\": \"a\\nb\", \"relevant\": true}\n{\"row\": 2, \"text\": \"\", \"relevant\": false}\n",
        );
        let rows = [row(1, "a\nb", true), row(2, "", false)];
        assert_eq!(unpack(&packed).unwrap(), rows);
        assert_eq!(unpack(&pack(&rows).unwrap()).unwrap(), rows);
        let error = unpack(&compress(
            "{\"row\": 1, \"text\": \"a\", \"relevant\": true}\n{\"row\": 2}\n",
        ))
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 2 of the frozen test rows is not a row"
        );
        let error = unpack(b"no gzip").unwrap_err();
        assert_eq!(error.to_string(), "the frozen test rows cannot be unpacked");
    }
}

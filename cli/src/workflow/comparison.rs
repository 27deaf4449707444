//! Two models on the same frozen test rows: which verdicts changed, and whether that can be chance.

use std::fmt;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};

use anyhow::Context as _;
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use rayon::prelude::*;
use relevance_models::{Manifest, Store};
use relevance_pipeline::{Pipeline, Prediction, Predictor, ScoreBuffer};
use serde::{Deserialize, Serialize};

/// A test row as the store keeps it; in its file a line of JSON: `{"row": 17, "text": "…", "relevant": true}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenRow {
    /// Number of the row in its source.
    pub row: u64,
    /// The text.
    pub text: String,
    /// Its label.
    pub relevant: bool,
}

/// How the verdicts of a second model differ from those of a first.
#[derive(Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// How many rows were compared.
    pub rows: usize,
    /// How many verdicts were wrong and are right.
    pub became_right: u64,
    /// How many verdicts were right and are wrong.
    pub became_wrong: u64,
    /// How likely so uneven a change is if neither model is better: [`mcnemar`] of the two counts.
    pub p_value: f64,
    /// The verdicts that changed, in the order of the rows.
    pub changed: Vec<ChangedVerdict>,
}

/// A row on which two models differ.
#[derive(Debug, PartialEq, Serialize)]
pub struct ChangedVerdict {
    /// The row and its label.
    #[serde(flatten)]
    pub row: FrozenRow,
    /// The answer of the first model.
    pub from: Prediction,
    /// The answer of the second model.
    pub to: Prediction,
}

/// The frozen test rows that a version names, if the store keeps them.
pub async fn frozen_rows(
    store: &Store,
    manifest: &Manifest,
) -> anyhow::Result<Option<Vec<FrozenRow>>> {
    let Some(digest) = manifest.test_rows() else {
        return Ok(None);
    };
    let Some(packed) = store.test_rows(&manifest.name, digest).await? else {
        return Ok(None);
    };
    Ok(Some(unpack(&packed)?))
}

/// Reads frozen test rows: JSON lines, compressed with gzip.
///
/// # Errors
///
/// When they are not compressed so, or a line is no row.
pub fn unpack(packed: &[u8]) -> anyhow::Result<Vec<FrozenRow>> {
    let lines = BufReader::new(MultiGzDecoder::new(packed)).lines();
    let rows = lines.enumerate().map(|(index, line)| {
        let line = line.context("the frozen test rows cannot be unpacked")?;
        serde_json::from_str(&line)
            .with_context(|| format!("line {} of the frozen test rows is no row", index + 1))
    });
    rows.collect()
}

/// Packs rows to be frozen; equal rows give equal bytes.
pub fn pack(rows: &[FrozenRow]) -> anyhow::Result<Vec<u8>> {
    // A write of a few bytes costs the encoder as much as one of many.
    let mut packed = BufWriter::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for row in rows {
        serde_json::to_writer(&mut packed, row)?;
        packed.write_all(b"\n")?;
    }
    Ok(packed.into_inner()?.finish()?)
}

/// Asks both models for every row.
pub fn compare(from: &Pipeline, to: &Pipeline, rows: &[FrozenRow]) -> Comparison {
    Comparison::of(rows, &answers(from, rows), &answers(to, rows))
}

/// What a model says of every row: `[rows]`.
pub fn answers(pipeline: &Pipeline, rows: &[FrozenRow]) -> Vec<Prediction> {
    let predictor = Predictor::new(pipeline);
    let predict = |buffer: &mut ScoreBuffer, row: &FrozenRow| predictor.predict(&row.text, buffer);
    rows.par_iter()
        .map_init(ScoreBuffer::default, predict)
        .collect()
}

/// McNemar's exact test: the two-sided probability of a split at least as uneven as this one of `one + other` fair coins.
///
/// Returns 0 to 1, and 1 when nothing changed.
#[must_use]
pub fn mcnemar(one: u64, other: u64) -> f64 {
    let (fewer, all) = (one.min(other), one + other);
    #[expect(clippy::cast_precision_loss, reason = "rows are far fewer than 2^53")]
    let number = |count: u64| count as f64;
    let log_binomial: f64 = (1..=fewer)
        .map(|index| (number(all - fewer + index) / number(index)).ln())
        .sum();
    let most_likely = (log_binomial - number(all) * std::f64::consts::LN_2).exp();
    // Each term of the tail from the one before, as far as it counts, so that no factorial overflows.
    let tail = (1..=fewer).rev().scan(1.0, |term, index| {
        *term *= number(index) / number(all - index + 1);
        (*term > f64::EPSILON * f64::EPSILON).then_some(*term)
    });
    (2.0 * most_likely * (1.0 + tail.sum::<f64>())).min(1.0)
}

impl ChangedVerdict {
    /// Whether the second model is the one that is right.
    pub const fn is_right(&self) -> bool {
        self.to.relevant == self.row.relevant
    }
}

impl Comparison {
    /// Compares the answers of two models for the same rows: `[rows]` each.
    pub fn of(rows: &[FrozenRow], from: &[Prediction], to: &[Prediction]) -> Self {
        let answers = rows
            .iter()
            .zip(from.iter().zip(to))
            .filter(|(_, (from, to))| from.relevant != to.relevant);
        let changed: Vec<_> = answers
            .map(|(row, (&from, &to))| ChangedVerdict {
                row: row.clone(),
                from,
                to,
            })
            .collect();
        let became_right = changed.iter().filter(|change| change.is_right()).count() as u64;
        let became_wrong = changed.len() as u64 - became_right;
        let p_value = mcnemar(became_right, became_wrong);
        Self {
            rows: rows.len(),
            became_right,
            became_wrong,
            p_value,
            changed,
        }
    }

    /// How many verdicts changed, also when fewer of them are kept as examples.
    pub const fn changes(&self) -> u64 {
        self.became_right + self.became_wrong
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rows,
            became_right,
            became_wrong,
            p_value,
            changed,
        } = self;
        writeln!(
            formatter,
            "verdicts: {} of {rows} changed, {became_right} became right and {became_wrong} wrong (McNemar p = {p_value:.4})",
            self.changes()
        )?;
        for change in changed {
            let ChangedVerdict { row, from, to } = change;
            let (verdict, text) = (
                if change.is_right() { "right" } else { "wrong" },
                format!("{:?}", row.text),
            );
            let (from, to) = (from.probability, to.probability);
            writeln!(
                formatter,
                "  row {} became {verdict}, {from:.4} → {to:.4}: {text}",
                row.row
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use relevance_pipeline::{FeatureSettings, Labels, PipelineParts};

    use super::*;

    /// A model that finds a text relevant when it has `term`.
    fn knows(term: &str) -> Pipeline {
        let parts = PipelineParts {
            features: FeatureSettings::default(),
            vocabulary: vec![term.to_owned()],
            idf: vec![1.0],
            coefficients: vec![4.0],
            intercept: -2.0,
            threshold: 0.5,
            labels: Labels::default(),
            metadata: [].into(),
        };
        parts.try_into().unwrap()
    }

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
    fn the_exact_test_gives_the_values_of_exact_fractions() {
        for (one, other, want) in [
            (0, 0, 1.0),
            (0, 1, 1.0),
            (0, 6, 0.03125),
            (1, 5, 0.21875),
            (5, 1, 0.21875),
            (10, 2, 0.038_574_218_75),
            (4, 4, 1.0),
            (59, 6, 4.964_650_327_128_617e-12),
            (121, 59, 4.434_449_263_755_176e-6),
            (5000, 5300, 0.003_215_819_673_645_239),
            (300, 1500, 1.454_879_699_793_644_3e-191),
        ] {
            let got = mcnemar(one, other);
            assert!(
                (got - want).abs() <= 1e-10 * want,
                "{one} and {other}: got {got:e}, want {want:e}"
            );
        }
    }

    #[test]
    fn changed_verdicts_are_counted_by_who_is_right() {
        let rows = [
            row(0, "flood", true),
            row(3, "fire", true),
            row(4, "fire", false),
            row(7, "flood fire", true),
            row(9, "neither", true),
        ];
        let comparison = compare(&knows("flood"), &knows("fire"), &rows);
        assert_eq!(
            (
                comparison.rows,
                comparison.became_right,
                comparison.became_wrong
            ),
            (5, 1, 2)
        );
        assert_eq!(comparison.p_value.to_bits(), 1.0_f64.to_bits());
        let changed: Vec<u64> = comparison
            .changed
            .iter()
            .map(|change| change.row.row)
            .collect();
        assert_eq!(changed, [0, 3, 4]);
        let text = comparison.to_string();
        assert!(
            text.starts_with(
                "verdicts: 3 of 5 changed, 1 became right and 2 wrong (McNemar p = 1.0000)\n"
            ),
            "{text}"
        );
        assert!(
            text.contains("\n  row 3 became right, 0.1192 → 0.8808: \"fire\"\n"),
            "{text}"
        );
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
            "line 2 of the frozen test rows is no row"
        );
        let error = unpack(b"no gzip").unwrap_err();
        assert_eq!(error.to_string(), "the frozen test rows cannot be unpacked");
    }
}

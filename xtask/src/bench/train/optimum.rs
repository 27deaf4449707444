//! Whether ours ends where scikit-learn does when both get the same rows and terms.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use super::contender::{Job, SCIKIT_LEARN, ours};
use crate::command::{read, run};

/// More terms than any archive has.
const ALL_TERMS: &str = "4294967295";
/// How far our objective may lie above theirs, as a share of theirs.
const OBJECTIVE_TOLERANCE: f64 = 1e-6;
const PROBABILITY_TOLERANCE: f64 = 1e-4;
/// Weights are `f32` in our file, half a unit in the last place is 6e-8.
const IDF_TOLERANCE: f64 = 1e-6;

/// How far the two are apart.
#[derive(Debug, Deserialize)]
pub struct Optimum {
    pub terms: u32,
    /// Texts that both were fitted on.
    pub train: u32,
    /// Texts whose probabilities were compared.
    pub compared: u32,
    pub idf_difference: f64,
    pub our_objective: f64,
    pub their_objective: f64,
    pub probability_difference: f64,
}

/// Terms that one of the two lacks, the first five.
#[derive(Debug, Deserialize)]
struct Vocabularies {
    only_ours: Vec<String>,
    only_theirs: Vec<String>,
}

impl Optimum {
    /// Trains ours and theirs on the job's set.
    ///
    /// # Errors
    /// When one of the two fails; when their terms differ, so that nothing can be compared.
    pub fn compare(job: &Job<'_>) -> Result<Self> {
        let pipeline = job.scratch.join("pipeline.json");
        run(ours(job)
            .args(["--max-features", ALL_TERMS, "--pipeline"])
            .arg(&pipeline)
            .stdout(std::process::Stdio::null()))?;
        Self::read(&theirs(job, &pipeline)?)
    }

    fn read(outcome: &[u8]) -> Result<Self> {
        let Vocabularies {
            only_ours,
            only_theirs,
        } = serde_json::from_slice(outcome).context("the comparison printed no JSON")?;
        ensure!(
            only_ours.is_empty() && only_theirs.is_empty(),
            "the vocabularies differ: only ours has {only_ours:?}, only scikit-learn's {only_theirs:?}"
        );
        serde_json::from_slice(outcome)
            .context("the comparison printed something else than figures")
    }

    /// How far our objective lies above theirs, as a share of theirs; below 0 when ours is better.
    pub fn objective_difference(&self) -> f64 {
        (self.our_objective - self.their_objective) / self.their_objective
    }

    /// Whether the two are one.
    ///
    /// # Errors
    /// When weights, objectives or probabilities differ, with how far.
    pub fn check(&self) -> Result<()> {
        for (what, difference, tolerance) in [
            (
                "inverse document frequency",
                self.idf_difference,
                IDF_TOLERANCE,
            ),
            (
                "objective",
                self.objective_difference().abs(),
                OBJECTIVE_TOLERANCE,
            ),
            (
                "probability",
                self.probability_difference,
                PROBABILITY_TOLERANCE,
            ),
        ] {
            ensure!(
                difference <= tolerance,
                "our {what} and scikit-learn's are {difference:.2e} apart, {tolerance:e} is let through: {self:?}"
            );
        }
        Ok(())
    }
}

fn theirs(job: &Job<'_>, pipeline: &Path) -> Result<Vec<u8>> {
    read(
        SCIKIT_LEARN
            .program("train/optimum.py")
            .arg(job.set.folder.examples())
            .arg(pipeline),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAME: &str = r#"{"terms": 9, "only_ours": [], "only_theirs": [], "train": 7, "compared": 9,
        "idf_difference": 3e-8, "our_objective": 100.00001, "their_objective": 100.0, "probability_difference": 2e-5}"#;

    fn judge(outcome: &str) -> Result<Optimum> {
        let optimum = Optimum::read(outcome.as_bytes())?;
        optimum.check()?;
        Ok(optimum)
    }

    #[test]
    fn the_same_optimum_passes() {
        let optimum = judge(SAME).unwrap();
        assert!(
            (optimum.objective_difference() - 1e-7).abs() < 1e-12,
            "{optimum:?}"
        );
    }

    #[test]
    fn whatever_differs_is_named() {
        for (from, to, want) in [
            ("100.00001", "100.001", "our objective"),
            ("100.00001", "99.999", "our objective"),
            ("2e-5", "2e-4", "our probability"),
            ("3e-8", "3e-6", "our inverse document frequency"),
            ("3e-8", "NaN", "no JSON"),
            (
                r#""only_ours": []"#,
                r#""only_ours": ["fire"]"#,
                r#"only ours has ["fire"]"#,
            ),
            (r#""terms": 9, "#, "", "something else than figures"),
        ] {
            let error = format!("{:#}", judge(&SAME.replace(from, to)).unwrap_err());
            assert!(error.contains(want), "{from} -> {to}: {error}");
        }
    }
}

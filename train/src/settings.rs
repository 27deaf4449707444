//! Every setting of a training run, with defaults that work.

use relevance_data::{SourceSettings, SplitBy, SplitSettings, Undecided};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::error::TrainError;
use crate::evaluate::gate::Gate;
use crate::evaluate::model_checks::ModelChecks;
use crate::evaluate::threshold::ThresholdRule;
use crate::fit::settings::{FeatureTraining, SolverSettings};

/// The settings of a run: one TOML file, each also a flag of the command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Name of the model, in its file and in the store.
    pub name: String,
    /// Licence of the model, written into its file; `not stated` by default.
    pub licence: String,
    /// What becomes of the rows that no one could decide on.
    pub undecided: Undecided,
    /// Whether the probabilities are calibrated on the validation side (Platt scaling), inside the linear model.
    pub calibrate: bool,
    /// What the threshold is chosen for, on the validation side.
    pub threshold: ThresholdRule,
    /// Where the examples are in their source.
    pub source: SourceSettings,
    /// The shares of training, validation and test.
    pub split: SplitSettings,
    /// How texts become terms, and which terms are kept.
    pub features: FeatureTraining,
    /// How the linear model is fitted.
    pub solver: SolverSettings,
    /// Whether the figures are also measured on folds of the training and validation sides.
    pub cross_validation: CrossValidationSettings,
    /// What a model must reach to be published.
    pub gate: Gate,
    /// What a model must do whatever its figures are.
    pub model_checks: ModelChecks,
}

/// Whether there is a cross-validation, and of how many folds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CrossValidationSettings {
    /// How many models are fitted, each without one fold that it is measured on: 2 to 100; 0 and 1 fit none. 0 by default.
    pub folds: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "relevance".to_owned(),
            licence: "not stated".to_owned(),
            undecided: Undecided::default(),
            calibrate: false,
            threshold: ThresholdRule::default(),
            source: SourceSettings::default(),
            split: SplitSettings::default(),
            features: FeatureTraining::default(),
            solver: SolverSettings::default(),
            cross_validation: CrossValidationSettings::default(),
            gate: Gate::default(),
            model_checks: ModelChecks::default(),
        }
    }
}

impl CrossValidationSettings {
    /// The largest number of folds.
    pub const MAX_FOLDS: u32 = 100;

    /// Whether models are fitted at all.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        self.folds > 1
    }
}

impl Settings {
    /// Reads the settings of a TOML file; what it leaves out has its default.
    ///
    /// # Errors
    /// When the text is not TOML, has an unknown key, or a value is of another type or out of range.
    pub fn from_toml(text: &str) -> Result<Self, TrainError> {
        let settings: Self = toml::from_str(text).map_err(TrainError::Settings)?;
        settings.validate()?;
        Ok(settings)
    }

    /// Checks the range of each setting.
    ///
    /// # Errors
    /// The first setting that is out of range, by name.
    pub fn validate(&self) -> Result<(), TrainError> {
        self.split.validate()?;
        self.features.pipeline().validate()?;
        let (features, solver) = (&self.features, &self.solver);
        let frequency = features.min_document_frequency;
        in_range(
            "features.min_document_frequency",
            &frequency,
            frequency >= 1,
            "1 or more",
        )?;
        in_range(
            "features.max_features",
            &features.max_features,
            features.max_features >= 1,
            "1 or more",
        )?;
        in_range(
            "solver.alpha",
            &solver.alpha,
            positive(solver.alpha),
            "over 0 and finite",
        )?;
        in_range(
            "solver.max_iterations",
            &solver.max_iterations,
            solver.max_iterations >= 1,
            "1 or more",
        )?;
        for (name, tolerance) in [
            ("solver.tolerance", solver.tolerance),
            ("solver.gradient_tolerance", solver.gradient_tolerance),
        ] {
            in_range(name, &tolerance, positive(tolerance), "over 0 and finite")?;
        }
        let gate = &self.gate;
        for (name, share) in [
            ("gate.min_precision", gate.min_precision),
            ("gate.min_recall", gate.min_recall),
            ("gate.max_drop", gate.max_drop),
            ("gate.significance", gate.significance),
        ] {
            in_range(name, &share, (0.0..=1.0).contains(&share), "0 to 1")?;
        }
        in_range(
            "gate.max_slowdown",
            &gate.max_slowdown,
            positive(gate.max_slowdown),
            "over 0 and finite",
        )?;
        let CrossValidationSettings { folds } = self.cross_validation;
        let is_possible = folds <= CrossValidationSettings::MAX_FOLDS;
        in_range("cross_validation.folds", &folds, is_possible, "0 to 100")?;
        // Folds know no time, so their models would be asked about texts that are older than what they learned.
        let knows_no_time = !self.cross_validation.is_on() || self.split.by != SplitBy::Time;
        in_range(
            "cross_validation.folds",
            &folds,
            knows_no_time,
            "0 when the split goes by time",
        )?;
        self.model_checks.validate()?;
        Ok(())
    }

    /// Adds the split's column to the further columns of the source, where it is not among them.
    pub fn keep_split_column(&mut self) {
        if self.split_column().is_none() {
            self.source.columns.extend(self.split.column.clone());
        }
    }

    /// The place of the split's column among the further columns of the source.
    #[must_use]
    pub fn split_column(&self) -> Option<usize> {
        let name = self.split.column.as_ref()?;
        self.source.columns.iter().position(|column| column == name)
    }

    /// The settings as JSON, in a fixed order.
    ///
    /// # Panics
    /// Never: settings have only keys and values that JSON has.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("settings are plain values")
    }

    /// SHA-256, in hexadecimal, of [`to_json`](Self::to_json).
    #[must_use]
    pub fn digest(&self) -> String {
        hex::encode(Sha256::digest(self.to_json()))
    }
}

fn positive(value: f64) -> bool {
    value > 0.0 && value.is_finite()
}

fn in_range(
    name: &'static str,
    got: &impl ToString,
    holds: bool,
    range: &'static str,
) -> Result<(), TrainError> {
    if holds {
        Ok(())
    } else {
        Err(TrainError::Setting {
            name,
            got: got.to_string(),
            range,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::settings::SolverKind;

    #[test]
    fn an_empty_file_gives_the_defaults() {
        assert_eq!(Settings::from_toml("").unwrap(), Settings::default());
    }

    #[test]
    fn the_file_of_defaults_has_every_setting_at_its_default() {
        let text = include_str!("../settings.toml");
        assert_eq!(Settings::from_toml(text).unwrap(), Settings::default());
        let written: toml::Table = toml::from_str(text).unwrap();
        let known: toml::Table =
            toml::from_str(&toml::to_string(&Settings::default()).unwrap()).unwrap();
        assert_eq!(written, known);
    }

    #[test]
    fn settings_survive_toml() {
        let settings = Settings {
            solver: SolverSettings {
                kind: SolverKind::Linfa,
                alpha: 0.25,
                ..SolverSettings::default()
            },
            ..Settings::default()
        };
        assert_eq!(
            Settings::from_toml(&toml::to_string(&settings).unwrap()).unwrap(),
            settings
        );
    }

    #[test]
    fn another_setting_gives_another_digest() {
        let other = Settings {
            name: "other".to_owned(),
            ..Settings::default()
        };
        assert_eq!(Settings::default().digest(), Settings::default().digest());
        assert_ne!(Settings::default().digest(), other.digest());
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (toml, want) in [
            (
                "solver.alpha = 0.0",
                "setting `solver.alpha` is 0, it must be over 0 and finite",
            ),
            (
                "solver.alpha = inf",
                "setting `solver.alpha` is inf, it must be over 0 and finite",
            ),
            (
                "gate.min_recall = 1.5",
                "setting `gate.min_recall` is 1.5, it must be 0 to 1",
            ),
            (
                "features.max_features = 0",
                "setting `features.max_features` is 0, it must be 1 or more",
            ),
            (
                "features.ngram_max = 9",
                "what was fitted is not a pipeline",
            ),
            ("split.train = 0.9", "the fractions"),
            (
                "cross_validation.folds = 101",
                "setting `cross_validation.folds` is 101, it must be 0 to 100",
            ),
            (
                "cross_validation.folds = 5\nsplit = { by = 'time', column = 'day' }",
                "setting `cross_validation.folds` is 5, it must be 0 when the split goes by time",
            ),
            ("split.by = 'time'", "a split by time needs `split.column`"),
            ("split.column = 'town'", "a split by text takes none"),
            ("solver.kind = 'newton'", "the settings cannot be read"),
            ("alpha = 1", "the settings cannot be read"),
        ] {
            let error = Settings::from_toml(toml).unwrap_err().to_string();
            assert!(error.contains(want), "{toml}: {error}");
        }
    }
}

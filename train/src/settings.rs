//! Settings of a training run.

use relevance_data::{LabelSettings, SourceSettings, SplitBy, SplitSettings, Undecided};
use relevance_pipeline::CharacterSettings;
use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::error::TrainError;
use crate::evaluate::gate::Gate;
use crate::evaluate::model_checks::ModelChecks;
use crate::evaluate::threshold::{ThresholdRule, UnknownTexts};
use crate::fit::class_weight::ClassWeight;
use crate::fit::settings::{Analyzer, FeatureTraining, SolverKind, SolverSettings};
use crate::search::settings::SearchSettings;
use crate::settings_error::SettingsFileError;

/// Settings of a training run, as a TOML file holds them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Name of the model in its file and in the store.
    pub name: String,
    /// Licence of the model, written into its file; `not stated` by default.
    pub licence: String,
    /// How to treat rows labelled "Can't Decide".
    pub undecided: Undecided,
    /// Whether to calibrate the probabilities on the validation subset, by Platt scaling inside the
    /// linear model.
    pub calibrate: bool,
    /// Whether to measure models that are fitted on parts of the training subset.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub learning_curve: bool,
    /// Rule that chooses the threshold on the validation subset.
    pub threshold: ThresholdRule,
    /// How to predict texts without known terms.
    pub unknown_texts: UnknownTexts,
    /// Location of the examples in their source.
    pub source: SourceSettings,
    /// Meaning of the label values.
    pub labels: LabelSettings,
    /// Fractions of the training, validation and test subsets, and how rows are assigned to them.
    pub split: SplitSettings,
    /// Terms of a text, and the terms that are kept.
    pub features: FeatureTraining,
    /// Fit of the linear model.
    pub solver: SolverSettings,
    /// Search for the settings of terms and solver on the training subset, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<SearchSettings>,
    /// Cross-validation on the training and validation subsets.
    pub cross_validation: CrossValidationSettings,
    /// Rules that a model must meet to be published.
    pub gate: Gate,
    /// Checks that a model must pass whatever its metrics are.
    pub model_checks: ModelChecks,
}

/// Settings of the cross-validation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CrossValidationSettings {
    /// Number of folds, each with a model that is fitted on the others: 2 to 100; 0 turns it off. 0
    /// by default.
    pub folds: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "relevance".to_owned(),
            licence: "not stated".to_owned(),
            undecided: Undecided::default(),
            calibrate: true,
            learning_curve: false,
            threshold: ThresholdRule::default(),
            unknown_texts: UnknownTexts::default(),
            source: SourceSettings::default(),
            labels: LabelSettings::default(),
            split: SplitSettings::default(),
            features: FeatureTraining::default(),
            solver: SolverSettings::default(),
            search: None,
            cross_validation: CrossValidationSettings::default(),
            gate: Gate::default(),
            model_checks: ModelChecks::default(),
        }
    }
}

impl CrossValidationSettings {
    /// Maximum number of folds.
    pub const MAX_FOLDS: u32 = 100;

    /// Whether there is a cross-validation.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        self.folds > 1
    }
}

impl Settings {
    /// Parses a TOML file; a setting that it leaves out has its default.
    ///
    /// # Errors
    /// When the text is not TOML, has an unknown key, or a value is of another type or out of
    /// range.
    pub fn from_toml(text: &str) -> Result<Self, TrainError> {
        let settings: Self = toml::from_str(text)
            .and_then(|settings| check_sections(text).map(|()| settings))
            .map_err(|error| TrainError::Settings(SettingsFileError::new(error)))?;
        settings.validate()?;
        Ok(settings)
    }

    /// Checks each setting.
    ///
    /// # Errors
    /// Names the first setting that is out of range.
    pub fn validate(&self) -> Result<(), TrainError> {
        self.source.validate()?;
        self.labels.validate()?;
        self.split.validate()?;
        self.validate_features()?;
        self.validate_solver()?;
        self.validate_gate()?;
        self.validate_cross_validation()?;
        self.model_checks.validate()?;
        Ok(())
    }

    fn validate_features(&self) -> Result<(), TrainError> {
        let features = &self.features;
        in_range(
            "features.ngram_max",
            &features.ngram_max,
            features.pipeline().validate().is_ok(),
            "1 to 5",
        )?;
        at_least_one(
            "features.min_document_frequency",
            features.min_document_frequency,
        )?;
        at_least_one("features.max_features", features.max_features)?;

        let longest = features.characters().ngram_max;
        in_range(
            "features.char_ngram_max",
            &longest,
            (1..=CharacterSettings::NGRAM_LIMIT).contains(&longest),
            "1 to 8",
        )?;
        in_range(
            "features.char_ngram_min",
            &features.char_ngram_min,
            features.characters().validate().is_ok(),
            "1 or more, and at most `features.char_ngram_max`",
        )?;
        at_least_one(
            "features.char_min_document_frequency",
            features.char_min_document_frequency,
        )?;
        at_least_one("features.char_max_features", features.char_max_features)?;

        let analyzer = features.analyzer;
        let other = if analyzer == Analyzer::Char {
            Analyzer::Word
        } else {
            Analyzer::Char
        };
        features.unused().map_or(Ok(()), |name| {
            Err(TrainError::UnusedFeature {
                name,
                analyzer,
                other,
            })
        })
    }

    fn validate_solver(&self) -> Result<(), TrainError> {
        let solver = &self.solver;
        positive("solver.alpha", solver.alpha)?;
        at_least_one("solver.max_iterations", solver.max_iterations)?;
        positive("solver.tolerance", solver.tolerance)?;
        positive("solver.gradient_tolerance", solver.gradient_tolerance)?;

        let has_weights =
            solver.class_weight != ClassWeight::Equal || solver.weight_column.is_some();
        in_range(
            "solver.kind",
            &"linfa",
            !has_weights || solver.kind == SolverKind::Sparse,
            "`sparse` with `solver.class_weight` or `solver.weight_column`, since linfa-logistic takes no weights",
        )
    }

    fn validate_gate(&self) -> Result<(), TrainError> {
        let gate = &self.gate;
        for (name, fraction) in [
            ("gate.min_precision", gate.min_precision),
            ("gate.min_recall", gate.min_recall),
            ("gate.max_left_out", gate.max_left_out),
            ("gate.max_drop", gate.max_drop),
            ("gate.significance", gate.significance),
        ] {
            in_range(name, &fraction, (0.0..=1.0).contains(&fraction), "0 to 1")?;
        }

        positive("gate.max_slowdown", gate.max_slowdown)
    }

    fn validate_cross_validation(&self) -> Result<(), TrainError> {
        let name = "cross_validation.folds";
        let CrossValidationSettings { folds } = self.cross_validation;
        let is_possible = folds != 1 && folds <= CrossValidationSettings::MAX_FOLDS;
        in_range(name, &folds, is_possible, "2 to 100, or 0 for none")?;

        // Folds ignore the time: their models would predict texts that are older than their
        // training texts.
        let is_allowed = !self.cross_validation.is_on() || self.split.by != SplitBy::Time;
        in_range(name, &folds, is_allowed, "0 when the split goes by time")
    }

    /// Adds the columns of the split and of the weights to the further columns of the source, where
    /// they are not among them.
    pub fn keep_columns(&mut self) {
        for name in [self.split.column.clone(), self.solver.weight_column.clone()] {
            if self.column_index(name.as_deref()).is_none() {
                self.source.columns.extend(name);
            }
        }
    }

    /// Index of the split's column among the further columns of the source.
    #[must_use]
    pub fn split_column(&self) -> Option<usize> {
        self.column_index(self.split.column.as_deref())
    }

    /// Index of a column among the further columns of the source.
    #[must_use]
    pub(crate) fn column_index(&self, name: Option<&str>) -> Option<usize> {
        let name = name?;
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

fn positive(name: &'static str, value: f64) -> Result<(), TrainError> {
    let is_positive = value > 0.0 && value.is_finite();
    in_range(name, &value, is_positive, "over 0 and finite")
}

fn at_least_one<T: Copy + PartialOrd + From<u8> + ToString>(
    name: &'static str,
    value: T,
) -> Result<(), TrainError> {
    let is_in_range = value >= T::from(1);
    in_range(name, &value, is_in_range, "1 or more")
}

fn in_range(
    name: &'static str,
    got: &impl ToString,
    is_in_range: bool,
    range: &'static str,
) -> Result<(), TrainError> {
    if is_in_range {
        return Ok(());
    }
    Err(TrainError::Setting {
        name,
        got: got.to_string(),
        range,
    })
}

/// Rejects a section that is a list, whose values the parser takes in the order of the settings.
fn check_sections(text: &str) -> Result<(), toml::de::Error> {
    let written: toml::Table = toml::from_str(text)?;
    match written.iter().find(|(_, value)| value.is_array()) {
        None => Ok(()),
        Some((name, _)) => Err(toml::de::Error::custom(format!(
            "`{name}` is a list: write its settings in a section `[{name}]`"
        ))),
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
    fn settings_survive_a_round_trip_through_toml() {
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
    fn settings_of_characters_are_written_with_their_analyzer_alone() {
        let features = |analyzer| FeatureTraining {
            analyzer,
            ..FeatureTraining::default()
        };
        let written = |analyzer| serde_json::to_string(&features(analyzer)).unwrap();

        assert_eq!(
            written(Analyzer::Word),
            r#"{"token_characters":"ascii","ngram_max":2,"min_document_frequency":2,"max_features":20000}"#
        );
        for analyzer in [Analyzer::Char, Analyzer::Both] {
            let json = written(analyzer);
            assert!(json.contains("char_max_features"), "{json}");
            assert_eq!(
                serde_json::from_str::<FeatureTraining>(&json).unwrap(),
                features(analyzer)
            );
        }
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
    fn a_wrong_setting_is_named() {
        for (toml, want) in [
            (
                "solver.alpha = 0.0",
                "setting `solver.alpha` is 0; it must be over 0 and finite",
            ),
            (
                "solver.alpha = inf",
                "setting `solver.alpha` is inf; it must be over 0 and finite",
            ),
            (
                "gate.min_recall = 1.5",
                "setting `gate.min_recall` is 1.5; it must be 0 to 1",
            ),
            (
                "features.max_features = 0",
                "setting `features.max_features` is 0; it must be 1 or more",
            ),
            (
                "features.ngram_max = 9",
                "setting `features.ngram_max` is 9; it must be 1 to 5",
            ),
            (
                "features.char_ngram_max = 4",
                "`features.char_ngram_max` (`--char-ngram-max`) has no effect with the analyzer \
                 `word`: leave it out, or choose `--analyzer char` or `--analyzer both`",
            ),
            (
                "features = { analyzer = 'char', ngram_max = 3 }",
                "`features.ngram_max` (`--ngram-max`) has no effect with the analyzer `char`: leave \
                 it out, or choose `--analyzer word` or `--analyzer both`",
            ),
            (
                "features = { analyzer = 'both', char_max_features = 0 }",
                "setting `features.char_max_features` is 0; it must be 1 or more",
            ),
            (
                "features = { analyzer = 'char', char_ngram_min = 6 }",
                "setting `features.char_ngram_min` is 6; it must be 1 or more, and at most",
            ),
            (
                "features = { analyzer = 'char', char_ngram_max = 9 }",
                "setting `features.char_ngram_max` is 9; it must be 1 to 8",
            ),
            ("split.train = 0.9", "`split.train`, `split.validation` and"),
            (
                "cross_validation.folds = 101",
                "setting `cross_validation.folds` is 101; it must be 2 to 100, or 0 for none",
            ),
            (
                "cross_validation.folds = 1",
                "setting `cross_validation.folds` is 1; it must be 2 to 100, or 0 for none",
            ),
            (
                "cross_validation.folds = 5\nsplit = { by = 'time', column = 'day' }",
                "setting `cross_validation.folds` is 5; it must be 0 when the split goes by time",
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

//! A pipeline that another program fitted.

use relevance_pipeline::Pipeline;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::settings::{Analyzer, FeatureTraining};
use crate::error::TrainError;
use crate::settings::Settings;

/// Key of the pipeline's metadata with the name of the program.
const FITTED_BY: &str = "fitted_by";

/// A pipeline that another program fitted, which a run measures instead of fitting one.
#[derive(Clone, Debug)]
pub struct FittedElsewhere {
    /// The pipeline; its threshold and metadata are replaced.
    pub(crate) pipeline: Pipeline,
    /// The program, and the digest of the file.
    pub(crate) origin: Origin,
}

/// Where a pipeline was fitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Name of the program, if the file has it as `fitted_by` in its metadata.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fitted_by: Option<String>,
    /// SHA-256 of the pipeline's file, in hexadecimal.
    pub digest: String,
}

impl FittedElsewhere {
    /// Reads the JSON of a [`Pipeline`].
    ///
    /// # Errors
    /// When the content is not a pipeline.
    pub fn from_json(content: &[u8]) -> Result<Self, serde_json::Error> {
        let pipeline: Pipeline = serde_json::from_slice(content)?;
        let origin = Origin {
            fitted_by: pipeline.metadata().get(FITTED_BY).cloned(),
            digest: hex::encode(Sha256::digest(content)),
        };
        Ok(Self { pipeline, origin })
    }

    /// Returns the name of the program that fitted the pipeline, if the file has it.
    #[must_use]
    pub fn fitted_by(&self) -> Option<&str> {
        self.origin.fitted_by.as_deref()
    }

    /// Returns the settings of a run on the pipeline: the given ones, with the terms of the pipeline.
    ///
    /// # Errors
    /// [`TrainError::UnusedSettings`] when the given ones have a setting of a fit.
    pub fn settings(&self, given: &Settings) -> Result<Settings, TrainError> {
        let defaults = Settings::default();
        let features = self.features();
        let are_unused = [
            (
                "features",
                given.features != defaults.features && given.features != features,
            ),
            ("solver", given.solver != defaults.solver),
            ("search", given.search.is_some()),
            ("cross_validation", given.cross_validation.is_on()),
            ("learning_curve", given.learning_curve),
        ];
        if let Some((name, _)) = are_unused.into_iter().find(|&(_, is_given)| is_given) {
            return Err(TrainError::UnusedSettings { name });
        }

        Ok(Settings {
            features,
            ..given.clone()
        })
    }

    /// The settings of the pipeline's terms; its limits are not known.
    fn features(&self) -> FeatureTraining {
        let has_words = !self.pipeline.vocabulary().is_empty();
        let analyzer = match (has_words, self.pipeline.characters()) {
            (_, None) => Analyzer::Word,
            (true, Some(_)) => Analyzer::Both,
            (false, Some(_)) => Analyzer::Char,
        };
        let words = self.pipeline.features();
        let mut features = FeatureTraining {
            analyzer,
            token_characters: words.token_characters,
            ngram_max: words.ngram_max,
            ..FeatureTraining::default()
        };

        if let Some(characters) = self.pipeline.characters() {
            let lengths = characters.settings();
            features.char_ngram_min = lengths.ngram_min;
            features.char_ngram_max = lengths.ngram_max;
        }
        features
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::class_weight::ClassWeight;
    use crate::search::settings::SearchSettings;

    fn json(characters: &str) -> String {
        format!(
            r#"{{"features": {{"token_characters": "unicode", "ngram_max": 1}}, "vocabulary": ["fire", "flood"],
            "idf": [1.0, 2.0], "coefficients": [-1.0, 4.0], {characters} "intercept": -0.5, "threshold": 0.5,
            "labels": {{"relevant": "Relevant", "not_relevant": "Not Relevant"}},
            "metadata": {{"fitted_by": "Spark 4.3.0"}}}}"#
        )
    }

    #[test]
    fn the_terms_of_the_settings_are_those_of_the_pipeline() {
        let fitted = FittedElsewhere::from_json(json("").as_bytes()).unwrap();
        let settings = fitted.settings(&Settings::default()).unwrap();

        assert_eq!(fitted.origin.fitted_by.as_deref(), Some("Spark 4.3.0"));
        assert_eq!(fitted.origin.digest.len(), 64);
        assert_eq!(settings.features.analyzer, Analyzer::Word);
        assert_eq!(settings.features.ngram_max, 1);
        assert_eq!(fitted.settings(&settings).unwrap(), settings);
    }

    #[test]
    fn characters_of_the_pipeline_are_in_the_settings() {
        let characters = r#""characters": {"settings": {"ngram_min": 2, "ngram_max": 3}, "ngrams": ["fi"], "idf": [1.0], "coefficients": [1.0]},"#;
        let fitted = FittedElsewhere::from_json(json(characters).as_bytes()).unwrap();

        let features = fitted.settings(&Settings::default()).unwrap().features;
        assert_eq!(features.analyzer, Analyzer::Both);
        assert_eq!((features.char_ngram_min, features.char_ngram_max), (2, 3));
    }

    #[test]
    fn a_setting_of_a_fit_is_refused_by_name() {
        let fitted = FittedElsewhere::from_json(json("").as_bytes()).unwrap();
        let refused = |change: fn(&mut Settings)| {
            let mut settings = Settings::default();
            change(&mut settings);
            fitted.settings(&settings).unwrap_err().to_string()
        };

        for (message, name) in [
            (refused(|it| it.features.max_features = 7), "features"),
            (
                refused(|it| it.solver.class_weight = ClassWeight::Balanced),
                "solver",
            ),
            (
                refused(|it| it.search = Some(SearchSettings::default())),
                "search",
            ),
            (
                refused(|it| it.cross_validation.folds = 5),
                "cross_validation",
            ),
            (refused(|it| it.learning_curve = true), "learning_curve"),
        ] {
            assert!(message.contains(&format!("`{name}`")), "{message}");
        }
    }
}

//! Metadata of the model file that comes from training.

use std::collections::BTreeMap;

use relevance_data::Dataset;
use sha2::{Digest as _, Sha256};

use super::training_report::Counts;
use crate::evaluate::calibration::Calibration;
use crate::evaluate::metrics::Metrics;
use crate::settings::Settings;

/// Version of the tool that trains.
pub(crate) const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Results of a training run that its model file holds.
pub(crate) struct ModelMetadata<'a> {
    /// Texts of the training, validation and test subset.
    pub(crate) counts: [Counts; 3],
    /// Metrics on the test subset.
    pub(crate) metrics: &'a Metrics,
    /// Calibration on the test subset.
    pub(crate) calibration: &'a Calibration,
}

impl ModelMetadata<'_> {
    /// Entries of the model file's metadata.
    pub(crate) fn entries(
        &self,
        dataset: &Dataset,
        settings: &Settings,
    ) -> BTreeMap<String, String> {
        let strings = [
            ("name", settings.name.clone()),
            ("version", fingerprint(&dataset.digest, settings)),
            ("licence", settings.licence.clone()),
            ("tool.version", TOOL_VERSION.to_owned()),
            ("data.digest", dataset.digest.clone()),
            ("settings.digest", settings.digest()),
            ("settings", settings.to_json()),
        ];

        let test = self.metrics;
        let metrics = [
            ("test.precision", test.precision),
            ("test.recall", test.recall),
            ("test.f1", test.f1),
            ("test.accuracy", test.accuracy),
            ("test.roc_auc", test.roc_auc),
            ("test.pr_auc", test.pr_auc),
            ("test.brier", self.calibration.brier),
        ];
        let metrics = metrics.map(|(key, value)| (key, format!("{value:.6}")));

        let subsets = ["data.train", "data.validation", "data.test"];
        let counts = subsets
            .into_iter()
            .zip(self.counts)
            .map(|(key, counts)| (key, counts.texts().to_string()));

        strings
            .into_iter()
            .chain(metrics)
            .chain(counts)
            .map(|(key, value)| (key.to_owned(), value))
            .collect()
    }
}

/// Identifies a fit by the digests of data and settings and the version of the tool: 12 hexadecimal
/// digits.
pub(crate) fn fingerprint(data_digest: &str, settings: &Settings) -> String {
    let settings_digest = settings.digest();
    let digest = Sha256::digest(format!("{data_digest} {settings_digest} {TOOL_VERSION}"));
    hex::encode(&digest[..6])
}

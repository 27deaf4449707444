//! Metadata of the model file that comes from training.

use std::collections::BTreeMap;

use relevance_data::Dataset;
use sha2::{Digest as _, Sha256};

use super::training_report::Counts;
use crate::evaluate::calibration::Calibration;
use crate::evaluate::metrics::Metrics;
use crate::fit::elsewhere::Origin;
use crate::settings::Settings;

/// Version of the tool that trains.
pub(crate) const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Results of a training run that its model file holds.
pub(crate) struct ModelMetadata<'a> {
    /// Where the pipeline was fitted, unless by this run.
    pub(crate) origin: Option<&'a Origin>,
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
            (
                "version",
                fingerprint(&dataset.digest, settings, self.origin),
            ),
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

        let fitted = self.origin.map(|origin| {
            let fitted_by = origin.fitted_by.clone();
            let digest = origin.digest.clone();
            [
                fitted_by.map(|by| ("fitted.by", by)),
                Some(("fitted.digest", digest)),
            ]
        });

        strings
            .into_iter()
            .chain(fitted.into_iter().flatten().flatten())
            .chain(metrics)
            .chain(counts)
            .map(|(key, value)| (key.to_owned(), value))
            .collect()
    }
}

/// Identifies a fit by the digests of data and settings, the version of the tool, and the digest of
/// a pipeline that was fitted elsewhere: 12 hexadecimal digits.
pub(crate) fn fingerprint(
    data_digest: &str,
    settings: &Settings,
    origin: Option<&Origin>,
) -> String {
    let mut hasher = Sha256::new();
    hasher.update(format!(
        "{data_digest} {} {TOOL_VERSION}",
        settings.digest()
    ));
    if let Some(Origin { digest, .. }) = origin {
        hasher.update(format!(" {digest}"));
    }
    hex::encode(&hasher.finalize()[..6])
}

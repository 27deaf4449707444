//! The results of a run's steps, and everything that a version of the store keeps beside the model.

use bytes::Bytes;
use relevance_data::Dataset;
use relevance_train::{ReportPage, TestSubset, Trained, TrainedTexts};

use crate::workflow::compare::ProductionComparison;
use crate::workflow::export::CheckedExport;

/// A trained model that is exported and verified.
pub struct Candidate {
    /// The pipeline, its report, and the split that it was trained on.
    pub trained: Trained,
    /// The model file.
    pub file: Bytes,
    /// Name of the source.
    pub source: String,
    /// Content of `report.html`.
    pub report_page: String,
    /// Content of `card.html`.
    pub card_page: String,
    /// Frozen test rows, packed.
    pub test_rows: Bytes,
    /// Texts of the training and validation subsets, by digest; unknown for a pipeline that was fitted elsewhere.
    pub trained_texts: Option<TrainedTexts>,
    /// Comparison with the production model, if another model is in production.
    pub comparison: Option<ProductionComparison>,
}

impl Candidate {
    /// Puts the results of training and export together, and renders the pages.
    pub(crate) fn new(
        trained: Trained,
        exported: CheckedExport,
        comparison: Option<ProductionComparison>,
        dataset: &Dataset,
    ) -> Self {
        let trained_texts = match trained.report.fitted_elsewhere {
            None => Some(exported.trained_texts),
            Some(_) => None,
        };
        let (report_page, card_page) = pages(&trained, comparison.as_ref(), dataset);
        Self {
            trained,
            file: exported.file,
            source: dataset.source.clone(),
            report_page,
            card_page,
            test_rows: exported.test_rows,
            trained_texts,
            comparison,
        }
    }
}

/// Renders the report, and the part of it that visitors may see.
fn pages(
    trained: &Trained,
    comparison: Option<&ProductionComparison>,
    dataset: &Dataset,
) -> (String, String) {
    let indices = &trained.split.test;
    let texts: Vec<&str> = indices.iter().map(|&index| dataset.text(index)).collect();
    let labels: Vec<bool> = indices
        .iter()
        .map(|&index| dataset.is_relevant(index))
        .collect();

    let page = ReportPage {
        report: &trained.report,
        settings: &trained.settings,
        pipeline: &trained.pipeline,
        test: TestSubset {
            texts: &texts,
            labels: &labels,
            probabilities: &trained.test_probabilities,
        },
        uncompared: comparison.and_then(|comparison| comparison.uncompared.as_deref()),
    };
    rayon::join(|| page.render(), || page.render_card())
}

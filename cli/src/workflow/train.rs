//! The second step: rows to a fitted pipeline and its report.

use std::path::Path;

use relevance_data::Dataset;
use relevance_train::{Settings, Trained, train_beside};

use crate::progress::Progress;
use crate::workflow::export::Exported;
use crate::workflow::warnings::print_warnings;

/// Trains, and exports and verifies the pipeline while the slower part of the report is still measured.
///
/// The result of the export is separate, since the gate checks the report first.
pub(crate) fn train(
    dataset: &Dataset,
    settings: &Settings,
    onnxruntime: Option<&Path>,
    progress: Progress,
) -> anyhow::Result<(Trained, anyhow::Result<Exported>)> {
    let step = progress.start("train");
    let export =
        |pipeline: &_, split: &_| Exported::new(pipeline, dataset, split, onnxruntime, progress);
    let (trained, exported) = train_beside(dataset, settings, &step, export)?;

    let report = &trained.report;
    let terms = report.fit.terms(|count| count.to_string());
    let texts = report.train.texts();
    step.done(format_args!("{terms} from {texts} texts"));
    print_warnings(report, settings, progress);
    Ok((trained, exported))
}

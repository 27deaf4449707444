//! The second step: rows to a fitted pipeline and its report.

use std::path::Path;

use relevance_data::Dataset;
use relevance_train::{Report, Settings, Trained, train_beside};

use crate::progress::Progress;
use crate::workflow::export::Exported;

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
    let (terms, texts) = (report.fit.vocabulary, report.train.texts());
    step.done(format_args!("{terms} terms from {texts} texts"));
    warn_of_few(report, progress);
    Ok((trained, exported))
}

/// Warns when the metrics rest on few texts of a label.
fn warn_of_few(report: &Report, progress: Progress) {
    /// Texts of a label with which metrics are reliable.
    const ENOUGH: usize = 20;

    let (labels, test) = (&report.labels, report.test);
    for (name, texts) in [
        (&labels.relevant, test.relevant),
        (&labels.not_relevant, test.not_relevant),
    ] {
        if texts < ENOUGH {
            progress.print(format_args!(
                "warning: the test subset has {texts} texts labelled `{name}`, too few for reliable metrics: look at their \
                 intervals in the report\n"
            ));
        }
    }
}

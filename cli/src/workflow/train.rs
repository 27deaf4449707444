//! The second step: rows to a pipeline and its report.

use std::path::Path;

use relevance_data::Dataset;
use relevance_train::search::{SearchReport, Searched};
use relevance_train::{FittedElsewhere, Settings, Trained, measure_beside, train_beside};

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
    let searched = search(dataset, settings, progress)?;
    let settings = searched
        .as_ref()
        .map_or(settings, |searched| &searched.settings);

    let step = progress.start("train");
    let export =
        |pipeline: &_, split: &_| Exported::new(pipeline, dataset, split, onnxruntime, progress);
    let (mut trained, exported) = train_beside(dataset, settings, &step, export)?;
    trained.report.search = searched.map(|searched| searched.report);

    let report = &trained.report;
    let terms = report.fit.terms(|count| count.to_string());
    let texts = report.train.texts();
    step.done(format_args!("{terms} from {texts} texts"));
    print_warnings(report, &trained.settings, progress);
    Ok((trained, exported))
}

/// Measures a pipeline that was fitted elsewhere, and exports and verifies it beside that.
pub(crate) fn measure(
    dataset: &Dataset,
    fitted: &FittedElsewhere,
    settings: &Settings,
    onnxruntime: Option<&Path>,
    progress: Progress,
) -> anyhow::Result<(Trained, anyhow::Result<Exported>)> {
    let step = progress.start("measure");
    let export =
        |pipeline: &_, split: &_| Exported::new(pipeline, dataset, split, onnxruntime, progress);
    let (trained, exported) = measure_beside(dataset, fitted, settings, export)?;

    let report = &trained.report;
    let terms = report.fit.terms(|count| count.to_string());
    let fitted_by = fitted.fitted_by().unwrap_or("elsewhere");
    step.done(format_args!("{terms}, fitted by {fitted_by}"));
    print_warnings(report, &trained.settings, progress);
    Ok((trained, exported))
}

/// Searches for settings if the given ones ask for it, and prints the chosen ones.
fn search(
    dataset: &Dataset,
    settings: &Settings,
    progress: Progress,
) -> anyhow::Result<Option<Searched>> {
    if settings.search.is_none() {
        return Ok(None);
    }

    let step = progress.start("search");
    let searched = relevance_train::search(dataset, settings, &step)?;
    if let Some(Searched { report, .. }) = &searched {
        step.done(summary(report));
        progress.print(format_args!("{}", report.to_toml()));
    }
    Ok(searched)
}

/// The number of trials, and the metric of the best.
fn summary(report: &SearchReport) -> String {
    let metric = report.metric.name();
    let best = report.trials[0].score.map_or(f64::NAN, |score| score.value);
    format!(
        "{} settings tried, {metric} {best:.4} with",
        report.trials.len()
    )
}

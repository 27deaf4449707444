//! The model card: what a person should know before using the model.

use std::fmt::Write as _;

use crate::evaluate::cross_validation::CrossValidation;
use crate::evaluate::intervals::Interval;
use crate::evaluate::metrics::Metrics;
use crate::report::training_report::{Counts, Report};
use crate::settings::Settings;

/// The card of a trained model, in Markdown.
#[must_use]
pub fn model_card(report: &Report, settings: &Settings) -> String {
    let card = format!(
        "# Model card: {name}\n\n\
         Says whether a sentence is relevant. TF-IDF over {vocabulary} terms and logistic regression; one ONNX file that takes \
         raw text.\n\n\
         - Fit: `{fingerprint}`, by relevance {tool}\n\
         - Licence of the model: {licence}\n\
         - Threshold: {threshold}, chosen on the validation side by the rule `{rule}`\n\
         - Probabilities: {calibrated}\n\
         - Data: `{data}` (SHA-256 of the examples); undecided rows: {undecided}, {undecided_rule}\n\
         - Settings: `{settings}` (SHA-256)\n\n",
        licence = settings.licence,
        name = report.name,
        vocabulary = report.fit.vocabulary,
        fingerprint = report.fingerprint,
        tool = report.tool_version,
        threshold = report.threshold,
        rule = settings.threshold,
        calibrated = if report.platt_scaling.is_some() {
            "calibrated on the validation side"
        } else {
            "as fitted"
        },
        data = report.data_digest,
        undecided = report.undecided_rows,
        undecided_rule = match settings.undecided {
            relevance_data::Undecided::LeaveOut => "left out",
            relevance_data::Undecided::NotRelevant => "counted as not relevant",
        },
        settings = report.settings_digest,
    );
    card + &figures(report) + &trust(report) + &limits(report, settings)
}

fn figures(report: &Report) -> String {
    let mut table = String::from(
        "## PerMetric\n\n\
         | side | relevant | not relevant | precision | recall | F1 | accuracy | ROC-AUC | PR-AUC |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    let counts = |counts: &Counts| format!("{} | {}", counts.relevant, counts.not_relevant);
    let cells = |metrics: &Metrics| {
        [
            metrics.precision,
            metrics.recall,
            metrics.f1,
            metrics.accuracy,
            metrics.roc_auc,
            metrics.pr_auc,
        ]
        .map(|figure| format!("{figure:.4}"))
        .join(" | ")
    };
    let none = ["–"; 6].join(" | ");
    for (side, numbers, figures) in [
        ("train", &report.train, none),
        (
            "validation",
            &report.validation,
            cells(&report.validation_metrics),
        ),
        ("test", &report.test, cells(&report.test_metrics)),
    ] {
        writeln!(table, "| {side} | {} | {figures} |", counts(numbers))
            .expect("writing to a string cannot fail");
    }
    let intervals = &report.test_intervals;
    let intervals = [
        intervals.precision,
        intervals.recall,
        intervals.f1,
        intervals.accuracy,
        intervals.roc_auc,
        intervals.pr_auc,
    ]
    .map(|Interval { low, high }| format!("{low:.3} to {high:.3}"));
    writeln!(
        table,
        "| 95 % of resamples of test | | | {} |",
        intervals.join(" | ")
    )
    .expect("writing to a string cannot fail");
    if let Some(CrossValidation {
        folds,
        mean,
        standard_deviation,
    }) = &report.cross_validation
    {
        let (mean, deviation) = (mean.roc_auc, standard_deviation.roc_auc);
        let folds = folds.len();
        writeln!(table, "\nROC-AUC in {folds}-fold cross-validation without the test side: {mean:.4}, standard deviation {deviation:.4}.")
            .expect("writing to a string cannot fail");
    }
    table
}

/// What the figures are to be held against.
fn trust(report: &Report) -> String {
    let mut table = String::from(
        "\n## Without a model\n\n| rule | accuracy | F1 | ROC-AUC |\n| --- | --- | --- | --- |\n",
    );
    for baseline in &report.baselines {
        let (accuracy, f1, roc_auc) = (baseline.accuracy, baseline.f1, baseline.roc_auc);
        writeln!(
            table,
            "| {} | {accuracy:.4} | {f1:.4} | {roc_auc:.4} |",
            baseline.rule
        )
        .expect("writing to a string cannot fail");
    }
    let calibration = &report.test_calibration;
    write!(
        table,
        "\n## Calibration on the test side\n\n\
         Brier score {:.4}, expected calibration error {:.4}.\n\n\
         | probability from | texts | mean probability | share relevant |\n| --- | --- | --- | --- |\n",
        calibration.brier, calibration.expected_calibration_error
    )
    .expect("writing to a string cannot fail");
    for bin in &calibration.bins {
        let (from, texts) = (bin.from, bin.texts);
        writeln!(
            table,
            "| {from:.1} | {texts} | {:.3} | {:.3} |",
            bin.mean_probability, bin.share_relevant
        )
        .expect("writing to a string cannot fail");
    }
    table
}

fn limits(report: &Report, settings: &Settings) -> String {
    format!(
        "\n## Limits\n\n\
         - Tokens are runs of {characters} letters, digits and `_`. A text without known terms gets the probability of the \
         intercept alone.\n\
         - The model knows words, not meaning: it is as good as its examples are like the texts that it is asked about.\n\
         - Texts that differ in nothing but case, links, handles, punctuation and blanks stay on one side of the split; \
         of {checked} texts of the test side {near} or more share four of five words with one that was trained on.\n",
        characters = settings.features.token_characters,
        checked = report.near_duplicates.test_checked,
        near = report.near_duplicates.test,
    )
}

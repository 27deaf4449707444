//! The model card: what a person should know before using the model.

use std::fmt::Write as _;

use crate::{Counts, Metrics, Report, Settings};

/// The card of a trained model, in Markdown.
#[must_use]
pub fn model_card(report: &Report, settings: &Settings) -> String {
    let card = format!(
        "# Model card: {name}\n\n\
         Says whether a sentence is relevant. TF-IDF over {vocabulary} terms and logistic regression; one ONNX file that takes \
         raw text.\n\n\
         - Fit: `{fingerprint}`, by relevance {tool}\n\
         - Licence of the model: {licence}\n\
         - Threshold: {threshold}, the highest F1 on the validation side\n\
         - Data: `{data}` (SHA-256 of the examples); undecided rows: {undecided}, {undecided_rule}\n\
         - Settings: `{settings}` (SHA-256)\n\n",
        licence = settings.licence,
        name = report.name,
        vocabulary = report.fit.vocabulary,
        fingerprint = report.fingerprint,
        tool = report.tool_version,
        threshold = report.threshold,
        data = report.data_digest,
        undecided = report.undecided_rows,
        undecided_rule = match settings.undecided {
            relevance_data::Undecided::LeaveOut => "left out",
            relevance_data::Undecided::NotRelevant => "counted as not relevant",
        },
        settings = report.settings_digest,
    );
    card + &figures(report) + &limits(settings)
}

fn figures(report: &Report) -> String {
    let mut table = String::from(
        "## Figures\n\n\
         | side | relevant | not relevant | precision | recall | F1 | accuracy | ROC-AUC | PR-AUC |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    let counts = |counts: &Counts| format!("{} | {}", counts.relevant, counts.not_relevant);
    let cells = |metrics: &Metrics| {
        [metrics.precision, metrics.recall, metrics.f1, metrics.accuracy, metrics.roc_auc, metrics.pr_auc]
            .map(|figure| format!("{figure:.4}"))
            .join(" | ")
    };
    let none = ["–"; 6].join(" | ");
    for (side, numbers, figures) in [
        ("train", &report.train, none),
        ("validation", &report.validation, cells(&report.validation_metrics)),
        ("test", &report.test, cells(&report.test_metrics)),
    ] {
        writeln!(table, "| {side} | {} | {figures} |", counts(numbers)).expect("writing to a string cannot fail");
    }
    table
}

fn limits(settings: &Settings) -> String {
    format!(
        "\n## Limits\n\n\
         - Tokens are runs of {characters} letters, digits and `_`. A text without known terms gets the probability of the \
         intercept alone.\n\
         - The model knows words, not meaning: it is as good as its examples are like the texts that it is asked about.\n\
         - Equal texts stay on one side of the split; near duplicates may not.\n",
        characters = settings.features.token_characters,
    )
}

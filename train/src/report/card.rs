//! The model card in Markdown: what a person should know before using the model.

use std::fmt::Write as _;

use relevance_pipeline::Labels;

use super::content;
use super::front_matter::front_matter;
use super::training_report::{Counts, Report};
use crate::evaluate::cross_validation::CrossValidation;
use crate::evaluate::intervals::Interval;
use crate::evaluate::metrics::Metrics;
use crate::evaluate::per_metric::PerMetric;
use crate::settings::Settings;

/// Renders the card of a trained model in Markdown, with a head that the Hugging Face hub reads.
#[must_use]
pub fn model_card(report: &Report, settings: &Settings) -> String {
    let sections = [
        summary(report, settings),
        metrics(report),
        thresholds(report),
        baselines(report),
        calibration(report),
        list("Data", &content::data_notes(report, settings)),
        list("Limits", &content::limits((&settings.features).into())),
    ];
    front_matter(report, settings) + &sections.join("\n")
}

fn summary(report: &Report, settings: &Settings) -> String {
    let mut text = format!(
        "# Model card: {}\n\n\
         Predicts whether a sentence is `{}` or `{}`: TF-IDF over {} and logistic regression, \
         in one ONNX file that takes raw text.\n\n",
        report.name,
        report.labels.relevant,
        report.labels.not_relevant,
        report.fit.terms(|count| count.to_string())
    );
    for (name, value) in content::facts(report, settings) {
        push_line(&mut text, format_args!("- {name}: `{value}`"));
    }

    text
}

fn metrics(report: &Report) -> String {
    let Labels {
        relevant,
        not_relevant,
    } = &report.labels;
    let mut table = format!(
        "## Metrics\n\n\
         | subset | {} | {} | precision | recall | F1 | accuracy | ROC-AUC | PR-AUC |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
        cell(relevant),
        cell(not_relevant)
    );

    let not_measured = ["–"; 6].join(" | ");
    for (subset, counts, metrics) in [
        ("training", &report.train, not_measured),
        (
            "validation",
            &report.validation,
            metric_cells(&report.validation_metrics),
        ),
        ("test", &report.test, metric_cells(&report.test_metrics)),
    ] {
        let Counts {
            relevant,
            not_relevant,
        } = counts;
        push_line(
            &mut table,
            format_args!("| {subset} | {relevant} | {not_relevant} | {metrics} |"),
        );
    }

    let intervals = per_metric(&report.test_intervals)
        .map(|Interval { low, high }| format!("{low:.3} to {high:.3}"))
        .join(" | ");
    push_line(
        &mut table,
        format_args!("| 95 % interval, test | | | {intervals} |"),
    );

    if let Some(validation) = &report.cross_validation {
        let CrossValidation {
            folds,
            mean,
            standard_deviation,
        } = validation;
        push_line(
            &mut table,
            format_args!(
                "\nROC-AUC in {}-fold cross-validation without the test subset: {:.4}, standard deviation {:.4}.",
                folds.len(),
                mean.roc_auc,
                standard_deviation.roc_auc
            ),
        );
    }
    table
}

fn metric_cells(metrics: &Metrics) -> String {
    per_metric(&PerMetric::from_each(|metric| metric(metrics)))
        .map(|value| format!("{value:.4}"))
        .join(" | ")
}

/// Values in the order of the table's columns.
const fn per_metric<T: Copy>(values: &PerMetric<T>) -> [T; 6] {
    [
        values.precision,
        values.recall,
        values.f1,
        values.accuracy,
        values.roc_auc,
        values.pr_auc,
    ]
}

fn thresholds(report: &Report) -> String {
    let mut table = String::from(
        "## Thresholds of other rules\n\n\
         | rule | texts without known terms | threshold | precision | recall | F1 |\n\
         | --- | --- | --- | --- | --- | --- |\n",
    );
    for other in &report.threshold_alternatives {
        push_line(
            &mut table,
            format_args!(
                "| {} | {} | {:.4} | {:.4} | {:.4} | {:.4} |",
                other.rule,
                other.unknown_texts,
                other.threshold,
                other.precision,
                other.recall,
                other.f1
            ),
        );
    }

    table
}

fn baselines(report: &Report) -> String {
    let mut table = String::from(
        "## Baselines without a model\n\n\
         | rule | accuracy | F1 | ROC-AUC |\n\
         | --- | --- | --- | --- |\n",
    );
    for baseline in &report.baselines {
        push_line(
            &mut table,
            format_args!(
                "| {} | {:.4} | {:.4} | {:.4} |",
                baseline.rule, baseline.accuracy, baseline.f1, baseline.roc_auc
            ),
        );
    }

    table
}

fn calibration(report: &Report) -> String {
    let calibration = &report.test_calibration;
    let mut table = format!(
        "## Calibration on the test subset\n\n\
         Brier score {:.4}, expected calibration error {:.4}.\n\n\
         | probability from | texts | mean probability | fraction {} |\n\
         | --- | --- | --- | --- |\n",
        calibration.brier,
        calibration.expected_calibration_error,
        cell(&report.labels.relevant)
    );
    for bin in &calibration.bins {
        push_line(
            &mut table,
            format_args!(
                "| {:.1} | {} | {:.3} | {:.3} |",
                bin.from, bin.texts, bin.mean_probability, bin.fraction_relevant
            ),
        );
    }

    table
}

fn list(heading: &str, items: &[String]) -> String {
    let mut text = format!("## {heading}\n\n");
    for item in items {
        push_line(&mut text, format_args!("- {item}"));
    }
    text
}

/// Escapes a name for a cell of a table.
fn cell(name: &str) -> String {
    name.replace('|', "\\|")
}

fn push_line(text: &mut String, line: std::fmt::Arguments) {
    writeln!(text, "{line}").expect("writing to a string cannot fail");
}

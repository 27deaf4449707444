//! Warnings about the data of a training run: what makes a model weak, or its metrics unreliable.

use relevance_data::NearDuplicates;
use relevance_train::evaluate::case_sensitivity::CaseSensitivity;
use relevance_train::evaluate::intervals::ENOUGH_TEXTS;
use relevance_train::evaluate::token_coverage::TokenCoverage;
use relevance_train::{BeyondLimit, Fit, Report, Settings};

use crate::progress::Progress;

/// Fraction of test texts that nearly repeat a training text without making the metrics unreliable, as
/// the divisor of their number.
const MANY_DUPLICATES: usize = 10;

/// Prints the warnings.
pub(crate) fn print_warnings(report: &Report, settings: &Settings, progress: Progress) {
    let few = few_test_texts(report);
    let cut = cut_vocabularies(&report.fit, settings);
    let others = [
        moved_rows(report, settings),
        low_coverage(report),
        high_case_sensitivity(report),
        many_near_duplicates(&report.near_duplicates, settings),
    ];
    for warning in few.into_iter().chain(cut).chain(others).flatten() {
        progress.print(format_args!("warning: {warning}\n"));
    }
}

/// A warning for each label with few texts in the test subset.
fn few_test_texts(report: &Report) -> [Option<String>; 2] {
    let (labels, test) = (&report.labels, report.test);
    [
        (&labels.relevant, test.relevant),
        (&labels.not_relevant, test.not_relevant),
    ]
    .map(|(name, texts)| {
        (texts < ENOUGH_TEXTS).then(|| {
            format!(
                "the test subset has {texts} texts labelled `{name}`, too few for reliable \
                 metrics: look at their intervals in the report"
            )
        })
    })
}

/// A warning for each kind of terms of which the limit leaves out more than half.
fn cut_vocabularies(fit: &Fit, settings: &Settings) -> [Option<String>; 2] {
    let BeyondLimit {
        terms,
        character_ngrams,
    } = fit.beyond_limit;
    let features = &settings.features;

    [
        ("terms", terms, features.max_features, "--max-features"),
        (
            "character n-grams",
            character_ngrams,
            features.char_max_features,
            "--char-max-features",
        ),
    ]
    .map(|(kind, left_out, limit, flag)| {
        (left_out > limit).then(|| {
            format!(
                "the limit of {limit} {kind} leaves out {left_out} that are in as many training \
                 texts as the settings ask for: `{flag}` allows more"
            )
        })
    })
}

fn moved_rows(report: &Report, settings: &Settings) -> Option<String> {
    let (rows, column) = (report.moved_rows, settings.split.column.as_deref()?);
    (rows > 0).then(|| {
        format!(
            "the number of rows that are in an earlier subset than the one that column `{column}` \
             names, because an equal text is there, is {rows}"
        )
    })
}

fn low_coverage(report: &Report) -> Option<String> {
    let coverage = report.token_coverage?;
    let percent = |fraction: f64| format!("{:.0} %", fraction * 100.0);
    let TokenCoverage {
        in_tokens,
        in_unicode_tokens,
    } = coverage;

    let advice = if coverage.unicode_helps() {
        format!(
            "`--token-characters unicode` takes letters of all scripts, {}",
            percent(in_unicode_tokens)
        )
    } else {
        "`--analyzer char` takes runs of characters, which need no spaces between words".to_owned()
    };
    Some(format!(
        "{} of the characters of the training texts belong to words that the model can know: \
         {advice}",
        percent(in_tokens)
    ))
}

fn high_case_sensitivity(report: &Report) -> Option<String> {
    let CaseSensitivity { checked, changed } = report.case_sensitivity?;
    Some(format!(
        "lower case changes the probability of {changed} of {checked} test texts with upper-case \
         letters outside ASCII: words keep the case of such letters"
    ))
}

fn many_near_duplicates(near: &NearDuplicates, settings: &Settings) -> Option<String> {
    let NearDuplicates {
        test, test_checked, ..
    } = *near;
    if test * MANY_DUPLICATES < test_checked.max(1) {
        return None;
    }

    let advice = if settings.split_column().is_some() {
        "look at them in the report"
    } else {
        "where a column names the origin of a text, `--split-by group --split-column NAME` keeps \
         copies in one subset"
    };
    Some(format!(
        "at least {test} of {test_checked} checked test texts nearly repeat a training text, so \
         that new texts may be predicted worse than the metrics say: {advice}"
    ))
}

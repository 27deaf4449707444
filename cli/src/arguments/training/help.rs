//! Help of the flags: defaults of the settings.
//!
//! A flag of a setting has no default of its own, since a value from the settings file comes between the two.

use std::fmt::Display;

use clap::Arg;
use relevance_train::{Analyzer, SearchSettings, Settings};
use serde_json::Value;

/// Ids of flags, with the JSON pointers of their settings.
pub(super) const SETTINGS: [(&str, &str); 55] = [
    ("name", "/name"),
    ("licence", "/licence"),
    ("undecided", "/undecided"),
    ("calibrate", "/calibrate"),
    ("threshold_rule", "/threshold"),
    ("unknown_texts", "/unknown_texts"),
    ("table", "/source/table"),
    ("query", "/source/query"),
    ("text_column", "/source/text_column"),
    ("label_column", "/source/label_column"),
    ("columns", "/source/columns"),
    ("delimiter", "/source/delimiter"),
    ("quote", "/source/quote"),
    ("escape", "/source/escape"),
    ("no_header", "/source/header"),
    ("encoding", "/source/encoding"),
    ("max_unpacked_bytes", "/source/max_unpacked_bytes"),
    ("relevant", "/labels/relevant"),
    ("not_relevant", "/labels/not_relevant"),
    ("undecided_values", "/labels/undecided"),
    ("unlabelled", "/labels/unlabelled"),
    ("split_train", "/split/train"),
    ("split_validation", "/split/validation"),
    ("split_test", "/split/test"),
    ("seed", "/split/seed"),
    ("split_by", "/split/by"),
    ("split_column", "/split/column"),
    ("folds", "/cross_validation/folds"),
    ("analyzer", "/features/analyzer"),
    ("token_characters", "/features/token_characters"),
    ("ngram_max", "/features/ngram_max"),
    ("min_document_frequency", "/features/min_document_frequency"),
    ("max_features", "/features/max_features"),
    ("char_ngram_min", "/features/char_ngram_min"),
    ("char_ngram_max", "/features/char_ngram_max"),
    (
        "char_min_document_frequency",
        "/features/char_min_document_frequency",
    ),
    ("char_max_features", "/features/char_max_features"),
    ("solver", "/solver/kind"),
    ("alpha", "/solver/alpha"),
    ("class_weight", "/solver/class_weight"),
    ("weight_column", "/solver/weight_column"),
    ("max_iterations", "/solver/max_iterations"),
    ("tolerance", "/solver/tolerance"),
    ("gradient_tolerance", "/solver/gradient_tolerance"),
    ("search_budget", "/search/budget"),
    ("search_metric", "/search/metric"),
    ("learning_curve", "/learning_curve"),
    ("min_precision", "/gate/min_precision"),
    ("min_recall", "/gate/min_recall"),
    ("max_model_bytes", "/gate/max_model_bytes"),
    ("max_left_out", "/gate/max_left_out"),
    ("max_drop", "/gate/max_drop"),
    ("significance", "/gate/significance"),
    ("max_slowdown", "/gate/max_slowdown"),
    ("check_invariance", "/model_checks/invariance"),
];

/// Returns whether the flag is that of a setting.
pub fn is_setting(flag: &Arg) -> bool {
    SETTINGS.iter().any(|(id, _)| flag.get_id() == id)
}

/// Adds to the help of a setting's flag the setting's default, if it has one.
pub fn show_default(flag: Arg) -> Arg {
    let id = flag.get_id().as_str();
    let setting = SETTINGS.iter().find(|(flag, _)| *flag == id);
    let has_own_default = !flag.get_default_values().is_empty();
    let Some(default) = setting.and_then(|(_, pointer)| default_of(pointer)) else {
        return flag;
    };
    // The setting of a flag without a value is its opposite.
    if has_own_default || !flag.get_action().takes_values() {
        return flag;
    }

    append_help(flag, &format!(" [default: {default}]"))
}

/// Appends a text to the help of a flag, and to its long help if it has one.
pub fn append_help(flag: Arg, text: &str) -> Arg {
    let append = |help: &dyn Display| format!("{help}{text}");
    let help = flag.get_help().map(|help| append(help));
    let long_help = flag.get_long_help().map(|help| append(help));

    let flag = flag.help(help.unwrap_or_default());
    match long_help {
        Some(long_help) => flag.long_help(long_help),
        None => flag,
    }
}

/// Returns the default of the setting at a JSON pointer; nothing for an empty one.
fn default_of(pointer: &str) -> Option<String> {
    if pointer == "/features/analyzer" {
        return Some(Analyzer::default().to_string());
    }

    // Settings of characters are written with an analyzer of characters alone, those of a search with
    // a search.
    let mut settings = Settings {
        search: Some(SearchSettings::default()),
        ..Settings::default()
    };
    settings.features.analyzer = Analyzer::Both;
    let defaults = serde_json::to_value(settings).ok()?;
    match defaults.pointer(pointer)? {
        Value::String(text) => Some(text.clone()),
        value @ (Value::Number(_) | Value::Bool(_)) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, Command};

    use super::*;
    use crate::arguments::training::SettingsArguments;

    /// Settings that only a file can change, and the paths of a file, which have no default.
    const WITHOUT_DEFAULT: [&str; 2] = ["/model_checks/direction", "/model_checks/must_pass"];

    /// The JSON pointers of every setting.
    fn pointers(path: &str, value: &Value) -> Vec<String> {
        match value {
            Value::Object(fields) => fields
                .iter()
                .flat_map(|(key, value)| pointers(&format!("{path}/{key}"), value))
                .collect(),
            _ => vec![path.to_owned()],
        }
    }

    #[test]
    fn every_setting_but_the_directions_has_a_flag() {
        let command = SettingsArguments::augment_args(Command::new("train"));
        let flags: Vec<&str> = command
            .get_arguments()
            .map(|flag| flag.get_id().as_str())
            .collect();
        for (flag, pointer) in SETTINGS {
            assert!(flags.contains(&flag), "{flag} of {pointer}");
        }
        assert!(flags.contains(&"must_pass"));

        let settings = serde_json::to_value(Settings::default()).unwrap();
        for pointer in pointers("", &settings) {
            let has_flag = SETTINGS.iter().any(|(_, setting)| *setting == pointer);
            assert!(
                has_flag || WITHOUT_DEFAULT.contains(&pointer.as_str()),
                "{pointer}"
            );
        }
    }

    #[test]
    fn the_help_of_a_setting_ends_with_its_default() {
        let command = SettingsArguments::augment_args(Command::new("train"));
        for (flag, want) in [
            ("split_test", " [default: 0.2]"),
            ("undecided", " [default: leave-out]"),
            ("analyzer", " [default: word]"),
            ("char_max_features", " [default: 50000]"),
            ("search_budget", " [default: 24]"),
            ("search_metric", " [default: log-loss]"),
            ("tolerance", " [default: 1e-9]"),
            ("check_invariance", " [default: true]"),
        ] {
            let flag = command
                .get_arguments()
                .find(|argument| argument.get_id() == flag)
                .unwrap();
            let help = show_default(flag.clone()).get_help().unwrap().to_string();
            assert!(help.ends_with(want), "{help}");
        }
    }
}

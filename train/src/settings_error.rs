//! Errors of a settings file in words of the file, not of the types that hold it.

use std::fmt;

/// Error of a settings file, with its line.
#[derive(Clone, Debug)]
pub struct SettingsFileError(toml::de::Error);

impl SettingsFileError {
    pub(crate) const fn new(error: toml::de::Error) -> Self {
        Self(error)
    }
}

impl fmt::Display for SettingsFileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.0.message();
        let location = self.0.to_string();
        let location = location
            .trim_end()
            .strip_suffix(message)
            .unwrap_or_default();
        write!(formatter, "{location}{}", plain(message))
    }
}

impl std::error::Error for SettingsFileError {}

/// Returns a message of the parser without names of types.
fn plain(message: &str) -> String {
    let mismatch = ["invalid type: ", "invalid value: "]
        .into_iter()
        .find_map(|start| message.strip_prefix(start)?.rsplit_once(", expected "));
    if let Some((got, wanted)) = mismatch {
        return format!(
            "expected {}, not {}",
            wanted_value(wanted),
            given_value(got)
        );
    }
    if let Some(rest) = message.strip_prefix("unknown field ") {
        return format!("there is no setting {rest}");
    }
    if let Some((value, choices)) = message
        .strip_prefix("unknown variant ")
        .and_then(|rest| rest.split_once(", expected "))
    {
        return format!("expected {choices}, not {value}");
    }
    if message == "wanted string or table" {
        return "expected the name of a choice in quotes".to_owned();
    }
    match message.strip_prefix("missing field ") {
        Some(name) => format!("the setting {name} is missing"),
        None => message.to_owned(),
    }
}

/// Describes the values that a setting takes, by the parser's name of its type.
fn wanted_value(wanted: &str) -> String {
    let value = match wanted {
        "usize" | "u64" => "a whole number, 0 or more",
        "f64" | "f32" => "a number",
        "a boolean" => "`true` or `false`",
        "a string" => "a text in quotes",
        "a character" => "one character in quotes",
        "a sequence" => "a list, as `[\"a\", \"b\"]`",
        "a map" => "a table of settings",
        "path string" => "a path in quotes",
        "u32" => return format!("a whole number from 0 to {}", u32::MAX),
        _ if wanted.starts_with("struct ") => "a table of settings",
        _ => wanted,
    };
    value.to_owned()
}

/// Describes the value of a file, by the parser's description of it.
fn given_value(got: &str) -> String {
    let got = got.strip_suffix(" as i128").unwrap_or(got);
    let (kind, value) = got.split_once(' ').unwrap_or((got, ""));
    match kind {
        "string" => format!("the text {value}"),
        "integer" => format!("the number {value}"),
        "floating" => format!("the number {}", value.trim_start_matches("point ")),
        "boolean" => value.to_owned(),
        "map" => "a table or a date".to_owned(),
        "sequence" => "a list".to_owned(),
        _ => got.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::settings::Settings;

    /// Returns the message for settings that cannot be read.
    fn error_of(toml: &str) -> String {
        let error = Settings::from_toml(toml).unwrap_err();
        std::error::Error::source(&error).unwrap().to_string()
    }

    #[test]
    fn choices_paths_and_dates_have_names_of_their_own() {
        for (toml, want) in [
            ("undecided = 3", "expected the name of a choice in quotes"),
            (
                "model_checks.must_pass = 3",
                "expected a path in quotes, not the number `3`",
            ),
            ("name = 2026-01-31", "in quotes, not a table or a date"),
        ] {
            let error = error_of(toml);
            assert!(error.contains(want), "{toml}: {error}");
        }
    }

    #[test]
    fn errors_name_no_types() {
        for (toml, want) in [
            (
                "min = 3",
                "there is no setting `min`, expected one of `name`",
            ),
            (
                "split = 3",
                "expected a table of settings, not the number `3`",
            ),
            ("split.train = 'a'", "expected a number, not the text \"a\""),
            (
                "features.ngram_max = 'a'",
                "expected a whole number, 0 or more, not the text \"a\"",
            ),
            ("features.ngram_max = -1", "0 or more, not the number `-1`"),
            (
                "split = [0.3, 0.3, 0.4]",
                "`split` is a list: write its settings in a section `[split]`",
            ),
            ("gate = []", "`gate` is a list"),
            (
                "features.ngram_max = 1.5",
                "0 or more, not the number `1.5`",
            ),
            (
                "features.min_document_frequency = 99999999999",
                "expected a whole number from 0 to 4294967295, not the number `99999999999`",
            ),
            (
                "split.seed = 99999999999999999999999",
                "0 or more, not the number `99999999999999999999999`",
            ),
            (
                "labels.relevant = 'yes'",
                "expected a list, as `[\"a\", \"b\"]`, not the text \"yes\"",
            ),
            (
                "calibrate = 'yes'",
                "expected `true` or `false`, not the text",
            ),
            (
                "threshold = 3",
                "expected a text in quotes, not the number `3`",
            ),
            (
                "source.delimiter = ';;'",
                "expected one character in quotes, not the text \";;\"",
            ),
            (
                "undecided = 'x'",
                "expected `leave-out` or `not-relevant`, not `x`",
            ),
            ("solver.class_weight = { a = 1 }", "not a table"),
            (
                "search.budget = true",
                "a number of settings, as `24`, or a time, as `\"60s\"`",
            ),
            (
                "[[model_checks.direction]]\ntext = 'a'\nadd = 'b'",
                "the setting `toward` is missing",
            ),
            ("name = 'a'\nname = 'b'", "line 2"),
        ] {
            let error = error_of(toml);
            assert!(error.contains(want), "{toml}: {error}");
            let is_list = error.contains("is a list: ");
            assert!(
                is_list || error.contains("TOML parse error at line "),
                "{error}"
            );
        }
    }
}

//! Names of flags beside those of settings.

use clap::{Args as _, Command};

use super::help::SETTINGS;
use super::settings::SettingsArguments;

/// Adds to each setting that a message names its flag, unless the message does.
pub fn name_flags(message: &str) -> String {
    let command = SettingsArguments::augment_args(Command::new("train"));
    let mut named = message.to_owned();
    for flag in command.get_arguments() {
        let id = flag.get_id().as_str();
        let setting = SETTINGS.iter().find(|(name, _)| *name == id);
        let (Some((_, pointer)), Some(long)) = (setting, flag.get_long()) else {
            continue;
        };

        let key = format!("`{}`", pointer[1..].replace('/', "."));
        if key.contains('.') && !named.contains(&format!("{key} (`--")) {
            named = named.replace(&key, &format!("{key} (`--{long}`)"));
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::name_flags;

    #[test]
    fn settings_are_named_with_their_flags() {
        for (message, want) in [
            (
                "setting `gate.min_recall` is 2",
                "setting `gate.min_recall` (`--min-recall`) is 2",
            ),
            (
                "`split.train` and `split.test` of `name`",
                "`split.train` (`--split-train`) and `split.test` (`--split-test`) of `name`",
            ),
            (
                "`features.ngram_max` (`--ngram-max`) has no effect",
                "`features.ngram_max` (`--ngram-max`) has no effect",
            ),
            ("`source.columns`", "`source.columns` (`--column`)"),
        ] {
            assert_eq!(name_flags(message), want);
        }
    }
}

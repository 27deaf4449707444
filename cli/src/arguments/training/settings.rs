//! Settings of training: a file, and a flag for each setting.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use clap::Args;
use relevance_storage::error_chain;
use relevance_train::Settings;

use super::fit::FitArguments;
use super::flag_names::name_flags;
use super::gate::GateArguments;
use super::labels::LabelArguments;
use super::search::SearchArguments;
use super::source::SourceFlags;
use super::split::SplitArguments;
use crate::arguments::setting::set;
use crate::exit::WrongUsage;

/// Reads a file of UTF-8.
fn read_text(path: &Path) -> anyhow::Result<String> {
    let bytes = std::fs::read(path)?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = &error.as_bytes()[..valid];
        let line = before.split(|&byte| byte == b'\n').count();
        anyhow!(
            "line {line}, byte {}: not UTF-8; save the file as UTF-8",
            valid + 1
        )
    })
}

/// Flags for the settings of a training run.
#[derive(Debug, Args)]
pub struct SettingsArguments {
    /// TOML file of settings; flags take precedence over it, and what it leaves out has its default.
    #[arg(long, env = "RELEVANCE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Name of the model, in its file and in the store.
    #[arg(long, env = "RELEVANCE_NAME", value_name = "NAME")]
    name: Option<String>,
    /// Licence of the model, written into its file.
    #[arg(
        long,
        env = "RELEVANCE_LICENCE",
        value_name = "TEXT",
        hide_short_help = true
    )]
    licence: Option<String>,
    #[command(flatten)]
    source: SourceFlags,
    #[command(flatten)]
    labels: LabelArguments,
    #[command(flatten)]
    split: SplitArguments,
    #[command(flatten)]
    fit: FitArguments,
    #[command(flatten)]
    search: SearchArguments,
    #[command(flatten)]
    gate: GateArguments,
}

impl SettingsArguments {
    /// Path of the settings file.
    pub const fn file(&self) -> Option<&PathBuf> {
        self.config.as_ref()
    }

    /// Reads the settings file, or takes the defaults, applies the flags, and checks the result.
    pub fn read(&self) -> anyhow::Result<Settings> {
        self.merge().map_err(|error| WrongUsage(error).into())
    }

    fn merge(&self) -> anyhow::Result<Settings> {
        let mut settings = match &self.config {
            None => Settings::default(),
            Some(path) => {
                let context = || format!("settings file `{}`", path.display());
                let text = read_text(path).with_context(context)?;
                Settings::from_toml(&text).with_context(context)?
            }
        };

        self.apply(&mut settings);
        settings.keep_columns();
        match settings.validate() {
            Ok(()) => Ok(settings),
            Err(error) => Err(anyhow!("{}", name_flags::<Self>(&error_chain(&error)))),
        }
    }

    fn apply(&self, settings: &mut Settings) {
        set(&mut settings.name, self.name.clone());
        set(&mut settings.licence, self.licence.clone());

        self.source.apply(&mut settings.source);
        self.labels.apply(settings);
        self.split.apply(settings);
        self.fit.apply(settings);
        self.search.apply(settings);
        self.gate.apply(settings);
    }
}

#[cfg(test)]
mod tests {
    use super::{SettingsArguments, name_flags};

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
            assert_eq!(name_flags::<SettingsArguments>(message), want);
        }
    }
}

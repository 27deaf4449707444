//! Flags together with where the value of each comes from.

use std::collections::BTreeMap;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, FromArgMatches};

/// Flags, and where the values of the command's flags come from.
#[derive(Debug)]
pub struct Given<T> {
    /// The flags.
    pub flags: T,
    /// Source of each flag of the command that is not read before these.
    sources: BTreeMap<String, ValueSource>,
}

impl<T> Given<T> {
    /// Returns whether a flag, or its variable, is given.
    pub fn is_given(&self, id: &str) -> bool {
        self.is_on_command_line(id) || self.sources.get(id) == Some(&ValueSource::EnvVariable)
    }

    /// Returns whether a flag is given on the command line.
    pub fn is_on_command_line(&self, id: &str) -> bool {
        self.sources.get(id) == Some(&ValueSource::CommandLine)
    }
}

impl<T: Args> Args for Given<T> {
    fn augment_args(command: Command) -> Command {
        T::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        T::augment_args_for_update(command)
    }
}

impl<T: FromArgMatches> FromArgMatches for Given<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Self::from_arg_matches_mut(&mut matches.clone())
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, clap::Error> {
        let ids: Vec<String> = matches.ids().map(ToString::to_string).collect();
        let source = |id: String| Some((matches.value_source(&id)?, id));
        let sources = ids.into_iter().filter_map(source);

        Ok(Self {
            sources: sources.map(|(source, id)| (id, source)).collect(),
            flags: T::from_arg_matches_mut(matches)?,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

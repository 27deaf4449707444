//! Changes of all flags of a command.

use clap::{Arg, Command};

/// Changes the flags of a command and its subcommands.
pub fn map_flags(command: Command, change: fn(Arg) -> Arg) -> Command {
    command
        .mut_args(change)
        .mut_subcommands(|subcommand| map_flags(subcommand, change))
}

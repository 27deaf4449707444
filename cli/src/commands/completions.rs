//! `relevance completions`: a script that completes the command line in a shell.

use clap::{Args, Command};
use clap_complete::{Shell, generate};

use crate::output;

#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// Shell that runs the script.
    shell: Shell,
}

/// Prints the script for the commands of this build.
pub fn run(arguments: &CompletionsArguments, mut command: Command) -> anyhow::Result<()> {
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    generate(arguments.shell, &mut command, name, &mut script);
    output::print(&String::from_utf8(script)?)
}

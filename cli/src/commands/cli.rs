//! The command line of `relevance`: its subcommands, and the function that runs each.

use std::process::ExitCode;

use clap::{Arg, Command, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

#[cfg(feature = "train")]
use super::training::{TrainingCommand, run::RunArguments};
use crate::arguments::{ignore_empty, prefer_vertex_port};
use crate::commands::completions::CompletionsArguments;
use crate::commands::flags::map_flags;
use crate::commands::health::HealthArguments;
use crate::commands::man::ManArguments;
use crate::commands::models::ModelsCommand;
use crate::commands::predict::PredictArguments;
use crate::commands::serve::ServeArguments;
use crate::signals::CleanUp;
use crate::{commands, exit, output, signals};

/// Trains a text classifier from labelled sentences, exports it as one ONNX file, and serves it.
///
/// Without a command it runs the whole workflow: it trains on the embedded archive, applies the gate, exports, verifies,
/// publishes and promotes the model if it is new, and serves it.
#[cfg(feature = "train")]
#[derive(Debug, Parser)]
#[command(
    name = "relevance",
    version,
    args_conflicts_with_subcommands = true,
    max_term_width = 100
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Subcommands>,
    #[command(flatten)]
    run: RunArguments,
}

/// Serves a text classifier from a store of models.
///
/// This build has no training: the commands `train`, `data`, `export`, `verify` and `models diff` are in the full build.
#[cfg(not(feature = "train"))]
#[derive(Debug, Parser)]
#[command(
    name = "relevance",
    version,
    arg_required_else_help = true,
    max_term_width = 100
)]
struct Cli {
    #[command(subcommand)]
    command: Subcommands,
}

#[derive(Debug, Subcommand)]
enum Subcommands {
    #[cfg(feature = "train")]
    #[command(flatten)]
    Training(Box<TrainingCommand>),
    /// Classify texts from the arguments, a file or standard input.
    Predict(Box<PredictArguments>),
    /// List, show, compare, promote, roll back, copy, check or prune the versions of a model.
    #[command(subcommand)]
    Models(ModelsCommand),
    /// Serve a model of the store, or a model file, over HTTP.
    Serve(Box<ServeArguments>),
    /// Print the service's OpenAPI description.
    Openapi,
    /// Exit with 0 when the service on this machine is ready.
    Health(HealthArguments),
    /// Print a script that completes commands and flags in a shell.
    Completions(CompletionsArguments),
    /// Print the manual, or write a page for each command.
    Man(ManArguments),
    /// Print this reference as Markdown.
    #[cfg(feature = "train")]
    #[command(hide = true)]
    Reference,
}

/// Runs the command that the arguments of the process name.
#[must_use]
pub fn run() -> ExitCode {
    // Before anything that takes time, so that no signal is lost or has another meaning.
    if let Err(error) = signals::catch() {
        return exit::code(Err(error));
    }

    let matches = command_line().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    exit::code(dispatch(cli))
}

#[cfg(feature = "train")]
fn dispatch(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Some(command) => run_command(command),
        None => commands::training::run::run(&cli.run),
    }
}

#[cfg(not(feature = "train"))]
fn dispatch(cli: Cli) -> anyhow::Result<()> {
    run_command(cli.command)
}

fn run_command(command: Subcommands) -> anyhow::Result<()> {
    let _clean_up = match command {
        // It has handlers of its own.
        Subcommands::Serve(_) => None,
        _ => Some(CleanUp::on_signals()?),
    };
    match command {
        #[cfg(feature = "train")]
        Subcommands::Training(command) => commands::training::run_command(&command),
        Subcommands::Predict(arguments) => commands::predict::run(&arguments),
        Subcommands::Models(command) => commands::models::run(&command),
        Subcommands::Serve(arguments) => commands::serve::run(&arguments),
        Subcommands::Openapi => output::print(&relevance_serve::openapi_json()),
        Subcommands::Health(arguments) => commands::health::run(&arguments),
        Subcommands::Completions(arguments) => {
            commands::completions::run(&arguments, command_line())
        }
        Subcommands::Man(arguments) => commands::man::run(&arguments, manual()),
        #[cfg(feature = "train")]
        Subcommands::Reference => output::print(&super::reference::markdown(command_line())),
    }
}

/// The command line with the defaults of settings, and with a short help for `-h`.
fn command_line() -> Command {
    map_flags(manual(), shorten_help)
}

/// The command line with the defaults of settings, and with all flags in every help.
fn manual() -> Command {
    let command = map_flags(Cli::command(), take_negative_numbers);
    let command = map_flags(command, ignore_empty);
    let command = map_flags(command, prefer_vertex_port);
    #[cfg(feature = "train")]
    let command = map_flags(command, crate::arguments::training::show_default);
    #[cfg(feature = "train")]
    let command = map_flags(command, crate::arguments::training::describe_numbers);
    command
}

/// Takes a negative number as a flag's value, which its parser refuses in words of the flag, and not
/// as a flag of its own.
fn take_negative_numbers(flag: Arg) -> Arg {
    if flag.get_action().takes_values() {
        flag.allow_negative_numbers(true)
    } else {
        flag
    }
}

/// Leaves a flag that has a heading to `--help`.
fn shorten_help(flag: Arg) -> Arg {
    if flag.get_help_heading().is_some() {
        flag.hide_short_help(true)
    } else {
        flag
    }
}

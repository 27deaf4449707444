//! The command line of `relevance`: its subcommands, and the function that runs each.

use std::process::ExitCode;

use clap::{Arg, Command, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::arguments::{append_help, show_default};
use crate::commands::data::DataCommand;
use crate::commands::export::ExportArguments;
use crate::commands::health::HealthArguments;
use crate::commands::models::ModelsCommand;
use crate::commands::predict::PredictArguments;
use crate::commands::run::RunArguments;
use crate::commands::serve::ServeArguments;
use crate::commands::train::TrainArguments;
use crate::commands::verify::VerifyArguments;
use crate::{commands, exit, output};

/// Trains a text classifier from labelled sentences, exports it as one ONNX file, and serves it.
///
/// Without a command it runs the whole workflow: it trains on the embedded archive, applies the gate, exports, verifies,
/// publishes and promotes the model if it is new, and serves it.
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

#[derive(Debug, Subcommand)]
enum Subcommands {
    /// Unpack, pack or check training data.
    #[command(subcommand)]
    Data(DataCommand),
    /// Train on a source, apply the gate, publish the model and set the alias `candidate`.
    Train(Box<TrainArguments>),
    /// Write a pipeline, or a model of the store, as an ONNX file.
    Export(ExportArguments),
    /// Compare the engines on every text of a source.
    Verify(VerifyArguments),
    /// Classify texts from the arguments, a file or standard input.
    Predict(PredictArguments),
    /// List, show, compare, promote, roll back, check or prune the versions of a model.
    #[command(subcommand)]
    Models(ModelsCommand),
    /// Serve a model of the store over HTTP.
    Serve(ServeArguments),
    /// Print the service's OpenAPI description.
    Openapi,
    /// Exit with 0 when the service on this machine is ready.
    Health(HealthArguments),
    /// Print this reference as Markdown.
    #[command(hide = true)]
    Reference,
}

/// Runs the command that the arguments of the process name.
#[must_use]
pub fn run() -> ExitCode {
    let matches = command().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    exit::code(dispatch(cli))
}

fn dispatch(cli: Cli) -> anyhow::Result<()> {
    let Some(command) = cli.command else {
        return commands::run::run(&cli.run);
    };

    match command {
        Subcommands::Data(command) => commands::data::run(&command),
        Subcommands::Train(arguments) => commands::train::run(&arguments),
        Subcommands::Export(arguments) => commands::export::run(&arguments),
        Subcommands::Verify(arguments) => commands::verify::run(&arguments),
        Subcommands::Predict(arguments) => commands::predict::run(&arguments),
        Subcommands::Models(command) => commands::models::run(&command),
        Subcommands::Serve(arguments) => commands::serve::run(&arguments),
        Subcommands::Openapi => output::print(&relevance_serve::openapi_json()),
        Subcommands::Health(arguments) => commands::health::run(&arguments),
        Subcommands::Reference => output::print(&reference()),
    }
}

/// The command line with the defaults of settings, and with a short help for `-h`.
fn command() -> Command {
    map_flags(Cli::command(), |flag| shorten_help(show_default(flag)))
}

/// Changes the flags of a command and its subcommands.
fn map_flags(command: Command, change: fn(Arg) -> Arg) -> Command {
    command
        .mut_args(change)
        .mut_subcommands(|subcommand| map_flags(subcommand, change))
}

/// Leaves a flag that has a heading to `--help`.
fn shorten_help(flag: Arg) -> Arg {
    if flag.get_help_heading().is_some() {
        flag.hide_short_help(true)
    } else {
        flag
    }
}

/// Every command and flag, with its environment variable, as Markdown.
fn reference() -> String {
    let options = clap_markdown::MarkdownOptions::new()
        .title("Command reference".to_owned())
        .show_footer(false)
        .show_table_of_contents(false);
    let command = map_flags(command(), name_variable);
    clap_markdown::help_markdown_command_custom(&command, &options)
}

/// Adds the environment variable of a flag to its help.
fn name_variable(flag: Arg) -> Arg {
    let Some(variable) = flag.get_env().map(|name| name.display().to_string()) else {
        return flag;
    };
    append_help(flag, &format!("; `{variable}` in the environment"))
}

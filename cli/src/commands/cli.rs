//! The command line of `relevance`: its subcommands, and which function runs each.

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::commands::{
    data::DataCommand, export::ExportArguments, health::HealthArguments, models::ModelsCommand,
    predict::PredictArguments, run::RunArguments, serve::ServeArguments, train::TrainArguments,
    verify::VerifyArguments,
};
use crate::{commands, exit, output};

/// Says whether a sentence is relevant: trains on labelled sentences, exports one ONNX file, serves it.
///
/// Without a command it does the whole job: trains on the embedded archive, gates, exports, verifies, publishes if there is
/// anything new, and serves.
#[derive(Debug, Parser)]
#[command(
    name = "relevance",
    version,
    args_conflicts_with_subcommands = true,
    max_term_width = 100
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: RunArguments,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Unpack, pack or check training data.
    #[command(subcommand)]
    Data(DataCommand),
    /// Train on a source, gate the result, publish it and set the alias `candidate`.
    Train(Box<TrainArguments>),
    /// Write a pipeline, or a model of the store, as an ONNX file.
    Export(ExportArguments),
    /// Compare the engines on every text of a source.
    Verify(VerifyArguments),
    /// Answer for texts: from the arguments, a file or standard input.
    Predict(PredictArguments),
    /// List, show, compare, promote, roll back, check or prune the versions of a model.
    #[command(subcommand)]
    Models(ModelsCommand),
    /// Serve a model of the store over HTTP.
    Serve(ServeArguments),
    /// Print the service's OpenAPI specification.
    Openapi,
    /// Exit with 0 when the service on this machine is ready.
    Health(HealthArguments),
    /// Print this reference as Markdown.
    #[command(hide = true)]
    Reference,
}

/// Runs the command that the process's arguments name.
#[must_use]
pub fn run() -> std::process::ExitCode {
    let cli = Cli::parse();
    exit::code(dispatch(cli))
}

fn dispatch(cli: Cli) -> anyhow::Result<()> {
    let Some(command) = cli.command else {
        return commands::run::run(&cli.run);
    };
    match command {
        Command::Data(command) => commands::data::run(&command),
        Command::Train(arguments) => commands::train::run(&arguments),
        Command::Export(arguments) => commands::export::run(&arguments),
        Command::Verify(arguments) => commands::verify::run(&arguments),
        Command::Predict(arguments) => commands::predict::run(&arguments),
        Command::Models(command) => commands::models::run(&command),
        Command::Serve(arguments) => commands::serve::run(&arguments),
        Command::Openapi => output::print(&relevance_serve::openapi_json()),
        Command::Health(arguments) => commands::health::run(&arguments),
        Command::Reference => output::print(&reference()),
    }
}

/// Every command and flag, with its environment variable, as Markdown.
fn reference() -> String {
    let options = clap_markdown::MarkdownOptions::new()
        .title("Command reference".to_owned())
        .show_footer(false)
        .show_table_of_contents(false);
    clap_markdown::help_markdown_command_custom(&name_variables(Cli::command()), &options)
}

/// Adds to the help of each flag the environment variable that stands for it.
fn name_variables(command: clap::Command) -> clap::Command {
    let command = command.mut_args(|flag| {
        let Some(variable) = flag.get_env().map(|name| name.display().to_string()) else {
            return flag;
        };
        let help = flag.get_help().map(ToString::to_string).unwrap_or_default();
        flag.help(format!("{help}; `{variable}` in the environment"))
    });
    command.mut_subcommands(name_variables)
}

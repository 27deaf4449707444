//! `relevance data`: archives and what is in them.

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, Subcommand};
use relevance_data::{SourceSettings, archive, check};
use relevance_train::Drift;
use serde::Serialize;

use super::drift::SourceDrift;
use crate::arguments::{SourceArguments, StoreArguments};
use crate::output;

#[derive(Debug, Subcommand)]
pub enum DataCommand {
    /// Write the database of an archive to a file.
    Unpack(UnpackArguments),
    /// Write a database as an archive.
    Pack(PackArguments),
    /// Count labels, empty texts, duplicates, contradictions, lengths and unknown labels of a source.
    Check(CheckArguments),
}

#[derive(Debug, Args)]
pub struct UnpackArguments {
    /// The archive: a gzip tarball of one file, the base64 text of a SQLite database.
    archive: PathBuf,
    /// Where the database goes; a file that is there is replaced.
    database: PathBuf,
    /// Longest database in bytes that is unpacked.
    #[arg(long, env = "RELEVANCE_MAX_UNPACKED_BYTES", value_name = "BYTES", default_value_t = SourceSettings::default().max_unpacked_bytes)]
    max_unpacked_bytes: u64,
}

#[derive(Debug, Args)]
pub struct PackArguments {
    /// The SQLite database.
    database: PathBuf,
    /// Where the archive goes; a file that is there is replaced.
    archive: PathBuf,
}

#[derive(Debug, Args)]
pub struct CheckArguments {
    #[command(flatten)]
    source: SourceArguments,
    /// Say too how far the texts are from those that this version was measured on: an alias or a number.
    #[arg(long, value_name = "VERSION")]
    against: Option<String>,
    #[command(flatten)]
    store: StoreArguments,
    /// Name of the model in the store.
    #[arg(
        long,
        env = "RELEVANCE_NAME",
        value_name = "NAME",
        default_value = "relevance"
    )]
    name: String,
    /// Warn of distances above this population stability index.
    #[arg(long, env = "RELEVANCE_DRIFT_LIMIT", value_name = "INDEX", default_value_t = Drift::NOTICEABLE)]
    drift_limit: f64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// What a check found, for programs.
#[derive(Serialize)]
struct Checked<'a> {
    #[serde(flatten)]
    report: &'a check::Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    drift: Option<&'a SourceDrift>,
}

pub fn run(command: &DataCommand) -> anyhow::Result<()> {
    match command {
        DataCommand::Unpack(arguments) => {
            let unpacked = archive::unpack(
                &arguments.archive,
                &arguments.database,
                arguments.max_unpacked_bytes,
            )?;
            eprintln!(
                "unpacked `{}`, {} bytes, to `{}`",
                unpacked.entry,
                unpacked.bytes,
                arguments.database.display()
            );
            Ok(())
        }
        DataCommand::Pack(arguments) => {
            archive::pack(&arguments.database, &arguments.archive)?;
            eprintln!(
                "packed `{}` to `{}`",
                arguments.database.display(),
                arguments.archive.display()
            );
            Ok(())
        }
        DataCommand::Check(arguments) => check(arguments),
    }
}

/// Prints the report, and fails when training would refuse the source.
fn check(arguments: &CheckArguments) -> anyhow::Result<()> {
    let report = check::check_location(
        &arguments.source.location.data,
        &arguments.source.settings(),
    )?;
    let drift = arguments.against.as_ref().map(|selector| {
        let CheckArguments {
            store,
            name,
            drift_limit,
            ..
        } = arguments;
        SourceDrift::measure(
            arguments.source.open()?.as_ref(),
            store,
            name,
            selector,
            *drift_limit,
        )
    });
    let drift = drift.transpose()?;
    if arguments.json {
        output::print_json(&Checked {
            report: &report,
            drift: drift.as_ref(),
        })?;
    } else {
        output::print(&format!("{report}\n"))?;
        drift
            .as_ref()
            .map_or(Ok(()), |drift| output::print(&drift.to_string()))?;
    }
    if let Some(warning) = drift.as_ref().and_then(SourceDrift::warning) {
        eprintln!("{warning}");
    }
    if !report.is_trainable() {
        bail!(
            "`{}` cannot be trained on: it has no rows, or labels that cannot be read",
            report.source
        );
    }
    Ok(())
}

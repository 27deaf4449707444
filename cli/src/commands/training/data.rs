//! `relevance data`: archives, and checks of a source.

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, Subcommand};
use relevance_data::{SourceSettings, archive, check};
use relevance_train::Drift;
use serde::Serialize;

use super::drift::SourceDrift;
use crate::arguments::StoreArguments;
use crate::arguments::training::SourceArguments;
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
    /// File for the database; an existing one is replaced.
    database: PathBuf,
    /// Maximum size of the database.
    #[arg(
        long,
        env = "RELEVANCE_MAX_UNPACKED_BYTES",
        value_name = "BYTES",
        default_value_t = SourceSettings::default().max_unpacked_bytes
    )]
    max_unpacked_bytes: u64,
}

#[derive(Debug, Args)]
pub struct PackArguments {
    /// The SQLite database.
    database: PathBuf,
    /// File for the archive; an existing one is replaced.
    archive: PathBuf,
}

#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Measure the drift from the texts of this version too: an alias or a number.
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
    /// Population stability index above which a distance gives a warning.
    #[arg(
        long,
        env = "RELEVANCE_DRIFT_LIMIT",
        value_name = "INDEX",
        default_value_t = Drift::NOTICEABLE
    )]
    drift_limit: f64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    source: SourceArguments,
}

/// Output of `--json`.
#[derive(Serialize)]
struct Checked<'a> {
    #[serde(flatten)]
    report: &'a check::Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    drift: Option<&'a SourceDrift>,
}

pub fn run(command: &DataCommand) -> anyhow::Result<()> {
    match command {
        DataCommand::Unpack(arguments) => unpack(arguments),
        DataCommand::Pack(arguments) => pack(arguments),
        DataCommand::Check(arguments) => check(arguments),
    }
}

fn unpack(arguments: &UnpackArguments) -> anyhow::Result<()> {
    let UnpackArguments {
        archive,
        database,
        max_unpacked_bytes,
    } = arguments;
    let unpacked = archive::unpack(archive, database, *max_unpacked_bytes)?;
    eprintln!(
        "unpacked `{}`, {} bytes, to `{}`",
        unpacked.entry,
        unpacked.bytes,
        database.display()
    );
    Ok(())
}

fn pack(arguments: &PackArguments) -> anyhow::Result<()> {
    let PackArguments { database, archive } = arguments;
    archive::pack(database, archive)?;
    eprintln!("packed `{}` to `{}`", database.display(), archive.display());
    Ok(())
}

/// Prints the report, and fails when the source cannot be trained on.
fn check(arguments: &CheckArguments) -> anyhow::Result<()> {
    let source = &arguments.source;
    let report = check::check_location(&source.location.data, &source.settings())?;
    let drift = match &arguments.against {
        Some(selector) => Some(measure_drift(arguments, selector)?),
        None => None,
    };

    if arguments.json {
        output::print_json(&Checked {
            report: &report,
            drift: drift.as_ref(),
        })?;
    } else {
        output::print(&format!("{report}\n"))?;
        if let Some(drift) = &drift {
            output::print(&drift.to_string())?;
        }
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

fn measure_drift(arguments: &CheckArguments, selector: &str) -> anyhow::Result<SourceDrift> {
    let CheckArguments {
        source,
        store,
        name,
        drift_limit,
        ..
    } = arguments;
    let source = source.open()?;
    SourceDrift::measure(source.as_ref(), store, name, selector, *drift_limit)
}

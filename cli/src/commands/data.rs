//! `relevance data`: archives and what is in them.

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, Subcommand};
use relevance_data::{SourceSettings, archive, check};

use crate::arguments::SourceArguments;
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
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(command: &DataCommand) -> anyhow::Result<()> {
    match command {
        DataCommand::Unpack(arguments) => {
            let unpacked = archive::unpack(&arguments.archive, &arguments.database, arguments.max_unpacked_bytes)?;
            eprintln!("unpacked `{}`, {} bytes, to `{}`", unpacked.entry, unpacked.bytes, arguments.database.display());
            Ok(())
        }
        DataCommand::Pack(arguments) => {
            archive::pack(&arguments.database, &arguments.archive)?;
            eprintln!("packed `{}` to `{}`", arguments.database.display(), arguments.archive.display());
            Ok(())
        }
        DataCommand::Check(arguments) => check(arguments),
    }
}

/// Prints the report, and fails when training would refuse the source.
fn check(arguments: &CheckArguments) -> anyhow::Result<()> {
    let report = check::check_location(&arguments.source.location.data, &arguments.source.settings())?;
    if arguments.json {
        output::print_json(&report)?;
    } else {
        output::print(&format!("{report}\n"))?;
    }
    if !report.is_trainable() {
        bail!("`{}` cannot be trained on: it has no rows, or labels that cannot be read", report.source);
    }
    Ok(())
}

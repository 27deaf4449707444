//! Packages and data that the pages take for granted.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::command::{command, root, run, target};
use crate::tasks::{clients, python};
use crate::tools::{npm, onnxruntime, pip, relevance, system};

/// Writes `sentences.csv` and `sentences.txt` from the embedded archive.
const SENTENCES: &str = r#"
import base64, csv, sqlite3, sys, tarfile, tempfile
with tarfile.open(sys.argv[1]) as archive:
    database = base64.b64decode(archive.extractfile(archive.next()).read())
with tempfile.NamedTemporaryFile() as file:
    file.write(database)
    file.flush()
    rows = sqlite3.connect(file.name).execute("SELECT text, choose_one FROM data").fetchall()
with open("sentences.csv", "w", newline="") as table:
    csv.writer(table).writerows([("text", "choose_one"), *rows])
with open("sentences.txt", "w") as lines:
    lines.writelines(" ".join(text.split()) + "\n" for text, _ in rows)
"#;

/// Daft, which asks for a pyarrow below 26 but works with the one of the package's tests. It needs
/// nothing that is not installed there.
const DAFT: &str = "daft==0.7.26";

/// Where the packages are.
pub struct Environment {
    /// Search path of Python: the packages, and the wheel with its own.
    python: OsString,
    node: PathBuf,
}

/// Installs the packages.
pub fn environment() -> Result<Environment> {
    let (clients, node) = (target().join("guide/python"), target().join("guide/node"));
    pip::install_with_dependencies(&clients::PACKAGES, &clients)?;
    npm::install(&[onnxruntime::NODE_PACKAGE], &node)?;

    let daft = target().join("guide/daft");
    pip::install(DAFT, &daft)?;

    let wheel = python::Environment::prepare(relevance::is_dev())?;
    let [site, packages] = wheel.folders();
    let python = std::env::join_paths([&clients, site, packages, &daft])?;
    Ok(Environment { python, node })
}

impl Environment {
    /// Puts the command on the path, and the packages where Python looks for them.
    pub fn apply(&self, command: &mut Command, relevance: &Path) {
        let binaries = relevance.parent().unwrap_or(relevance);
        let path = std::env::var("PATH").unwrap_or_default();
        command
            .env("PATH", format!("{}:{path}", binaries.display()))
            .env("PYTHONPATH", &self.python);
    }
}

/// Makes a fresh folder with the reader's data in it, and the packages where Node looks for them.
pub fn folder(environment: &Environment) -> Result<TempDir> {
    let folder = TempDir::new().context("cannot make a folder for a guide")?;
    system::link(
        &environment.node.join("node_modules"),
        &folder.path().join("node_modules"),
    )?;

    let archive = root().join("data/db.sqlite.base64.tar.gz");
    let mut sentences = command("python3");
    sentences
        .args(["-c", SENTENCES])
        .arg(archive)
        .current_dir(folder.path());
    run(&mut sentences)?;
    Ok(folder)
}

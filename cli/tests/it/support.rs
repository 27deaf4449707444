//! A folder to run the command in, what comes of a run, and rows to train on.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use relevance_data::{Dataset, EMBEDDED, Label, LabelSettings, SourceSettings};
use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

/// Longer than anything here takes unless something hangs.
pub const LONG: Duration = Duration::from_mins(1);

/// Floors that a model of few rows passes.
pub const LOW_GATE: [&str; 4] = ["--min-precision", "0.5", "--min-recall", "0.5"];

/// A temporary folder in which the command runs; relative paths are below it.
pub struct Workspace(TempDir);

impl Workspace {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A workspace with version 1 of a small model in production, trained on `rows.csv`.
    pub fn with_model() -> Self {
        let workspace = Self::new();
        workspace.write("rows.csv", csv(&few_rows()));
        workspace.train(&["--promote"]);
        workspace
    }

    /// Trains on `rows.csv` with low floors into the store `models`.
    pub fn train(&self, arguments: &[&str]) -> Outcome {
        let arguments = [&["train", "--data", "rows.csv"], &LOW_GATE[..], arguments].concat();
        self.run(&arguments).succeeded()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        let path = self.path(name);
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Every file below a folder, by its path.
    pub fn files(&self, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.path(folder), &mut files);
        files
    }

    /// The command with nothing of the caller's settings.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_relevance"));
        command
            .args(arguments)
            .current_dir(self.0.path())
            .stdin(Stdio::null());

        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            let is_prefixed = ["RELEVANCE_", "AIP_"]
                .iter()
                .any(|prefix| name.starts_with(prefix));
            if is_prefixed || ["PORT", "ORT_DYLIB_PATH"].contains(&name.as_ref()) {
                command.env_remove(name.as_ref());
            }
        }

        command
    }

    pub fn run(&self, arguments: &[&str]) -> Outcome {
        Outcome::of(&mut self.command(arguments))
    }

    /// Runs the command with `input` on its standard input.
    pub fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Outcome {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(input).unwrap();
        file.rewind().unwrap();
        Outcome::of(self.command(arguments).stdin(file))
    }
}

fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            let content = fs::read(&path).unwrap();
            files.insert(path, content);
        }
    }
}

/// Output and exit status of a run.
#[derive(Debug)]
pub struct Outcome {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Outcome {
    /// Runs the command to its end; one that does not come, as of a service, fails the test.
    pub fn of(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (stdout, stderr) = (
            content(child.stdout.take().unwrap()),
            content(child.stderr.take().unwrap()),
        );
        let Ok(stdout) = stdout.recv_timeout(LONG) else {
            child.kill().unwrap();
            panic!("{command:?} did not end: {}", stderr.recv().unwrap());
        };
        Self {
            code: child.wait().unwrap().code(),
            stdout,
            stderr: stderr.recv().unwrap(),
        }
    }

    /// Asserts exit code 0.
    #[track_caller]
    pub fn succeeded(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    /// Asserts the exit code and that standard error has every part.
    #[track_caller]
    pub fn failed(self, code: i32, parts: &[&str]) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");

        for part in parts {
            assert!(
                self.stderr.contains(part),
                "`{part}` is not in: {}",
                self.stderr
            );
        }

        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// The whole of a pipe, once it is closed.
fn content(mut pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut content = String::new();
        pipe.read_to_string(&mut content).unwrap();
        // Nobody listens any more when the test has failed.
        let _ = sender.send(content);
    });
    receiver
}

/// A row of a table.
pub struct Example {
    pub text: String,
    pub label: Label,
}

/// The embedded archive's rows.
pub fn rows() -> Vec<Example> {
    let source = relevance_data::open(EMBEDDED, &SourceSettings::default()).unwrap();
    let Dataset { texts, labels, .. } =
        Dataset::read(source.as_ref(), &LabelSettings::default()).unwrap();
    texts
        .iter()
        .zip(labels)
        .map(|(text, label)| Example {
            text: text.to_owned(),
            label: label.expect("every row of the archive has a label"),
        })
        .collect()
}

/// Every fifth row of the embedded archive: enough for a model, and trained on in a moment.
pub fn few_rows() -> Vec<Example> {
    rows().into_iter().step_by(5).collect()
}

pub fn csv(rows: &[Example]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["text", "choose_one"]).unwrap();
    for row in rows {
        writer
            .write_record([&row.text, row.label.as_str()])
            .unwrap();
    }
    writer.into_inner().unwrap()
}

pub fn json_lines(rows: &[Example]) -> String {
    rows.iter().fold(String::new(), |mut lines, row| {
        let row = serde_json::json!({ "text": row.text, "class_label": row.label.number() });
        writeln!(lines, "{row}").unwrap();
        lines
    })
}

/// Makes a SQLite file of the rows.
pub fn write_sqlite(path: &Path, rows: &[Example]) {
    let mut connection = Connection::open(path).unwrap();
    let transaction = connection.transaction().unwrap();
    let create = r#"CREATE TABLE "data" ("index" INTEGER, "text" TEXT, "choose_one" TEXT, "class_label" INTEGER)"#;
    transaction.execute(create, []).unwrap();

    for (index, row) in rows.iter().enumerate() {
        let values = (
            i64::try_from(index).unwrap(),
            &row.text,
            row.label.as_str(),
            row.label.number(),
        );
        transaction
            .execute("INSERT INTO data VALUES (?1, ?2, ?3, ?4)", values)
            .unwrap();
    }

    transaction.commit().unwrap();
}

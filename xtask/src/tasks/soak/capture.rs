//! Files of captured requests and labels, on a disk that fills up.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::command::clean;

/// Largest file: the labels of a period need less.
const MAX_BYTES: usize = 4 << 20;
/// Room that is left on a full disk: less than an entry needs.
const ROOM_BYTES: usize = 100;
/// The files: captured requests and labels.
const NAMES: [&str; 2] = ["captured.jsonl", "captured.feedback.jsonl"];

/// Folder of the files.
pub struct Capture {
    folder: PathBuf,
    moved: Cell<u32>,
}

/// Returns a command of a program with a limit on the size of each file that it writes.
///
/// As on a full disk, a write beyond the limit ends within a line.
pub fn limit_files(program: &Path) -> Command {
    let blocks = MAX_BYTES / 512;
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let mut limited = clean(Path::new("sh"));
    limited.args(["-c", &script]).arg(program);
    limited
}

impl Capture {
    pub fn new(folder: PathBuf) -> Result<Self> {
        fs::create_dir(&folder)?;
        let moved = Cell::new(0);
        Ok(Self { folder, moved })
    }

    /// File of the captured requests.
    pub fn file(&self) -> PathBuf {
        self.folder.join(NAMES[0])
    }

    /// Fills the disk: puts a file in place that has room for less than an entry.
    pub fn fill(&self) -> Result<()> {
        let full = self.folder.join("full");
        let line = format!("\"{}\"\n", "-".repeat(MAX_BYTES - ROOM_BYTES));
        fs::write(&full, line)?;

        self.move_aside(NAMES[0])?;
        Ok(fs::rename(full, self.file())?)
    }

    /// Makes room: moves the files aside, as logrotate does.
    pub fn make_room(&self) -> Result<()> {
        NAMES.into_iter().try_for_each(|name| self.move_aside(name))
    }

    fn move_aside(&self, name: &str) -> Result<()> {
        let number = self.moved.replace(self.moved.get() + 1);
        let moved = self.folder.join(format!("{number}.{name}"));
        fs::rename(self.folder.join(name), moved).with_context(|| format!("cannot move {name}"))
    }

    /// Fails when a line is not JSON, or the files do not have every confirmed label.
    pub fn check(&self, confirmed: u64) -> Result<()> {
        let mut labels = 0;
        for file in fs::read_dir(&self.folder)? {
            let path = file?.path();
            for line in fs::read_to_string(&path)?.lines() {
                let entry: Value = serde_json::from_str(line)
                    .with_context(|| format!("{} has the line `{line}`", path.display()))?;
                labels += u64::from(entry["kind"] == "feedback");
            }
        }

        ensure!(
            labels == confirmed,
            "{confirmed} labels were confirmed, and {labels} captured"
        );
        Ok(())
    }
}

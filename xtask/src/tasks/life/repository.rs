//! A temporary clone of this repository, with a store of its own.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;

use crate::command::{clean, command, read, root, run};

/// Folder of the committed model.
pub const MODEL: &str = "models/relevance";

/// A clone whose store has one version, trained on the embedded archive and in production.
pub struct Repository {
    folder: TempDir,
}

impl Repository {
    /// Clones this repository and replaces its store, so that the tests start from the same state
    /// whatever the repository has in production.
    pub fn new(relevance: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut clone = command("git");
        clone.args(["clone", "--quiet", "--depth", "1"]);
        clone.arg(format!("file://{}", root().display()));
        run(clone.arg(folder.path()))?;

        let repository = Self { folder };
        fs::remove_dir_all(repository.path().join(MODEL))?;
        let mut train = clean(relevance);
        train.args(["train", "--promote", "--store", "models"]);
        run(train.current_dir(repository.path()))?;
        repository.commit("Start with a model of the archive")?;
        Ok(repository)
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Discards everything that a run changed, as the next runner starts from a new checkout.
    pub fn reset(&self) -> Result<()> {
        run(&mut self.git(&["reset", "--quiet", "--hard"]))?;
        run(&mut self.git(&["clean", "--quiet", "--force", "-d"]))
    }

    /// Adds the files of a pull request and commits them.
    pub fn merge(&self, proposal: &Path) -> Result<()> {
        self.reset()?;
        let mut copy = command("cp");
        copy.arg("--recursive").arg(proposal.join("."));
        run(copy.arg(self.path().join(MODEL)))?;
        self.commit("Merge the pull request")
    }

    /// Returns the version that an alias names in the committed store.
    pub fn alias(&self, name: &str) -> Result<Option<u64>> {
        let path = self.path().join(MODEL).join("aliases.json");
        let aliases: Value = serde_json::from_slice(&fs::read(&path)?)
            .with_context(|| format!("{} is not JSON", path.display()))?;
        Ok(aliases[name]
            .as_str()
            .and_then(|number| number.parse().ok()))
    }

    fn commit(&self, message: &str) -> Result<()> {
        run(&mut self.git(&["add", "--all", MODEL]))?;
        let changed = read(&mut self.git(&["status", "--porcelain"]))?;
        ensure!(!changed.is_empty(), "`{message}` changes nothing");
        let identity = ["-c", "user.name=life", "-c", "user.email=life@localhost"];
        run(self
            .git(&identity)
            .args(["commit", "--quiet", "-m", message]))
    }

    fn git(&self, arguments: &[&str]) -> std::process::Command {
        let mut git = command("git");
        git.args(arguments).current_dir(self.path());
        git
    }
}

/// Returns every file below a folder, by its path relative to the folder, sorted.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    collect(folder, folder, &mut files)?;
    files.sort_unstable();
    Ok(files)
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder);
    for entry in entries.with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else {
            files.push(path.strip_prefix(root)?.to_owned());
        }
    }
    Ok(())
}

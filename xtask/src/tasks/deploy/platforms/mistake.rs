//! Mistakes that a check must find.

use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::thread::{self, ScopedJoinHandle};

use anyhow::{Context as _, Result, bail, ensure};

use super::tools::captured;
use super::workload::Workload;
use crate::command::{command, root};

/// A check of the manifests in a folder, which returns their workloads.
pub type Check<'a> = dyn Fn(&Path) -> Result<Vec<Workload>> + Sync + 'a;

/// A wrong text in place of a correct one.
#[derive(Clone, Copy, Debug)]
pub struct Mistake {
    /// Path in `deploy/`.
    pub file: &'static str,
    pub correct: &'static str,
    pub wrong: &'static str,
    /// Part of the error that has to name it.
    pub error: &'static str,
}

/// Plants each mistake in a copy of `deploy/`, as many at once as there are cores.
pub fn all_must_be_found(mistakes: &[Mistake], check: &Check<'_>) -> Result<()> {
    let next = Mutex::new(mistakes.iter());
    let work = || {
        loop {
            let mistake = next.lock().expect("no check panics").next();
            let Some(mistake) = mistake else {
                return Ok(());
            };
            mistake.must_be_found(check)?;
        }
    };

    thread::scope(|scope| {
        let workers: Vec<_> = (0..thread::available_parallelism()?.get())
            .map(|_| scope.spawn(work))
            .collect();
        let mut results = workers.into_iter().map(ScopedJoinHandle::join);
        results.try_for_each(|result| result.expect("no check panics"))
    })
}

impl Mistake {
    /// Fails unless the check fails with the expected error on a copy of `deploy/` with the
    /// mistake.
    fn must_be_found(&self, check: &Check<'_>) -> Result<()> {
        let Self { file, error, .. } = self;
        let copy = tempfile::tempdir()?;
        let deploy = copy.path().join("deploy");
        self.plant(&deploy)?;

        match check(&deploy) {
            Ok(_) => bail!("a planted mistake in deploy/{file} is not found: {error}"),
            Err(found) => {
                let found = format!("{found:#}");
                ensure!(
                    found.contains(error),
                    "a planted mistake in deploy/{file} is not found by `{error}`, but by: {found}"
                );
                Ok(())
            }
        }
    }

    /// Copies `deploy/` and replaces the text.
    fn plant(&self, deploy: &Path) -> Result<()> {
        captured(
            command("cp")
                .arg("-R")
                .arg(root().join("deploy"))
                .arg(deploy),
        )?;

        let path = deploy.join(self.file);
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        ensure!(
            text.contains(self.correct),
            "deploy/{} has no `{}` to be replaced by a mistake",
            self.file,
            self.correct
        );
        fs::write(&path, text.replacen(self.correct, self.wrong, 1))?;
        Ok(())
    }
}

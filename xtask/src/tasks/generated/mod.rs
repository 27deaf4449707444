//! Generated files: each is produced again and compared with the committed one.

mod model;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::command::{command, read, root};
use crate::tasks::sample;
use crate::tools::relevance;

/// Compares every generated file, or with `write` replaces it first.
pub fn check(write: bool) -> Result<()> {
    let relevance = relevance::build()?;
    let mut stale = Vec::new();
    for (path, subcommand) in [("openapi.json", "openapi"), ("docs/cli.md", "reference")] {
        let generated = read(command(&relevance).arg(subcommand))?;
        if write {
            fs::write(root().join(path), &generated)
                .with_context(|| format!("cannot write {path}"))?;
        }
        stale.extend(compare(&root(), Path::new(path), &generated));
    }

    sample::rebuild(!write)?;
    stale.extend(model::compare(&relevance, &root(), write)?);
    ensure_current(&stale)?;
    model::verify(&relevance, &root())
}

/// Compares the model of another clone of the repository, as [`check`] does here.
pub fn check_model(relevance: &Path, repository: &Path, write: bool) -> Result<()> {
    ensure_current(&model::compare(relevance, repository, write)?)?;
    model::verify(relevance, repository)
}

fn ensure_current(stale: &[String]) -> Result<()> {
    ensure!(
        stale.is_empty(),
        "{} differ from what is generated now: run `cargo xtask generated --write` and commit",
        stale.join(", ")
    );
    Ok(())
}

/// Returns the path when the committed file differs from the generated one.
fn compare(repository: &Path, path: &Path, generated: &[u8]) -> Option<String> {
    let committed = fs::read(repository.join(path));
    let is_current = committed.is_ok_and(|committed| committed == generated);
    (!is_current).then(|| path.display().to_string())
}

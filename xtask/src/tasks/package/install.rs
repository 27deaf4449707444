//! The packages, installed into empty folders and run there.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::archive::{Archive, COMPLETIONS, DOCUMENTS};
use super::program;
use crate::command::{clean, command, read, read_text, run};
use crate::tools::pip;

const TEXT: &str = "flood waters are rising, families evacuated";

/// Unpacks the archive, and checks its files and that the program works on its own.
pub fn check_archive(archive: &Archive, version: &str) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut tar = command("tar");
    tar.arg("--extract").arg("--file").arg(archive.path());
    run(tar.arg("--directory").arg(folder.path()))?;

    let content = folder.path().join(&archive.name);
    let completions = COMPLETIONS.map(|(_, file)| content.join("completions").join(file));
    let documents = DOCUMENTS.map(|document| content.join(document));
    let page = content.join("man/relevance.1");
    for file in completions.iter().chain(&documents).chain([&page]) {
        let bytes =
            fs::metadata(file).with_context(|| format!("the archive lacks {}", file.display()))?;
        ensure!(bytes.len() > 0, "{} is empty", file.display());
    }

    check_program(&content.join(program::file_name()), folder.path(), version)
}

/// Installs the wheel, and checks its licences and that the program works on its own.
pub fn check_wheel(wheel: &Path, version: &str) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let site = folder.path().join("site");
    pip::install(&wheel.to_string_lossy(), &site)?;

    let licences = site.join(format!(
        "relevance_text_command-{version}.dist-info/licenses"
    ));
    for file in ["LICENSE-APACHE", "LICENSE-MIT", "THIRD-PARTY-NOTICES.md"] {
        ensure!(licences.join(file).is_file(), "the wheel lacks {file}");
    }
    check_program(
        &site.join("bin").join(program::file_name()),
        folder.path(),
        version,
    )
}

/// Checks that a program names its version and predicts without any set-up.
fn check_program(program: &Path, folder: &Path, version: &str) -> Result<()> {
    let said = read_text(clean(program).arg("--version").current_dir(folder))?;
    ensure!(
        said.starts_with(&format!("relevance {version}")),
        "{} says `{said}`, the version is {version}",
        program.display()
    );

    let mut predict = clean(program);
    predict.args(["predict", "--format", "jsonl", TEXT]);
    let prediction: Value = serde_json::from_slice(&read(predict.current_dir(folder))?)?;
    ensure!(
        prediction["label"] == "Relevant",
        "the prediction of `{TEXT}` is {prediction}"
    );
    Ok(())
}

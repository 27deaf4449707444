//! Other programs, run from the repository's root.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// The repository's root.
pub fn root() -> PathBuf {
    let crate_folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    crate_folder
        .parent()
        .expect("the crate is in the repository")
        .to_owned()
}

/// Where cargo and the tasks put what they make.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |target| root().join(target))
}

/// A command in the repository's root.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// `cargo` with the toolchain that runs this.
pub fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The command without the caller's settings.
pub fn clean(relevance: &Path) -> Command {
    let mut command = command(relevance);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("RELEVANCE_") {
            command.env_remove(name);
        }
    }
    command
        .env_remove("PORT")
        .env_remove("ORT_DYLIB_PATH")
        .env("ORT_DISABLE_TELEMETRY", "1");
    command
}

/// Says what is run, runs it, and fails when it does.
pub fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    eprintln!("$ {line}");
    let status = command
        .status()
        .with_context(|| format!("cannot run `{line}`"))?;
    ensure!(status.success(), "`{line}` failed: {status}");
    Ok(())
}

/// Runs it and gives its standard output.
pub fn read(command: &mut Command) -> Result<Vec<u8>> {
    let line = line(command);
    eprintln!("$ {line}");
    let output = command.stderr(std::process::Stdio::inherit()).output();
    let output = output.with_context(|| format!("cannot run `{line}`"))?;
    ensure!(
        output.status.success(),
        "`{line}` failed: {}",
        output.status
    );
    Ok(output.stdout)
}

/// The command as one would type it.
pub fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

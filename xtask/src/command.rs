//! Runs other programs in the root folder of the repository.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

/// Root folder of the repository.
pub fn root() -> PathBuf {
    let crate_folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let root = crate_folder
        .parent()
        .expect("the crate is a folder of the repository");
    root.to_owned()
}

/// Folder of everything that cargo and the tasks produce.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |target| root().join(target))
}

/// Removes a folder with its content, if it is there.
pub fn remove_folder(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)
            .with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}

/// Returns a command that runs in the root folder, without the variables that cargo sets for this
/// program: build scripts of dependencies run again when they change.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());

    for (name, _) in std::env::vars_os() {
        let is_of = |prefix| name.to_string_lossy().starts_with(prefix);
        if is_of("CARGO_MANIFEST_") || is_of("CARGO_PKG_") {
            command.env_remove(name);
        }
    }
    command
}

/// Returns a command for the `cargo` that started this program.
pub fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Returns a command for a program of this repository, without the caller's settings in its
/// environment.
pub fn clean(program: &Path) -> Command {
    let mut command = command(program);
    let settings = std::env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| name.to_string_lossy().starts_with("RELEVANCE_"));
    for name in settings {
        command.env_remove(name);
    }

    command
        .env_remove("PORT")
        .env_remove("ORT_DYLIB_PATH")
        .env("ORT_DISABLE_TELEMETRY", "1");
    command
}

/// Folders of the search path.
pub fn search_path() -> Vec<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect()
}

/// Prints the command line and runs it.
///
/// # Errors
/// When the program cannot be started or fails.
pub fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    eprintln!("$ {line}");

    let status = command
        .status()
        .with_context(|| format!("cannot run `{line}`"))?;
    ensure!(status.success(), "`{line}` failed: {status}");
    Ok(())
}

/// Prints the command line, runs it and returns its standard output.
///
/// # Errors
/// When the program cannot be started or fails.
pub fn read(command: &mut Command) -> Result<Vec<u8>> {
    let line = line(command);
    eprintln!("$ {line}");

    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run `{line}`"))?;
    let status = output.status;
    ensure!(status.success(), "`{line}` failed: {status}");
    Ok(output.stdout)
}

/// As [`read`], for a program that prints text; a line break at the end is left out.
///
/// # Errors
/// As [`read`], and when the output is not UTF-8.
pub fn read_text(command: &mut Command) -> Result<String> {
    Ok(String::from_utf8(read(command)?)?.trim_end().to_owned())
}

/// Formats a command as a shell would read it, without quotes.
pub fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

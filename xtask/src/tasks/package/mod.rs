//! The packages of a release for this platform: an archive and a wheel with the program, and their checks.

mod archive;
mod install;
mod program;
mod versions;
mod wheel;

use std::fs;

use anyhow::Result;

use crate::command::{command, read_text, remove_folder, target};
use archive::Archive;

/// Builds the packages in `target/package/`, and installs and runs them in empty folders.
///
/// `tag` is the tag of the release, which has to name the version of the repository.
pub fn build(tag: Option<&str>) -> Result<()> {
    let version = versions::check(tag)?;
    let platform = read_text(command("rustc").args(["--print", "host-tuple"]))?;
    let folder = target().join("package");
    remove_folder(&folder)?;
    fs::create_dir_all(&folder)?;

    let program = program::build(&folder, &platform)?;
    let archive = Archive::new(&folder, &version, &platform);
    archive.write(&program)?;
    install::check_archive(&archive, &version)?;

    let wheel = wheel::build(&folder, &program)?;
    install::check_wheel(&wheel, &version)
}

//! The wheel with the program, for Python's package managers.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::command::{command, run, target};
use crate::tools::{pip, relevance};

/// The builder; `python/command/pyproject.toml` names the same version.
const HATCHLING: &str = "hatchling==1.33.0";
const PROJECT: &str = "python/command";

/// Builds the wheel in `folder` around the program, and returns its path.
pub fn build(folder: &Path, program: &Path) -> Result<PathBuf> {
    let tools = target().join("tools/hatchling");
    pip::install_with_dependencies(&[HATCHLING], &tools)?;

    let mut hatchling = command("python3");
    hatchling
        .args([
            "-m",
            "hatchling",
            "build",
            "--target",
            "wheel",
            "--directory",
        ])
        .arg(folder)
        .current_dir(crate::command::root().join(PROJECT))
        .env("PYTHONPATH", tools)
        .env("RELEVANCE_PROGRAM", program);
    if !relevance::is_dev() {
        hatchling.envs(platform().map(|platform| ("RELEVANCE_WHEEL_PLATFORM", platform)));
    }
    run(&mut hatchling)?;

    let mut files = std::fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path()));
    files
        .find(|path| path.extension().is_some_and(|ending| ending == "whl"))
        .context("hatchling wrote no wheel")
}

/// Returns the oldest platform that runs the released program, where Python would name that of this
/// machine.
fn platform() -> Option<String> {
    let machine = std::env::consts::ARCH;
    match std::env::consts::OS {
        // A static program needs no library of the system.
        "linux" => Some(format!("manylinux_2_17_{machine}.musllinux_1_1_{machine}")),
        "macos" if machine == "aarch64" => Some("macosx_11_0_arm64".to_owned()),
        "macos" => Some("macosx_10_12_x86_64".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::root;

    #[test]
    fn users_build_the_wheel_with_the_version_of_the_task() {
        let settings = std::fs::read_to_string(root().join(PROJECT).join("pyproject.toml"));
        assert!(
            settings
                .unwrap()
                .contains(&format!("requires = [\"{HATCHLING}\"]"))
        );
    }
}

//! The archive with the program, its completions and manual pages, and the licences.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::command::{clean, command, read, root, run};

/// Shells with the names of their completions.
pub const COMPLETIONS: [(&str, &str); 4] = [
    ("bash", "relevance.bash"),
    ("fish", "relevance.fish"),
    ("powershell", "_relevance.ps1"),
    ("zsh", "_relevance"),
];
/// Files of the repository in the archive.
pub const DOCUMENTS: [&str; 5] = [
    "CHANGELOG.md",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "THIRD-PARTY-NOTICES.md",
];
/// Time of all files in the archive, so that equal contents give equal archives.
const TIME: &str = "@0";

/// An archive in a folder of packages.
pub struct Archive<'f> {
    folder: &'f Path,
    /// Name of the only folder in it.
    pub name: String,
}

impl<'f> Archive<'f> {
    /// Names the archive of a version for a platform.
    pub fn new(folder: &'f Path, version: &str, platform: &str) -> Self {
        Self {
            folder,
            name: format!("relevance-{version}-{platform}"),
        }
    }

    /// Path of the archive.
    pub fn path(&self) -> PathBuf {
        self.folder.join(format!("{}.tar.gz", self.name))
    }

    /// Writes the archive.
    pub fn write(&self, program: &Path) -> Result<()> {
        let content = self.folder.join(&self.name);
        fs::create_dir_all(content.join("completions"))?;
        fs::copy(
            program,
            content.join(program.file_name().unwrap_or_default()),
        )?;
        for document in DOCUMENTS {
            fs::copy(root().join(document), content.join(document))?;
        }

        for (shell, file) in COMPLETIONS {
            let script = read(clean(program).args(["completions", shell]))?;
            fs::write(content.join("completions").join(file), script)?;
        }
        let pages = content.join("man");
        run(clean(program).args(["man", "--output"]).arg(&pages))?;

        self.pack()?;
        Ok(fs::remove_dir_all(content)?)
    }

    fn pack(&self) -> Result<()> {
        let mut tar = command("tar");
        tar.arg("--create").arg("--gzip").arg("--file");
        tar.arg(self.path()).arg("--directory").arg(self.folder);
        if cfg!(target_os = "linux") {
            tar.args(["--sort=name", "--owner=0", "--group=0", "--numeric-owner"])
                .args(["--mtime", TIME]);
        }
        run(tar.arg(&self.name))
    }
}

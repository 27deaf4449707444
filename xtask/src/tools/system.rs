//! Symbolic links and executable files, which systems make in their own ways.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Makes the symbolic link `link` to a file or a folder.
pub fn link(target: &Path, link: &Path) -> Result<()> {
    #[cfg(unix)]
    let made = std::os::unix::fs::symlink(target, link);
    #[cfg(windows)]
    let made = if target.is_dir() {
        std::os::windows::fs::symlink_dir(target, link)
    } else {
        std::os::windows::fs::symlink_file(target, link)
    };
    made.with_context(|| format!("cannot make the link {}", link.display()))
}

/// Writes a script that the shell can start by its name.
pub fn write_script(path: &Path, script: &str) -> Result<()> {
    fs::write(path, script).with_context(|| format!("cannot write {}", path.display()))?;

    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

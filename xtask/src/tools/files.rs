//! Files of the repository.

use anyhow::Result;

use crate::command::{command, read_text, root};

/// Lists the files that match a pattern: committed ones, and new ones that git does not ignore.
pub fn list(patterns: &[&str]) -> Result<Vec<String>> {
    let mut list = command("git");
    list.args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .arg("--")
        .args(patterns);

    let paths = read_text(&mut list)?;
    let files = paths.lines().filter(|path| root().join(path).is_file());
    Ok(files.map(str::to_owned).collect())
}

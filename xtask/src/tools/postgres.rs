//! PostgreSQL's server, which the tests of its source start.

use std::fs;
use std::path::PathBuf;

use crate::command::search_path;

/// The programs that the tests run: `initdb` creates a database, `postgres` serves it.
const PROGRAMS: [&str; 2] = ["initdb", "postgres"];
/// Where Debian installs each version, outside the search path.
const DEBIAN_VERSIONS: &str = "/usr/lib/postgresql";

/// Returns the folder with the programs.
pub fn find() -> Option<PathBuf> {
    let versions = fs::read_dir(DEBIAN_VERSIONS)
        .into_iter()
        .flatten()
        .flatten();
    let versions = versions.map(|version| version.path().join("bin"));
    let mut folders = search_path().into_iter().chain(versions);
    folders.find(|folder| {
        PROGRAMS
            .iter()
            .all(|program| folder.join(program).is_file())
    })
}

//! The browser of the page's tests.

use std::path::PathBuf;

use crate::command::search_path;

/// Names of the program, which differ between systems.
const PROGRAMS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Returns the first browser on the search path.
pub fn find() -> Option<PathBuf> {
    let folders = search_path();
    let mut programs = PROGRAMS
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    programs.find(|program| program.is_file())
}

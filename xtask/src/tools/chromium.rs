//! The browser of the service's pages and of the example for browsers.

use std::path::PathBuf;

use crate::command::search_path;

/// The package for Node that drives the browser.
pub const DRIVER: &str = "playwright-core@1.65.1";
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

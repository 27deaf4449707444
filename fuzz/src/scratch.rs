//! Files for readers that take paths.

use std::fs;
use std::path::PathBuf;

use relevance_storage::TemporaryFolder;

thread_local! {
    /// Folder of the thread, whose files each input replaces.
    static FOLDER: TemporaryFolder =
        TemporaryFolder::create().expect("the folder of temporary files can be written to");
}

/// Writes a file and returns its path.
pub(crate) fn write(name: &str, content: &[u8]) -> PathBuf {
    let path = FOLDER.with(|folder| folder.path().join(name));
    fs::write(&path, content).expect("the folder of temporary files can be written to");
    path
}

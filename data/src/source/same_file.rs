//! Whether two locations lead to the same file.

use std::ffi::OsStr;
use std::path::PathBuf;

use url::Url;

/// The file that a location leads to, whatever its spelling, symbolic and hard links.
#[derive(PartialEq, Eq, Hash)]
pub(super) enum Identity {
    /// Device and number of the file.
    #[cfg(unix)]
    File(u64, u64),
    /// Path without links, or the location itself where there is no file.
    Path(PathBuf),
}

impl Identity {
    pub(super) fn of(location: &OsStr) -> Self {
        let path = path_of(location);
        #[cfg(unix)]
        if let Ok(metadata) = std::fs::metadata(&path) {
            use std::os::unix::fs::MetadataExt as _;

            return Self::File(metadata.dev(), metadata.ino());
        }
        Self::Path(std::fs::canonicalize(&path).unwrap_or(path))
    }
}

/// Returns the path of a `file://` URL, of standard input on Unix, or the location itself.
fn path_of(location: &OsStr) -> PathBuf {
    let url = || Url::parse(location.to_str()?).ok();
    match url().filter(|url| url.scheme() == "file") {
        Some(url) => url.to_file_path().unwrap_or_else(|()| location.into()),
        None if cfg!(unix) && location == "-" => "/dev/stdin".into(),
        None => location.into(),
    }
}

/// Returns whether two locations are equal, or lead to the same file.
#[must_use]
pub fn is_same_file(first: &OsStr, second: &OsStr) -> bool {
    Identity::of(first) == Identity::of(second)
}

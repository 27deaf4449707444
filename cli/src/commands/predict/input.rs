//! The input: a file or standard input, and the progress of reading it.

use std::fs::File;
use std::io::{self, IsTerminal as _, Seek as _};
use std::os::fd::AsFd as _;
use std::path::Path;

use anyhow::Context as _;

use super::destination::Destination;
use crate::progress::{Progress, Step};

/// Opens a file, or standard input for `-`.
pub fn open_input(path: &Path) -> anyhow::Result<File> {
    if path.as_os_str() == "-" {
        // The standard library's handle would buffer more than one read.
        return Ok(io::stdin().as_fd().try_clone_to_owned()?.into());
    }
    File::open(path).with_context(|| format!("cannot read `{}`", path.display()))
}

/// Starts the progress, hidden where the texts are typed or the predictions are shown on a terminal.
pub fn start_progress(mut input: &File, destination: &Destination) -> anyhow::Result<Step> {
    if input.is_terminal() || destination.is_terminal() {
        return Ok(Progress::Hidden.start("predict"));
    }

    let metadata = input.metadata()?;
    let bytes = if metadata.is_file() {
        Some(metadata.len().saturating_sub(input.stream_position()?))
    } else {
        None
    };
    Ok(Progress::Stderr.start_reading("predict", bytes))
}

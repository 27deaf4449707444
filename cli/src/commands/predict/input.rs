//! The input: a file, a stream or a URL, and the progress of reading it.

use std::io::{self, IsTerminal as _, Read};
use std::path::Path;

use relevance_data::table::SourceFile;
use relevance_data::{DataError, SourceSettings};

use super::destination::Destination;
use crate::exit::WrongUsage;
use crate::progress::{Progress, Step};

/// Opens a path, a URL, or standard input for `-`.
pub fn open_input(path: &Path, settings: &SourceSettings) -> anyhow::Result<SourceFile> {
    SourceFile::open(path.as_os_str(), settings).map_err(input_error)
}

/// Opens the content, whose reading shows in the progress.
pub fn read_input(file: &SourceFile, step: &Step) -> anyhow::Result<Box<dyn Read + Send>> {
    let step = step.clone();
    Ok(file.observed_reader(move |bytes| step.add_bytes(bytes))?)
}

/// Reads the next bytes into the buffer once, and returns their number, 0 at the end; errors have the name of the file.
pub fn read_once(input: &mut dyn Read, buffer: &mut [u8], name: &str) -> Result<usize, DataError> {
    loop {
        match input.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read.map_err(|error| DataError::from_reader(name, error)),
        }
    }
}

/// Starts the progress, hidden where the texts are typed or the predictions are shown on a terminal.
pub fn start_progress(path: &Path, file: &SourceFile, destination: &Destination) -> Step {
    let is_typed = path.as_os_str() == "-" && io::stdin().is_terminal();
    if is_typed || destination.is_terminal() {
        return Progress::Hidden.start("predict");
    }
    Progress::Stderr.start_reading("predict", file.size())
}

/// Returns the error of a damaged compression in place of one about the content of a file that it led to.
pub fn cause_of(error: anyhow::Error, path: &Path, settings: &SourceSettings) -> anyhow::Error {
    // A pipe has no content any more, and would be waited for.
    if !path.is_file() {
        return error;
    }
    match error.downcast::<DataError>() {
        Ok(error) => match SourceFile::open(path.as_os_str(), settings) {
            Ok(file) => file.cause_of(error).into(),
            Err(_) => error.into(),
        },
        Err(error) => error,
    }
}

/// The error as one of wrong usage, where a flag names what the input lacks.
pub fn input_error(error: DataError) -> anyhow::Error {
    match error {
        DataError::Columns { .. } => WrongUsage(error.into()).into(),
        error => error.into(),
    }
}

//! Reading and replacing of whole files.

use std::ffi::OsStr;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use bytes::Bytes;
use relevance_data::SourceSettings;
use relevance_data::table::{self, SourceFile, is_same_file};
use relevance_models::layout::{MANIFEST, MODEL_FILE};
use relevance_storage::AtomicFile;
use url::Url;

use crate::exit::WrongUsage;

/// Maximum size of a model file that is read from outside a store.
const MAX_MODEL_BYTES: u64 = 1 << 30;

/// Reads a file, with an error that names it.
pub fn read_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))
}

/// Reads the model file at a path, in a folder, or at the URL of a web server or an object store.
pub fn read_model_file(location: &Path) -> anyhow::Result<Bytes> {
    if is_url(location) {
        return read_url(location);
    }

    let path = if location.is_dir() {
        &location.join(MODEL_FILE)
    } else {
        location
    };
    let context = || format!("cannot read `{}`", path.display());
    let file = std::fs::File::open(path).with_context(context)?;
    read_model(file, &path.display().to_string()).map(Bytes::from)
}

/// Reads a model file, unless it is so large that it cannot be one.
fn read_model(file: impl std::io::Read, name: &str) -> anyhow::Result<Vec<u8>> {
    let mut content = Vec::new();
    file.take(MAX_MODEL_BYTES + 1)
        .read_to_end(&mut content)
        .with_context(|| format!("cannot read `{name}`"))?;
    if content.len() as u64 > MAX_MODEL_BYTES {
        bail!("`{name}` has more than {MAX_MODEL_BYTES} bytes: it is not a model file");
    }
    Ok(content)
}

fn read_url(location: &Path) -> anyhow::Result<Bytes> {
    let file = SourceFile::open(location.as_os_str(), &SourceSettings::default())?;
    read_model(file.reader()?, &file.name()).map(Bytes::from)
}

/// Returns whether the location is a URL.
pub fn is_url(location: &Path) -> bool {
    location
        .to_str()
        .is_some_and(|location| location.contains("://"))
}

/// Returns the name of a location in messages, a URL without credentials.
pub fn public_name(location: &Path) -> String {
    let name = location.display().to_string();
    match Url::parse(&name) {
        Ok(url) if is_url(location) => table::public_name(&url),
        _ => name,
    }
}

/// Replaces the file at `path`, atomically and durably.
#[cfg(feature = "train")]
pub fn write_file(path: &Path, contents: &[u8]) -> anyhow::Result<()> {
    relevance_storage::write_atomically(path, contents)
        .with_context(|| format!("cannot write `{}`", path.display()))
}

/// Checks that the file at `path` can be replaced, without a change.
#[cfg(feature = "train")]
pub fn check_writable(path: &Path) -> anyhow::Result<()> {
    let context = || format!("cannot write `{}`", path.display());
    if path.is_dir() {
        return Err(std::io::Error::from(std::io::ErrorKind::IsADirectory)).with_context(context);
    }
    AtomicFile::create(path).map(drop).with_context(context)
}

/// Refuses an output that would replace a file that the command reads, or one of a version in a store.
pub fn check_not_read<'a>(
    output: &Path,
    inputs: impl IntoIterator<Item = &'a OsStr>,
) -> anyhow::Result<()> {
    if !output.is_file() {
        return Ok(());
    }
    let is_output = |input: &OsStr| {
        let model = Path::new(input).join(MODEL_FILE);
        is_same_file(input, output.as_os_str())
            || is_same_file(model.as_os_str(), output.as_os_str())
    };
    let reason = if inputs.into_iter().any(is_output) {
        "is read by this command, which would replace it"
    } else if output.with_file_name(MANIFEST).exists() && output.with_file_name(MODEL_FILE).exists()
    {
        "is a file of a version in a model store, which is never changed"
    } else {
        return Ok(());
    };
    Err(WrongUsage(anyhow!(
        "`{}` {reason}: choose another file for the output",
        output.display()
    ))
    .into())
}

/// Creates a file beside `path`, which it replaces once it is committed.
pub fn sibling(path: &Path) -> anyhow::Result<AtomicFile> {
    AtomicFile::create(path).with_context(|| format!("cannot write `{}`", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_not_part_of_a_name() {
        for (location, want) in [
            ("models/model.onnx", "models/model.onnx"),
            ("C:/models/model.onnx", "C:/models/model.onnx"),
            ("s3://bucket/model.onnx", "s3://bucket/model.onnx"),
            (
                "https://user:secret@host/model.onnx?sig=secret",
                "https://host/model.onnx",
            ),
        ] {
            assert_eq!(public_name(Path::new(location)), want);
        }
    }
}

//! The one member of a zip file.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use zip::ZipArchive;
use zip::result::ZipError;

use super::compression::Unpacked;
use super::origin::TemporaryCopy;
use crate::error::{DataError, ReadError};
use crate::excerpt::excerpt;

/// Members that tell the program that wrote a zip file, the program's kind of file, and advice.
const DOCUMENTS: [(&str, &str, &str); 5] = [
    ("xl/workbook.xml", "an Excel workbook", "save it as CSV"),
    ("xl/workbook.bin", "an Excel workbook", "save it as CSV"),
    (
        "word/document.xml",
        "a Word document",
        "save its table as CSV",
    ),
    (
        "ppt/presentation.xml",
        "a presentation",
        "save its table as CSV",
    ),
    (
        "META-INF/manifest.xml",
        "an OpenDocument file",
        "save it as CSV",
    ),
];

/// Unpacked member of a zip file.
pub(super) struct Member {
    pub name: String,
    pub content: TemporaryCopy,
}

/// Unpacks the one member to a temporary file; `name` is that of the zip file for messages.
pub(super) fn unpack(path: &Path, name: &str, max_bytes: u64) -> Result<Member, DataError> {
    let failed = |error| DataError::file("unpack", name)(zip_error(error));
    let file = File::open(path).map_err(DataError::file("open", name))?;
    let mut archive = ZipArchive::new(file).map_err(failed)?;

    let names: Vec<String> = archive
        .file_names_raw()
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .collect();
    if let Some(&(_, kind, advice)) = DOCUMENTS
        .iter()
        .find(|(member, ..)| names.iter().any(|name| name == member))
    {
        return Err(DataError::UnsupportedKind {
            location: name.to_owned(),
            kind,
            advice,
        });
    }

    let index = only_member(&names).map_err(|cause| DataError::Malformed {
        file: name.to_owned(),
        location: "zip data".to_owned(),
        cause,
    })?;
    let member = archive.by_index(index).map_err(failed)?;
    let mut content = Unpacked {
        inner: member,
        location: "zip data".to_owned(),
        left: max_bytes,
        max_bytes,
        has_raw_failed: Arc::default(),
    };

    let content = TemporaryCopy::of(&mut content).map_err(DataError::file("unpack", name))?;
    Ok(Member {
        name: names[index].clone(),
        content,
    })
}

/// Returns the index of the only file, beside folders and the metadata of macOS.
fn only_member(names: &[String]) -> Result<usize, String> {
    let is_file = |name: &str| {
        let last = name.rsplit('/').next().unwrap_or(name);
        !last.is_empty() && !last.starts_with('.') && !name.starts_with("__MACOSX/")
    };
    let files: Vec<_> = (0..names.len())
        .filter(|&index| is_file(&names[index]))
        .collect();

    match files[..] {
        [file] => Ok(file),
        [] => Err("it holds no file".to_owned()),
        [first, second, ..] => Err(format!(
            "it holds {} files, as {} and {}; expected one: unpack it and name the file",
            files.len(),
            excerpt(&names[first]),
            excerpt(&names[second])
        )),
    }
}

fn zip_error(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => error,
        error => ReadError::Malformed {
            location: "zip data".to_owned(),
            cause: format!("it cannot be unpacked: {error}"),
        }
        .into(),
    }
}

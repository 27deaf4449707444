//! The inputs that flags name: files, folders and patterns.

use std::path::{Path, PathBuf, absolute};

use anyhow::anyhow;
use relevance_data::DataError;
use relevance_data::table::{Match, check_distinct, is_pattern, matches};
use walkdir::{DirEntry, WalkDir};

use crate::exit::WrongUsage;
use crate::files::is_url;

/// The files that the flags name.
#[derive(Debug, PartialEq, Eq)]
pub enum Inputs {
    One(PathBuf),
    Many(Vec<Input>),
}

/// One of several inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Path or URL.
    pub location: PathBuf,
    /// Path below the folder or the fixed part of the pattern that named it; its name otherwise.
    pub relative: PathBuf,
}

impl Inputs {
    /// Expands patterns and folders; a file whose name looks like a pattern is that file.
    ///
    /// The outputs may not be in a folder of inputs, where the next run would take them for inputs.
    pub fn find(names: &[PathBuf], outputs: Option<&Path>) -> anyhow::Result<Self> {
        let mut inputs = Vec::new();
        let mut is_many = names.len() > 1;
        for name in names {
            let pattern = name.to_str().filter(|name| is_pattern(name));
            let is_folder = name.is_dir() || pattern.is_some_and(|pattern| pattern.ends_with('/'));
            if let Some(outputs) = outputs.filter(|_| is_folder) {
                check_apart(name, outputs)?;
            }

            if name.is_dir() {
                inputs.extend(files_below(name)?);
            } else if let Some(pattern) = pattern {
                inputs.extend(matches(pattern)?.into_iter().map(Input::from));
            } else {
                inputs.push(Input::file(name));
                continue;
            }
            is_many = true;
        }

        check_distinct(inputs.iter().map(|input| input.location.as_os_str()))?;
        Ok(match &mut inputs[..] {
            [one] if !is_many => Self::One(std::mem::take(&mut one.location)),
            _ => Self::Many(inputs),
        })
    }
}

impl Input {
    fn file(location: &Path) -> Self {
        let is_stream = location.as_os_str() == "-";
        let name = location.file_name().filter(|_| !is_stream);
        Self {
            location: location.to_owned(),
            relative: name.map(PathBuf::from).unwrap_or_default(),
        }
    }
}

impl From<Match> for Input {
    fn from(found: Match) -> Self {
        Self {
            location: found.location.into(),
            relative: found.relative,
        }
    }
}

/// Returns the files below a folder in the order of their paths, without hidden files and the notes that Spark and
/// others put beside their files.
fn files_below(folder: &Path) -> anyhow::Result<Vec<Input>> {
    let is_note = |entry: &DirEntry| {
        let first = entry.file_name().as_encoded_bytes().first();
        entry.depth() > 0 && matches!(first, Some(b'_' | b'.'))
    };

    let mut inputs = Vec::new();
    let entries = WalkDir::new(folder)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| !is_note(entry));
    for entry in entries {
        let entry = entry?;
        if entry.file_type().is_dir() {
            continue;
        }
        let relative = entry.path().strip_prefix(folder)?.to_owned();
        inputs.push(Input {
            location: entry.into_path(),
            relative,
        });
    }

    if inputs.is_empty() {
        let pattern = folder.display().to_string();
        return Err(DataError::NoMatch { pattern }.into());
    }
    Ok(inputs)
}

fn check_apart(inputs: &Path, outputs: &Path) -> anyhow::Result<()> {
    let is_below = match (is_url(inputs), is_url(outputs)) {
        (false, false) => absolute(outputs)?.starts_with(absolute(inputs)?),
        (true, true) => outputs.starts_with(inputs),
        _ => false,
    };
    if !is_below {
        return Ok(());
    }

    Err(WrongUsage(anyhow!(
        "`{}` is in the folder of the inputs `{}`: choose another folder for `--output`",
        outputs.display(),
        inputs.display()
    ))
    .into())
}

//! Several inputs: one output a file in a folder, and a manifest of them.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use relevance_data::table::{expand, is_pattern};
use relevance_models::FileEntry;
use serde::{Deserialize, Serialize};

use super::endings::{Compression, Ending};
use super::object_store::is_remote;
use super::output_format::OutputFormat;
use super::place::Place;
use crate::exit::WrongUsage;

/// Name of the manifest in the folder of the outputs.
const MANIFEST: &str = "manifest.json";

/// The files that the flags name.
#[derive(Debug, PartialEq, Eq)]
pub enum Inputs {
    One(PathBuf),
    Many(Vec<PathBuf>),
}

/// An input, its output, and whether that is there already.
#[derive(Debug)]
pub struct InputFile {
    input: PathBuf,
    output: PathBuf,
    is_done: bool,
}

/// The outputs, so far or of all inputs.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    /// SHA-256 of the model's file.
    model_sha256: String,
    /// Whether all inputs are done.
    complete: bool,
    files: Vec<Entry>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    input: PathBuf,
    /// Name of the file in the folder.
    output: PathBuf,
    /// Missing for an output that was there before, and that no manifest has.
    rows: Option<u64>,
}

impl Inputs {
    /// Expands patterns and folders; a file whose name looks like a pattern is that file.
    pub fn find(names: &[PathBuf]) -> anyhow::Result<Self> {
        let locations: Vec<_> = names.iter().map(|name| in_folder(name)).collect();
        let locations: Vec<_> = locations.iter().map(AsRef::as_ref).collect();
        let is_many = |location: &&OsStr| location.to_str().is_some_and(is_pattern);
        let is_many = locations.iter().any(is_many);

        let mut found: Vec<_> = expand(&locations)?.into_iter().map(PathBuf::from).collect();
        Ok(match (is_many, &mut found[..]) {
            (false, [one]) => Self::One(std::mem::take(one)),
            _ => Self::Many(found),
        })
    }
}

/// The pattern of the files in a folder, without notes as Spark puts them beside its files; another path as it is.
fn in_folder(name: &Path) -> OsString {
    match name.to_str().filter(|_| name.is_dir()) {
        None => name.into(),
        Some(folder) => {
            let folder = glob::Pattern::escape(folder.trim_end_matches('/'));
            format!("{folder}/[!_]*").into()
        }
    }
}

/// Finds the outputs of the inputs; with `may_resume` some may exist.
pub fn plan(
    inputs: &[PathBuf],
    folder: Option<&Path>,
    format: Option<OutputFormat>,
    may_resume: bool,
    are_tables: bool,
) -> anyhow::Result<Vec<InputFile>> {
    let folder = folder.ok_or_else(|| {
        WrongUsage(anyhow!(
            "several inputs give a file each: add `--output FOLDER`"
        ))
    })?;
    let is_local = !is_remote(folder);
    if is_local && folder.exists() && !folder.is_dir() {
        return Err(WrongUsage(anyhow!(
            "several inputs give a file each, but `{}` is no folder",
            folder.display()
        ))
        .into());
    }
    if is_local {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot create the folder `{}`", folder.display()))?;
    }

    let mut inputs_by_output = HashMap::new();
    let mut files = Vec::new();
    for input in inputs {
        let output = folder.join(output_name(input, format, are_tables)?);
        if let Some(other) = inputs_by_output.insert(output.clone(), input) {
            return Err(WrongUsage(anyhow!(
                "`{}` and `{}` would have the same output `{}`",
                other.display(),
                input.display(),
                output.display()
            ))
            .into());
        }
        let is_done = Place::at(&output)?.exists()?;
        if is_done {
            check_output(input, &output, may_resume)?;
        }
        files.push(InputFile {
            input: input.clone(),
            output,
            is_done,
        });
    }
    Ok(files)
}

/// Predicts for the files that are not done, and writes the manifest after each.
pub fn run(
    files: &[InputFile],
    model: &[u8],
    predict: impl Fn(&Path, &Path) -> anyhow::Result<u64>,
) -> anyhow::Result<()> {
    let Some(folder) = files.first().and_then(|file| file.output.parent()) else {
        return Ok(());
    };
    let place = Place::at(&folder.join(MANIFEST))?;
    let model_sha256 = FileEntry::from_content(model).sha256;
    let is_resumed = files.iter().any(|file| file.is_done);
    let earlier = if is_resumed {
        read_manifest(&place, folder, &model_sha256)?
    } else {
        HashMap::new()
    };

    let mut manifest = Manifest {
        model_sha256,
        complete: false,
        files: Vec::new(),
    };
    for InputFile {
        input,
        output,
        is_done,
    } in files
    {
        let name = output.file_name().map(PathBuf::from).unwrap_or_default();
        let rows = if *is_done {
            earlier.get(&name).copied().flatten()
        } else {
            Some(predict(input, output)?)
        };
        manifest.files.push(Entry {
            input: input.clone(),
            output: name,
            rows,
        });
        manifest.complete = manifest.files.len() == files.len();
        write_manifest(&place, &manifest)?;
    }
    Ok(())
}

/// The name of the input; with `--format` that has another ending, its ending instead.
fn output_name(
    input: &Path,
    format: Option<OutputFormat>,
    is_table: bool,
) -> anyhow::Result<PathBuf> {
    let name = input.file_name().filter(|_| input.as_os_str() != "-");
    let name = name.map(PathBuf::from).ok_or_else(|| {
        WrongUsage(anyhow!(
            "`{}` has no name for its output: several inputs are files",
            input.display()
        ))
    })?;
    if name == Path::new(MANIFEST) {
        return Err(WrongUsage(anyhow!(
            "an input of the name `{MANIFEST}` is in the way of the manifest"
        ))
        .into());
    }
    let name = without_unwritten(name, is_table);
    let Some(format) = format else {
        return Ok(name);
    };

    let ending = Ending::of(&name);
    let is_text_kind = format != OutputFormat::Parquet;
    if ending.name.as_deref() == Some(format.ending())
        && (is_text_kind || ending.compression == Compression::None)
    {
        return Ok(name);
    }
    let stem = if ending.compression == Compression::None {
        name
    } else {
        name.with_extension("")
    };
    Ok(stem.with_extension(format.ending()))
}

/// The name with `.jsonl` for `.json`, and without the ending of a compression that is not written: tables are written in
/// gzip and Zstandard, and lines are not compressed.
fn without_unwritten(name: PathBuf, is_table: bool) -> PathBuf {
    let ends_in = |name: &Path, endings: &[&str]| {
        let ending = name.extension().and_then(OsStr::to_str);
        ending.is_some_and(|ending| endings.iter().any(|each| ending.eq_ignore_ascii_case(each)))
    };
    let is_unwritten =
        ends_in(&name, &["bz2", "xz", "zip"]) || (!is_table && ends_in(&name, &["gz", "zst"]));
    let name = if is_unwritten {
        name.with_extension("")
    } else {
        name
    };
    if ends_in(&name, &["json"]) {
        return name.with_extension("jsonl");
    }
    name
}

/// Refuses an output that is there already, unless it may be skipped.
fn check_output(input: &Path, output: &Path, may_resume: bool) -> anyhow::Result<()> {
    let is_same_file = matches!((input.canonicalize(), output.canonicalize()), (Ok(input), Ok(output)) if input == output);
    if is_same_file || input == output {
        return Err(WrongUsage(anyhow!(
            "`{}` would be replaced by its own predictions: choose another folder for `--output`",
            input.display()
        ))
        .into());
    }
    if !may_resume {
        return Err(WrongUsage(anyhow!(
            "`{}` is there already: add `--resume` to skip it, or remove it",
            output.display()
        ))
        .into());
    }
    Ok(())
}

/// Rows of the outputs that an earlier run wrote into the folder with the same model.
fn read_manifest(
    place: &Place,
    folder: &Path,
    model_sha256: &str,
) -> anyhow::Result<HashMap<PathBuf, Option<u64>>> {
    if !place.exists()? {
        return Ok(HashMap::new());
    }
    let manifest: Manifest = serde_json::from_slice(&place.read()?)
        .with_context(|| format!("`{}` is no manifest", folder.join(MANIFEST).display()))?;
    if manifest.model_sha256 != model_sha256 {
        return Err(anyhow!(
            "the outputs in `{}` are of another model, as `{MANIFEST}` there says: choose another folder",
            folder.display()
        ));
    }
    let entries = manifest.files.into_iter();
    Ok(entries.map(|entry| (entry.output, entry.rows)).collect())
}

fn write_manifest(place: &Place, manifest: &Manifest) -> anyhow::Result<()> {
    let mut json = serde_json::to_vec_pretty(manifest)?;
    json.push(b'\n');
    place.write(json)
}

//! Several inputs: one output a file in a folder, and a manifest of them.

mod inputs;
mod manifest;
mod names;
mod shard;

use std::collections::HashMap;
use std::fs::create_dir_all;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use relevance_data::table::is_same_file;
use relevance_models::FileEntry;
use serde_json::Value;

pub use self::inputs::{Input, Inputs};
use self::manifest::{Entry, Manifest};
use self::names::output_name;
pub use self::shard::Shard;
use super::output_format::OutputFormat;
use super::place::Place;
use crate::exit::WrongUsage;
use crate::files::{self, is_url};

/// Outputs of several inputs, as the flags describe them.
#[derive(Debug)]
pub struct Outputs<'a> {
    /// Folder that the outputs go to, each below it as its input is below the folder of the inputs.
    pub folder: &'a Path,
    /// Format of the outputs; that of each input by default.
    pub format: Option<OutputFormat>,
    /// Whether inputs are skipped that have an output.
    pub may_resume: bool,
    /// Whether the inputs are tables.
    pub are_tables: bool,
    /// Part of the inputs that is taken.
    pub shard: Option<Shard>,
    /// Flags that all outputs are written with.
    pub flags: Value,
}

/// An input, its output, and whether that is there already.
#[derive(Debug)]
pub struct InputFile {
    input: PathBuf,
    output: PathBuf,
    /// Path of the output below the folder.
    relative: PathBuf,
    is_done: bool,
}

impl Outputs<'_> {
    /// Finds the outputs of the inputs of the shard, and creates the folder.
    pub fn plan(&self, inputs: &[Input]) -> anyhow::Result<Vec<InputFile>> {
        let folder = self.folder;
        if !is_url(folder) {
            if folder.exists() && !folder.is_dir() {
                return Err(wrong(format!(
                    "several inputs give a file each, but `{}` is not a folder",
                    folder.display()
                )));
            }
            create_folder(folder)?;
        }

        let mut inputs_by_output = HashMap::new();
        let mut files = Vec::new();
        for input in inputs {
            let file = self.file(input)?;
            if let Some(other) = inputs_by_output.insert(file.output.clone(), &input.location) {
                return Err(wrong(format!(
                    "`{}` and `{}` would have the same output `{}`",
                    other.display(),
                    input.location.display(),
                    file.output.display()
                )));
            }
            if self
                .shard
                .is_none_or(|shard| shard.contains(&input.relative))
            {
                files.push(file);
            }
        }

        let locations = inputs.iter().map(|input| input.location.as_os_str());
        files::check_not_read(&self.folder.join(self.manifest()), locations)?;
        for file in &mut files {
            file.is_done = Place::at(&file.output)?.exists()?;
            if file.is_done {
                check_output(&file.input, &file.output, self.may_resume)?;
            }
        }
        Ok(files)
    }

    fn file(&self, input: &Input) -> anyhow::Result<InputFile> {
        let relative = output_name(input, self.format, self.are_tables)?;
        if relative == Path::new(&self.manifest()) {
            return Err(wrong(format!(
                "an input of the name `{}` is in the way of the manifest",
                relative.display()
            )));
        }

        Ok(InputFile {
            input: input.location.clone(),
            output: self.folder.join(&relative),
            relative,
            is_done: false,
        })
    }

    /// Name of the manifest in the folder.
    fn manifest(&self) -> String {
        self.shard
            .map_or_else(|| "manifest.json".to_owned(), Shard::manifest)
    }

    /// Predicts for the files that are not done, and writes the manifest after each.
    pub fn run(
        &self,
        files: &[InputFile],
        model: &[u8],
        predict: impl Fn(&Path, &Path) -> anyhow::Result<u64>,
    ) -> anyhow::Result<()> {
        let path = self.folder.join(self.manifest());
        let place = Place::at(&path)?;
        let mut manifest = Manifest::new(FileEntry::from_content(model).sha256, self.flags.clone());
        let is_resumed = files.iter().any(|file| file.is_done);
        let earlier = if is_resumed {
            manifest.earlier_rows(&place, &path)?
        } else {
            HashMap::new()
        };

        // A shard without an input has a manifest as well.
        if files.is_empty() {
            manifest.complete = true;
            manifest.write(&place)?;
        }
        for file in files {
            let rows = if file.is_done {
                earlier.get(&file.relative).copied().flatten()
            } else {
                Some(self.predict_file(file, &predict)?)
            };
            manifest.files.push(Entry {
                input: file.input.clone(),
                output: file.relative.clone(),
                rows,
            });
            manifest.complete = manifest.files.len() == files.len();
            manifest.write(&place)?;
        }
        Ok(())
    }

    fn predict_file(
        &self,
        file: &InputFile,
        predict: impl Fn(&Path, &Path) -> anyhow::Result<u64>,
    ) -> anyhow::Result<u64> {
        let parent = file.output.parent().unwrap_or(self.folder);
        if !is_url(self.folder) {
            create_folder(parent)?;
        }
        predict(&file.input, &file.output)
    }
}

fn create_folder(folder: &Path) -> anyhow::Result<()> {
    create_dir_all(folder)
        .with_context(|| format!("cannot create the folder `{}`", folder.display()))
}

/// Refuses an output that is there already, unless it may be skipped.
fn check_output(input: &Path, output: &Path, may_resume: bool) -> anyhow::Result<()> {
    if is_same_file(input.as_os_str(), output.as_os_str()) {
        return Err(wrong(format!(
            "`{}` would be replaced by its own predictions: choose another folder for `--output`",
            input.display()
        )));
    }
    if !may_resume {
        return Err(wrong(format!(
            "`{}` is there already: add `--resume` to skip it, or remove it",
            output.display()
        )));
    }
    Ok(())
}

fn wrong(message: String) -> anyhow::Error {
    WrongUsage(anyhow!(message)).into()
}

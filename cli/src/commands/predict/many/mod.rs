//! Several inputs: one output a file in a folder, and a manifest of them.

mod earlier;
mod inputs;
mod manifest;
mod names;
mod shard;

use std::collections::{HashMap, HashSet};
use std::fs::create_dir_all;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use relevance_data::table::is_same_file;
use relevance_models::FileEntry;
use serde_json::Value;

use self::earlier::EarlierOutputs;
pub use self::inputs::{Input, Inputs};
use self::manifest::{Entry, Manifest, WrittenManifest};
use self::names::output_name;
pub use self::shard::Shard;
use self::shard::{MANIFEST_ENDING, MANIFEST_START};
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

/// An input, its output, and whether there is a file of that name.
#[derive(Debug)]
pub struct InputFile {
    input: PathBuf,
    output: PathBuf,
    /// Path of the output below the folder.
    relative: PathBuf,
    exists: bool,
}

impl Outputs<'_> {
    /// Finds the outputs of the inputs of the shard.
    pub fn plan(&self, inputs: &[Input]) -> anyhow::Result<Vec<InputFile>> {
        let folder = self.folder;
        if !is_url(folder) && folder.exists() && !folder.is_dir() {
            return Err(wrong(format!(
                "several inputs give a file each, but `{}` is not a folder",
                folder.display()
            )));
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

        let manifest = self.folder.join(self.manifest());
        let locations = inputs.iter().map(|input| input.location.as_os_str());
        files::check_not_read(&manifest, locations)?;
        for file in &mut files {
            file.exists = Place::at(&file.output)?.exists()?;
            if file.exists {
                check_output(&file.input, &file.output, self.may_resume)?;
            }
        }
        let is_there = Place::at(&manifest)?.exists()?;
        if is_there && !self.may_resume && Manifest::read(&manifest)?.has_done() {
            return Err(wrong(format!(
                "`{}` lists earlier predictions: add `--resume` to add to them, or choose another folder for `--output`",
                manifest.display()
            )));
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
            exists: false,
        })
    }

    /// Name of the manifest in the folder.
    fn manifest(&self) -> String {
        self.shard.map_or_else(
            || format!("{MANIFEST_START}{MANIFEST_ENDING}"),
            Shard::manifest,
        )
    }

    /// Predicts for the files that are not done. The manifest is written before the first, and while they become done.
    pub fn run(
        &self,
        files: &[InputFile],
        model: &[u8],
        predict: impl Fn(&Path, &Path) -> anyhow::Result<u64>,
    ) -> anyhow::Result<()> {
        let mut manifest = self.start(files, model)?;
        for (index, file) in files.iter().enumerate() {
            if manifest.is_done(index) {
                continue;
            }
            match self.predict_file(file, &predict) {
                Ok(rows) => manifest.set_done(index, rows)?,
                Err(error) => {
                    manifest.write()?;
                    return Err(error);
                }
            }
        }
        manifest.write()
    }

    /// Writes the manifest with the files in their order, and then those of an earlier run.
    fn start(&self, files: &[InputFile], model: &[u8]) -> anyhow::Result<WrittenManifest> {
        let digest = FileEntry::from_content(model).sha256;
        let mut manifest = Manifest::new(digest, self.flags.clone());
        let existing = files.iter().filter(|file| file.exists);
        let existing: HashSet<&Path> = existing.map(|file| file.relative.as_path()).collect();
        let earlier = if self.may_resume {
            EarlierOutputs::read(self.folder, &self.manifest(), &manifest, &existing)?
        } else {
            EarlierOutputs::default()
        };

        for file in files {
            if file.exists && !earlier.lists(&file.relative) {
                return Err(unlisted(&file.output));
            }
            let rows = earlier.rows(&file.relative).filter(|_| file.exists);
            manifest.push(Entry {
                input: file.input.clone(),
                output: file.relative.clone(),
                rows,
            });
        }
        let planned: HashSet<&Path> = files.iter().map(|file| file.relative.as_path()).collect();
        let others = earlier.into_own().into_iter();
        others
            .filter(|entry| !planned.contains(entry.output.as_path()))
            .for_each(|entry| manifest.push(entry));

        if !is_url(self.folder) {
            create_folder(self.folder)?;
        }
        WrittenManifest::create(manifest, &self.folder.join(self.manifest()))
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

fn unlisted(output: &Path) -> anyhow::Error {
    wrong(format!(
        "`{}` is there already, and no manifest lists it, so that it may be of another model: remove it, or choose another \
         folder for `--output`",
        output.display()
    ))
}

fn wrong(message: String) -> anyhow::Error {
    WrongUsage(anyhow!(message)).into()
}

//! `relevance export`: a pipeline, or a model of the store, as an ONNX file.

mod folder;
mod mlflow;
mod triton;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use relevance_export::{features_model, inline_functions, text_model, to_bytes};
use relevance_pipeline::Pipeline;
use relevance_pipeline::graph::metadata;
use relevance_runtime::Session;

use self::triton::TritonModel;
use crate::arguments::ModelArguments;
use crate::files;
use crate::output::note;
use crate::workflow::model_file::ModelFile;

/// Version of a model that is not from a store.
const FIRST_VERSION: u64 = 1;

#[derive(Debug, Args)]
pub struct ExportArguments {
    /// Pipeline that `relevance train --pipeline` wrote, instead of a model.
    #[arg(long, value_name = "FILE")]
    pipeline: Option<PathBuf>,
    #[command(flatten)]
    model: ModelArguments,
    /// File for the ONNX model; an existing one is replaced.
    #[arg(long, short, value_name = "FILE", required_unless_present_any = ["mlflow", "triton"])]
    output: Option<PathBuf>,
    /// Folder for the model in MLflow's format, which `mlflow.pyfunc.load_model` and `mlflow models serve` take; its files
    /// are replaced in an existing one.
    #[arg(long, value_name = "FOLDER", conflicts_with = "input")]
    mlflow: Option<PathBuf>,
    /// Folder for the model in the format of Triton's model repository, under its name and the number of its version in
    /// the store, or 1; its files are replaced in an existing one.
    #[arg(long, value_name = "FOLDER", conflicts_with = "input")]
    triton: Option<PathBuf>,
    /// Input of the graph: raw `text`, or `features`, the counts of the terms, for runtimes without strings; the vocabulary
    /// is then written beside it.
    #[arg(long, value_enum, default_value_t = Input::Text)]
    input: Input,
    /// Inline the text function, for runtimes without model-local functions.
    #[arg(long)]
    inline: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Input {
    Text,
    Features,
}

impl ExportArguments {
    /// Returns the name in the pipeline's metadata, or else that of the flags.
    fn name<'a>(&'a self, pipeline: &'a Pipeline) -> &'a str {
        let named = pipeline.metadata().get(metadata::NAME);
        named.unwrap_or(&self.model.version.name)
    }
}

pub fn run(arguments: &ExportArguments) -> anyhow::Result<()> {
    if let Some(output) = &arguments.output {
        let read = [&arguments.pipeline, &arguments.model.model_file];
        let read = read.into_iter().flatten().map(|path| path.as_os_str());
        files::check_not_read(output, read)?;
    }
    let (pipeline, version) = pipeline(arguments)?;
    let mut graph = match arguments.input {
        Input::Text => text_model(&pipeline),
        Input::Features => features_model(&pipeline),
    };
    if arguments.inline {
        graph = inline_functions(&graph)?;
    }

    let file = to_bytes(&graph);
    if let Some(folder) = &arguments.mlflow {
        mlflow::write(folder, &file, &pipeline)?;
        note(format_args!("wrote `{}`", folder.display()));
    }
    if let Some(folder) = &arguments.triton {
        let triton = TritonModel {
            name: arguments.name(&pipeline),
            version: version.unwrap_or(FIRST_VERSION),
            model: &graph,
        };
        let written = triton.write(folder, &file)?;
        note(format_args!("wrote `{}`", written.display()));
    }
    if let Some(output) = &arguments.output {
        files::write_file(output, &file)?;
        note(format_args!("wrote `{}`", output.display()));

        if matches!(arguments.input, Input::Features) {
            write_vocabulary(output, &pipeline)?;
        }
    }
    Ok(())
}

/// Writes the term of each column beside a graph that takes their counts.
fn write_vocabulary(output: &Path, pipeline: &Pipeline) -> anyhow::Result<()> {
    let path = output.with_extension("vocabulary.json");
    let names: Vec<&str> = pipeline.terms().map(|term| term.text).collect();
    let terms = serde_json::to_string_pretty(&names)? + "\n";

    files::write_file(&path, terms.as_bytes())?;
    note(format_args!(
        "wrote `{}`: the term of each column",
        path.display()
    ));
    Ok(())
}

/// Reads the pipeline, and returns it with the number of its version if it is from the store.
fn pipeline(arguments: &ExportArguments) -> anyhow::Result<(Pipeline, Option<u64>)> {
    let Some(path) = &arguments.pipeline else {
        let (file, version) = arguments.model.read_with_version()?;
        return Ok((ModelFile::parse(file)?.reference, version));
    };

    let json = files::read_file(path)?;
    let pipeline = serde_json::from_slice(&json)
        .with_context(|| format!("`{}` is not a pipeline", path.display()))?;

    ensure_servable(&pipeline).with_context(|| {
        let path = path.display();
        format!(
            "`{path}` makes no model file that `relevance serve` can read; `relevance train --fitted {path}` measures and \
             publishes a pipeline that another program fitted"
        )
    })?;
    Ok((pipeline, None))
}

/// Loads the model file of a pipeline as the service does.
fn ensure_servable(pipeline: &Pipeline) -> anyhow::Result<()> {
    let session = Session::from_bytes(&to_bytes(&text_model(pipeline)))?;
    session.check_golden()?;
    Ok(())
}

//! `relevance export`: a pipeline, or a model of the store, as an ONNX file.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use relevance_export::{features_model, inline_functions, text_model, to_bytes};
use relevance_pipeline::Pipeline;
use relevance_runtime::Session;

use super::mlflow;
use crate::arguments::ModelArguments;
use crate::files;
use crate::workflow::model_file::ModelFile;

#[derive(Debug, Args)]
pub struct ExportArguments {
    /// Pipeline that `relevance train --pipeline` wrote, instead of a model.
    #[arg(long, value_name = "FILE")]
    pipeline: Option<PathBuf>,
    #[command(flatten)]
    model: ModelArguments,
    /// File for the ONNX model; an existing one is replaced.
    #[arg(long, short, value_name = "FILE", required_unless_present = "mlflow")]
    output: Option<PathBuf>,
    /// Folder for the model in MLflow's format, which `mlflow.pyfunc.load_model` and `mlflow models serve` take; its files
    /// are replaced in an existing one.
    #[arg(long, value_name = "FOLDER", conflicts_with = "input")]
    mlflow: Option<PathBuf>,
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

pub fn run(arguments: &ExportArguments) -> anyhow::Result<()> {
    let pipeline = pipeline(arguments)?;
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
        eprintln!("wrote `{}`", folder.display());
    }

    let Some(output) = &arguments.output else {
        return Ok(());
    };
    files::write_file(output, &file)?;
    eprintln!("wrote `{}`", output.display());

    if matches!(arguments.input, Input::Features) {
        let path = output.with_extension("vocabulary.json");
        let names: Vec<&str> = pipeline.terms().map(|term| term.text).collect();
        let terms = serde_json::to_string_pretty(&names)? + "\n";
        files::write_file(&path, terms.as_bytes())?;
        eprintln!("wrote `{}`: the term of each column", path.display());
    }
    Ok(())
}

fn pipeline(arguments: &ExportArguments) -> anyhow::Result<Pipeline> {
    let Some(path) = &arguments.pipeline else {
        return Ok(ModelFile::parse(arguments.model.read()?)?.reference);
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
    Ok(pipeline)
}

/// Loads the model file of a pipeline as the service does.
fn ensure_servable(pipeline: &Pipeline) -> anyhow::Result<()> {
    let session = Session::from_bytes(&to_bytes(&text_model(pipeline)))?;
    session.check_golden()?;
    Ok(())
}

//! `relevance verify`: every engine on every text of a source.

use std::path::PathBuf;

use clap::Args;
use relevance_data::{DataError, Source};
use serde::Serialize;

use crate::arguments::ModelArguments;
use crate::arguments::training::{ExamplesArguments, SourceArguments};
use crate::output;
use crate::workflow::model_file::ModelFile;
use crate::workflow::verify::{EngineAgreement, Extent, ensure_agreement, verify};

#[derive(Debug, Args)]
pub struct VerifyArguments {
    #[command(flatten)]
    model: ModelArguments,
    /// Shared library of onnxruntime; without it that engine is left out.
    #[arg(long, env = "ORT_DYLIB_PATH", value_name = "FILE")]
    onnxruntime: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    examples: ExamplesArguments,
    #[command(flatten)]
    source: SourceArguments,
}

/// One engine's agreement with the reference.
#[derive(Serialize)]
struct Row {
    engine: &'static str,
    texts: usize,
    largest_difference: f32,
    changed_labels: usize,
    agrees: bool,
}

pub fn run(arguments: &VerifyArguments) -> anyhow::Result<()> {
    let redact = |error| arguments.examples.redact(error);
    let source = arguments.source.open_texts().map_err(redact)?;
    let file = ModelFile::parse(arguments.model.read()?)?;
    let texts = read_texts(source.as_ref()).map_err(redact)?;
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();

    let onnxruntime = arguments.onnxruntime.as_deref();
    let agreements = verify(&file, &texts, onnxruntime, Extent::All)?;
    let rows: Vec<Row> = agreements
        .iter()
        .map(|EngineAgreement { engine, agreement }| Row {
            engine: engine.as_str(),
            texts: agreement.texts,
            largest_difference: agreement.largest_difference,
            changed_labels: agreement.changed_labels.len(),
            agrees: agreement.holds(),
        })
        .collect();

    if arguments.json {
        output::print_json(&rows)?;
    } else {
        output::print(&table(&rows))?;
    }
    ensure_agreement(&agreements)
}

/// Reads the texts of a source, which has at least one.
fn read_texts(source: &dyn Source) -> anyhow::Result<Vec<String>> {
    let mut texts = Vec::new();
    source.read(&mut |row| {
        texts.push(row.text.to_owned());
        Ok(())
    })?;

    if texts.is_empty() {
        return Err(DataError::NoRows {
            file: source.name(),
        }
        .into());
    }
    Ok(texts)
}

fn table(rows: &[Row]) -> String {
    let header = format!(
        "{:<20} {:>8} {:>18} {:>16}  agrees\n",
        "engine", "texts", "largest difference", "changed labels"
    );

    let lines = rows.iter().map(|row| {
        let agrees = if row.agrees { "yes" } else { "no" };
        format!(
            "{:<20} {:>8} {:>18.1e} {:>16}  {agrees}\n",
            row.engine, row.texts, row.largest_difference, row.changed_labels
        )
    });
    std::iter::once(header).chain(lines).collect()
}

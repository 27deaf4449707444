//! Does one thing to the same texts so many times, for a program that counts the instructions.

use std::hint::black_box;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, ValueEnum};
use relevance_bench::{EngineKind, ModelFile, read_texts};
use relevance_runtime::Session;

/// Does one thing to all texts, round after round, and prints how many texts there are.
#[derive(Parser)]
struct Arguments {
    /// The model, an ONNX file.
    model: PathBuf,
    /// The texts, one JSON string a line.
    texts: PathBuf,
    /// What is done to a text.
    operation: Operation,
    /// Who predicts.
    #[arg(long, default_value = "session")]
    engine: EngineKind,
    /// How many texts a call gets.
    #[arg(long, default_value_t = 1)]
    batch: usize,
    /// How often all texts come by.
    #[arg(long)]
    rounds: usize,
}

#[derive(Clone, Copy, ValueEnum)]
enum Operation {
    Predict,
    CountTokens,
    Explain,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let file = ModelFile::read(&arguments.model)?;
    let texts = read_texts(&arguments.texts)?;
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut operation = operation(&arguments, &file)?;
    for _ in 0..arguments.rounds {
        for batch in texts.chunks(arguments.batch) {
            operation(black_box(batch))?;
        }
    }
    println!("{}", texts.len());
    Ok(())
}

type DoToBatch = Box<dyn FnMut(&[&str]) -> Result<()>>;

fn operation(arguments: &Arguments, file: &ModelFile) -> Result<DoToBatch> {
    let session = || Session::from_bytes(&file.bytes);
    Ok(match arguments.operation {
        Operation::Predict => {
            let engine = arguments.engine.load(file, None)?;
            Box::new(move |texts| {
                black_box(engine.predict_batch(texts)?);
                Ok(())
            })
        }
        Operation::CountTokens => {
            let session = session()?;
            Box::new(move |texts| {
                black_box(session.count_tokens(texts)?);
                Ok(())
            })
        }
        Operation::Explain => {
            let session = session()?;
            Box::new(move |texts| {
                for text in texts {
                    black_box(session.explain(text)?);
                }
                Ok(())
            })
        }
    })
}

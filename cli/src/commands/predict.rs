//! `relevance predict`: texts in, one a line; labels and probabilities out, in the same order.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use relevance_runtime::{Prediction, Session};
use serde::Serialize;

use crate::arguments::ModelArguments;
use crate::model;

/// How many texts are scored at once.
const BATCH: usize = 1024;

#[derive(Debug, Args)]
pub struct PredictArguments {
    /// The texts; without them `--input` is read.
    texts: Vec<String>,
    /// A file with one text a line; `-` is standard input.
    #[arg(long, short, value_name = "FILE", default_value = "-", conflicts_with = "texts")]
    input: PathBuf,
    #[command(flatten)]
    model: ModelArguments,
    /// How an answer is written: `text` (label, probability and text with tabs between), `jsonl` or `csv`.
    #[arg(long, short, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Text,
    Jsonl,
    Csv,
}

/// One answer, as programs read it.
#[derive(Serialize)]
struct Answer<'a> {
    label: &'a str,
    relevant: bool,
    probability: f32,
    text: &'a str,
}

/// Where answers go.
enum Answers<W: Write> {
    Text(W),
    Jsonl(W),
    Csv(Box<csv::Writer<W>>),
}

pub fn run(arguments: &PredictArguments) -> anyhow::Result<()> {
    let session = Session::from_bytes(&model::read(&arguments.model)?)?;
    let output = BufWriter::new(io::stdout().lock());
    let mut answers = Answers::new(output, arguments.format);
    if arguments.texts.is_empty() {
        let name = arguments.input.display().to_string();
        let lines = texts(open(arguments)?);
        predict(&session, lines, &mut answers).with_context(|| format!("input `{name}`"))?;
    } else {
        predict(&session, arguments.texts.iter().cloned().map(Ok), &mut answers)?;
    }
    answers.finish().context("cannot write to standard output")
}

fn open(arguments: &PredictArguments) -> anyhow::Result<Box<dyn BufRead>> {
    if arguments.input.as_os_str() == "-" {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(&arguments.input).with_context(|| format!("cannot read `{}`", arguments.input.display()))?;
    Ok(Box::new(BufReader::new(file)))
}

/// The lines of `reader` without their ends, `\n` or `\r\n`.
fn texts(reader: impl BufRead) -> impl Iterator<Item = anyhow::Result<String>> {
    (1_u64..).zip(reader.lines()).map(|(number, line)| line.with_context(|| format!("line {number} cannot be read")))
}

fn predict<W: Write>(
    session: &Session,
    mut texts: impl Iterator<Item = anyhow::Result<String>>,
    answers: &mut Answers<W>,
) -> anyhow::Result<()> {
    let labels = &session.info().labels;
    loop {
        let batch: Vec<String> = texts.by_ref().take(BATCH).collect::<Result<_, _>>()?;
        if batch.is_empty() {
            return Ok(());
        }
        for (text, Prediction { probability, relevant }) in batch.iter().zip(session.predict(&batch)?) {
            let label = if relevant { &labels.relevant } else { &labels.not_relevant };
            let answer = Answer { label, relevant, probability, text };
            answers.write(&answer).context("cannot write to standard output")?;
        }
    }
}

impl<W: Write> Answers<W> {
    fn new(output: W, format: Format) -> Self {
        match format {
            Format::Text => Self::Text(output),
            Format::Jsonl => Self::Jsonl(output),
            Format::Csv => Self::Csv(Box::new(csv::Writer::from_writer(output))),
        }
    }

    fn write(&mut self, answer: &Answer) -> io::Result<()> {
        match self {
            Self::Text(output) => writeln!(output, "{}\t{:.6}\t{}", answer.label, answer.probability, answer.text),
            Self::Jsonl(output) => {
                serde_json::to_writer(&mut *output, answer)?;
                output.write_all(b"\n")
            }
            Self::Csv(output) => output.serialize(answer).map_err(io_error),
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::Text(mut output) | Self::Jsonl(mut output) => output.flush(),
            Self::Csv(mut output) => output.flush(),
        }
    }
}

/// The error of the output itself where that is the cause, so that a closed pipe is known as one.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}

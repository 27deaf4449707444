//! Times every engine of a model file on the same texts, in turns and in one thread, and prints JSON.

use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use relevance_bench::{EngineKind, ModelFile, read_texts};
use relevance_runtime::Engine;
use relevance_runtime::parity::compare;
use serde::Serialize;

/// How many texts a call gets.
const BATCHES: [usize; 3] = [1, 64, 1_000];
/// The clock is read once for so many texts, since reading it takes as long as a word of a text.
const TEXTS_A_GLANCE: usize = 64;
/// How many texts every engine must agree on before it is timed.
const COMPARED: usize = 64;
/// The widest dense matrix that is asked for, texts × columns: some hundred megabytes for each node.
const MAX_CELLS: usize = 1 << 26;

/// Prints the time for a text, by engine and by the number of texts in a call.
#[derive(Parser)]
struct Arguments {
    /// The model, an ONNX file.
    model: PathBuf,
    /// The texts, one JSON string a line.
    texts: PathBuf,
    /// onnxruntime's shared library.
    #[arg(long, value_name = "FILE")]
    onnxruntime: PathBuf,
    /// How often each engine has its turn.
    #[arg(long)]
    rounds: usize,
    /// How long a turn is at least, in milliseconds.
    #[arg(long)]
    turn_ms: u64,
}

/// Everything that is printed.
#[derive(Serialize)]
struct Report {
    columns: usize,
    texts: usize,
    mean_bytes: f64,
    times: Vec<Time>,
}

/// What a text took an engine, in calls of so many.
#[derive(Serialize)]
struct Time {
    engine: EngineKind,
    name: &'static str,
    work: &'static str,
    batch: usize,
    best_ns: f64,
    median_ns: f64,
}

/// An engine in calls of so many texts, and what a text took it in each of its turns.
struct Lane<'a> {
    kind: EngineKind,
    engine: &'a dyn Engine,
    batch: usize,
    turns: Vec<f64>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let file = ModelFile::read(&arguments.model)?;
    let texts = read_texts(&arguments.texts)?;
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let most = BATCHES[BATCHES.len() - 1];
    ensure!(
        texts.len() >= most,
        "{} texts are too few for batches of {most}",
        texts.len()
    );

    let columns = file.pipeline.vocabulary().len();
    let engines = load(&file, &arguments)?;
    check(&file, &engines, &texts[..COMPARED])?;
    let mut lanes = lanes(&engines, columns);
    let turn = Duration::from_millis(arguments.turn_ms);
    for _ in 0..arguments.rounds {
        for lane in &mut lanes {
            lane.turn(&texts, turn)?;
        }
    }
    let times = lanes.into_iter().map(Lane::time).collect::<Result<_>>()?;
    let report = Report {
        columns,
        texts: texts.len(),
        mean_bytes: mean_bytes(&texts),
        times,
    };
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}

type Loaded = (EngineKind, Box<dyn Engine>);

fn load(file: &ModelFile, arguments: &Arguments) -> Result<Vec<Loaded>> {
    let load = |kind: EngineKind| Ok((kind, kind.load(file, Some(&arguments.onnxruntime))?));
    EngineKind::ALL.into_iter().map(load).collect()
}

/// An engine that answers otherwise is not worth a time.
fn check(file: &ModelFile, engines: &[Loaded], texts: &[&str]) -> Result<()> {
    let want = file.pipeline.predict_batch(texts)?;
    for (kind, engine) in engines {
        let agreement = compare(&want, engine.as_ref(), texts, texts.len())?;
        let (name, difference) = (kind.name(), agreement.largest_difference);
        ensure!(
            agreement.holds(),
            "{name} is up to {difference} away from the definition's answers"
        );
    }
    Ok(())
}

fn lanes(engines: &[Loaded], columns: usize) -> Vec<Lane<'_>> {
    let lanes = BATCHES.into_iter().flat_map(|batch| {
        engines.iter().map(move |(kind, engine)| Lane {
            kind: *kind,
            engine: engine.as_ref(),
            batch,
            turns: Vec::new(),
        })
    });
    lanes
        .filter(|lane| !lane.kind.is_dense() || lane.batch * columns <= MAX_CELLS)
        .collect()
}

impl Lane<'_> {
    /// Answers from the first text on, and from there again, until the time is over.
    fn turn(&mut self, texts: &[&str], at_least: Duration) -> Result<()> {
        let start = Instant::now();
        let mut answered = 0_u32;
        for texts in texts.chunks_exact(self.batch.max(TEXTS_A_GLANCE)).cycle() {
            for batch in texts.chunks_exact(self.batch) {
                black_box(self.engine.predict_batch(black_box(batch))?);
            }
            answered += u32::try_from(texts.len())?;
            if start.elapsed() >= at_least {
                break;
            }
        }
        self.turns
            .push(start.elapsed().as_secs_f64() * 1e9 / f64::from(answered));
        Ok(())
    }

    fn time(mut self) -> Result<Time> {
        self.turns.sort_by(f64::total_cmp);
        let best_ns = *self
            .turns
            .first()
            .context("no engine had a turn: give `--rounds` of 1 or more")?;
        let median_ns = self.turns[self.turns.len() / 2];
        let (engine, name, work, batch) =
            (self.kind, self.kind.name(), self.kind.work(), self.batch);
        Ok(Time {
            engine,
            name,
            work,
            batch,
            best_ns,
            median_ns,
        })
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "there are fewer than 2^52 bytes"
)]
fn mean_bytes(texts: &[&str]) -> f64 {
    texts.iter().map(|text| text.len()).sum::<usize>() as f64 / texts.len() as f64
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use relevance_runtime::{Prediction, RuntimeError};

    use super::*;

    /// Keeps how many texts each call had.
    #[derive(Default)]
    struct Calls(RefCell<Vec<usize>>);

    impl Engine for Calls {
        fn predict_batch(&self, texts: &[&str]) -> Result<Vec<Prediction>, RuntimeError> {
            self.0.borrow_mut().push(texts.len());
            Ok(vec![
                Prediction {
                    probability: 0.5,
                    relevant: true
                };
                texts.len()
            ])
        }
    }

    fn lane(engine: &Calls, batch: usize) -> Lane<'_> {
        Lane {
            kind: EngineKind::Session,
            engine,
            batch,
            turns: Vec::new(),
        }
    }

    #[test]
    fn a_turn_is_whole_calls_and_has_at_least_one() {
        for (batch, calls) in [(1, 64), (64, 1), (100, 1)] {
            let engine = Calls::default();
            lane(&engine, batch)
                .turn(&["text"; 150], Duration::ZERO)
                .unwrap();
            assert_eq!(*engine.0.borrow(), vec![batch; calls]);
        }
    }

    #[test]
    fn a_turn_begins_again_until_its_time_is_over() {
        let (engine, time) = (Calls::default(), Duration::from_millis(5));
        let mut lane = lane(&engine, 64);
        lane.turn(&["text"; 64], time).unwrap();
        let answered: usize = engine.0.borrow().iter().sum();
        assert!(
            answered > 64 && lane.turns[0] >= 5e6 / f64::from(u32::try_from(answered).unwrap())
        );
    }

    #[test]
    fn the_fastest_turn_and_the_one_in_the_middle_are_told() {
        let engine = Calls::default();
        let time = Lane {
            turns: vec![30.0, 10.0, 20.0],
            ..lane(&engine, 1)
        }
        .time()
        .unwrap();
        assert_eq!((time.best_ns, time.median_ns), (10.0, 20.0));
        assert!(lane(&engine, 1).time().is_err(), "no turn has no time");
    }

    #[test]
    fn rows_as_wide_as_the_vocabulary_are_kept_within_memory() {
        let engines =
            || EngineKind::ALL.map(|kind| (kind, Box::new(Calls::default()) as Box<dyn Engine>));
        for (columns, want) in [(5_000, 15), (100_000, 13)] {
            assert_eq!(lanes(&engines(), columns).len(), want, "{columns} columns");
        }
    }
}

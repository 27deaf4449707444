//! Blocks of lines scored and encoded by many threads, and written in their order.
//!
//! A thread reads a block after it has written its last one, so that memory holds at most one block per thread.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, mpsc};
use std::thread;

use anyhow::{Context as _, anyhow};
use relevance_runtime::{ScoredText, Session};

use super::format::{Format, Output, ScoredTexts};
use super::rows::{Block as _, Input, Rows as _};

/// Texts that are scored at once.
const BATCH: usize = 1024;
const UNPOISONED: &str = "a thread that panics ends the command";

/// State that the threads share.
pub struct Work<I, F: Format> {
    session: Arc<Session>,
    input: Mutex<Reading<I>>,
    turn: Mutex<Turn<F>>,
    turned: Condvar,
}

struct Reading<I> {
    input: I,
    /// Number of blocks that were read.
    blocks: u64,
}

/// The block that is written next.
struct Turn<F: Format> {
    /// Index of that block.
    block: u64,
    /// Number of rows in the blocks before it.
    rows: u64,
    output: Output<F>,
}

impl<I: Input, F: Format<Block = I::Block>> Work<I, F> {
    pub const fn new(session: Arc<Session>, input: I, output: Output<F>) -> Self {
        Self {
            session,
            input: Mutex::new(Reading { input, blocks: 0 }),
            turn: Mutex::new(Turn {
                block: 0,
                rows: 0,
                output,
            }),
            turned: Condvar::new(),
        }
    }

    /// Scores every row on so many threads, finishes the output, and returns the number of rows.
    ///
    /// An error of one thread is returned at once, while another may still wait for input until the process ends.
    pub fn run(self: &Arc<Self>, format: &F, threads: NonZeroUsize) -> anyhow::Result<u64> {
        let (sender, outcomes) = mpsc::channel();
        for _ in 0..threads.get() {
            let (work, format, sender) = (Arc::clone(self), format.clone(), sender.clone());
            let run = move || {
                let outcome = catch_unwind(AssertUnwindSafe(|| work.run_one(format)));
                // The receiver is gone when another thread failed.
                let _ = sender.send(outcome.unwrap_or_else(|_| Err(anyhow!("a thread panicked"))));
            };
            thread::Builder::new()
                .spawn(run)
                .context("cannot start a thread")?;
        }
        drop(sender);

        outcomes.iter().collect::<anyhow::Result<()>>()?;
        let mut turn = self.turn.lock().expect(UNPOISONED);
        if turn.block == 0 {
            let mut format = format.clone();
            format.encode_empty()?;
            turn.output.write(&mut format)?;
        }
        turn.output.finish()?;
        Ok(turn.rows)
    }

    fn run_one(&self, mut format: F) -> anyhow::Result<()> {
        let (mut block, mut scores) = (I::Block::default(), Vec::new());
        while let Some((index, read)) = self.next(&mut block) {
            if let Err(error) = read {
                drop(self.wait_for(index));
                return Err(error);
            }

            let (rows, error) = block.rows();
            let texts = rows.texts();
            score(&self.session, &texts, &mut scores)?;
            let batch = ScoredTexts {
                texts: &texts,
                scores: &scores,
                is_first: index == 0,
            };
            format.encode(&rows, &batch)?;

            let mut turn = self.wait_for(index);
            turn.output.write(&mut format)?;
            turn.rows += rows.count() as u64;
            if let Some(error) = error {
                return Err(error);
            }

            turn.block += 1;
            self.turned.notify_all();
        }
        Ok(())
    }

    /// Reads the next block and returns its index, unless the input has ended.
    fn next(&self, block: &mut I::Block) -> Option<(u64, anyhow::Result<()>)> {
        let mut reading = self.input.lock().expect(UNPOISONED);
        let read = reading.input.read(block);
        let index = reading.blocks;
        reading.blocks += 1;

        match read {
            Ok(false) => None,
            Ok(true) => Some((index, Ok(()))),
            Err(error) => Some((index, Err(error))),
        }
    }

    /// Waits until the blocks before this one are written; forever if one of them failed.
    fn wait_for(&self, block: u64) -> MutexGuard<'_, Turn<F>> {
        let turn = self.turn.lock().expect(UNPOISONED);
        self.turned
            .wait_while(turn, |turn| turn.block != block)
            .expect(UNPOISONED)
    }
}

/// Scores the texts, in batches.
pub fn score(
    session: &Session,
    texts: &[&str],
    scores: &mut Vec<ScoredText>,
) -> anyhow::Result<()> {
    scores.clear();
    for batch in texts.chunks(BATCH) {
        scores.extend(session.score(batch, session.info().threshold)?);
    }
    Ok(())
}

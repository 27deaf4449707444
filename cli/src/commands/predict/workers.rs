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
use super::lines::{Block, Lines};

/// Texts that are scored at once.
const BATCH: usize = 1024;
const UNPOISONED: &str = "a thread that panics ends the command";

/// State that the threads share.
pub struct Work<F: Format> {
    session: Session,
    input: Mutex<Input>,
    turn: Mutex<Turn<F>>,
    turned: Condvar,
}

struct Input {
    lines: Lines,
    /// Number of blocks that were read.
    blocks: u64,
}

/// The block that is written next.
struct Turn<F: Format> {
    /// Index of that block.
    block: u64,
    /// Number of lines in the blocks before it.
    lines: u64,
    output: Output<F>,
}

impl<F: Format> Work<F> {
    pub const fn new(session: Session, lines: Lines, output: Output<F>) -> Self {
        Self {
            session,
            input: Mutex::new(Input { lines, blocks: 0 }),
            turn: Mutex::new(Turn {
                block: 0,
                lines: 0,
                output,
            }),
            turned: Condvar::new(),
        }
    }

    /// Scores every line on so many threads, and finishes the output.
    ///
    /// An error of one thread is returned at once, while another may still wait for input until the process ends.
    pub fn run(self: &Arc<Self>, format: &F, threads: NonZeroUsize) -> anyhow::Result<()> {
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
        self.turn.lock().expect(UNPOISONED).output.finish()
    }

    fn run_one(&self, mut format: F) -> anyhow::Result<()> {
        let (mut block, mut scores) = (Block::default(), Vec::new());
        while let Some((index, read)) = self.next(&mut block) {
            let (texts, error) =
                read.map_or_else(|error| (Vec::new(), Some(error)), |()| block.texts());
            score(&self.session, &texts, &mut scores)?;
            format.encode(&ScoredTexts {
                texts: &texts,
                scores: &scores,
                is_first: index == 0,
            })?;

            let mut turn = self.wait_for(index);
            turn.output.write(&mut format)?;
            turn.lines += texts.len() as u64;
            if let Some(error) = error {
                return Err(error.context(format!("line {} cannot be read", turn.lines + 1)));
            }

            turn.block += 1;
            self.turned.notify_all();
        }
        Ok(())
    }

    /// Reads the next block and returns its index, unless the input has ended.
    fn next(&self, block: &mut Block) -> Option<(u64, anyhow::Result<()>)> {
        let mut input = self.input.lock().expect(UNPOISONED);
        let read = input.lines.read(block);
        let index = input.blocks;
        input.blocks += 1;

        match read {
            Ok(false) => None,
            Ok(true) => Some((index, Ok(()))),
            Err(error) => Some((index, Err(error.into()))),
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

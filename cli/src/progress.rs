//! Says what is done and how long it took, on stderr; with a progress bar where that is a terminal.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use relevance_train::Observer;

/// How often a bar moves by itself, so that a long stage does not look stuck.
const TICK: Duration = Duration::from_millis(100);
/// Rows after which a bar hears of them.
const ROWS: u64 = 4096;

/// The clock of one step, and its bar, which clones share.
#[derive(Clone, Debug)]
pub struct Step {
    name: &'static str,
    start: Instant,
    /// Hidden unless stderr is a terminal.
    bar: ProgressBar,
}

impl Step {
    /// Starts the clock.
    pub fn start(name: &'static str) -> Self {
        let bar = ProgressBar::new_spinner().with_prefix(name);
        if !bar.is_hidden() {
            bar.set_style(style("{prefix:<8} {elapsed:>9}  {spinner} {msg}"));
            bar.enable_steady_tick(TICK);
        }
        Self {
            name,
            start: Instant::now(),
            bar,
        }
    }

    /// Starts a bar for a file of so many bytes, if that is known.
    pub fn start_reading(name: &'static str, bytes: Option<u64>) -> Self {
        let step = Self::start(name);
        if let Some(bytes) = bytes {
            step.bar.set_length(bytes);
            step.bar.set_style(style(
                "{prefix:<8} {elapsed:>9}  {bar:24} {bytes} of {total_bytes}, {eta} left",
            ));
        } else if !step.bar.is_hidden() {
            step.bar.set_style(style(
                "{prefix:<8} {elapsed:>9}  {spinner} {bytes}, {bytes_per_sec}",
            ));
        }
        step
    }

    /// A step without a bar.
    pub fn hidden(name: &'static str) -> Self {
        Self {
            name,
            start: Instant::now(),
            bar: ProgressBar::hidden(),
        }
    }

    /// So many more bytes were read.
    pub fn bytes(&self, bytes: usize) {
        self.bar.inc(bytes as u64);
    }

    /// So many rows were read.
    pub fn rows(&self, rows: u64) {
        if rows.is_multiple_of(ROWS) && !self.bar.is_hidden() {
            self.bar.set_message(format!("{rows} rows"));
        }
    }

    /// Says what came of the step.
    pub fn done(self, what: impl std::fmt::Display) {
        self.bar.finish_and_clear();
        Took {
            name: self.name,
            time: self.start.elapsed(),
        }
        .done(what);
    }
}

/// How long a step took that ran beside another one, whose bar it must not disturb.
#[derive(Debug)]
pub struct Took {
    name: &'static str,
    time: Duration,
}

impl Took {
    /// What `step` gives, and how long it took.
    pub fn by<T>(name: &'static str, step: impl FnOnce() -> T) -> (T, Self) {
        let start = Instant::now();
        let given = step();
        (
            given,
            Self {
                name,
                time: start.elapsed(),
            },
        )
    }

    /// Says what came of the step.
    pub fn done(self, what: impl std::fmt::Display) {
        eprintln!("{:<8} {:>6} ms  {what}", self.name, self.time.as_millis());
    }
}

impl Observer for Step {
    fn tokenized(&self, texts: usize, all: usize) {
        if self.bar.is_hidden() {
            return;
        }
        if self.bar.length().is_none() {
            self.bar.set_length(all as u64);
            self.bar.set_style(style(
                "{prefix:<8} {elapsed:>9}  {bar:24} {pos} of {len} texts",
            ));
        }
        self.bar.inc(texts as u64);
    }

    fn stepped(&self, iteration: u64, objective: f64) {
        if self.bar.is_hidden() {
            return;
        }
        if iteration == 1 {
            self.bar
                .set_style(style("{prefix:<8} {elapsed:>9}  {spinner} {msg}"));
        }
        self.bar
            .set_message(format!("step {iteration}, objective {objective:.1}"));
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the template is one")
}

impl Drop for Step {
    /// An error must not be printed into a bar.
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

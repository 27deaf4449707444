//! Progress of a command on stderr: one line a step, and a progress bar where stderr is a terminal.

use std::fmt::Display;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
#[cfg(feature = "train")]
use relevance_train::Observer;

use crate::output;

/// Redraw interval of a bar, so that a long step does not look stuck.
const TICK: Duration = Duration::from_millis(100);
/// Rows between two updates of a bar.
const ROWS_PER_UPDATE: u64 = 4096;

/// Where the progress of a workflow is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// On stderr.
    Stderr,
    /// Nowhere.
    Hidden,
}

/// A step that is running: its clock, and its bar, which clones share.
#[derive(Clone, Debug)]
pub struct Step {
    progress: Progress,
    name: &'static str,
    start: Instant,
    /// Hidden unless stderr is a terminal.
    bar: ProgressBar,
}

/// Duration of a step that ran beside another one, whose bar it must not disturb.
#[derive(Debug)]
pub struct Elapsed {
    progress: Progress,
    name: &'static str,
    time: Duration,
}

impl Progress {
    /// Starts a step with a spinner.
    #[must_use]
    pub fn start(self, name: &'static str) -> Step {
        let bar = match self {
            Self::Stderr => ProgressBar::new_spinner().with_prefix(name),
            Self::Hidden => ProgressBar::hidden(),
        };
        if !bar.is_hidden() {
            bar.set_style(style("{prefix:<8} {elapsed:>9}  {spinner} {msg}"));
            bar.enable_steady_tick(TICK);
        }

        Step {
            progress: self,
            name,
            start: Instant::now(),
            bar,
        }
    }

    /// Starts a step that reads a file of so many bytes, if that is known.
    #[must_use]
    pub fn start_reading(self, name: &'static str, bytes: Option<u64>) -> Step {
        let step = self.start(name);
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

    /// Runs a step without a bar, and returns its result and duration.
    pub fn time<T>(self, name: &'static str, step: impl FnOnce() -> T) -> (T, Elapsed) {
        let start = Instant::now();
        let result = step();
        let elapsed = Elapsed {
            progress: self,
            name,
            time: start.elapsed(),
        };
        (result, elapsed)
    }

    /// Prints `text` as it is.
    pub fn print(self, text: impl Display) {
        if self == Self::Stderr {
            output::write_to_stderr(&text.to_string());
        }
    }
}

impl Step {
    /// Adds to the bytes that were read.
    pub fn add_bytes(&self, bytes: usize) {
        self.bar.inc(bytes as u64);
    }

    /// Sets how many rows were read.
    pub fn set_rows(&self, rows: u64) {
        if rows.is_multiple_of(ROWS_PER_UPDATE) && !self.bar.is_hidden() {
            self.bar.set_message(format!("{rows} rows"));
        }
    }

    /// Ends the step with a line about its result.
    pub fn done(self, result: impl Display) {
        self.bar.finish_and_clear();

        let elapsed = Elapsed {
            progress: self.progress,
            name: self.name,
            time: self.start.elapsed(),
        };
        elapsed.done(result);
    }
}

impl Elapsed {
    /// Prints a line about the step's result.
    pub fn done(self, result: impl Display) {
        let milliseconds = self.time.as_millis();
        self.progress.print(format_args!(
            "{:<8} {milliseconds:>6} ms  {result}\n",
            self.name
        ));
    }
}

#[cfg(feature = "train")]
impl Observer for Step {
    fn tried(&self, trial: usize, all: Option<usize>) {
        let all = all.map_or_else(String::new, |all| format!(" of {all}"));
        self.bar.set_message(format!("trial {trial}{all}"));
    }

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
    ProgressStyle::with_template(template).expect("the template is valid")
}

impl Drop for Step {
    /// Clears the bar, so that an error is not printed into it.
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

//! Says what was done and how long it took, on stderr.

use std::time::Instant;

/// The clock of one step.
#[derive(Debug)]
pub struct Step {
    name: &'static str,
    start: Instant,
}

impl Step {
    /// Starts the clock.
    pub fn start(name: &'static str) -> Self {
        Self { name, start: Instant::now() }
    }

    /// Says what came of the step.
    pub fn done(self, what: impl std::fmt::Display) {
        let milliseconds = self.start.elapsed().as_millis();
        eprintln!("{:<8} {milliseconds:>6} ms  {what}", self.name);
    }
}

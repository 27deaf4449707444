//! Progress of a training run.

/// Receives the progress of a training run.
pub trait Observer: Sync {
    /// A search finished trial `trial`, counted from 1, of so many, if that is known.
    fn tried(&self, _trial: usize, _all: Option<usize>) {}

    /// `texts` more of the training texts, of which there are `all`, were tokenised.
    fn tokenized(&self, _texts: usize, _all: usize) {}

    /// The solver finished iteration `iteration`, counted from 1, with this objective.
    fn stepped(&self, _iteration: u64, _objective: f64) {}
}

/// Ignores the progress.
impl Observer for () {}

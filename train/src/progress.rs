//! How far a training run is.

/// Hears how far a run is.
pub trait Observer: Sync {
    /// So many more of the training texts, of which there are `all`, were cut into tokens.
    fn tokenized(&self, _texts: usize, _all: usize) {}

    /// The solver took a step, and the objective is this.
    fn stepped(&self, _iteration: u64, _objective: f64) {}
}

/// Hears nothing.
impl Observer for () {}

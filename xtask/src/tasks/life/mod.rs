//! The life of a repository: scheduled training, pull requests and promotions in a temporary clone,
//! with the shell steps of `train.yml` and the check of the model that continuous integration runs.
//!
//! docs/guide/retrain.md describes what each state does; every `ensure!` here is a sentence of it.

mod expression;
mod player;
mod private;
mod public;
mod repository;
mod workflow;

use std::path::PathBuf;

use anyhow::Result;

use crate::tools::relevance;
use player::Player;

/// Plays every state with the program of this repository, or with another one.
pub fn check(program: Option<PathBuf>) -> Result<()> {
    let program = match program {
        Some(program) => program.canonicalize()?,
        None => relevance::build()?,
    };

    public::play(&Player::new(&program)?)?;
    private::play(&Player::new(&program)?)
}

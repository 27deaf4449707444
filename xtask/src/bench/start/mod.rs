//! `cargo xtask bench start`: time to the first answer, memory, and sizes of binary and image.

mod image;
mod measure;
mod report;

use std::fs;

use anyhow::Result;
use clap::Args;

use measure::Measuring;
use report::Report;

use super::programs::{Profile, Programs};
use super::serve::Bodies;
use super::{archive, load};

/// How often it starts, and how long it is loaded.
#[derive(Debug, Args)]
pub struct StartArguments {
    /// How often each is started.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    #[arg(default_value_if("check", "true", "3"))]
    runs: u32,
    /// Seconds of the load after which memory is looked at.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    #[arg(default_value_if("check", "true", "1"))]
    seconds: u32,
    /// Measure briefly and print alone; `docs/` stays as it is.
    #[arg(long)]
    check: bool,
}

/// Measures ours and the floor.
///
/// # Errors
/// When one does not start or fails under load, or the image has a layer of unknown size; never for being slow or large.
pub fn run(arguments: &StartArguments) -> Result<()> {
    load::install()?;
    let programs = Programs::build(Profile::of(arguments.check))?;
    let scratch = tempfile::tempdir()?;
    let archive = archive::read(relevance_data::EMBEDDED)?;
    let bodies = Bodies::write(archive.texts.iter(), scratch.path())?;
    let measuring = Measuring {
        programs: &programs,
        bodies: &bodies,
        runs: arguments.runs,
        seconds: arguments.seconds,
    };
    let started = measuring.all()?;
    let binary = programs.relevance_file();
    let (binary_bytes, layers) = (fs::metadata(&binary)?.len(), image::layers(&binary)?);
    Report {
        arguments,
        started: &started,
        binary_bytes,
        layers: &layers,
    }
    .publish()
}

impl StartArguments {
    /// A few starts and a second of load.
    pub const fn short() -> Self {
        Self {
            runs: 3,
            seconds: 1,
            check: true,
        }
    }

    /// The command as a person would give it again.
    fn line(&self) -> String {
        format!(
            "cargo xtask bench start --runs {} --seconds {}",
            self.runs, self.seconds
        )
    }
}

//! `cargo xtask bench serve`: the service beside a server that answers constants, and beside what one would use instead.

mod aims;
mod bodies;
mod chart;
mod check;
mod contender;
mod measure;
mod peers;
mod report;
mod workload;

use anyhow::Result;
use clap::Args;

pub use bodies::{Bodies, Form};
use check::Expected;
use contender::Contender;
use measure::Measuring;
use report::Report;

use super::cores::Cores;
use super::programs::{Profile, Programs};
use super::{archive, load};

/// Who is loaded, with what, how long.
#[derive(Debug, Args)]
pub struct ServeArguments {
    /// How often each is loaded; the round with the most answers counts.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    #[arg(default_value_if("check", "true", "1"))]
    rounds: u32,
    /// Seconds of each load.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    #[arg(default_value_if("check", "true", "1"))]
    seconds: u32,
    /// The sentences that are asked for: a file or `embedded`.
    #[arg(long, default_value = relevance_data::EMBEDDED, value_name = "ARCHIVE")]
    data: String,
    /// Measure too what one would use instead: four frameworks in Python.
    #[arg(long)]
    peers: bool,
    /// Measure briefly and print alone; `docs/` stays as it is.
    #[arg(long)]
    check: bool,
}

/// Measures everyone.
///
/// # Errors
/// When a server or a load fails, or an answer is wrong; never for being slow.
pub fn run(arguments: &ServeArguments) -> Result<()> {
    load::install()?;
    let scratch = tempfile::tempdir()?;
    let archive = archive::read(&arguments.data)?;
    let contenders = arguments.contenders();
    peers::prepare(&contenders, &archive, scratch.path())?;
    let (programs, cores) = (
        Programs::build(Profile::of(arguments.check))?,
        Cores::of_this_process()?,
    );
    let bodies = Bodies::write(archive.texts.iter(), scratch.path())?;
    let expected = Expected::read(&programs, &bodies)?;
    let measuring = Measuring {
        programs: &programs,
        cores: &cores,
        bodies: &bodies,
        expected: &expected,
        models: scratch.path(),
        contenders: &contenders,
        rounds: arguments.rounds,
        seconds: arguments.seconds,
    };
    Report {
        arguments,
        cores: &cores,
        sections: &measuring.sections()?,
    }
    .publish()
}

impl ServeArguments {
    /// A second of each load, for ours at its defaults and the floor.
    pub fn short() -> Self {
        Self {
            rounds: 1,
            seconds: 1,
            data: relevance_data::EMBEDDED.to_owned(),
            peers: false,
            check: true,
        }
    }

    fn contenders(&self) -> Vec<Contender> {
        let ours_and_floor = if self.check {
            &[Contender::Ours, Contender::Floor][..]
        } else {
            &Contender::OURS_AND_FLOOR
        };
        let peers = if self.peers {
            &Contender::PEERS[..]
        } else {
            &[]
        };
        [ours_and_floor, peers].concat()
    }

    /// The command as a person would give it again.
    fn line(&self) -> String {
        let mut line = format!(
            "cargo xtask bench serve --rounds {} --seconds {}",
            self.rounds, self.seconds
        );
        if self.peers {
            line.push_str(" --peers");
        }
        if self.data != relevance_data::EMBEDDED {
            line.push_str(" --data ARCHIVE");
        }
        line
    }
}

//! Starts both in turn, again and again, and looks at what they hold.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::bench::load::HttpLoad;
use crate::bench::programs::Programs;
use crate::bench::serve::{Bodies, Form};
use crate::bench::server::{Server, free_port};
use crate::bench::usage::Usage;

const PATH: &str = "/v1/predict";
/// Connections of the load.
pub const CONNECTIONS: u32 = 64;

/// Who starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contender {
    Ours,
    Floor,
}

/// What one took, and holds.
pub struct Started {
    pub contender: Contender,
    /// From the start of the process to the first answer; the shortest first, at least one.
    pub times: Vec<Duration>,
    /// After the first answer.
    pub at_rest: Usage,
    /// After the load.
    pub loaded: Usage,
}

/// What is the same for every run.
pub struct Measuring<'a> {
    pub programs: &'a Programs,
    pub bodies: &'a Bodies,
    pub runs: u32,
    pub seconds: u32,
}

impl Contender {
    pub const ALL: [Self; 2] = [Self::Ours, Self::Floor];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Ours => "relevance",
            Self::Floor => "floor",
        }
    }

    fn command(self, programs: &Programs, port: u16) -> Command {
        match self {
            Self::Ours => programs.serve(port),
            Self::Floor => programs.floor(port),
        }
    }
}

impl Started {
    pub fn best(&self) -> Duration {
        self.times[0]
    }

    /// The time in the middle; of an even number, the later of the two.
    pub fn median(&self) -> Duration {
        self.times[self.times.len() / 2]
    }
}

impl Measuring<'_> {
    pub fn all(&self) -> Result<Vec<Started>> {
        let mut times = Contender::ALL.map(|_| Vec::new());
        for _ in 0..self.runs {
            for (contender, times) in Contender::ALL.into_iter().zip(&mut times) {
                times.push(self.time(contender).with_context(|| contender.name())?);
            }
        }
        let started = Contender::ALL
            .into_iter()
            .zip(times)
            .map(|(contender, mut times)| {
                times.sort_unstable();
                let (at_rest, loaded) = self.usage(contender).with_context(|| contender.name())?;
                anyhow::Ok(Started {
                    contender,
                    times,
                    at_rest,
                    loaded,
                })
            });
        started.collect()
    }

    /// The time of one start.
    fn time(&self, contender: Contender) -> Result<Duration> {
        let port = free_port()?;
        let (mut command, body) = (
            contender.command(self.programs, port),
            self.bodies.first(Form::Text),
        );
        let start = Instant::now();
        let mut server = Server::spawn(&mut command, port)?;
        let end = server.first_answer(PATH, &body)?;
        server.kill()?;
        Ok(end - start)
    }

    /// What a server holds before the load and after it.
    fn usage(&self, contender: Contender) -> Result<(Usage, Usage)> {
        let port = free_port()?;
        let mut command = contender.command(self.programs, port);
        let server = Server::start(&mut command, port, PATH, &self.bodies.first(Form::Text))?;
        let at_rest = server.usage()?;
        let (url, bodies) = (server.url(PATH), self.bodies.file(Form::Text));
        let outcome = HttpLoad {
            url,
            bodies: &bodies,
            connections: CONNECTIONS,
            seconds: self.seconds,
        }
        .run_anywhere()?;
        let loaded = server.usage()?;
        eprintln!("{}: {:.0} answers/s", contender.name(), outcome.rate());
        server.kill()?;
        Ok((at_rest, loaded))
    }
}

//! Loads everyone in turn, so that what the machine does meanwhile befalls all alike.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::bodies::Bodies;
use super::check::Expected;
use super::contender::{Contender, Job};
use super::workload::{CALLS, CONNECTIONS, Workload};
use crate::bench::cores::Cores;
use crate::bench::load::{GrpcLoad, HttpLoad, Outcome};
use crate::bench::programs::Programs;
use crate::bench::server::{Server, free_port};

/// What came of one workload.
pub struct Section {
    pub workload: Workload,
    pub entries: Vec<Entry>,
}

/// What one did under a workload, in the round in which it answered most.
pub struct Entry {
    pub contender: Contender,
    pub outcome: Outcome,
    /// Resident at the end of the load.
    pub resident_kib: u32,
    /// Share of a core that the server took; below 1, it waited for what loads it.
    pub busy: f64,
}

/// What is the same for every run.
pub struct Measuring<'a> {
    pub programs: &'a Programs,
    pub cores: &'a Cores,
    pub bodies: &'a Bodies,
    pub expected: &'a Expected,
    /// Where the peers' models are.
    pub models: &'a Path,
    pub contenders: &'a [Contender],
    pub rounds: u32,
    pub seconds: u32,
}

impl Section {
    pub fn entry(&self, contender: Contender) -> Option<&Entry> {
        self.entries
            .iter()
            .find(|entry| entry.contender == contender)
    }

    /// Keeps the better of two runs.
    fn add(&mut self, run: Entry) {
        match self
            .entries
            .iter_mut()
            .find(|entry| entry.contender == run.contender)
        {
            Some(entry) if entry.outcome.rate() >= run.outcome.rate() => {}
            Some(entry) => *entry = run,
            None => self.entries.push(run),
        }
    }
}

impl Measuring<'_> {
    pub fn sections(&self) -> Result<Vec<Section>> {
        let mut sections = Workload::ALL.map(|workload| Section {
            workload,
            entries: Vec::new(),
        });
        for _ in 0..self.rounds {
            for section in &mut sections {
                let workload = section.workload;
                for &contender in self
                    .contenders
                    .iter()
                    .filter(|contender| contender.takes(workload))
                {
                    let run = self.run(contender, workload);
                    section.add(
                        run.with_context(|| format!("{}: {}", contender.name(), workload.name()))?,
                    );
                }
            }
        }
        Ok(sections.into())
    }

    /// One server, started, looked at, loaded and stopped.
    fn run(&self, contender: Contender, workload: Workload) -> Result<Entry> {
        let port = free_port()?;
        let command = contender.command(&Job {
            programs: self.programs,
            models: self.models,
            port,
        });
        let (path, form) = contender.address(workload);
        let server = Server::start(
            &mut self.cores.server(&command),
            port,
            path,
            &self.bodies.first(form),
        )?;
        self.expected
            .check(contender, &server, workload, self.bodies)?;
        let before = server.usage()?;
        let outcome = self.load(contender, &server, workload)?;
        let after = server.usage()?;
        if contender.is_peer() {
            server.stop()
        } else {
            server.kill()
        }?;
        let busy = after
            .processor
            .saturating_sub(before.processor)
            .as_secs_f64()
            / outcome.seconds;
        eprintln!(
            "{}: {:.0} answers/s, {:.0} % busy",
            contender.name(),
            outcome.rate(),
            100.0 * busy
        );
        Ok(Entry {
            contender,
            outcome,
            resident_kib: after.resident_kib,
            busy,
        })
    }

    fn load(&self, contender: Contender, server: &Server, workload: Workload) -> Result<Outcome> {
        let (path, form) = contender.address(workload);
        let (bodies, seconds) = (self.bodies.file(form), self.seconds);
        let connections = match workload {
            Workload::Calls => {
                let (connections, streams) = CALLS;
                let load = GrpcLoad {
                    port: server.port(),
                    bodies: &bodies,
                    connections,
                    streams,
                    seconds,
                };
                return load.run(self.programs, self.cores);
            }
            Workload::Batches => CONNECTIONS,
            Workload::Single(connections) => connections,
        };
        HttpLoad {
            url: server.url(path),
            bodies: &bodies,
            connections,
            seconds,
        }
        .run(self.cores)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An entry of so many answers a second, of which half take a millisecond and the slowest hundredth so many.
    pub fn entry(contender: Contender, rate: u32, p99_ms: f64) -> Entry {
        let bytes = 200.0 * f64::from(rate);
        let figures = serde_json::json!({
            "answers": rate, "seconds": 1.0, "bytes": bytes, "failures": 0,
            "p50_us": 1000.0, "p99_us": 1000.0 * p99_ms, "p999_us": 2000.0 * p99_ms,
        });
        Entry {
            contender,
            outcome: serde_json::from_value(figures).unwrap(),
            resident_kib: 10 << 10,
            busy: 0.98,
        }
    }

    #[test]
    fn the_round_with_the_most_answers_counts() {
        let mut section = Section {
            workload: Workload::Calls,
            entries: Vec::new(),
        };
        for (rate, p99) in [(20, 2.0), (30, 3.0), (10, 1.0)] {
            section.add(entry(Contender::Ours, rate, p99));
        }
        assert_eq!(section.entries.len(), 1);
        let best = section.entry(Contender::Ours).unwrap().outcome;
        assert_eq!((best.rate(), best.p99_us), (30.0, 3000.0));
    }
}

//! A server that runs while it is measured.

use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::usage::Usage;
use crate::command::line;

/// After which a server that does not answer never will, and one that does not end is ended.
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two looks at a server that may take seconds.
const PAUSE: Duration = Duration::from_millis(5);

/// A server that runs until it is stopped or dropped; its standard output goes nowhere.
pub struct Server {
    process: Child,
    line: String,
    /// What it says on standard error: a file takes it all, where a full pipe would hold it up.
    talk: fs::File,
    address: SocketAddr,
}

/// A port on which nobody listens.
///
/// The system gives none of these to clients: one that asks for its own port, before a server is there, would be
/// connected with itself.
pub fn free_port() -> Result<u16> {
    let process = u16::try_from(std::process::id() % 10_000)?;
    let mut ports = 20_000 + process..32_000;
    ports
        .find(|&port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok())
        .context("no port is free")
}

impl Server {
    /// Runs a command that will listen on that port.
    pub fn spawn(command: &mut Command, port: u16) -> Result<Self> {
        let (line, talk) = (line(command), tempfile::tempfile()?);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(talk.try_clone()?);
        let process = command
            .spawn()
            .with_context(|| format!("cannot run `{line}`"))?;
        Ok(Self {
            process,
            line,
            talk,
            address: (Ipv4Addr::LOCALHOST, port).into(),
        })
    }

    /// Runs a command and waits until it answers `body` at `path` with 200.
    pub fn start(command: &mut Command, port: u16, path: &str, body: &str) -> Result<Self> {
        let mut server = Self::spawn(command, port)?;
        let start = Instant::now();
        while let Err(error) = server.ask(path, body) {
            server.check_runs()?;
            if start.elapsed() > PATIENCE {
                return Err(error)
                    .with_context(|| format!("`{}` does not answer at {path}", server.line));
            }
            thread::sleep(PAUSE);
        }
        Ok(server)
    }

    /// Connects again and again until the first 200, as fast as it can; gives its time.
    pub fn first_answer(&mut self, path: &str, body: &str) -> Result<Instant> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if TcpStream::connect(self.address).is_ok() && self.ask(path, body).is_ok() {
                return Ok(Instant::now());
            }
            self.check_runs()?;
        }
        bail!("`{}` does not answer at {path}", self.line)
    }

    /// Fails when it has ended, with what it said.
    fn check_runs(&mut self) -> Result<()> {
        let Some(status) = self.process.try_wait()? else {
            return Ok(());
        };
        let mut said = String::new();
        self.talk.seek(SeekFrom::Start(0))?;
        self.talk.read_to_string(&mut said)?;
        bail!(
            "`{}` ended while it was needed: {status}\n{}",
            self.line,
            said.trim_end()
        )
    }

    /// Posts a body, and fails unless the answer is 200 with JSON.
    pub fn ask(&self, path: &str, body: &str) -> Result<Value> {
        let url = self.url(path);
        let mut answer = ureq::post(&url)
            .content_type("application/json")
            .send(body)?;
        let content = answer.body_mut().read_to_string()?;
        serde_json::from_str(&content).with_context(|| format!("{url} answers no JSON: {content}"))
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub const fn port(&self) -> u16 {
        self.address.port()
    }

    /// What it holds and took, with its children.
    pub fn usage(&self) -> Result<Usage> {
        Usage::of(self.process.id())
    }

    /// Ends it at once, as it can be that has no children, and fails when it has ended already.
    pub fn kill(mut self) -> Result<()> {
        self.check_runs()?;
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    /// Asks it to end, as a platform does, and fails when it has ended already.
    pub fn stop(mut self) -> Result<()> {
        self.check_runs()?;
        self.end()
    }

    /// Asks it to end, and its children with it, and ends it when it does not.
    fn end(&mut self) -> Result<()> {
        Command::new("kill")
            .args(["-TERM", &self.process.id().to_string()])
            .status()?;
        let start = Instant::now();
        while self.process.try_wait()?.is_none() {
            if start.elapsed() > PATIENCE {
                self.process.kill()?;
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already when all went well.
        if matches!(self.process.try_wait(), Ok(None)) {
            let _ = self.end();
        }
    }
}

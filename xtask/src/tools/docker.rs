//! A Docker engine: the running one, or one that the task starts.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::command::{command, target};

/// Limit of the time in which a started engine responds.
const START_TIMEOUT: Duration = Duration::from_mins(1);

/// An engine, which is stopped on drop if the task started it.
pub struct Docker {
    /// Address of the engine; without one the client's default.
    host: Option<String>,
    engine: Option<Child>,
}

impl Docker {
    /// Connects to the running engine, or starts one.
    ///
    /// # Errors
    /// When there is none and none can be started, which needs the rights of root.
    pub fn connect() -> Result<Self> {
        let running = Self {
            host: None,
            engine: None,
        };
        if running.responds() {
            return Ok(running);
        }

        Self::start()
    }

    /// Returns a command for Docker's client.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut docker = command(client());
        docker.args(arguments);
        if let Some(host) = &self.host {
            docker.env("DOCKER_HOST", host);
        }
        docker
    }

    /// Starts an engine whose files are all in the target folder.
    fn start() -> Result<Self> {
        let folder = folder();
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        // The path of a socket is limited to 107 bytes.
        let host = format!(
            "unix://{}/relevance-docker-{}.sock",
            std::env::temp_dir().display(),
            std::process::id()
        );
        let log = File::create(folder.join("dockerd.log"))?;

        let engine = command("dockerd")
            .args(["--iptables=false", "--host", &host])
            .arg("--data-root")
            .arg(folder.join("data"))
            .arg("--exec-root")
            .arg(folder.join("exec"))
            .arg("--pidfile")
            .arg(folder.join("dockerd.pid"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .context("no Docker engine responds, and `dockerd` cannot be started")?;
        let mut docker = Self {
            host: Some(host),
            engine: Some(engine),
        };

        docker.wait()?;
        Ok(docker)
    }

    fn wait(&mut self) -> Result<()> {
        let start = Instant::now();
        while !self.responds() {
            let ended = match &mut self.engine {
                Some(engine) => engine.try_wait()?,
                None => None,
            };
            if ended.is_some() || start.elapsed() > START_TIMEOUT {
                bail!(
                    "`dockerd` does not start (it needs the rights of root): see {}",
                    folder().join("dockerd.log").display()
                );
            }
            thread::sleep(Duration::from_millis(200));
        }
        Ok(())
    }

    fn responds(&self) -> bool {
        let status = self
            .command(&["info"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        status.is_ok_and(|status| status.success())
    }
}

impl Drop for Docker {
    fn drop(&mut self) {
        let Some(engine) = &mut self.engine else {
            return;
        };

        // SIGTERM also ends the processes that the engine started.
        let _ = Command::new("kill").arg(engine.id().to_string()).status();
        let _ = engine.wait();
    }
}

/// Files of the engine that the task starts.
pub fn folder() -> PathBuf {
    target().join("docker")
}

/// The system's client where there is one, since another may be too new for the system's engine.
fn client() -> &'static str {
    const SYSTEM: &str = "/usr/bin/docker";
    if PathBuf::from(SYSTEM).exists() {
        SYSTEM
    } else {
        "docker"
    }
}

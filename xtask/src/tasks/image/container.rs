//! Containers and volumes of a test.

use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail, ensure};

use crate::command::{read_text, run};
use crate::tools::docker::Docker;

/// Flags of a container as on Cloud Run, with the limits of `app.json` and without any right.
pub const RESTRICTED: [&str; 9] = [
    "--memory",
    "512m",
    "--cpus",
    "1",
    "--read-only",
    "--cap-drop",
    "ALL",
    "--security-opt",
    "no-new-privileges",
];
/// Port of the service, other than its default.
const PORT: &str = "9090";
/// Attempts to see a container healthy, one each second.
const ATTEMPTS: u32 = 60;

/// A service in a container, which is removed on drop.
pub struct Container<'d> {
    docker: &'d Docker,
    id: String,
}

impl<'d> Container<'d> {
    /// Starts the image with flags of `docker run` and arguments, and waits until it is healthy.
    pub fn start(
        docker: &'d Docker,
        tag: &str,
        flags: &[&str],
        arguments: &[&str],
    ) -> Result<Self> {
        let port = format!("PORT={PORT}");
        let publish = format!("127.0.0.1::{PORT}");
        let mut start = docker.command(&["run", "--detach", "--env", &port, "--publish", &publish]);
        start.args(flags).arg(tag).args(arguments);
        let container = Self {
            docker,
            id: read_text(&mut start)?,
        };

        for _ in 0..ATTEMPTS {
            match container.inspect("{{ .State.Health.Status }}")?.as_str() {
                "healthy" => return Ok(container),
                "starting" => thread::sleep(Duration::from_secs(1)),
                _ => break,
            }
        }
        bail!("the container is not healthy:\n{}", container.logs()?)
    }

    /// Base URL of the service.
    pub fn url(&self) -> Result<String> {
        let address = read_text(&mut self.docker.command(&["port", &self.id, PORT]))?;
        Ok(format!("http://{}", address.lines().next().unwrap_or("")))
    }

    /// Standard output of the service.
    pub fn logs(&self) -> Result<String> {
        read_text(&mut self.docker.command(&["logs", &self.id]))
    }

    /// Stops the service as a platform does, and fails when it does not end cleanly in ten seconds.
    pub fn stop(self) -> Result<()> {
        run(&mut self.docker.command(&["stop", "-t", "10", &self.id]))?;
        let code = self.inspect("{{ .State.ExitCode }}")?;
        ensure!(code == "0", "the service ended with {code}");
        Ok(())
    }

    fn inspect(&self, format: &str) -> Result<String> {
        read_text(
            &mut self
                .docker
                .command(&["inspect", "--format", format, &self.id]),
        )
    }
}

impl Drop for Container<'_> {
    fn drop(&mut self) {
        remove(&mut self.docker.command(&["rm", "--force", &self.id]));
    }
}

/// A named volume, which is removed on drop.
pub struct Volume<'d> {
    docker: &'d Docker,
    name: String,
}

impl<'d> Volume<'d> {
    /// Creates a volume.
    pub fn create(docker: &'d Docker) -> Result<Self> {
        let name = read_text(&mut docker.command(&["volume", "create"]))?;
        Ok(Self { docker, name })
    }

    /// Value of the flag `--volume` that puts it in the place of the store.
    pub fn as_store(&self) -> String {
        format!("{}:/models", self.name)
    }
}

impl Drop for Volume<'_> {
    fn drop(&mut self) {
        remove(&mut self.docker.command(&["volume", "rm", &self.name]));
    }
}

/// Runs the image once with flags of `docker run` and arguments, and returns its standard output.
pub fn run_once(docker: &Docker, tag: &str, flags: &[&str], arguments: &[&str]) -> Result<String> {
    let mut once = docker.command(&["run", "--rm"]);
    read_text(once.args(flags).arg(tag).args(arguments))
}

/// Removes what a test made; a failure must not hide the test's own.
fn remove(command: &mut Command) {
    let _ = command.stdout(Stdio::null()).status();
}

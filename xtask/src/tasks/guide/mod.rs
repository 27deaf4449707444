//! The commands and programs of README and guides, run as a reader would run them.

mod page;
mod prepare;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use self::page::{Block, Kind};
use crate::command::{clean, line, root};
use crate::tools::relevance;

/// How long a service may take until it is ready.
const READY: Duration = Duration::from_mins(1);
/// The README's command, which takes a release build.
const BUILD_AND_RUN: &str = "cargo run --release";
/// The port that the pages name.
const PORT: &str = "localhost:8080";

/// Runs the blocks of the README in the repository, and those of each guide in a folder of its own.
pub fn check() -> Result<()> {
    let relevance = relevance::build()?;
    let environment = prepare::environment()?;
    let mut guides: Vec<PathBuf> = fs::read_dir(root().join("docs/guide"))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    guides.sort();

    Reader::new(&relevance, &environment, root()).read(&root().join("README.md"))?;
    for guide in guides {
        let folder = prepare::folder(&environment)?;
        Reader::new(&relevance, &environment, folder.path().to_owned()).read(&guide)?;
    }
    Ok(())
}

/// Somebody who follows a page in a folder.
struct Reader<'a> {
    relevance: &'a Path,
    environment: &'a prepare::Environment,
    folder: PathBuf,
    port: u16,
    services: Vec<Child>,
}

impl<'a> Reader<'a> {
    fn new(relevance: &'a Path, environment: &'a prepare::Environment, folder: PathBuf) -> Self {
        Self {
            relevance,
            environment,
            folder,
            port: 0,
            services: Vec::new(),
        }
    }

    /// Runs the blocks of a page in their order.
    fn read(mut self, page: &Path) -> Result<()> {
        let name = page.strip_prefix(root()).unwrap_or(page).display();
        let text = fs::read_to_string(page)?;
        let blocks = page::blocks(&text).with_context(|| format!("{name}"))?;
        self.port = free_port()?;

        let mut output = String::new();
        for block in &blocks {
            let location = || format!("{name}, line {}", block.line);
            if block.kind != Kind::Skipped {
                println!("{}:\n{}", location(), block.code.trim_end());
            }
            output = self.run(block, &output).with_context(location)?;
        }
        Ok(())
    }

    /// Runs a block and returns its standard output.
    fn run(&mut self, block: &Block, before: &str) -> Result<String> {
        let mut code = block
            .code
            .replace(PORT, &format!("localhost:{}", self.port));
        if relevance::is_dev() {
            code = code.replace(BUILD_AND_RUN, "relevance");
        }

        match block.kind {
            Kind::Shell => self.output("bash", &["-euo", "pipefail", "-c", &code]),
            Kind::Python => self.output("python3", &["-c", &code]),
            Kind::Node => {
                let module = self.folder.join("guide.mjs");
                fs::write(&module, code)?;
                self.output("node", &["guide.mjs"])
            }
            Kind::Background => {
                self.start(&code)?;
                Ok(String::new())
            }
            Kind::Output => {
                let same = page::matches(&block.code, before);
                ensure!(same, "the output is\n{before}\nand not\n{}", block.code);
                Ok(String::new())
            }
            Kind::Skipped => Ok(String::new()),
        }
    }

    /// Runs a program to its end.
    fn output(&self, program: &str, arguments: &[&str]) -> Result<String> {
        let mut command = self.command(program);
        let output = command
            .args(arguments)
            .stderr(std::process::Stdio::inherit())
            .output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        print!("{text}");

        ensure!(
            output.status.success(),
            "{program} failed: {}",
            output.status
        );
        Ok(text)
    }

    /// Starts a service and waits until it is ready.
    fn start(&mut self, code: &str) -> Result<()> {
        let mut service = self.command("bash");
        service.args(["-c", &format!("exec {}", code.trim_end())]);
        let process = service.spawn().with_context(|| line(&service))?;
        self.services.push(process);

        let begin = Instant::now();
        while begin.elapsed() < READY {
            let mut health = self.command("relevance");
            health.args(["health", "--port", &self.port.to_string()]);
            if health.output()?.status.success() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(100));
        }
        bail!("the service is not ready after {} seconds", READY.as_secs())
    }

    /// A program in the reader's folder that finds the command and the packages.
    fn command(&self, program: &str) -> Command {
        let mut command = clean(Path::new(program));
        command
            .current_dir(&self.folder)
            .env("PORT", self.port.to_string());
        self.environment.apply(&mut command, self.relevance);
        command
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        for service in &mut self.services {
            // A service that has ended already cannot be killed.
            let _ = service.kill();
            let _ = service.wait();
        }
    }
}

/// Returns a port that nothing listens on.
fn free_port() -> Result<u16> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    Ok(listener.local_addr()?.port())
}

//! The program and its image, with which the manifests have to agree.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use super::tools::captured;
use super::workload::Workload;
use crate::command::{clean, root};
use crate::tasks::images;
use crate::tools::relevance;

/// Time in which the service ends once it accepts no more connections, in seconds.
const LONGEST_END: u64 = 8;
/// Subcommands that the image of the service does not have.
const TRAINING: [&str; 1] = ["train"];
/// Paths that are not part of the specification.
const FURTHER_PATHS: [&str; 1] = ["/metrics"];

/// Facts about the program and its image.
pub struct Product {
    pub program: PathBuf,
    /// Image of the service with its tag.
    image: String,
    /// Port in the image.
    pub port: u64,
    /// User in the image.
    pub user: u64,
    /// Store in the image.
    pub store: String,
    /// Paths of the specification.
    paths: Vec<String>,
    /// Exit code of wrong usage.
    pub wrong_usage: i64,
    /// Exit code of a model that the gate refuses.
    pub gate_failed: i64,
}

impl Product {
    /// Builds the program and reads the Dockerfile.
    pub fn inspect() -> Result<Self> {
        let program = relevance::build()?;
        let dockerfile = fs::read_to_string(root().join("Dockerfile"))?;
        let setting = |start: &str, end: char| {
            let line = dockerfile.lines().rev().find_map(|line| {
                let (_, value) = line.split_once(start)?;
                Some(value.split(end).next().unwrap_or(value).trim().to_owned())
            });
            line.with_context(|| format!("the Dockerfile has no `{start}`"))
        };

        let image = images::published(env!("CARGO_PKG_REPOSITORY"))?;
        let version = env!("CARGO_PKG_VERSION");
        let specification = fs::read_to_string(root().join("openapi.json"))?;
        let specification: Value = serde_json::from_str(&specification)?;
        let paths = specification["paths"].as_object();
        let paths = paths.context("openapi.json has no paths")?;

        Ok(Self {
            image: format!("{image}:{version}"),
            port: setting("EXPOSE ", ' ')?.parse()?,
            user: setting("USER ", ':')?.parse()?,
            store: setting("RELEVANCE_STORE=", ' ')?,
            paths: paths.keys().cloned().collect(),
            wrong_usage: exit_code(clean(&program).args(["predict", "--shard", "0/1", "-"]))?,
            gate_failed: failed_gate(&program)?,
            program,
        })
    }

    /// Fails when a workload does not fit the program or the image.
    pub fn check(&self, workload: &Workload) -> Result<()> {
        let check = || {
            self.check_command(workload)?;
            self.check_image(workload)?;
            self.check_network(workload)?;
            check_end(workload)
        };
        check().with_context(|| workload.origin.clone())
    }

    /// Fails when the program does not know a flag or variable.
    fn check_command(&self, workload: &Workload) -> Result<()> {
        // Flags are parsed up to the last one, which prints the help.
        let mut command = clean(&self.program);
        command
            .args(&workload.arguments)
            .arg("--help")
            .env("JOB_COMPLETION_INDEX", "0");
        let help = captured(&mut command)?;

        let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let known: Vec<&str> = help.split(|letter| !is_name(letter)).collect();
        let own = |name: &&String| name.starts_with("RELEVANCE_") || *name == "PORT";
        for name in workload.variables.keys().filter(own) {
            ensure!(
                known.contains(&name.as_str()),
                "`relevance {}` reads no variable {name}",
                workload.subcommand()
            );
        }
        Ok(())
    }

    /// Fails when the image is not that of this version, or lacks the subcommand.
    fn check_image(&self, workload: &Workload) -> Result<()> {
        if let Some(user) = workload.user {
            ensure!(
                user == self.user,
                "the user is {user}; in the image it is {}",
                self.user
            );
        }
        let Some(image) = &workload.image else {
            return Ok(());
        };

        let is_training = TRAINING.contains(&workload.subcommand());
        if image.starts_with("ghcr.io/") && !is_training {
            ensure!(
                *image == self.image,
                "the image is {image}; this version of the repository publishes {}",
                self.image
            );
            return Ok(());
        }
        let (name, tag) = image
            .rsplit_once('/')
            .and_then(|(_, name)| name.split_once(':'))
            .with_context(|| format!("the image {image} has no registry or no tag"))?;
        let expected = if is_training {
            "relevance-full"
        } else {
            "relevance"
        };
        ensure!(
            name == expected && !tag.is_empty(),
            "the image {image} has to be `{expected}` for `relevance {}`",
            workload.subcommand()
        );
        Ok(())
    }

    /// Fails when a port or a path differs from that of the service.
    fn check_network(&self, workload: &Workload) -> Result<()> {
        let variable = workload.variables.get("PORT").cloned().flatten();
        let variable = variable.map(|port| port.parse()).transpose()?;
        for port in workload.ports.iter().copied().chain(variable) {
            ensure!(
                port == self.port,
                "the port is {port}; in the image it is {}",
                self.port
            );
        }
        for path in &workload.paths {
            ensure!(
                self.paths.contains(path) || FURTHER_PATHS.contains(&path.as_str()),
                "the service has no path {path}"
            );
        }
        Ok(())
    }
}

/// Fails when the platform kills the service before it has ended.
fn check_end(workload: &Workload) -> Result<()> {
    let Some(grace) = workload.grace_seconds else {
        return Ok(());
    };
    let delay = workload.variables.get("RELEVANCE_SHUTDOWN_DELAY_MS");
    let delay: u64 = match delay.cloned().flatten() {
        Some(delay) => delay.parse()?,
        None => 500,
    };
    ensure!(
        grace * 1000 >= delay + LONGEST_END * 1000,
        "it is killed {grace} s after SIGTERM; the delay is {delay} ms, and ending takes up to \
         {LONGEST_END} s more"
    );
    Ok(())
}

/// Trains a model that cannot pass the gate, and returns the exit code.
fn failed_gate(program: &std::path::Path) -> Result<i64> {
    let store = tempfile::tempdir()?;
    let mut train = clean(program);
    train
        .args([
            "train",
            "--min-recall",
            "1",
            "--min-precision",
            "1",
            "--store",
        ])
        .arg(store.path());
    exit_code(&mut train)
}

/// Returns the exit code of a command that has to fail.
fn exit_code(command: &mut Command) -> Result<i64> {
    let output = command.output().context("cannot run `relevance`")?;
    match output.status.code() {
        Some(code) if code != 0 => Ok(code.into()),
        _ => bail!("`{}` did not fail", crate::command::line(command)),
    }
}

//! The programs that are measured: the command, and those of the package `relevance-bench`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::command::{cargo, clean, command, root, run, target};

/// How the programs are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// As continuous integration builds them for everything.
    Release,
    /// As the image has them: the command, the floor and what loads them.
    Dist,
}

impl Profile {
    /// A check takes what is built already, a measurement what is shipped.
    pub const fn of(check: bool) -> Self {
        if check { Self::Release } else { Self::Dist }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Dist => "dist",
        }
    }
}

/// Where the programs are.
pub struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// Builds all at once, so that none is built with other features of what they share.
    pub fn build(profile: Profile) -> Result<Self> {
        let mut build = cargo();
        build.args(["build", "--locked", "--profile", profile.name()]);
        build.args(["--package", "relevance", "--package", "relevance-bench"]);
        if profile == Profile::Dist {
            // Each of the others would take minutes to link, and runs the same code.
            build.args(["--bin", "relevance", "--bin", "floor", "--bin", "grpc_load"]);
        }
        run(&mut build)?;
        Ok(Self {
            folder: target().join(profile.name()),
        })
    }

    /// The command.
    pub fn relevance(&self) -> Command {
        clean(&self.relevance_file())
    }

    /// What times the engines.
    pub fn score(&self) -> Command {
        clean(&self.folder.join("score"))
    }

    /// What counts the engines' allocations.
    pub fn allocations(&self) -> Command {
        clean(&self.folder.join("allocations"))
    }

    /// The file of what does one thing so many times.
    pub fn instructions(&self) -> PathBuf {
        self.folder.join("instructions")
    }

    /// The file of the command.
    pub fn relevance_file(&self) -> PathBuf {
        self.folder.join("relevance")
    }

    /// `relevance SUBCOMMAND` on the committed model.
    pub fn on_committed_model(&self, subcommand: &str) -> Command {
        let mut relevance = self.relevance();
        relevance
            .arg(subcommand)
            .arg("--store")
            .arg(root().join("models"));
        relevance
    }

    /// `relevance serve` at its defaults.
    pub fn serve(&self, port: u16) -> Command {
        let mut relevance = self.on_committed_model("serve");
        relevance.args(["--port", &port.to_string()]);
        relevance
    }

    /// The server that answers constants.
    pub fn floor(&self, port: u16) -> Command {
        let mut floor = command(self.folder.join("floor"));
        floor.args(["--port", &port.to_string()]);
        floor
    }

    /// What loads a server over gRPC.
    pub fn grpc_load(&self) -> Command {
        command(self.folder.join("grpc_load"))
    }
}

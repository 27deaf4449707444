//! The programs in release: the command, and those of the package `relevance-bench`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::command::{cargo, clean, command, root, run, target};

/// Where the programs are.
pub struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// Builds all at once, so that none is built with other features of what they share.
    pub fn build() -> Result<Self> {
        let packages = ["--package", "relevance", "--package", "relevance-bench"];
        run(cargo().args(["build", "--release", "--locked"]).args(packages))?;
        Ok(Self { folder: target().join("release") })
    }

    /// The file of the command.
    pub fn relevance(&self) -> PathBuf {
        self.folder.join("relevance")
    }

    /// `relevance SUBCOMMAND` on the committed model.
    pub fn on_committed_model(&self, subcommand: &str) -> Command {
        let mut relevance = clean(&self.relevance());
        relevance.arg(subcommand).arg("--store").arg(root().join("models"));
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

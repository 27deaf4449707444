//! The runtime and the service for KServe.

use std::path::Path;

use anyhow::Result;

use super::checker::Checker;
use super::mistake::Mistake;
use super::objects::Objects;
use super::tools::read;
use super::workload::Workload;

const FILE: &str = "kserve.yaml";

pub const MISTAKES: [Mistake; 2] = [
    Mistake {
        file: FILE,
        correct: "storageUri:",
        wrong: "storageUrl:",
        error: "'storageUrl' was unexpected",
    },
    Mistake {
        file: FILE,
        correct: "path: /v2/health/ready",
        wrong: "path: /v2/health/readiness",
        error: "no path /v2/health/readiness",
    },
];

/// Checks the objects and returns the workload of the runtime.
pub fn check(checker: &Checker<'_>, deploy: &Path) -> Result<Vec<Workload>> {
    let objects = Objects::parse(FILE.to_owned(), &read(deploy, FILE)?)?;
    checker.check(&objects)
}

//! The unit for systemd.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use super::mistake::Mistake;
use super::product::Product;
use super::tools::{captured, read};
use super::workload::Workload;
use crate::command::command;

const FILE: &str = "systemd/relevance.service";
/// Path of the program in the unit.
const PROGRAM: &str = "/usr/local/bin/relevance";
/// Highest exposure by systemd's own measure, in tenths: 0 is best, 100 worst.
const MAX_EXPOSURE: &str = "--threshold=20";

pub const MISTAKES: [Mistake; 6] = [
    Mistake {
        file: FILE,
        correct: "ProtectSystem=",
        wrong: "ProtectSystems=",
        error: "ProtectSystems",
    },
    Mistake {
        file: FILE,
        correct: "ExecReload=/bin/kill",
        wrong: "ExecReload=/bin/kil",
        error: "/bin/kil",
    },
    Mistake {
        file: FILE,
        correct: "CapabilityBoundingSet=\n",
        wrong: "",
        error: "Overall exposure level",
    },
    Mistake {
        file: FILE,
        correct: "relevance serve",
        wrong: "relevance server",
        error: "unrecognized subcommand 'server'",
    },
    Mistake {
        file: FILE,
        correct: "RELEVANCE_ADDRESS",
        wrong: "RELEVANCE_HOST",
        error: "no variable RELEVANCE_HOST",
    },
    Mistake {
        file: FILE,
        correct: "TimeoutStopSec=30",
        wrong: "TimeoutStopSec=5",
        error: "killed 5 s after SIGTERM",
    },
];

/// Checks the unit and returns its service.
pub fn check(product: &Product, deploy: &Path) -> Result<Vec<Workload>> {
    let unit = read(deploy, FILE)?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("relevance.service");
    // systemd looks for the program.
    fs::write(
        &path,
        unit.replace(PROGRAM, &product.program.to_string_lossy()),
    )?;

    let mut verify = command("systemd-analyze");
    verify.args(["verify", "--man=no"]).arg(&path);
    let output = verify
        .output()
        .context("cannot run `systemd-analyze`; install systemd")?;
    // An unknown key is a warning.
    let warnings = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(
        output.status.success() && warnings.is_empty(),
        "`systemd-analyze verify` of deploy/{FILE}: {warnings}"
    );

    let mut security = command("systemd-analyze");
    security
        .args(["security", "--offline=true", "--no-pager", MAX_EXPOSURE])
        .arg(&path);
    captured(&mut security)?;

    let workload = workload(&unit)?;
    product.check(&workload)?;
    Ok(vec![workload])
}

fn workload(unit: &str) -> Result<Workload> {
    let values = |key: &str| -> Vec<&str> {
        let lines = unit.lines();
        lines
            .filter_map(|line| line.strip_prefix(key)?.strip_prefix('='))
            .collect()
    };
    let first = |key: &str| {
        let value = values(key).first().copied();
        value.with_context(|| format!("deploy/{FILE} has no {key}"))
    };

    let mut words = first("ExecStart")?.split_whitespace();
    ensure!(
        words.next() == Some(PROGRAM),
        "deploy/{FILE} does not start {PROGRAM}"
    );
    let variables: BTreeMap<String, Option<String>> = values("Environment")
        .iter()
        .flat_map(|line| line.split_whitespace())
        .filter_map(|word| word.split_once('='))
        .map(|(name, value)| (name.to_owned(), Some(value.to_owned())))
        .collect();

    let state = format!("/var/lib/{}", first("StateDirectory")?);
    ensure!(
        variables.get("RELEVANCE_STORE") == Some(&Some(state)),
        "the store of deploy/{FILE} is not its StateDirectory"
    );
    Ok(Workload {
        origin: FILE.to_owned(),
        arguments: words.map(str::to_owned).collect(),
        variables,
        grace_seconds: Some(first("TimeoutStopSec")?.parse()?),
        ..Workload::default()
    })
}

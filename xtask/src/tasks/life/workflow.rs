//! The job `train` of the workflow `train.yml`: its own shell steps, run as GitHub runs them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Map, Value};

use super::expression::{self, Contexts};
use crate::command::root;

/// The workflow, relative to the repository.
const WORKFLOW: &str = ".github/workflows/train.yml";
/// Steps that prepare a runner; here the program is on the search path already.
const PREPARATION: [&str; 2] = ["Install the compiler", "Build"];

/// The steps of the job, and the job's own variables.
pub struct Workflow {
    steps: Vec<Value>,
    environment: Map<String, Value>,
}

/// Everything that one run of the job is given.
pub struct Job<'a> {
    /// Working copy of the repository.
    pub repository: &'a Path,
    /// Folder with the program `relevance`.
    pub programs: &'a Path,
    /// Empty folder of the run.
    pub temporary: &'a Path,
    /// Variables, secrets and inputs, such as `vars.RELEVANCE_DATA`.
    pub contexts: Contexts,
}

/// Result of a run.
#[derive(Default)]
pub struct Outcome {
    /// Name of the step that failed.
    pub failed: Option<String>,
    /// Standard output and error of all steps.
    pub log: String,
    /// Content of the run's summary.
    pub summary: String,
    /// Number of the version in the pull request, if one is opened.
    pub version: Option<u64>,
    /// Folder of the artifact, which the pull request adds to the repository.
    pub proposal: PathBuf,
}

impl Workflow {
    /// Reads the workflow of the working tree.
    pub fn read() -> Result<Self> {
        let text = fs::read_to_string(root().join(WORKFLOW))
            .with_context(|| format!("cannot read {WORKFLOW}"))?;
        let workflow: Value =
            serde_saphyr::from_str(&text).with_context(|| format!("cannot parse {WORKFLOW}"))?;

        let job = &workflow["jobs"]["train"];
        let steps = job["steps"].as_array();
        let steps = steps.with_context(|| format!("{WORKFLOW} has no steps of a job `train`"))?;
        for name in PREPARATION {
            let has_step = steps.iter().any(|step| step["name"] == name);
            ensure!(has_step, "{WORKFLOW} has no step `{name}`");
        }
        Ok(Self {
            steps: steps.clone(),
            environment: job["env"].as_object().cloned().unwrap_or_default(),
        })
    }

    /// Runs the steps in their order until one fails.
    pub fn run(&self, job: Job<'_>) -> Result<Outcome> {
        let mut run = Run {
            workflow: self,
            job,
            outcome: Outcome::default(),
        };
        fs::write(run.summary(), "")?;

        for step in &self.steps {
            if run.applies(step)? && !run.step(step)? {
                run.outcome.failed = Some(name(step).to_owned());
                break;
            }
        }

        run.outcome.summary = fs::read_to_string(run.summary())?;
        let version = run.job.contexts.get("steps.propose.outputs.version");
        run.outcome.version = version.map(|version| version.parse()).transpose()?;
        run.outcome.proposal = run.job.temporary.join("proposal/models/relevance");
        Ok(run.outcome)
    }
}

/// A run in progress.
struct Run<'a> {
    workflow: &'a Workflow,
    job: Job<'a>,
    outcome: Outcome,
}

impl Run<'_> {
    /// Whether a step has shell commands to be run here, and its condition holds.
    fn applies(&self, step: &Value) -> Result<bool> {
        if !step["run"].is_string() || PREPARATION.contains(&name(step)) {
            return Ok(false);
        }
        let Some(condition) = step["if"].as_str() else {
            return Ok(true);
        };
        let value = expression::evaluate(condition, &self.job.contexts)?;
        Ok(expression::is_true(&value))
    }

    /// Runs a step and records its outputs; `false` when it fails.
    fn step(&mut self, step: &Value) -> Result<bool> {
        let output = self.job.temporary.join("output");
        fs::write(&output, "")?;
        let log = self.job.temporary.join("log");
        let file = fs::File::create(&log)?;

        let mut shell = self.shell(step)?;
        shell
            .env("GITHUB_OUTPUT", &output)
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file);
        let status = shell.status().context("cannot run `bash`")?;

        let log = fs::read_to_string(log)?;
        self.outcome.log += &log;
        let id = step["id"].as_str().unwrap_or_default();
        for line in fs::read_to_string(output)?.lines() {
            let (name, value) = line
                .split_once('=')
                .with_context(|| format!("`{line}` of step `{id}` is not an output"))?;
            let key = format!("steps.{id}.outputs.{name}");
            self.job.contexts.insert(key, value.to_owned());
        }
        Ok(status.success())
    }

    /// Returns the command of a step, with nothing of the caller's settings in its environment.
    fn shell(&self, step: &Value) -> Result<Command> {
        let script = self.job.temporary.join("step.sh");
        fs::write(&script, step["run"].as_str().unwrap_or_default())?;

        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = [self.job.programs.to_owned()].into_iter();
        let folders = folders.chain(std::env::split_paths(&path));
        let mut shell = Command::new("bash");
        shell
            .args(["--noprofile", "--norc", "-eo", "pipefail"])
            .arg(script)
            .current_dir(self.job.repository)
            .env_clear()
            .env("PATH", std::env::join_paths(folders)?)
            .env("HOME", self.job.temporary)
            .env("GITHUB_STEP_SUMMARY", self.summary())
            .env("GITHUB_PATH", self.job.temporary.join("path"))
            .env("GITHUB_WORKSPACE", self.job.repository)
            .env("RUNNER_TEMP", self.job.temporary);

        let own = step["env"].as_object().cloned().unwrap_or_default();
        for (name, value) in self.workflow.environment.iter().chain(&own) {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            shell.env(name, expression::expand(&text, &self.job.contexts)?);
        }
        Ok(shell)
    }

    fn summary(&self) -> PathBuf {
        self.job.temporary.join("summary.md")
    }
}

fn name(step: &Value) -> &str {
    step["name"].as_str().unwrap_or("without a name")
}

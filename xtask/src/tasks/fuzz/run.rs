//! One run of a target by libFuzzer.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::command::{clean, line, remove_folder, root, target};

/// Time and seed of a run.
#[derive(Clone, Copy)]
pub struct Options {
    /// Seconds of each target.
    pub seconds: u16,
    /// Seed of the inputs, which are others in every run without one.
    pub seed: Option<u32>,
}

/// Limits of an input's length and of the seconds that it takes.
const MAX_BYTES: usize = 16 * 1024;
const TIMEOUT_SECONDS: usize = 10;
/// Limit of the memory in MiB: a page of a Parquet file states up to 2 GiB, which its library allocates.
const MEMORY_MIB: usize = 3 * 1024;
/// Text before the path of an input that libFuzzer keeps because it makes the target fail.
const KEPT: &str = "Test unit written to ";

/// A target that is built, with its folders.
pub struct Target {
    name: String,
    program: PathBuf,
    /// Inputs that runs without a seed found, each with coverage of its own.
    corpus: PathBuf,
    /// Inputs that made the target fail, which runs without a seed begin with.
    failures: PathBuf,
    log: PathBuf,
    temporary: PathBuf,
}

impl Target {
    /// Prepares the folders of a target.
    pub fn new(name: &str) -> Result<Self> {
        let folder = super::folder().join(name);
        let target = Self {
            name: name.to_owned(),
            program: target().join("debug").join(name),
            corpus: folder.join("corpus"),
            failures: folder.join("failures"),
            log: folder.join("log.txt"),
            temporary: folder.join("temporary"),
        };
        remove_folder(&target.temporary)?;
        for folder in [&target.corpus, &target.failures, &target.temporary] {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot create {}", folder.display()))?;
        }
        Ok(target)
    }

    /// Runs the target for a time and describes the failure, if there is one.
    ///
    /// With a seed the inputs are the same in every run, as far as it comes in its time.
    pub fn run(&self, options: Options) -> Result<Option<String>> {
        let log = &self.log;
        let output =
            File::create(log).with_context(|| format!("cannot create {}", log.display()))?;

        let mut command = self.command();
        command
            .arg(format!("-max_total_time={}", options.seconds))
            .arg(format!("-artifact_prefix={}/", self.failures.display()));
        match options.seed {
            Some(seed) => command.arg(format!("-seed={seed}")).arg(self.new_corpus()?),
            None => command.args([&self.corpus, &self.failures]),
        };
        command
            .arg(root().join("fuzz/seeds").join(&self.name))
            .stdout(output.try_clone()?)
            .stderr(output);
        eprintln!("$ {}", line(&command));
        let status = command
            .status()
            .with_context(|| format!("cannot run {}", self.program.display()))?;
        remove_folder(&self.temporary)?;

        let log = fs::read(log).with_context(|| format!("cannot read {}", log.display()))?;
        let log = String::from_utf8_lossy(&log);
        println!("{}: {}", self.name, summary(&log));
        Ok((!status.success()).then(|| self.describe(&log)))
    }

    /// Creates the empty corpus of a run with a seed.
    fn new_corpus(&self) -> Result<PathBuf> {
        let corpus = self.temporary.join("corpus");
        fs::create_dir(&corpus).with_context(|| format!("cannot create {}", corpus.display()))?;
        Ok(corpus)
    }

    /// Returns the command of the target with its limits.
    fn command(&self) -> Command {
        let mut command = clean(&self.program);
        command
            .arg(format!("-max_len={MAX_BYTES}"))
            .arg(format!("-timeout={TIMEOUT_SECONDS}"))
            .arg(format!("-rss_limit_mb={MEMORY_MIB}"))
            .env("TMPDIR", &self.temporary);
        command
    }

    /// Describes a failure by its report, the input and the command that repeats it.
    fn describe(&self, log: &str) -> String {
        let report = report(log);
        let Some(input) = kept_input(log) else {
            return format!(
                "{report}\nthe fuzz target `{}` failed without an input",
                self.name
            );
        };

        // The file is gone with the machine of a workflow.
        let content = fs::read(input).map_or_else(
            |error| format!("which cannot be read: {error}"),
            |content| format!("hexadecimal {}", hex::encode(content)),
        );
        format!(
            "{report}\nthe fuzz target `{name}` fails for {input}, {content}\n\
             repeat it with `{program} {input}`; the fix comes with a test of its own",
            name = self.name,
            program = self.program.display(),
        )
    }
}

/// Returns the last panic of a log with the lines behind it, else the end of the log.
fn report(log: &str) -> String {
    const LINES: usize = 30;
    let lines: Vec<_> = log.lines().collect();
    // The panic of a panic that may not unwind says nothing.
    let panic = lines
        .iter()
        .rposition(|line| line.contains(" panicked at ") && !line.contains("core/src/panicking"));
    let start = panic.unwrap_or_else(|| lines.len().saturating_sub(LINES));
    lines[start..]
        .iter()
        .take(LINES)
        .copied()
        .collect::<Vec<_>>()
        .join("\n")
}

/// Returns the path of the input that made a target fail.
fn kept_input(log: &str) -> Option<&str> {
    let mut paths = log.lines().filter_map(|line| line.split_once(KEPT));
    paths.next().map(|(_, path)| path.trim())
}

/// Returns executions, coverage and size of the corpus at the end of a log.
fn summary(log: &str) -> String {
    let last = log.lines().rfind(|line| line.contains(" cov: "));
    let last = last.and_then(|line| line.split_once('\t'));
    last.map_or_else(
        || "no input was run".to_owned(),
        |(executions, rest)| {
            let executions = executions.trim_start_matches('#');
            format!("{executions} executions, {}", rest.trim())
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_is_that_of_the_last_line_with_coverage() {
        let log = "INFO: Seed: 1\n#2\tINITED cov: 10 ft: 11 corp: 1/1b\n\
                   #512\tDONE   cov: 20 ft: 31 corp: 4/90b\nDone 512 runs in 31 second(s)\n";
        assert_eq!(
            summary(log),
            "512 executions, DONE   cov: 20 ft: 31 corp: 4/90b"
        );
        assert_eq!(summary("ERROR: no target"), "no input was run");
    }

    #[test]
    fn the_report_of_a_failure_is_its_panic() {
        let panic = "thread 'main' panicked at fuzz/src/jsonl.rs:9:5:\nread in pieces";
        let other = "thread 'main' panicked at library/core/src/panicking.rs:225:5:\nno unwinding";
        let log = format!("#2\tINITED\n{panic}\n{other}\nSUMMARY: deadly signal");
        assert!(report(&log).starts_with(panic), "{}", report(&log));
        assert_eq!(report("ALARM: timeout\nSUMMARY"), "ALARM: timeout\nSUMMARY");
    }

    #[test]
    fn the_input_of_a_failure_is_that_which_libfuzzer_names() {
        let log =
            "panicked\nartifact_prefix='/a/'; Test unit written to /a/crash-ab\nBase64: eA==\n";
        assert_eq!(kept_input(log), Some("/a/crash-ab"));
        assert_eq!(kept_input("Done 5 runs\n"), None);
    }
}

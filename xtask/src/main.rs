//! The developer's tasks, as `cargo xtask TASK`; continuous integration calls the same.

mod bench;
mod command;
mod tasks;
mod tools;

use clap::{Parser, Subcommand};

use tasks::{browser, clients, contract, deploy, generated, lint, policy, sample, smoke, test};
use tools::{moto, onnxruntime};

/// The developer's tasks.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Run every test, with onnxruntime's shared library and moto fetched first.
    Test {
        /// What is passed on to `cargo test`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Check format, lints, complexity and documentation.
    Lint,
    /// Make every generated file again and compare it with the committed one.
    Generated {
        /// Replace the committed ones instead.
        #[arg(long)]
        write: bool,
    },
    /// Check licences, sources and duplicates of dependencies, and look for unused ones.
    Policy {
        /// Look for known vulnerabilities too; needs the advisory database from the internet.
        #[arg(long)]
        advisories: bool,
    },
    /// Rebuild the embedded archive from the package that publishes its messages.
    Sample {
        /// Compare it with the committed one instead.
        #[arg(long)]
        check: bool,
    },
    /// Fetch onnxruntime's shared library into `target/onnxruntime/`.
    Onnxruntime,
    /// Fetch moto, the S3 server of the tests, into `target/moto/`.
    Moto,
    /// Do the whole job in release, ask it, and compare its answers with Python's and Node's.
    Smoke,
    /// Call the service with the public clients of the Open Inference Protocol.
    Clients,
    /// Test the page at `/` in Chromium, on the committed model.
    Browser,
    /// Hold the specification against the service: schemathesis, its examples, a client in TypeScript.
    Contract,
    /// Check the dashboard and the alerts in `deploy/` against the service's metrics.
    Deploy,
    /// Run a part of the benchmarks, or `check` for all of them at their smallest size.
    #[command(disable_help_flag = true)]
    Bench {
        /// What is passed on to `bench/run.py`; `--help` lists the parts.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Everything that continuous integration checks, but the image.
    Ci,
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().task {
        Task::Test { arguments } => test::all(&arguments),
        Task::Lint => lint::all(),
        Task::Generated { write } => generated::check(write),
        Task::Policy { advisories } => policy::check(advisories),
        Task::Sample { check } => sample::rebuild(check),
        Task::Onnxruntime => onnxruntime::library().map(|path| println!("{}", path.display())),
        Task::Moto => moto::folder().map(|path| println!("{}", path.display())),
        Task::Smoke => smoke::check(),
        Task::Clients => clients::check(),
        Task::Browser => browser::check(),
        Task::Contract => contract::check(),
        Task::Deploy => deploy::check(),
        Task::Bench { arguments } => bench::start(&arguments),
        Task::Ci => {
            lint::all()?;
            policy::check(false)?;
            test::all(&[])?;
            generated::check(false)?;
            bench::start(&["check"])?;
            smoke::check()?;
            clients::check()?;
            browser::check()?;
            contract::check()?;
            deploy::check()
        }
    }
}

//! The developer's tasks, as `cargo xtask TASK`; continuous integration runs the same ones.

mod command;
mod tasks;
mod tools;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

use tasks::{
    bench, browser, button, clients, contract, deploy, examples, fuzz, generated, guide, image,
    life, lint, notices, package, policy, python, repository, sample, smoke, soak, spark, test,
};
use tools::requirement::{self, Requirement};
use tools::{moto, onnxruntime};

/// Time and seed of each fuzz target in continuous integration: a change is not refused for a fault that
/// chance finds elsewhere. The weekly run has no seed.
const FUZZ: fuzz::Options = fuzz::Options {
    seconds: 30,
    seed: Some(1),
};

/// The developer's tasks.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Run all tests, after fetching onnxruntime's shared library and moto.
    Test {
        /// Arguments for `cargo test`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Check format, imports, lints, complexity, documentation, prose, workflows and scripts.
    Lint,
    /// Generate every generated file again and compare it with the committed one.
    Generated {
        /// Replace the committed files.
        #[arg(long)]
        write: bool,
    },
    /// Check licences, sources and duplicates of dependencies, and look for unused ones.
    Policy {
        /// Also look for known vulnerabilities, in a database that is downloaded.
        #[arg(long)]
        advisories: bool,
    },
    /// Check that THIRD-PARTY-NOTICES.md has every crate of the program.
    Notices {
        /// Generate the file.
        #[arg(long)]
        write: bool,
    },
    /// Rebuild the embedded archive from the package that publishes its messages.
    Sample {
        /// Compare with the committed archive instead of replacing it.
        #[arg(long)]
        check: bool,
    },
    /// Fetch onnxruntime's shared library into `target/onnxruntime/`.
    Onnxruntime,
    /// Fetch moto, the S3 server of the tests, into `target/moto/`.
    Moto,
    /// Train and serve in release, and predict.
    Smoke,
    /// Build the examples of the model file in all languages and for browsers, and compare their
    /// predictions.
    Examples,
    /// Run the commands and programs of the README and the guides as a reader would.
    Guide,
    /// Build the Python package's wheel, install it, and run its tests, docstrings and type checks.
    Python,
    /// Build the packages of a release for this platform, and install and run them in empty folders.
    Package {
        /// Tag of the release, which has to name the version of the repository.
        #[arg(long)]
        tag: Option<String>,
    },
    /// Score a table on Spark, with executors that are killed, and by Spark Connect.
    Spark,
    /// Call the service with public clients of the Open Inference Protocol, and check a repository for
    /// Triton by its definition.
    Clients,
    /// Test the pages in Chromium with the committed model.
    Browser,
    /// Test the service against its specification: generated requests, examples, a client.
    Contract,
    /// Check manifests, alerts and dashboard in `deploy/` offline, and against the program.
    Deploy,
    /// Run the hooks of the Cloud Run button with stand-ins for docker and gcloud.
    Button,
    /// Check that all files name the same address of the repository and the image that it publishes,
    /// or write one to all.
    Repository {
        /// The address to write, as `https://github.com/OWNER/NAME`.
        address: Option<String>,
    },
    /// Build the container image and test it as platforms and users run it.
    Image {
        /// Build the whole command, and train in the image.
        #[arg(long)]
        full: bool,
        /// Make the base image from Debian's packages and the installed compiler, where no registry
        /// is reachable.
        #[arg(long)]
        local_base: bool,
    },
    /// Play scheduled training, pull requests and promotions in a temporary clone.
    Life {
        /// Program instead of the one that is built.
        #[arg(long, value_name = "FILE")]
        relevance: Option<PathBuf>,
    },
    /// Send a mixed load with garbage to the service, with reloads, a full disk and a stalled log.
    Soak {
        /// Time of the load.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
        minutes: u16,
    },
    /// Run the fuzz targets, each for a time.
    Fuzz {
        /// Time of each target.
        #[arg(long, default_value_t = FUZZ.seconds, value_parser = clap::value_parser!(u16).range(1..))]
        seconds: u16,
        /// Seed, with which every run has the same inputs in the same order.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
        seed: Option<u32>,
        /// Targets instead of all.
        #[arg(value_name = "TARGET")]
        targets: Vec<String>,
    },
    /// Run a part of the benchmarks, or `check` for all of them at their smallest size.
    #[command(disable_help_flag = true)]
    Bench {
        /// Arguments for `bench/run.py`; `--help` lists the parts.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Run everything that continuous integration checks, except for the image.
    Ci,
}

impl Task {
    /// Programs that must be installed before the task starts.
    fn requirements(&self) -> &'static [Requirement] {
        match self {
            Self::Test { .. } => &[Requirement::Pip, Requirement::Postgres],
            Self::Lint
            | Self::Generated { .. }
            | Self::Policy { .. }
            | Self::Sample { .. }
            | Self::Onnxruntime
            | Self::Package { .. }
            | Self::Moto
            | Self::Clients
            | Self::Python
            | Self::Soak { .. } => &[Requirement::Pip],
            Self::Life { .. } => &[Requirement::Jq, Requirement::Pip],
            Self::Spark => &[Requirement::Jre, Requirement::Pip],
            Self::Examples => &[
                Requirement::Chromium,
                Requirement::Cmake,
                Requirement::Cxx,
                Requirement::Go,
                Requirement::Java,
                Requirement::Node,
                Requirement::Pip,
            ],
            Self::Guide => &[Requirement::Node, Requirement::Pip],
            Self::Contract => &[
                Requirement::Go,
                Requirement::Java,
                Requirement::Node,
                Requirement::Pip,
            ],
            Self::Browser => &[Requirement::Chromium, Requirement::Node],
            Self::Deploy => &[
                Requirement::Node,
                Requirement::Pip,
                Requirement::Promtool,
                Requirement::Systemd,
            ],
            Self::Fuzz { .. } => &[Requirement::Cxx],
            Self::Smoke | Self::Button | Self::Notices { .. } | Self::Repository { .. } => &[],
            Self::Image { local_base, .. } => image::requirements(*local_base),
            Self::Bench { arguments } => bench::requirements(arguments),
            Self::Ci => &Requirement::ALL,
        }
    }

    fn run(self) -> Result<()> {
        match self {
            Self::Test { arguments } => test::run_all(&arguments),
            Self::Lint => lint::check(),
            Self::Generated { write } => generated::check(write),
            Self::Policy { advisories } => policy::check(advisories),
            Self::Notices { write } => notices::check(write),
            Self::Sample { check } => sample::rebuild(check),
            Self::Onnxruntime => onnxruntime::library().map(|path| println!("{}", path.display())),
            Self::Moto => moto::folder().map(|path| println!("{}", path.display())),
            Self::Smoke => smoke::check(),
            Self::Examples => examples::check(),
            Self::Guide => guide::check(),
            Self::Python => python::check(),
            Self::Package { tag } => package::build(tag.as_deref()),
            Self::Spark => spark::check(),
            Self::Clients => clients::check(),
            Self::Browser => browser::check(),
            Self::Contract => contract::check(),
            Self::Deploy => deploy::check(),
            Self::Button => button::check(),
            Self::Repository { address } => repository::check(address.as_deref()),
            Self::Image { full, local_base } => image::check(image::Options { full, local_base }),
            Self::Life { relevance } => life::check(relevance),
            Self::Soak { minutes } => soak::check(minutes.into()),
            Self::Fuzz {
                seconds,
                seed,
                targets,
            } => fuzz::check(fuzz::Options { seconds, seed }, &targets),
            Self::Bench { arguments } => bench::run_part(&arguments),
            Self::Ci => run_all(),
        }
    }
}

fn main() -> Result<()> {
    let task = Cli::parse().task;
    requirement::provide(task.requirements())?;
    task.run()
}

/// Runs the tasks of continuous integration, cheap ones first.
fn run_all() -> Result<()> {
    lint::check()?;
    policy::check(false)?;
    test::run_all(&[])?;
    generated::check(false)?;
    bench::run_part(&["check"])?;
    smoke::check()?;
    examples::check()?;
    python::check()?;
    package::build(None)?;
    spark::check()?;
    guide::check()?;
    clients::check()?;
    browser::check()?;
    contract::check()?;
    deploy::check()?;
    button::check()?;
    life::check(None)?;
    soak::check(1)?;
    fuzz::check(FUZZ, &[])
}

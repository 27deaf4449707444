//! `relevance_text.spark` on a cluster of two executors on this machine, and the guide's programs for
//! clusters.

use std::env;
use std::path::PathBuf;

use anyhow::Result;

use crate::command::{remove_folder, run, target};
use crate::tasks::python;
use crate::tools::{pip, relevance};

/// Spark, which is published without a wheel.
const SPARK: &str = "pyspark==4.3.0";
/// Packages of Spark and of Spark Connect, beside those that the Python package is tested with, and
/// Ray, which is too large for the check of the guides.
const PACKAGES: [&str; 6] = [
    "googleapis-common-protos==1.76.0",
    "grpcio==1.81.1",
    "grpcio-status==1.81.1",
    "py4j==0.10.9.9",
    "ray==2.60.0",
    "zstandard==0.25.0",
];

/// Runs the tests of `python/cluster_tests` with the wheel, and type checks.
pub fn check() -> Result<()> {
    let relevance = relevance::build()?;
    let environment = python::Environment::prepare(relevance::is_dev())?;
    let [spark, packages] = packages()?;
    // Spark keeps the files of every executor there.
    remove_folder(&spark.join("pyspark/work"))?;

    let [site, others] = environment.folders();
    let path = env::join_paths([site, others, &spark, &packages])?;
    let mut pytest = environment.python(&python::PYTEST);
    pytest
        .args(["python/cluster_tests", "--relevance"])
        .arg(relevance)
        .env("PYTHONPATH", &path);
    run(&mut pytest)?;

    let mut mypy = environment.python(&python::MYPY);
    mypy.arg(target().join("spark/mypy"))
        .args(["python/relevance_text/spark", "python/cluster_tests"])
        .env("PYTHONPATH", &path);
    run(&mut mypy)
}

/// Installs Spark and its packages, and returns their folders.
pub fn packages() -> Result<[PathBuf; 2]> {
    let folders = ["pyspark", "packages"].map(|name| target().join("spark").join(name));
    let [spark, packages] = &folders;
    pip::install_from_source(SPARK, spark)?;
    pip::install_with_dependencies(&PACKAGES, packages)?;
    Ok(folders)
}

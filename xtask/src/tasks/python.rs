//! The Python package: built as a wheel, installed into a folder of its own and tested there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::command::{clean, command, remove_folder, run, target};
use crate::tools::{moto, onnxruntime, pip, relevance};

/// The builder of the wheel; `python/pyproject.toml` names the same version.
const MATURIN: &str = "maturin==1.16.0";
/// Libraries that the tests and the guide hand texts over from, and the programs that check.
const PACKAGES: [&str; 13] = [
    onnxruntime::PACKAGE,
    "cleanlab==2.9.0",
    "datafusion==55.0.0",
    "duckdb==2.0.1",
    "mlflow-skinny==3.17.2",
    "mypy==2.4.1",
    "numpy==2.4.6",
    "obstore==0.12.1",
    "pandas==3.1.1",
    "polars==2.1.0",
    "pyarrow==26.0.1",
    "pytest==9.2.0",
    "scikit-learn==1.9.1",
];
/// Largest wheel of a release build.
const MAX_WHEEL_BYTES: u64 = 2_000_000;
/// Settings of mypy and pytest.
const SETTINGS: &str = "python/pyproject.toml";

/// Arguments of Python for tests; their folder and options follow.
pub const PYTEST: [&str; 9] = [
    "-m",
    "pytest",
    "-q",
    "-p",
    "no:cacheprovider",
    "--rootdir",
    ".",
    "-c",
    SETTINGS,
];
/// Arguments of Python for type checks; the folder of the cache and the checked ones follow.
pub const MYPY: [&str; 5] = ["-m", "mypy", "--config-file", SETTINGS, "--cache-dir"];

/// Builds and installs the wheel, and runs tests, docstrings and type checks against it.
pub fn check() -> Result<()> {
    let environment = Environment::prepare(relevance::is_dev())?;
    check_content(&environment.site)?;

    let tests = ["python/tests", "--relevance"];
    run(environment
        .python(&PYTEST)
        .args(tests)
        .arg(relevance::build()?)
        .env("RELEVANCE_MOTO", moto::folder()?))?;
    let docstrings = ["--doctest-modules", "--pyargs", "relevance_text"];
    run(environment.python(&PYTEST).args(docstrings))?;
    let example = [
        "python/tests/typed_example.py",
        "models/relevance/1/model.onnx",
    ];
    run(&mut environment.python(&example))?;

    let cache = target().join("python/mypy");
    let package = ["--package", "relevance_text"];
    run(environment.python(&MYPY).arg(&cache).args(package))?;
    run(environment.python(&MYPY).arg(&cache).arg("python/tests"))?;
    let stubs = ["-m", "mypy.stubtest", "relevance_text._native"];
    run(&mut environment.python(&stubs))
}

/// Folders in which Python finds the package and other ones.
pub struct Environment {
    /// Folder of the package alone.
    pub site: PathBuf,
    packages: PathBuf,
}

impl Environment {
    /// Builds the wheel and installs it, and the packages beside it; `is_dev` compiles in less time.
    pub fn prepare(is_dev: bool) -> Result<Self> {
        let folder = target().join("python");
        let environment = Self {
            site: folder.join("site"),
            packages: folder.join("packages"),
        };
        pip::install_with_dependencies(&PACKAGES, &environment.packages)?;

        let wheel = build(&folder.join("wheel"), is_dev)?;
        remove_folder(&environment.site)?;
        pip::install(&wheel.to_string_lossy(), &environment.site)?;
        Ok(environment)
    }

    /// Returns the folders of Python's search path.
    pub fn folders(&self) -> [&Path; 2] {
        [&self.site, &self.packages]
    }

    /// Returns a command of Python that finds the package and the other ones.
    pub fn python(&self, arguments: &[&str]) -> Command {
        let path = std::env::join_paths(self.folders()).unwrap_or_default();
        let mut python = clean(Path::new("python3"));
        python
            .args(arguments)
            .env("PYTHONPATH", path)
            .env("PYTHONDONTWRITEBYTECODE", "1");
        python
    }
}

/// Builds the wheel in `folder` and returns its path; a release build may not be large.
fn build(folder: &Path, is_dev: bool) -> Result<PathBuf> {
    let tools = target().join("tools/maturin");
    pip::install(MATURIN, &tools)?;
    remove_folder(folder)?;

    let mut maturin = command(tools.join("bin/maturin"));
    maturin
        .args(["build", "--quiet", "--locked", "--manifest-path"])
        .args(["python/Cargo.toml", "--out"])
        .arg(folder);
    if is_dev {
        maturin.args(["--profile", "dev"]);
    }
    run(&mut maturin)?;

    let entry = fs::read_dir(folder)?.next();
    let wheel = entry.context("maturin wrote no wheel")??.path();
    let bytes = fs::metadata(&wheel)?.len();
    println!("{}: {bytes} bytes", wheel.display());
    ensure!(
        is_dev || bytes <= MAX_WHEEL_BYTES,
        "the wheel has {bytes} bytes, at most {MAX_WHEEL_BYTES} are meant"
    );
    Ok(wheel)
}

/// Checks that type information and licences are installed with the package.
fn check_content(site: &Path) -> Result<()> {
    let information = fs::read_dir(site)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|ending| ending == "dist-info"))
        .context("the wheel has no folder `dist-info`")?;
    let licences = information.join("licenses");

    let files = [
        site.join("relevance_text/py.typed"),
        site.join("relevance_text/_native.pyi"),
        licences.join("LICENSE-APACHE"),
        licences.join("LICENSE-MIT"),
        licences.join("THIRD-PARTY-NOTICES.md"),
    ];
    for file in files {
        ensure!(file.is_file(), "the wheel lacks {}", file.display());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::root;

    #[test]
    fn users_build_the_wheel_with_the_version_of_the_task() {
        let settings = fs::read_to_string(root().join(SETTINGS)).unwrap();
        assert!(settings.contains(&format!("requires = [\"{MATURIN}\"]")));
    }
}

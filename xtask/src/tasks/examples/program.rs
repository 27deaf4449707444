//! The programs, built with the tools of their languages.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::model::Model;
use crate::command::{clean, command, read_text, root, run, target};
use crate::tools::{chromium, npm, onnxruntime, pinned, pip, relevance};

/// The oldest release that runs the model file: older ones do not load it.
const OLDEST_NODE_PACKAGE: &str = "onnxruntime-node@1.15.0";
/// Warnings of the compilers of C and C++ are errors.
const WARNINGS: &str = "-Wall -Wextra -Werror";
/// Files of the Go module that the programs in C and C++ include.
const HEADERS: [&str; 2] = ["onnxruntime_c_api.h", "onnxruntime_ep_c_api.h"];

/// A program that takes the path of a model file, and texts from standard input.
pub struct Program {
    /// Language or runtime, for messages.
    pub name: &'static str,
    words: Vec<OsString>,
    /// Whether its binding passes characters beyond U+FFFF.
    pub passes_emoji: bool,
}

impl Program {
    /// Returns a program that is run by `words` and the path of a model file.
    pub fn new<Word: Into<OsString>>(
        name: &'static str,
        words: impl IntoIterator<Item = Word>,
    ) -> Self {
        Self {
            name,
            words: words.into_iter().map(Into::into).collect(),
            passes_emoji: true,
        }
    }

    /// Returns the command that runs a model.
    pub fn command(&self, model: &Model, environment: &Environment) -> Command {
        let mut program = environment.command(Path::new(&self.words[0]));
        program.args(&self.words[1..]).arg(&model.path);
        program
    }
}

/// Places where programs find onnxruntime.
pub struct Environment {
    library: PathBuf,
    python: PathBuf,
}

impl Environment {
    /// Fetches onnxruntime's shared library and its Python package.
    pub fn prepare() -> Result<Self> {
        let environment = Self {
            library: onnxruntime::library()?,
            python: folder("python"),
        };
        let packages = [onnxruntime::PACKAGE, "numpy==2.4.6"];
        pip::install_with_dependencies(&packages, &environment.python)?;
        Ok(environment)
    }

    /// Returns a command for a program that needs onnxruntime.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = clean(program);
        command
            .env("ORT_DYLIB_PATH", &self.library)
            .env("PYTHONPATH", &self.python);
        command
    }

    /// Builds the programs of all languages.
    pub fn build(&self) -> Result<Vec<Program>> {
        let (go, headers) = go()?;
        let archive = release_archive(&self.library, &headers)?;

        Ok(vec![
            Program::new("Python", ["python3", "examples/python/predict.py"]),
            node("Node", onnxruntime::NODE_PACKAGE, "node")?,
            node("Node, oldest release", OLDEST_NODE_PACKAGE, "node-oldest")?,
            browser()?,
            java()?,
            go,
            cmake("C", "c", &archive)?,
            cmake("C++", "cpp", &archive)?,
            Program::new("Rust", [relevance::build_program("onnxruntime-predict")?]),
        ])
    }
}

/// Folder of what a program is built from and with.
fn folder(name: &str) -> PathBuf {
    target().join("examples").join(name)
}

fn node(name: &'static str, package: &str, folder_name: &str) -> Result<Program> {
    let folder = folder(folder_name);
    install(&folder, &[package], &["examples/node/predict.mjs"])?;
    Ok(Program::new(
        name,
        ["node".into(), folder.join("predict.mjs")],
    ))
}

/// Prepares the page, and the program that gives it the texts in Chromium.
fn browser() -> Result<Program> {
    let folder = folder("browser");
    let packages = [onnxruntime::WEB_PACKAGE, chromium::DRIVER];
    let files = [
        "examples/browser/index.html",
        "examples/browser/predict.mjs",
        "xtask/src/tasks/examples/browser.mjs",
    ];
    install(&folder, &packages, &files)?;

    let browser = chromium::find().context("Chromium is not installed")?;
    let words = ["node".into(), folder.join("browser.mjs"), browser];
    Ok(Program::new("Browser", words))
}

/// Installs packages of npm, and copies files beside them, where imports find them.
fn install(folder: &Path, packages: &[&str], files: &[&str]) -> Result<()> {
    npm::install(packages, folder)?;
    for file in files {
        let source = root().join(file);
        let name = source.file_name().context("a file has a name")?;
        fs::copy(&source, folder.join(name))?;
    }
    Ok(())
}

/// Fetches the libraries of the project file.
fn java() -> Result<Program> {
    let project = root().join("examples/java/pom.xml");
    let libraries = folder("java");
    pinned::fill(&libraries, &[&fs::read_to_string(&project)?], || {
        let mut maven = command("mvn");
        maven
            .args(["--quiet", "--batch-mode", "dependency:copy-dependencies"])
            .arg("--file")
            .arg(&project)
            .arg(format!("-DoutputDirectory={}", libraries.display()));
        run(&mut maven)
    })?;

    let class_path = libraries.join("*");
    let words = [
        "java".into(),
        "-cp".into(),
        class_path,
        "examples/java/Predict.java".into(),
    ];
    Ok(Program {
        passes_emoji: false,
        ..Program::new("Java", words)
    })
}

/// Builds the program and returns it, with the folder of its module for onnxruntime.
fn go() -> Result<(Program, PathBuf)> {
    let source = root().join("examples/go");
    let program = folder("go").join("predict");
    let mut build = command("go");
    build
        .current_dir(&source)
        .args(["build", "-o"])
        .arg(&program);
    run(&mut build)?;

    let mut list = command("go");
    list.current_dir(&source)
        .args(["list", "-m", "-f", "{{.Dir}}"])
        .arg("github.com/yalue/onnxruntime_go");
    let module = read_text(&mut list)?;
    Ok((Program::new("Go", [program]), module.into()))
}

/// Arranges library and headers as the archives of onnxruntime's releases do.
///
/// No package of a registry has the headers alone; a library accepts those of earlier releases.
fn release_archive(library: &Path, headers: &Path) -> Result<PathBuf> {
    let archive = folder("onnxruntime");
    let (include, libraries) = (archive.join("include"), archive.join("lib"));
    fs::create_dir_all(&include)?;
    fs::create_dir_all(&libraries)?;

    for header in HEADERS {
        copy_changed(&headers.join(header), &include.join(header))?;
    }
    // Programs are linked with the first name, and load the second one.
    for name in ["libonnxruntime.so", "libonnxruntime.so.1"] {
        copy_changed(library, &libraries.join(name))?;
    }
    Ok(archive)
}

/// Copies a file, unless that would only give the copy a new time, after which all is built again.
fn copy_changed(from: &Path, to: &Path) -> Result<()> {
    let content = fs::read(from)?;
    if !fs::read(to).is_ok_and(|copy| copy == content) {
        fs::write(to, content)?;
    }
    Ok(())
}

/// Builds a program with its project file for `cmake`.
fn cmake(name: &'static str, language: &str, archive: &Path) -> Result<Program> {
    let build = folder(language);
    let mut configure = command("cmake");
    configure
        .arg("-S")
        .arg(root().join("examples").join(language))
        .arg("-B")
        .arg(&build)
        .args(["--fresh", "-Wno-dev", "-D", "CMAKE_BUILD_TYPE=Release"])
        .args(["--log-level", "WARNING"])
        .arg("-D")
        .arg(format!("CMAKE_PREFIX_PATH={}", archive.display()))
        .env("CFLAGS", WARNINGS)
        .env("CXXFLAGS", WARNINGS);
    run(&mut configure)?;

    run(command("cmake").arg("--build").arg(&build))?;
    Ok(Program::new(name, [build.join("predict")]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_install_the_packages_of_the_task() {
        for (language, package) in [
            ("node", onnxruntime::NODE_PACKAGE),
            ("browser", onnxruntime::WEB_PACKAGE),
        ] {
            let project = root().join("examples").join(language).join("package.json");
            let (name, version) = package.split_once('@').unwrap();
            let dependency = format!("\"{name}\": \"{version}\"");
            assert!(fs::read_to_string(project).unwrap().contains(&dependency));
        }
    }
}

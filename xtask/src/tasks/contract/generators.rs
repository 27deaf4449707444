//! Linters of the specification, and generated clients that are compiled and call the service.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::command::{command, read_text, remove_folder, root, run, target};
use crate::tools::service::Service;
use crate::tools::{npm, pip};

/// openapi-generator with its archive for Java, and what its clients in Python import.
const GENERATOR: [&str; 4] = [
    "openapi-generator-cli==7.26.0",
    "pydantic==2.14.4",
    "python-dateutil==2.9.0.post0",
    "urllib3==2.7.0",
];
const ARCHIVE: &str = "openapi_generator_cli/openapi-generator.jar";
/// Another generator for Python, with types and `async`.
const TYPED: [&str; 1] = ["openapi-python-client==0.29.1"];
const NODE_PACKAGES: [&str; 4] = [
    "@redocly/cli@2.41.0",
    "@stoplight/spectral-cli@6.16.3",
    "@types/node@20.19.43",
    "typescript@5.9.3",
];
const PROGRAMS: &str = "xtask/src/tasks/contract/clients";

/// Checks the specification with linters, then each generated client.
pub fn check(service: &Service) -> Result<()> {
    let generators = Generators::prepare(service)?;
    generators.lint()?;

    for (language, call) in [
        ("python", Generators::call_python as fn(&_, &_) -> _),
        ("typescript-fetch", Generators::call_typescript),
        ("go", |_, client| call_go(client)),
        ("java", |_, client| call_java(client)),
    ] {
        let client = generators.generate(language)?;
        let mut program = call(&generators, &client)?;
        expect(language, &mut program, service)?;
    }
    let mut typed = generators.call_typed()?;
    expect("openapi-python-client", &mut typed, service)
}

/// Runs a client, which prints a prediction and the code of a problem.
fn expect(name: &str, program: &mut Command, service: &Service) -> Result<()> {
    let output = read_text(program.arg(service.address()))?;
    let mut lines = output.lines();
    let (relevant, code) = (lines.next(), lines.next());

    ensure!(
        relevant.is_some_and(|line| line.eq_ignore_ascii_case("true"))
            && code.is_some_and(|code| ["empty_text", "text_too_long"].contains(&code)),
        "expected a relevant text and a problem of the client of {name}, but it printed `{output}`"
    );
    Ok(())
}

struct Generators {
    /// Specification and clients.
    folder: PathBuf,
    generator: PathBuf,
    typed: PathBuf,
    node: PathBuf,
}

impl Generators {
    /// Installs the packages and saves the service's specification.
    fn prepare(service: &Service) -> Result<Self> {
        let packages = target().join("generators");
        let generators = Self {
            folder: packages.join("clients"),
            generator: packages.join("openapi-generator"),
            typed: packages.join("openapi-python-client"),
            node: packages.join("node"),
        };
        pip::install_with_dependencies(&GENERATOR, &generators.generator)?;
        pip::install_with_dependencies(&TYPED, &generators.typed)?;
        npm::install(&NODE_PACKAGES, &generators.node)?;

        remove_folder(&generators.folder)?;
        fs::create_dir_all(&generators.folder)?;
        let url = format!("{}/openapi.json", service.address());
        let specification = ureq::get(&url).call()?.body_mut().read_to_string()?;
        fs::write(generators.specification(), specification)?;

        Ok(generators)
    }

    fn specification(&self) -> PathBuf {
        self.folder.join("openapi.json")
    }

    fn node_program(&self, name: &str) -> Command {
        let mut program = command(self.node.join("node_modules/.bin").join(name));
        program.current_dir(&self.folder);
        program
    }

    /// Fails on errors of redocly's recommended rules and of spectral's for OpenAPI.
    fn lint(&self) -> Result<()> {
        let rules = self.folder.join("spectral.yaml");
        fs::write(&rules, "extends: [\"spectral:oas\"]\n")?;

        run(self
            .node_program("redocly")
            .args(["lint", "--format", "stylish"])
            .arg(self.specification()))?;
        run(self
            .node_program("spectral")
            .args(["lint", "--ruleset"])
            .arg(rules)
            .arg(self.specification()))
    }

    /// Generates the client of a language and returns its folder.
    fn generate(&self, language: &str) -> Result<PathBuf> {
        let client = self.folder.join(language);
        let mut generator = command("java");
        generator
            .args(["-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-jar"])
            .arg(self.generator.join(ARCHIVE))
            .args(["generate", "--generator-name", language, "--input-spec"])
            .arg(self.specification())
            .arg("--output")
            .arg(&client);

        run(&mut generator)?;
        Ok(client)
    }

    fn call_python(&self, client: &Path) -> Result<Command> {
        let path = std::env::join_paths([client, &self.generator])?;
        let mut python = command("python3");
        python
            .arg(format!("{PROGRAMS}/predict.py"))
            .env("PYTHONPATH", path);
        Ok(python)
    }

    fn call_typescript(&self, client: &Path) -> Result<Command> {
        copy("predict.ts", client)?;
        let mut compiler = self.node_program("tsc");
        compiler
            .current_dir(client)
            .args(["--strict", "--skipLibCheck", "--target", "es2022"])
            .args(["--module", "commonjs", "--moduleResolution", "node10"])
            .args(["--types", "node", "--typeRoots"])
            .arg(self.node.join("node_modules/@types"))
            .arg("predict.ts");
        run(&mut compiler)?;

        let mut node = command("node");
        node.current_dir(client).arg("predict.js");
        Ok(node)
    }

    /// Generates the client of the other generator for Python.
    fn call_typed(&self) -> Result<Command> {
        let mut generator = command("python3");
        generator
            .env("PYTHONPATH", &self.typed)
            .args(["-m", "openapi_python_client", "generate", "--meta", "none"])
            .arg("--path")
            .arg(self.specification())
            .arg("--output-path")
            .arg(self.folder.join("typed_client"));
        run(&mut generator)?;

        let path = std::env::join_paths([&self.folder, &self.typed])?;
        let mut python = command("python3");
        python
            .arg(format!("{PROGRAMS}/typed.py"))
            .env("PYTHONPATH", path);
        Ok(python)
    }
}

fn call_go(client: &Path) -> Result<Command> {
    let program = client.join("predict");
    fs::create_dir_all(&program)?;
    copy("main.go", &program)?;

    let mut go = command("go");
    go.current_dir(client)
        .env("GOFLAGS", "-mod=mod")
        .args(["run", "./predict"]);
    Ok(go)
}

fn call_java(client: &Path) -> Result<Command> {
    copy("Predict.java", &client.join("src/main/java"))?;
    let libraries = "libraries.txt";
    let mut maven = command("mvn");
    maven
        .current_dir(client)
        .args(["--quiet", "--batch-mode", "-Dmaven.test.skip=true"])
        .args(["compile", "dependency:build-classpath"])
        .arg(format!("-Dmdep.outputFile={libraries}"));
    run(&mut maven)?;

    let libraries = fs::read_to_string(client.join(libraries))?;
    let classes = client.join("target/classes");
    let path = [classes]
        .into_iter()
        .chain(std::env::split_paths(&libraries));

    let mut java = command("java");
    java.arg("-cp")
        .arg(std::env::join_paths(path)?)
        .arg("Predict");
    Ok(java)
}

fn copy(name: &str, folder: &Path) -> Result<()> {
    let program = root().join(PROGRAMS).join(name);
    fs::copy(&program, folder.join(name))
        .with_context(|| format!("cannot copy {}", program.display()))?;
    Ok(())
}

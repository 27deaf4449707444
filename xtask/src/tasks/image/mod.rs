//! The container image: built from the Dockerfile, then run as platforms and users run it.

mod base;
mod container;
mod full;
mod service;

use std::io;
use std::process::Stdio;
use std::thread::available_parallelism;

use anyhow::{Context as _, Result, ensure};

use crate::command::{command, read_text, root, run};
use crate::tools::docker::Docker;
use crate::tools::requirement::Requirement;

/// Largest image of the service, in bytes.
const MAX_SERVICE_BYTES: u64 = 45_000_000;
/// Largest image of the service as a registry keeps it, compressed, in bytes.
const MAX_COMPRESSED_BYTES: u64 = 20_000_000;

/// How the image is built.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Build the whole command.
    pub full: bool,
    /// Make the base image from Debian's packages and the installed compiler.
    pub local_base: bool,
}

/// Programs that the task needs.
pub const fn requirements(local_base: bool) -> &'static [Requirement] {
    if local_base {
        &[Requirement::Docker, Requirement::Mmdebstrap]
    } else {
        &[Requirement::Docker]
    }
}

/// Builds the image and tests it.
pub fn check(options: Options) -> Result<()> {
    check_compiler()?;
    let docker = Docker::connect()?;
    let tag = build(&docker, options)?;

    let bytes = size(&docker, tag)?;
    println!("{tag} has {} kB", bytes / 1000);
    service::check(&docker, tag)?;
    if options.full {
        full::check(&docker, tag)
    } else {
        ensure!(
            bytes <= MAX_SERVICE_BYTES,
            "the image of the service has {bytes} bytes, the limit is {MAX_SERVICE_BYTES}"
        );
        let compressed = compressed_size(&docker, tag)?;
        println!("{tag} has {} kB compressed", compressed / 1000);
        ensure!(
            compressed <= MAX_COMPRESSED_BYTES,
            "the image of the service has {compressed} bytes compressed, the limit is \
             {MAX_COMPRESSED_BYTES}"
        );
        service::check_unknown_command(&docker, tag)
    }
}

/// Checks that the base image has the compiler of `rust-toolchain.toml`.
fn check_compiler() -> Result<()> {
    let toolchain = std::fs::read_to_string(root().join("rust-toolchain.toml"))?;
    let channel = toolchain
        .lines()
        .find_map(|line| line.strip_prefix("channel = "))
        .context("rust-toolchain.toml has no channel")?
        .trim_matches('"');
    let dockerfile = std::fs::read_to_string(root().join("Dockerfile"))?;
    ensure!(
        dockerfile.contains(&format!("FROM rust:{channel}-")),
        "the Dockerfile does not build with {channel}, the compiler of rust-toolchain.toml"
    );
    Ok(())
}

/// Builds the image and returns its tag.
fn build(docker: &Docker, options: Options) -> Result<&'static str> {
    let tag = if options.full {
        "relevance:full"
    } else {
        "relevance:service"
    };
    let jobs = format!("JOBS={}", available_parallelism()?);
    let revision = read_text(command("git").args(["rev-parse", "HEAD"]))?;
    let revision = format!("REVISION={revision}");
    let version = format!("VERSION={}", env!("CARGO_PKG_VERSION"));
    let source = format!("SOURCE={}", env!("CARGO_PKG_REPOSITORY"));

    let mut build = docker.command(&["build", "--tag", tag]);
    for argument in [&jobs, &revision, &version, &source] {
        build.args(["--build-arg", argument]);
    }
    if options.full {
        build.args(["--build-arg", "COMMAND=full"]);
    }
    if options.local_base {
        let dockerfile = base::provide(docker)?;
        build.args(["--network", "host", "--file", &dockerfile]);
    }
    run(build.arg("."))?;
    Ok(tag)
}

fn size(docker: &Docker, tag: &str) -> Result<u64> {
    let format = "{{ .Size }}";
    let size = read_text(&mut docker.command(&["image", "inspect", "--format", format, tag]))?;
    Ok(size.parse()?)
}

/// Returns the size of the image's layers after gzip.
fn compressed_size(docker: &Docker, tag: &str) -> Result<u64> {
    let mut save = docker.command(&["save", tag]);
    let mut save = save.stdout(Stdio::piped()).spawn()?;
    let layers = save.stdout.take().context("standard output is a pipe")?;

    let mut gzip = command("gzip");
    let mut gzip = gzip.stdin(layers).stdout(Stdio::piped()).spawn()?;
    let mut compressed = gzip.stdout.take().context("standard output is a pipe")?;
    let bytes = io::copy(&mut compressed, &mut io::sink())?;

    for mut program in [save, gzip] {
        let status = program.wait()?;
        ensure!(status.success(), "the image cannot be compressed: {status}");
    }
    Ok(bytes)
}

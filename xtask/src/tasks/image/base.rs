//! A stand-in for the base image where no registry is reachable: Debian's packages and the
//! installed compiler.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::command::{command, read_text, root, run};
use crate::tools::docker::{self, Docker};

/// Debian's release of the base image, and the packages that it has beyond the essential ones.
const RELEASE: &str = "trixie";
const PACKAGES: &str = "ca-certificates,gcc,libc6-dev";

const DEBIAN_IMAGE: &str = "relevance-debian";
/// Certificates of the system, which may have an authority of its own network.
const CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";

const BASE: &str = "\
FROM relevance-debian
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY cargo rustc /usr/local/bin/
COPY lib /usr/local/lib
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
";

/// Makes an image with the tag of the base image in the Dockerfile, and returns the path of a
/// Dockerfile that uses it.
pub fn provide(docker: &Docker) -> Result<String> {
    let dockerfile = fs::read_to_string(root().join("Dockerfile"))?;
    let from = dockerfile
        .lines()
        .find_map(|line| line.strip_prefix("FROM rust:"))
        .context("the Dockerfile has no stage from `rust:`")?;
    let (tag, _) = from
        .split_once('@')
        .context("the base image in the Dockerfile is not pinned by its digest")?;

    import_debian(docker)?;
    build(docker, &format!("rust:{tag}"))?;

    let local = docker::folder().join("Dockerfile");
    let image = from.split(' ').next().unwrap_or(from);
    fs::write(&local, dockerfile.replace(image, tag))?;
    Ok(local.display().to_string())
}

fn import_debian(docker: &Docker) -> Result<()> {
    let folder = docker::folder();
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let archive = folder.join("debian.tar");
    if !archive.exists() {
        let partial = folder.join("debian.partial.tar");
        let include = format!("--include={PACKAGES}");
        run(command("mmdebstrap")
            .args(["--quiet", "--variant=minbase", &include, RELEASE])
            .arg(&partial))?;
        fs::rename(&partial, &archive)?;
    }

    run(docker.command(&["import"]).arg(&archive).arg(DEBIAN_IMAGE))
}

/// Adds the compiler that `rust-toolchain.toml` names.
fn build(docker: &Docker, tag: &str) -> Result<()> {
    let sysroot = read_text(command("rustc").args(["--print", "sysroot"]))?;
    let sysroot = Path::new(&sysroot);

    let context = docker::folder().join("base");
    fs::create_dir_all(&context)?;
    fs::write(context.join("Dockerfile"), BASE)?;
    fs::copy(CERTIFICATES, context.join("ca-certificates.crt"))
        .with_context(|| format!("cannot copy {CERTIFICATES}"))?;
    for program in ["cargo", "rustc"] {
        fs::copy(sysroot.join("bin").join(program), context.join(program))?;
    }
    run(command("cp")
        .args(["--recursive", "--no-target-directory"])
        .arg(sysroot.join("lib"))
        .arg(context.join("lib")))?;

    run(docker
        .command(&["build", "--quiet", "--tag", tag])
        .arg(context))
}

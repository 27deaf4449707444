//! Programs that tasks need and that the system's package manager installs.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Result, bail, ensure};

use crate::command::{command, run, search_path};
use crate::tools::{chromium, postgres};

/// Something that has to be installed before a task starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requirement {
    Chromium,
    Cmake,
    Cxx,
    Docker,
    Go,
    H2load,
    Java,
    Jq,
    Jre,
    Mmdebstrap,
    Node,
    Pip,
    Postgres,
    Promtool,
    Systemd,
    Valgrind,
    Wrk,
}

impl Requirement {
    /// The requirements of all tasks but the image.
    pub const ALL: [Self; 15] = [
        Self::Chromium,
        Self::Cmake,
        Self::Cxx,
        Self::Go,
        Self::H2load,
        Self::Java,
        Self::Jq,
        Self::Jre,
        Self::Node,
        Self::Pip,
        Self::Postgres,
        Self::Promtool,
        Self::Systemd,
        Self::Valgrind,
        Self::Wrk,
    ];

    fn is_installed(self) -> bool {
        match self {
            Self::Chromium => chromium::find().is_some(),
            Self::Cmake => has_program("cmake") && has_program("make") && has_json_libraries(),
            Self::Cxx => has_program("c++"),
            Self::Docker => has_program("docker") && has_program("dockerd"),
            Self::Go => has_program("go"),
            Self::H2load => has_program("h2load"),
            Self::Java => has_program("javac") && has_program("mvn"),
            Self::Jq => has_program("jq"),
            Self::Jre => has_program("java"),
            Self::Mmdebstrap => has_program("mmdebstrap"),
            Self::Node => has_program("node") && has_program("npm"),
            Self::Pip => has_pip(),
            Self::Postgres => postgres::find().is_some(),
            Self::Promtool => has_program("promtool"),
            Self::Systemd => has_program("systemd-analyze"),
            Self::Valgrind => has_program("valgrind"),
            Self::Wrk => has_program("wrk"),
        }
    }

    const fn description(self) -> &'static str {
        match self {
            Self::Chromium => "Chromium or Google Chrome",
            Self::Cmake => {
                "`cmake`, `make`, and by `pkg-config` the libraries jansson and nlohmann_json"
            }
            Self::Cxx => "a C++ compiler as `c++`",
            Self::Docker => "`docker` and `dockerd`",
            Self::Go => "`go`",
            Self::H2load => "`h2load` of nghttp2",
            Self::Java => "`javac` and `mvn`",
            Self::Jq => "`jq`",
            Self::Jre => "`java`",
            Self::Mmdebstrap => "`mmdebstrap`",
            Self::Node => "`node` and `npm`",
            Self::Pip => "`python3` with the module `pip`",
            Self::Postgres => "`initdb` and `postgres` of PostgreSQL's server",
            Self::Promtool => "`promtool` of Prometheus",
            Self::Systemd => "`systemd-analyze`",
            Self::Valgrind => "`valgrind`",
            Self::Wrk => "`wrk`",
        }
    }

    /// Debian packages that install it.
    const fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &["chromium"],
            Self::Cmake => &[
                "cmake",
                "libjansson-dev",
                "make",
                "nlohmann-json3-dev",
                "pkg-config",
            ],
            Self::Cxx => &["g++"],
            Self::Docker => &["docker.io"],
            Self::Go => &["golang-go"],
            Self::H2load => &["nghttp2-client"],
            Self::Java => &["default-jdk-headless", "maven"],
            Self::Jq => &["jq"],
            Self::Jre => &["default-jre-headless"],
            Self::Mmdebstrap => &["mmdebstrap"],
            Self::Node => &["nodejs", "npm"],
            Self::Pip => &["python3-pip"],
            Self::Postgres => &["postgresql"],
            Self::Promtool => &["prometheus"],
            Self::Systemd => &["systemd"],
            Self::Valgrind => &["valgrind"],
            Self::Wrk => &["wrk"],
        }
    }
}

/// Installs whatever is missing, where that works without a password.
///
/// # Errors
/// When something is missing and the user may not install packages. The message lists all that is
/// missing and the command that installs it.
pub fn provide(requirements: &[Requirement]) -> Result<()> {
    let missing = missing(requirements);
    if missing.is_empty() {
        return Ok(());
    }

    let packages = packages(&missing);
    let Some(apt_get) = AptGet::find() else {
        bail!("{}", instructions(&missing, &packages));
    };
    apt_get.run(&["update"])?;
    apt_get.run(
        &[
            &["install", "--yes", "--no-install-recommends"],
            &packages[..],
        ]
        .concat(),
    )?;

    let missing = self::missing(requirements);
    ensure!(
        missing.is_empty(),
        "{} still missing after installing {}",
        descriptions(&missing).join(", "),
        packages.join(", ")
    );
    Ok(())
}

fn missing(requirements: &[Requirement]) -> Vec<Requirement> {
    let missing = requirements
        .iter()
        .filter(|requirement| !requirement.is_installed());
    missing.copied().collect()
}

fn packages(missing: &[Requirement]) -> Vec<&'static str> {
    let mut packages = missing
        .iter()
        .flat_map(|requirement| requirement.packages())
        .copied()
        .collect::<Vec<_>>();
    packages.sort_unstable();
    packages.dedup();
    packages
}

fn descriptions(missing: &[Requirement]) -> Vec<&'static str> {
    missing
        .iter()
        .map(|requirement| requirement.description())
        .collect()
}

fn instructions(missing: &[Requirement], packages: &[&str]) -> String {
    let items = descriptions(missing).join("\n  - ");
    let packages = packages.join(" ");

    format!(
        "the task needs programs that are not installed:\n  - {items}\n\
         install them (here with Debian's package names) and run the task again:\n  \
         sudo apt-get update && sudo apt-get install --no-install-recommends {packages}"
    )
}

/// `apt-get` with the rights to install.
struct AptGet {
    needs_sudo: bool,
}

impl AptGet {
    /// Finds a way to install packages without a password: as root, or with a `sudo` that asks for
    /// none.
    fn find() -> Option<Self> {
        if !Path::new("/usr/bin/apt-get").exists() {
            return None;
        }

        let needs_sudo = !is_root();
        (!needs_sudo || has_passwordless_sudo()).then_some(Self { needs_sudo })
    }

    fn run(&self, arguments: &[&str]) -> Result<()> {
        let mut apt_get = if self.needs_sudo {
            let mut sudo = command("sudo");
            sudo.args(["--non-interactive", "env"]);
            sudo
        } else {
            command("env")
        };
        apt_get
            .args(["DEBIAN_FRONTEND=noninteractive", "apt-get"])
            .args(["--quiet", "--quiet"])
            .args(arguments);
        run(&mut apt_get)
    }
}

fn is_root() -> bool {
    let user = Command::new("id").arg("-u").output();
    user.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn has_passwordless_sudo() -> bool {
    succeeds(Command::new("sudo").args(["--non-interactive", "true"]))
}

fn has_pip() -> bool {
    succeeds(Command::new("python3").args(["-m", "pip", "--version"]))
}

fn has_json_libraries() -> bool {
    succeeds(Command::new("pkg-config").args(["--exists", "jansson", "nlohmann_json"]))
}

fn has_program(name: &str) -> bool {
    search_path()
        .iter()
        .any(|folder| folder.join(name).is_file())
}

fn succeeds(command: &mut Command) -> bool {
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_name_everything_that_is_missing_and_one_command() {
        let missing = [Requirement::Postgres, Requirement::Node];
        let text = instructions(&missing, &packages(&missing));

        assert!(text.contains("`initdb` and `postgres`"), "{text}");
        assert!(text.contains("`node` and `npm`"), "{text}");
        assert!(
            text.ends_with("sudo apt-get install --no-install-recommends nodejs npm postgresql"),
            "{text}"
        );
    }
}

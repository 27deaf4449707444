//! Licence notices of the crates that the programs contain.
//!
//! `cargo-about` takes minutes to compile and to run, so that the check compares only the list of
//! crates.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result, ensure};

use crate::command::{cargo, command, read_text, root, run};
use crate::tools::crates;

/// A program that is delivered, with the file of its notices.
struct Program {
    package: &'static str,
    manifest: &'static str,
    file: &'static str,
}

const PROGRAMS: [Program; 2] = [
    Program {
        package: "relevance",
        manifest: "cli/Cargo.toml",
        file: "THIRD-PARTY-NOTICES.md",
    },
    Program {
        package: "relevance-python",
        manifest: "python/Cargo.toml",
        file: "python/THIRD-PARTY-NOTICES.md",
    },
];
const ABOUT_VERSION: &str = "0.9.3";
/// Platforms of the image.
const PLATFORMS: [&str; 2] = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"];

/// Checks that the notices are those of the crates in each program, with `write` after generating
/// them.
pub fn check(write: bool) -> Result<()> {
    for program in &PROGRAMS {
        if write {
            generate(program)?;
        }
        check_program(program)?;
    }
    Ok(())
}

fn check_program(program: &Program) -> Result<()> {
    let file = program.file;
    let path = root().join(file);
    let notices =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;

    let (listed, linked) = (listed(&notices), linked(program.package)?);
    let missing: Vec<_> = linked.difference(&listed).collect();
    let surplus: Vec<_> = listed.difference(&linked).collect();
    ensure!(
        missing.is_empty() && surplus.is_empty(),
        "{file} is stale: run `cargo xtask notices --write` and commit\n\
         missing: {missing:?}\nno longer used: {surplus:?}"
    );
    Ok(())
}

fn generate(program: &Program) -> Result<()> {
    let mut about = command(crates::install("cargo-about", ABOUT_VERSION, &["cli"])?);
    about
        .args(["generate", "--offline", "--locked"])
        .args(["--manifest-path", program.manifest])
        .args(["about.hbs", "--output-file", program.file]);
    run(&mut about)
}

/// Names and versions of the crates in the notices.
fn listed(notices: &str) -> BTreeSet<String> {
    let items = notices.lines().filter_map(|line| line.strip_prefix("- "));
    items
        .filter_map(|item| item.split(',').next())
        .filter(|item| is_crate(item))
        .map(ToOwned::to_owned)
        .collect()
}

/// Whether a text is a name and a version; licence texts have lists too.
fn is_crate(text: &str) -> bool {
    let Some((name, version)) = text.split_once(' ') else {
        return false;
    };
    let is_name = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    name.chars().all(is_name) && version.starts_with(|first: char| first.is_ascii_digit())
}

/// Names and versions of the crates that the program links, without those of the workspace.
fn linked(package: &str) -> Result<BTreeSet<String>> {
    let mut linked = BTreeSet::new();
    for platform in PLATFORMS {
        let tree = read_text(
            cargo()
                .args(["tree", "--locked", "--package", package])
                .args(["--edges", "normal", "--prefix", "none"])
                .args(["--format", "{p}", "--target", platform]),
        )?;
        linked.extend(tree.lines().filter_map(parse_tree_line));
    }
    Ok(linked)
}

/// Parses `name v1.2.3`, with marks after it; a crate of the workspace has its path.
fn parse_tree_line(line: &str) -> Option<String> {
    let (name, rest) = line.split_once(" v")?;
    let (version, marks) = rest.split_once(' ').unwrap_or((rest, ""));
    (!marks.contains('/')).then(|| format!("{name} {version}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_of_the_tree_are_those_outside_of_the_workspace() {
        let parse = parse_tree_line;
        assert_eq!(parse("serde v1.0.2 (*)").unwrap(), "serde 1.0.2");
        assert_eq!(parse("paste v1.0.1 (proc-macro)").unwrap(), "paste 1.0.1");
        assert_eq!(parse("relevance v0.1.0 (/folder/cli)"), None);
    }

    #[test]
    fn items_of_licence_texts_are_no_crates() {
        let notices = "- ring 0.17.8, https://example.com\n- the names of its 3 authors\n- a 1\n";
        let want = ["a 1", "ring 0.17.8"].map(str::to_owned);
        assert_eq!(listed(notices), BTreeSet::from(want));
    }
}

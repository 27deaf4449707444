//! The version of the repository in all places that name it.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::command::root;
use crate::tasks::images;

/// Returns the version, which changelog, specification, images and tag have to name.
pub fn check(tag: Option<&str>) -> Result<String> {
    let version = read("Cargo.toml")?
        .lines()
        .find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        .context("Cargo.toml has no version")?
        .to_owned();

    let specification: Value = serde_json::from_str(&read("openapi.json")?)?;
    ensure!(
        specification["info"]["version"] == version,
        "openapi.json has version {}, Cargo.toml {version}: run `cargo xtask generated --write`",
        specification["info"]["version"]
    );
    check_changelog(&read("CHANGELOG.md")?, &version, tag.is_some())?;
    images::check_versions(&version)?;
    if let Some(tag) = tag {
        ensure!(
            tag == format!("v{version}"),
            "the tag is `{tag}`, and the version of Cargo.toml asks for `v{version}`"
        );
    }
    Ok(version)
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(root().join(path)).with_context(|| format!("cannot read {path}"))
}

/// Checks that the first section of the changelog is that of the version, and has a date if it is
/// released.
fn check_changelog(changelog: &str, version: &str, is_release: bool) -> Result<()> {
    let heading = changelog
        .lines()
        .find(|line| line.starts_with("## "))
        .context("CHANGELOG.md has no section")?;
    ensure!(
        heading.starts_with(&format!("## [{version}] ")),
        "the first section of CHANGELOG.md is `{heading}`, and the version is {version}"
    );

    ensure!(
        !is_release || !heading.ends_with("unreleased"),
        "the section `{heading}` of CHANGELOG.md needs the date of the release"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changelog_of_another_version_or_without_a_date_is_refused() {
        let unreleased = "# Changelog\n\n## [1.2.0] – unreleased\n\n## [1.1.0] – 2026-01-02\n";
        let released = "# Changelog\n\n## [1.2.0] – 2026-02-03\n";

        assert!(check_changelog(unreleased, "1.2.0", false).is_ok());
        assert!(check_changelog(released, "1.2.0", true).is_ok());
        for (changelog, version, is_release) in [
            (unreleased, "1.2.0", true),
            (unreleased, "1.1.0", false),
            (released, "1.2", true),
            ("# Changelog\n", "1.2.0", false),
        ] {
            assert!(check_changelog(changelog, version, is_release).is_err());
        }
    }

    #[test]
    fn a_tag_of_another_version_is_refused() {
        let error = check(Some("v99.0.0")).unwrap_err().to_string();
        assert!(
            error.contains("v99.0.0") || error.contains("CHANGELOG"),
            "{error}"
        );
    }
}

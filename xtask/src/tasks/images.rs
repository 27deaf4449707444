//! Images that manifests and documents name: the address of the published one, and the version of all.

use std::fs;
use std::ops::Range;

use anyhow::{Context as _, Result, ensure};

use crate::command::root;
use crate::tools::files;

/// Files and folders that name images.
const PATHS: [&str; 3] = ["README.md", "deploy", "docs"];
/// Registry of the published image.
const REGISTRY: &str = "ghcr.io/";
/// Names of the images that a user builds.
const BUILT: [&str; 2] = ["relevance", "relevance-full"];
/// Settings that hold a version without the name of an image, with the end of their files' names.
const SETTINGS: [(&str, &str); 4] = [
    ("appVersion", "Chart.yaml"),
    ("version", "Chart.yaml"),
    ("newTag", "kustomization.yaml"),
    ("image_tag", ""),
];

/// Returns the published image of a repository, without its tag.
pub fn published(repository: &str) -> Result<String> {
    let path = repository
        .strip_prefix("https://github.com/")
        .with_context(|| format!("the repository {repository} is not on GitHub"))?;
    Ok(format!("{REGISTRY}{}", path.to_lowercase()))
}

/// Checks that every image has the version as its tag.
pub fn check_versions(version: &str) -> Result<()> {
    let mut findings = Vec::new();
    for (path, text) in read()? {
        let lines = text.lines().zip(1..);
        let wrong = lines.flat_map(|(line, number)| {
            let tags = tags(&path, line).filter(|tag| *tag != version);
            tags.map(move |tag| (number, tag.to_owned()))
        });
        findings.extend(wrong.map(|(line, tag)| format!("{path}:{line} has {tag}")));
    }

    ensure!(
        findings.is_empty(),
        "the version is {version}; write it here too:\n{}",
        findings.join("\n")
    );
    Ok(())
}

/// Checks that the published image has the address of the repository everywhere.
pub fn check_addresses(repository: &str) -> Result<()> {
    let expected = published(repository)?;
    for (path, text) in read()? {
        for range in addresses(&text) {
            ensure!(
                text[range.clone()] == expected,
                "{path} names the image `{}`, and the repository publishes `{expected}`: \
                 `cargo xtask repository ADDRESS` writes one address to all files",
                &text[range]
            );
        }
    }
    Ok(())
}

/// Writes the address of the published image to all files.
pub fn write_addresses(repository: &str) -> Result<()> {
    let image = published(repository)?;
    for (path, text) in read()? {
        let mut written = text.clone();
        for range in addresses(&text).into_iter().rev() {
            written.replace_range(range, &image);
        }
        if written != text {
            fs::write(root().join(&path), written)
                .with_context(|| format!("cannot write {path}"))?;
        }
    }
    Ok(())
}

/// Reads the files that may name images, without those that are no text.
fn read() -> Result<Vec<(String, String)>> {
    let mut texts = Vec::new();
    for path in files::list(&PATHS)? {
        let content =
            fs::read(root().join(&path)).with_context(|| format!("cannot read {path}"))?;
        if let Ok(text) = String::from_utf8(content) {
            texts.push((path, text));
        }
    }
    Ok(texts)
}

/// Returns the versions in a line of a file, by which it selects an image or names the chart's.
fn tags<'a>(path: &str, line: &'a str) -> impl Iterator<Item = &'a str> {
    let setting = line.split_once([':', '=']).and_then(|(key, value)| {
        let is_set = |(name, file): &(&str, &str)| *name == key.trim() && path.ends_with(file);
        let value = value.trim().trim_matches('"');
        SETTINGS.iter().any(is_set).then_some(value)
    });

    let is_in_word = |letter: char| letter.is_ascii_alphanumeric() || "._/:-".contains(letter);
    let words = line.split(move |letter| !is_in_word(letter));
    words.filter_map(tag).chain(setting)
}

/// Returns the tag of an image, if a word names one of these; `relevance:8080` is a port.
fn tag(word: &str) -> Option<&str> {
    let (image, tag) = word.trim_end_matches('.').rsplit_once(':')?;
    let name = image.rsplit('/').next().unwrap_or(image);
    let is_own = BUILT.contains(&name) || image.starts_with(REGISTRY);
    (is_own && tag.contains('.')).then_some(tag)
}

/// Finds the addresses of published images in a text; placeholders are none.
fn addresses(text: &str) -> Vec<Range<usize>> {
    let is_in_path = |letter: char| letter.is_ascii_alphanumeric() || "._/-".contains(letter);
    let found = text.match_indices(REGISTRY).map(|(start, _)| {
        let rest = &text[start..];
        let length = rest.find(|letter| !is_in_path(letter));
        start..start + length.unwrap_or(rest.len())
    });

    let is_placeholder = |image: &str| image == REGISTRY || image != image.to_lowercase();
    found
        .filter(|range| !is_placeholder(&text[range.clone()]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_in_every_form() {
        for (path, line, want) in [
            (
                "compose.yaml",
                "image: ghcr.io/some-one/classifier:0.1.0",
                "0.1.0",
            ),
            (
                "a.md",
                "docker push \"$images/relevance-full:1.2.3\"",
                "1.2.3",
            ),
            (
                "a.md",
                "  --image REGION-docker.pkg.dev/P/relevance:v0.2.0 \\",
                "v0.2.0",
            ),
            ("base/kustomization.yaml", "    newTag: 0.3.0", "0.3.0"),
            (
                "helm/relevance/Chart.yaml",
                "appVersion: \"0.4.0\"",
                "0.4.0",
            ),
            ("a.md", "image_tag       = \"0.5.0\"", "0.5.0"),
        ] {
            assert_eq!(tags(path, line).collect::<Vec<_>>(), [want], "{line}");
        }
    }

    #[test]
    fn ports_other_images_and_variables_have_no_tag() {
        for (path, line) in [
            ("prometheus.yml", "- targets: [\"relevance:8080\"]"),
            ("compose.yaml", "image: prom/prometheus:v3.1.0"),
            (
                "main.tf",
                "image = \"${local.images}/relevance:${var.image_tag}\"",
            ),
            ("main.tf", "variable \"image_tag\" {"),
            ("a.yaml", "version: 3.4.5"),
        ] {
            assert_eq!(tags(path, line).count(), 0, "{line}");
        }
    }

    #[test]
    fn addresses_end_before_their_tag_and_placeholders_are_left_out() {
        let text = "`ghcr.io/a/b:0.1.0`, ghcr.io/OWNER/REPOSITORY, ghcr.io/$name and ghcr.io/c/d";
        let found = addresses(text).into_iter().map(|range| &text[range]);
        assert_eq!(found.collect::<Vec<_>>(), ["ghcr.io/a/b", "ghcr.io/c/d"]);
        assert_eq!(published("https://github.com/A/b").unwrap(), "ghcr.io/a/b");
    }

    #[test]
    fn another_version_is_an_error_with_its_lines() {
        let error = check_versions("99.0.0").unwrap_err().to_string();
        for line in ["deploy/compose.yaml:7", "deploy/helm/relevance/Chart.yaml:"] {
            assert!(error.contains(line), "{error}");
        }
    }
}

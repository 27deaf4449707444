//! Prose in code and documents: spelling and the glossary's words by typos, phrases by a table here.

use std::fs;

use anyhow::{Context as _, Result, bail};

use crate::command::{command, root, run, target};
use crate::tools::{files, pip};

/// typos as a prebuilt program; `typos.toml` lists the words that the glossary replaces.
const TYPOS: &str = "typos==1.52.0";

/// Files in which phrases are looked for.
const PATTERNS: [&str; 5] = ["*.rs", "*.md", "*.yml", "*.proto", "*.py"];
/// Files that mention phrases in order to replace them.
const EXEMPT_FILES: [&str; 5] = [
    "CHANGELOG.md",
    "THIRD-PARTY-NOTICES.md",
    "docs/glossary.md",
    "python/THIRD-PARTY-NOTICES.md",
    "xtask/src/tasks/lint/prose.rs",
];

/// Starts of comments and docstrings.
const COMMENT_MARKERS: [&str; 5] = ["//!", "///", "//", "#", "\"\"\""];
/// Phrases of two words or parts of names, each with its replacement.
const PHRASES: [(&str, &str); 9] = [
    ("share of", "fraction of"),
    ("Share of", "Fraction of"),
    ("shares of", "fractions of"),
    ("Shares of", "Fractions of"),
    ("slope of the slope", "Hessian"),
    ("sees to", "ensures"),
    ("see to it", "ensure"),
    ("MOST_", "MAX_"),
    ("LEAST_", "MIN_"),
];

/// Checks spelling, words and phrases.
///
/// # Errors
/// When a word or phrase has to be replaced. The message lists all of them with their locations.
pub fn check() -> Result<()> {
    let folder = target().join("tools/typos");
    pip::install(TYPOS, &folder)?;
    run(command(folder.join("bin/typos")).args(["--config", "typos.toml", "--format", "brief"]))?;

    let mut findings = Vec::new();
    let checked = files::list(&PATTERNS)?.into_iter();
    for path in checked.filter(|path| !EXEMPT_FILES.contains(&path.as_str())) {
        let text = fs::read_to_string(root().join(&path))
            .with_context(|| format!("cannot read {path}"))?;
        findings.extend(find(&text).map(|finding| format!("{path}:{finding}")));
    }
    if !findings.is_empty() {
        bail!(
            "the prose has {} phrases to replace:\n{}",
            findings.len(),
            findings.join("\n")
        );
    }
    Ok(())
}

/// Finds what to replace in a file, each with its line.
fn find(text: &str) -> impl Iterator<Item = String> {
    let lines = text.lines().zip(1..);
    lines.flat_map(|(line, number)| {
        let findings = find_in_line(line).into_iter();
        findings.map(move |finding| format!("{number}: {finding}"))
    })
}

/// Finds what to replace in a line.
fn find_in_line(line: &str) -> Vec<String> {
    let mut findings = Vec::new();
    if opens_with_what(line) {
        findings.push("a comment opens with \"What\": write a noun phrase or a verb".to_owned());
    }
    for (phrase, replacement) in PHRASES {
        if contains(line, phrase) {
            findings.push(format!("`{phrase}`: write `{replacement}`"));
        }
    }
    findings
}

fn opens_with_what(line: &str) -> bool {
    let line = line.trim_start();
    COMMENT_MARKERS
        .iter()
        .filter_map(|marker| line.strip_prefix(marker))
        .any(|comment| comment.trim_start().starts_with("What "))
}

/// Whether a phrase occurs that is not part of a longer word. The end of a phrase `NAME_` is free.
fn contains(line: &str, phrase: &str) -> bool {
    let is_in_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.match_indices(phrase).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + phrase.len()..].chars().next();
        let may_continue = phrase.ends_with('_');
        !before.is_some_and(is_in_word) && (may_continue || !after.is_some_and(is_in_word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_and_openings_are_found_with_their_lines() {
        let text =
            "/// The share of rows.\nfn rows() {}\n    //! What it does.\nconst MOST_ROWS: u8 = 1;";
        let findings: Vec<_> = find(text).collect();

        assert_eq!(findings.len(), 3, "{findings:?}");
        assert!(findings[0].starts_with("1: `share of`"), "{findings:?}");
        assert!(
            findings[1].starts_with("3: a comment opens"),
            "{findings:?}"
        );
        assert!(findings[2].starts_with("4: `MOST_`"), "{findings:?}");
    }

    #[test]
    fn similar_words_are_no_findings() {
        let text = "// Whatever a market share offers.\nlet UTMOST_ROWS = \"What now\";";
        assert_eq!(find(text).count(), 0);
    }
}

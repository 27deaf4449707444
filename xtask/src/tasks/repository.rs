//! The address of the repository: `repository` in `Cargo.toml`, and the files that repeat it.

use std::fs;
use std::ops::Range;

use anyhow::{Context as _, Result, ensure};

use crate::command::root;
use crate::tasks::images;

/// An address in a file, between two texts.
struct Mention {
    file: &'static str,
    before: &'static str,
    after: &'static str,
}

/// The value that the other files repeat.
const SOURCE: Mention = Mention {
    file: "Cargo.toml",
    before: "\nrepository = \"",
    after: "\"",
};

/// The button's link, the same link in the guide, and the button's description of the service.
const COPIES: [Mention; 3] = [
    Mention {
        file: "README.md",
        before: "https://deploy.cloud.run/?git_repo=",
        after: ".git)",
    },
    Mention {
        file: "docs/guide/deploy.md",
        before: "https://deploy.cloud.run/?git_repo=",
        after: ".git)",
    },
    Mention {
        file: "app.json",
        before: "\"repository\": \"",
        after: "\"",
    },
];

/// Checks that all files name the same address, and the image that is published from it; with
/// `address`, writes that one first.
pub fn check(address: Option<&str>) -> Result<()> {
    if let Some(address) = address {
        let address = parse(address)?;
        for mention in [&SOURCE].into_iter().chain(&COPIES) {
            mention.write(&address)?;
        }
        images::write_addresses(&address)?;
    }

    let expected = SOURCE.read()?;
    parse(&expected).with_context(|| format!("`repository` in {}", SOURCE.file))?;
    for copy in &COPIES {
        let address = copy.read()?;
        ensure!(
            address == expected,
            "{} names the repository `{address}`, and {} `{expected}`: \
             `cargo xtask repository ADDRESS` writes one address to all files",
            copy.file,
            SOURCE.file
        );
    }
    images::check_addresses(&expected)?;
    println!("the repository is {expected}");
    Ok(())
}

/// Checks the form `https://github.com/OWNER/NAME`, which the button and the registry's name need.
fn parse(address: &str) -> Result<String> {
    let plain = address.trim_end_matches('/');
    let plain = plain.strip_suffix(".git").unwrap_or(plain);
    let parts = plain
        .strip_prefix("https://github.com/")
        .and_then(|path| path.split_once('/'));

    let is_name = |name: &str| {
        let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        !name.is_empty() && name.chars().all(is_letter)
    };
    ensure!(
        parts.is_some_and(|(owner, name)| is_name(owner) && is_name(name)),
        "`{address}` is not the address of a repository: write `https://github.com/OWNER/NAME`"
    );
    Ok(plain.to_owned())
}

impl Mention {
    fn read(&self) -> Result<String> {
        let text = self.text()?;
        let range = self.find(&text)?;
        Ok(text[range].to_owned())
    }

    fn write(&self, address: &str) -> Result<()> {
        let mut text = self.text()?;
        let range = self.find(&text)?;
        text.replace_range(range, address);

        let file = self.file;
        fs::write(root().join(file), text).with_context(|| format!("cannot write {file}"))
    }

    fn text(&self) -> Result<String> {
        let file = self.file;
        fs::read_to_string(root().join(file)).with_context(|| format!("cannot read {file}"))
    }

    /// Finds the address, which must stand in the file once.
    fn find(&self, text: &str) -> Result<Range<usize>> {
        let Self {
            file,
            before,
            after,
        } = self;
        let count = text.matches(before).count();
        ensure!(
            count == 1,
            "{file} has `{}` {count} times instead of once",
            before.trim()
        );

        let start = text.find(before).unwrap_or_default() + before.len();
        let line = text[start..].lines().next().unwrap_or_default();
        let length = line
            .find(after)
            .with_context(|| format!("{file}: no `{after}` ends the address of the repository"))?;
        Ok(start..start + length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_their_ending_and_other_forms_are_rejected() {
        for address in [
            "https://github.com/some-one/relevance",
            "https://github.com/some-one/relevance.git",
            "https://github.com/some-one/relevance/",
        ] {
            let plain = parse(address).unwrap();
            assert_eq!(plain, "https://github.com/some-one/relevance");
        }

        for address in [
            "some-one/relevance",
            "https://github.com/some-one",
            "https://github.com/some-one/relevance/tree/main",
            "https://github.com/OWNER?/relevance",
            "http://github.com/some-one/relevance",
        ] {
            let error = parse(address).unwrap_err().to_string();
            assert!(error.contains(address), "{error}");
        }
    }

    #[test]
    fn an_address_is_found_between_its_neighbours() {
        let mention = &COPIES[0];
        let link = "(https://deploy.cloud.run/?git_repo=https://github.com/a/b.git)";
        assert_eq!(&link[mention.find(link).unwrap()], "https://github.com/a/b");

        for text in ["", "(https://deploy.cloud.run)", &format!("{link} {link}")] {
            let error = mention.find(text).unwrap_err().to_string();
            assert!(
                error.contains("README.md") && error.contains("git_repo="),
                "{error}"
            );
        }

        let unfinished = "https://deploy.cloud.run/?git_repo=a)\n.git)";
        assert!(mention.find(unfinished).is_err());
    }
}

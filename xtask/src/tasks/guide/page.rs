//! The fenced code blocks of a page.

use anyhow::{Context as _, Result, bail, ensure};

/// Use of a block, by the words after its fence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `sh`: commands that must succeed.
    Shell,
    /// `sh background`: a service that runs until the page ends.
    Background,
    /// `python`: a program.
    Python,
    /// `js`: a module for Node.
    Node,
    /// `json` or `text`: the standard output of the block before it; `…` stands for anything.
    Output,
    /// `sh skip`, or any other language: not run.
    Skipped,
}

/// A fenced block.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    /// Line of its first line of code in the page, from 1.
    pub line: usize,
    /// Use of the block.
    pub kind: Kind,
    /// Its lines, each with its line break.
    pub code: String,
}

/// Returns the fenced blocks of a Markdown page, in their order.
///
/// # Errors
/// When a fence has no language, or is not closed.
pub fn blocks(page: &str) -> Result<Vec<Block>> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;

    for (index, line) in page.lines().enumerate() {
        let fence = line.strip_prefix("```");
        match (&mut open, fence) {
            (Some(block), None) => block.code.extend([line, "\n"]),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(language)) => {
                let kind = kind(language).with_context(|| format!("line {}", index + 1))?;
                open = Some(Block {
                    line: index + 2,
                    kind,
                    code: String::new(),
                });
            }
            (None, None) => {}
        }
    }

    ensure!(open.is_none(), "the last block is not closed");
    Ok(blocks)
}

fn kind(language: &str) -> Result<Kind> {
    Ok(match language {
        "sh" => Kind::Shell,
        "sh background" => Kind::Background,
        "python" => Kind::Python,
        "js" => Kind::Node,
        "json" | "text" => Kind::Output,
        "" => bail!("a block needs a language after its fence"),
        _ => Kind::Skipped,
    })
}

/// Whether `output` is the `expected` one, in which `…` stands for any characters.
pub fn matches(expected: &str, output: &str) -> bool {
    let mut parts = expected.trim_end().split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = output.trim_end().strip_prefix(first) else {
        return false;
    };

    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(start) = rest.find(part) else {
            return false;
        };
        rest = &rest[start + part.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_have_their_kind_code_and_line() {
        let page = "text\n\n```sh\necho 1\n```\n\n```text\n1\n```\n```sh skip\nrm -r /\n```\n";
        let found = blocks(page).unwrap();
        let kinds: Vec<Kind> = found.iter().map(|block| block.kind).collect();

        assert_eq!(kinds, [Kind::Shell, Kind::Output, Kind::Skipped]);
        assert_eq!((found[0].line, found[0].code.as_str()), (4, "echo 1\n"));
    }

    #[test]
    fn fences_without_language_or_end_are_errors() {
        for page in ["```\ncode\n```\n", "```sh\necho 1\n"] {
            assert!(blocks(page).is_err(), "{page}");
        }
    }

    #[test]
    fn an_ellipsis_stands_for_any_characters() {
        for (expected, output, want) in [
            ("1\n", "1", true),
            ("1", "12", false),
            ("0.8…,", "0.8286,\n", true),
            ("a…b…c", "a1b2c", true),
            ("a…b…c", "a1b2", false),
            ("…", "", true),
        ] {
            assert_eq!(matches(expected, output), want, "{expected} and {output}");
        }
    }
}

//! `docs/benchmarks.md`: each part stands between its marks, and is replaced alone.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::chart::{Chart, Palette};
use super::machine::Machine;
use crate::command::root;

const PAGE: &str = "docs/benchmarks.md";
const HEAD: &str = "# Benchmarks\n\nEach part is written by the task that it names; only figures of one run are compared.\n";

/// The Markdown that shows the chart of a part; `alternative` says what it shows to who cannot see it.
pub fn picture(part: &str, alternative: &str) -> String {
    format!(
        "<picture>\n  <source media=\"(prefers-color-scheme: dark)\" srcset=\"benchmarks-{part}-dark.svg\">\n  \
         <img src=\"benchmarks-{part}-light.svg\" alt=\"{alternative}\">\n</picture>\n"
    )
}

/// The beginning of a part: its title, and which command made it on what.
pub fn head(title: &str, line: &str) -> String {
    format!("## {title}\n\n`{line}` on {}.\n\n", Machine::this())
}

/// Prints `text`, and unless it is a check puts it in the place of the part, or at the end of the page, and its chart beside
/// the page.
///
/// # Errors
/// When the page cannot be read or written; when only one mark of the part is there; when the chart is empty.
pub fn publish(part: &str, text: &str, chart: &Chart, check: bool) -> Result<()> {
    println!("{text}");
    if check {
        return Ok(());
    }
    for (name, palette) in [("light", Palette::LIGHT), ("dark", Palette::DARK)] {
        let path = root().join(format!("docs/benchmarks-{part}-{name}.svg"));
        replace_file(&path, &chart.draw(&palette)?)?;
    }
    write(part, text)
}

fn write(part: &str, text: &str) -> Result<()> {
    let path = root().join(PAGE);
    let page = match fs::read_to_string(&path) {
        Ok(page) => page,
        Err(error) if error.kind() == io::ErrorKind::NotFound => HEAD.to_owned(),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    replace_file(&path, &with_part(&page, part, text)?)
}

/// Writes a sibling and renames it.
fn replace_file(path: &Path, text: &str) -> Result<()> {
    let sibling = path.with_extension("new");
    fs::write(&sibling, text).with_context(|| format!("cannot write {}", sibling.display()))?;
    fs::rename(&sibling, path).with_context(|| format!("cannot replace {}", path.display()))
}

fn with_part(page: &str, part: &str, text: &str) -> Result<String> {
    let (begin, end) = (
        format!("<!-- begin {part} -->"),
        format!("<!-- end {part} -->"),
    );
    let written = format!("{begin}\n{}\n{end}", text.trim_end());
    let places = page.find(&begin).zip(page.find(&end));
    match places {
        Some((from, to)) if from < to => Ok(format!(
            "{}{written}{}",
            &page[..from],
            &page[to + end.len()..]
        )),
        None if !page.contains(&begin) && !page.contains(&end) => {
            Ok(format!("{}\n\n{written}\n", page.trim_end()))
        }
        _ => bail!("{PAGE} needs `{begin}` and then `{end}`, or neither"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_replaced_and_the_others_stay() {
        let page = with_part("# Page\n", "train", "slow\n").unwrap();
        let page = with_part(&page, "score", "figures").unwrap();
        let page = with_part(&page, "train", "fast").unwrap();
        let want = "# Page\n\n<!-- begin train -->\nfast\n<!-- end train -->\n\n\
                    <!-- begin score -->\nfigures\n<!-- end score -->\n";
        assert_eq!(page, want);
    }

    #[test]
    fn a_page_that_lost_a_mark_is_refused() {
        for page in [
            "<!-- begin train -->",
            "<!-- end train -->",
            "<!-- end train --><!-- begin train -->",
        ] {
            let error = with_part(page, "train", "").unwrap_err().to_string();
            assert!(error.contains("<!-- begin train -->"), "{page}: {error}");
        }
    }
}

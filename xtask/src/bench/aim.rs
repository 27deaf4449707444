//! What is to be reached, beside what was: told, never asserted, since time is the machine's too.

use std::fmt::Write as _;

use anyhow::Result;

use super::figures::times;
use super::table::Table;

/// One aim and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Aim {
    pub text: String,
    pub got: f64,
    pub is_reached: bool,
}

impl Aim {
    /// An aim that is reached from `least` on.
    pub fn least(text: impl Into<String>, got: f64, least: f64) -> Self {
        Self {
            text: text.into(),
            got,
            is_reached: got >= least,
        }
    }

    /// An aim that is reached up to `most`.
    pub fn most(text: impl Into<String>, got: f64, most: f64) -> Self {
        Self {
            text: text.into(),
            got,
            is_reached: got <= most,
        }
    }
}

/// Writes the aims as a section of a part, if there are any.
pub fn write(text: &mut String, aims: &[Aim]) -> Result<()> {
    if aims.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(["aim", "got", "reached"]);
    for aim in aims {
        let reached = if aim.is_reached { "yes" } else { "no" };
        table.push([aim.text.clone(), times(aim.got), reached.to_owned()]);
    }
    writeln!(text, "### Aims\n\n{table}")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_itself_is_reached() {
        assert!(Aim::least("", 3.0, 3.0).is_reached && Aim::most("", 3.0, 3.0).is_reached);
        assert!(!Aim::least("", 2.99, 3.0).is_reached && !Aim::most("", 3.01, 3.0).is_reached);
    }

    #[test]
    fn each_aim_is_a_row() {
        let mut text = String::new();
        write(
            &mut text,
            &[
                Aim::least("fast", 12.0, 10.0),
                Aim::most("small", 12.0, 10.0),
            ],
        )
        .unwrap();
        for want in ["| fast | 12.0 |     yes |", "| small | 12.0 |      no |"] {
            let squeezed = |text: &str| text.split_whitespace().collect::<String>();
            assert!(squeezed(&text).contains(&squeezed(want)), "{want}: {text}");
        }
    }
}

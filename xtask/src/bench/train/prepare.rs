//! Makes the sets: grown tables, and text tokenised for those that need it, kept between runs.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use relevance_data::{Dataset, Split, SplitSettings, Undecided};
use relevance_pipeline::{TokenCharacters, tokens};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::set::{Lines, Set, SetFolder};
use crate::bench::archive::read;
use crate::bench::noise::Noise;

/// Another number makes every set anew.
const RECIPE: u32 = 1;
/// Stands for a text without tokens, which the trainers of lines refuse.
const NO_TOKENS: &str = "empty";

#[derive(Debug, Args)]
pub struct PrepareArguments {
    #[arg(long)]
    data: String,
    #[arg(long, value_delimiter = ',')]
    factors: Vec<u32>,
    /// Where the sets are kept.
    #[arg(long)]
    folder: PathBuf,
}

/// The sets of an archive.
#[derive(Debug, Serialize, Deserialize)]
pub struct Prepared {
    /// Rows of the archive that a person decided on.
    pub rows: u32,
    /// One for each factor, in their order.
    pub sets: Vec<Set>,
}

/// Makes the sets that are not there yet, and prints all as JSON.
pub fn prepare(arguments: &PrepareArguments) -> Result<()> {
    let archive = read(&arguments.data)?;
    let decided = archive.decided(Undecided::LeaveOut);
    let sets = arguments.factors.iter().map(|&factor| {
        let name = format!("{}-{RECIPE}/{factor}x", &archive.digest[..16]);
        let folder = SetFolder(arguments.folder.join(name));
        if !folder.0.exists() {
            eprintln!("making {}", folder.0.display());
            make(&archive, &decided, factor, &folder.0)?;
        }
        if factor == 1 {
            // Not kept: training's split may have changed since.
            write_examples(&folder)?;
        }
        let rows = u32::try_from(decided.len())?
            .checked_mul(factor)
            .context("a set has at most 2^32 - 1 rows")?;
        anyhow::Ok(Set {
            factor,
            rows,
            folder,
        })
    });
    let prepared = Prepared {
        rows: u32::try_from(decided.len())?,
        sets: sets.collect::<Result<_>>()?,
    };
    println!("{}", serde_json::to_string(&prepared)?);
    Ok(())
}

/// Makes a set beside its place and moves it there when it is whole.
fn make(archive: &Dataset, decided: &[u32], factor: u32, place: &Path) -> Result<()> {
    let parent = place.parent().context("a set has a folder around it")?;
    fs::create_dir_all(parent)?;
    let making = tempfile::tempdir_in(parent)?;
    let folder = SetFolder(making.path().to_owned());
    write_table(archive, decided, factor, &folder.database())?;
    let (grown, split) = read_split(&folder)?;
    for lines in Lines::ALL {
        write_lines(&grown, &split.train, lines, &folder.train(lines))?;
        write_lines(&grown, &split.test, lines, &folder.test(lines))?;
    }
    write_file(&folder.labels(), |file| {
        split
            .test
            .iter()
            .try_for_each(|&row| writeln!(file, "{}", u8::from(grown.is_relevant(row))))
    })?;
    fs::rename(making.keep(), place).with_context(|| format!("cannot make {}", place.display()))
}

/// The first copy is the archive's; the others have noise.
fn write_table(archive: &Dataset, decided: &[u32], factor: u32, path: &Path) -> Result<()> {
    let mut connection = Connection::open(path)?;
    connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(
        r#"CREATE TABLE "data" ("index" INTEGER, "text" TEXT, "choose_one" TEXT, "class_label" INTEGER)"#,
    )?;
    let mut insert = transaction.prepare(r#"INSERT INTO "data" VALUES (?1, ?2, ?3, ?4)"#)?;
    let mut noise = Noise::of(decided.iter().map(|&row| archive.text(row)));
    let mut index = 0_i64;
    for copy in 0..factor {
        for &row in decided {
            let (text, label) = (archive.text(row), archive.labels[row as usize]);
            let text = if copy == 0 {
                text.to_owned()
            } else {
                noise.apply(text)
            };
            insert.execute((index, text, label.as_str(), label.number()))?;
            index += 1;
        }
    }
    drop(insert);
    transaction.commit()?;
    connection.close().map_err(|(_, error)| error.into())
}

/// Tokens by our own definition, lower-cased, behind each label.
fn write_lines(examples: &Dataset, rows: &[u32], lines: Lines, path: &Path) -> Result<()> {
    write_file(path, |file| {
        for &row in rows {
            file.write_all(lines.label(examples.is_relevant(row)).as_bytes())?;
            let text = examples.text(row).to_ascii_lowercase();
            let mut tokens = tokens(&text, TokenCharacters::Ascii).peekable();
            if tokens.peek().is_none() {
                write!(file, " {NO_TOKENS}")?;
            }
            tokens.try_for_each(|token| write!(file, " {token}"))?;
            writeln!(file)?;
        }
        Ok(())
    })
}

/// What the comparison of the optimum reads.
fn write_examples(folder: &SetFolder) -> Result<()> {
    let (examples, split) = read_split(folder)?;
    let sides = [
        (&split.train, true),
        (&split.validation, false),
        (&split.test, false),
    ];
    write_file(&folder.examples(), |file| {
        sides
            .into_iter()
            .flat_map(|(rows, train)| rows.iter().map(move |&row| (row, train)))
            .try_for_each(|(row, train)| {
                let (text, relevant) = (examples.text(row), examples.is_relevant(row));
                writeln!(
                    file,
                    "{}",
                    json!({ "text": text, "relevant": relevant, "train": train })
                )
            })
    })
}

/// The rows of a set's table, and the split that training makes of that file.
fn read_split(folder: &SetFolder) -> Result<(Dataset, Split)> {
    let examples = read(&folder.database().to_string_lossy())?;
    let split = Split::new(
        &examples,
        &examples.decided(Undecided::LeaveOut),
        &SplitSettings::default(),
        None,
    )?;
    Ok((examples, split))
}

fn write_file(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>,
) -> Result<()> {
    let written = File::create(path).map(BufWriter::new).and_then(|mut file| {
        write(&mut file)?;
        file.flush()
    });
    written.with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(factor: u32, parent: &Path) -> SetFolder {
        let archive = read(relevance_data::EMBEDDED).unwrap();
        let folder = SetFolder(parent.join(format!("{factor}x")));
        make(
            &archive,
            &archive.decided(Undecided::LeaveOut),
            factor,
            &folder.0,
        )
        .unwrap();
        write_examples(&folder).unwrap();
        folder
    }

    #[test]
    fn a_set_begins_with_the_decided_rows_and_goes_on_with_noisy_copies() {
        let parent = tempfile::tempdir().unwrap();
        let archive = read(relevance_data::EMBEDDED).unwrap();
        let decided = archive.decided(Undecided::LeaveOut);
        let grown = read(&set(2, parent.path()).database().to_string_lossy()).unwrap();
        assert_eq!(grown.texts.len(), 2 * decided.len());
        let mut changed = 0;
        for (&row, first) in decided.iter().zip(0_u32..) {
            let second = first + u32::try_from(decided.len()).unwrap();
            assert_eq!(grown.text(first), archive.text(row));
            assert_eq!(grown.is_relevant(first), grown.is_relevant(second));
            changed += usize::from(grown.text(first) != grown.text(second));
        }
        assert!(
            changed > decided.len() / 2,
            "{changed} of {} copies changed",
            decided.len()
        );
    }

    #[test]
    fn every_file_of_a_set_tells_of_the_same_rows() {
        let parent = tempfile::tempdir().unwrap();
        let folder = set(1, parent.path());
        let lines = |path| {
            fs::read_to_string(path)
                .unwrap()
                .lines()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let (examples, labels) = (lines(folder.examples()), lines(folder.labels()));
        let train = examples
            .iter()
            .filter(|line| line.contains(r#""train":true"#))
            .count();
        for kind in Lines::ALL {
            assert_eq!(lines(folder.train(kind)).len(), train);
            let tested = lines(folder.test(kind));
            assert_eq!(tested.len(), labels.len());
            for (line, label) in tested.iter().zip(&labels) {
                let tokens = line.strip_prefix(kind.label(label == "1")).unwrap();
                assert!(tokens.starts_with(' ') && tokens.len() > 1, "{line}");
                assert_eq!(tokens, tokens.to_ascii_lowercase());
            }
        }
        assert_eq!(
            fs::read_dir(parent.path()).unwrap().count(),
            1,
            "nothing is left beside the set"
        );
    }
}

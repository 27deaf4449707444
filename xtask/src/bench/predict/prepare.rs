//! Files of one sentence a line: an archive's, again and again with noise, kept between runs.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use relevance_data::{Dataset, SourceSettings};
use serde::{Deserialize, Serialize};

use crate::bench::noise::Noise;

/// Another number makes every file anew.
const RECIPE: u32 = 1;

#[derive(Debug, Args)]
pub struct SentencesArguments {
    #[arg(long)]
    data: String,
    #[arg(long, value_delimiter = ',')]
    sentences: Vec<u32>,
    /// Where the files are kept.
    #[arg(long)]
    folder: PathBuf,
}

/// A file of so many sentences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentences {
    pub number: u32,
    pub bytes: u64,
    pub path: PathBuf,
}

/// Makes the files that are not there yet, and prints all as JSON.
pub fn prepare(arguments: &SentencesArguments) -> Result<()> {
    let source = relevance_data::open(&arguments.data, &SourceSettings::default())?;
    let archive = Dataset::read(source.as_ref())?;
    let folder = arguments
        .folder
        .join(format!("{}-{RECIPE}", &archive.digest[..16]));
    fs::create_dir_all(&folder)?;
    let files = arguments.sentences.iter().map(|&number| {
        let path = folder.join(format!("{number}.txt"));
        if !path.exists() {
            eprintln!("making {}", path.display());
            make(&archive, number, &path)
                .with_context(|| format!("cannot make {}", path.display()))?;
        }
        anyhow::Ok(Sentences {
            number,
            bytes: path.metadata()?.len(),
            path,
        })
    });
    println!(
        "{}",
        serde_json::to_string(&files.collect::<Result<Vec<_>>>()?)?
    );
    Ok(())
}

/// The first copy is the archive's; the others have noise, of which a smaller file has the beginning.
fn make(archive: &Dataset, number: u32, path: &Path) -> Result<()> {
    ensure!(!archive.texts.is_empty(), "the archive has no rows");
    let lines: Vec<String> = archive
        .texts
        .iter()
        .map(|text| text.replace(['\n', '\r'], " "))
        .collect();
    let mut noise = Noise::of(lines.iter().map(String::as_str));
    let making = path.with_extension("new");
    let mut file = BufWriter::new(File::create(&making)?);
    for (index, line) in lines
        .iter()
        .cycle()
        .take(usize::try_from(number)?)
        .enumerate()
    {
        if index < lines.len() {
            writeln!(file, "{line}")?;
        } else {
            writeln!(file, "{}", noise.apply(line))?;
        }
    }
    file.into_inner()?;
    Ok(fs::rename(making, path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_so_many_lines_and_a_smaller_one_is_its_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let source =
            relevance_data::open(relevance_data::EMBEDDED, &SourceSettings::default()).unwrap();
        let archive = Dataset::read(source.as_ref()).unwrap();
        let rows = u32::try_from(archive.texts.len()).unwrap();
        let make = |number: u32| {
            let path = folder.path().join(number.to_string());
            make(&archive, number, &path).unwrap();
            fs::read_to_string(path).unwrap()
        };
        let (small, large) = (make(rows + 5), make(3 * rows));
        assert_eq!(
            (small.lines().count(), large.lines().count()),
            (rows as usize + 5, 3 * rows as usize)
        );
        assert!(large.starts_with(&small));
        let lines: Vec<_> = large.lines().collect();
        let changed = lines
            .iter()
            .zip(&lines[rows as usize..])
            .filter(|(line, copy)| line != copy)
            .count();
        assert!(changed > rows as usize / 2, "{changed} lines have noise");
    }
}

//! Whether both answer the same, since otherwise their times are not of one job.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Lines};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

/// How far probabilities of six digits may be apart: 1e-6 between engines, and a half for each last digit.
const TOLERANCE: f64 = 2.01e-6;

/// Compares the answers of two files of text as far as the second one goes; the largest difference.
///
/// # Errors
/// When the second file has another number of answers than `sentences`; when texts or probabilities differ.
pub fn compare(ours: &Path, theirs: &Path, sentences: u32) -> Result<f64> {
    let (mut ours, mut compared, mut largest) = (lines(ours)?, 0_u32, 0.0_f64);
    for their_line in lines(theirs)? {
        compared += 1;
        let our_line = ours
            .next()
            .with_context(|| format!("we have no answer {compared}"))??;
        let their_line = their_line?;
        let (us, them) = (read(&our_line)?, read(&their_line)?);
        let difference = (us.0 - them.0).abs();
        ensure!(
            us.1 == them.1 && difference <= TOLERANCE,
            "answer {compared} differs: {us:?}, onnxruntime {them:?}"
        );
        largest = largest.max(difference);
    }
    ensure!(
        compared == sentences,
        "the peer gave {compared} answers for {sentences} sentences"
    );
    Ok(largest)
}

/// Whether a file of text has an answer for each sentence.
pub fn count(answers: &Path, sentences: u32) -> Result<()> {
    let mut got = 0_u32;
    for line in lines(answers)? {
        line?;
        got += 1;
    }
    ensure!(
        got == sentences,
        "{} has {got} answers for {sentences} sentences",
        answers.display()
    );
    Ok(())
}

fn lines(path: &Path) -> Result<Lines<BufReader<File>>> {
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(BufReader::new(file).lines())
}

/// Probability and text of `label`, probability and text with tabs between.
fn read(line: &str) -> Result<(f64, &str)> {
    let mut fields = line.splitn(3, '\t').skip(1);
    let fields = fields.next().zip(fields.next());
    let (probability, text) = fields.with_context(|| format!("`{line}` is no answer"))?;
    Ok((
        probability
            .parse()
            .with_context(|| format!("`{line}` has no probability"))?,
        text,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWERS: &str = "Relevant\t0.900000\tflood\tin town\nNot Relevant\t0.100000\tlunch\n";

    fn compared(theirs: &str, sentences: u32) -> Result<f64> {
        let folder = tempfile::tempdir().unwrap();
        let paths = [
            ("ours", format!("{ANSWERS}Relevant\t0.8\tfire\n")),
            ("theirs", theirs.to_owned()),
        ]
        .map(|(name, answers)| {
            let path = folder.path().join(name);
            std::fs::write(&path, answers).unwrap();
            path
        });
        count(&paths[0], 3).unwrap();
        compare(&paths[0], &paths[1], sentences)
    }

    #[test]
    fn the_last_digit_may_differ() {
        let difference =
            compared(&ANSWERS.replace("0.9", "0.899998").replace("0000", ""), 2).unwrap();
        assert!((difference - 2e-6).abs() < 1e-9, "{difference}");
    }

    #[test]
    fn whatever_differs_is_told() {
        for (theirs, sentences, want) in [
            (
                ANSWERS.replace("0.900000", "0.899997"),
                2,
                "answer 1 differs",
            ),
            (ANSWERS.replace("lunch", "dinner"), 2, "answer 2 differs"),
            (ANSWERS.to_owned(), 3, "2 answers for 3"),
            (ANSWERS.repeat(2), 4, "answer 3 differs"),
            ("Relevant".to_owned(), 1, "is no answer"),
        ] {
            let error = format!("{:#}", compared(&theirs, sentences).unwrap_err());
            assert!(error.contains(want), "{want}: {error}");
        }
    }
}

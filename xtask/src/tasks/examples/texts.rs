//! The texts, and the comparison of their predictions.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::model::{KNOWN_EMOJI, Model};
use super::program::{Environment, Program};
use crate::command::{clean, read, root, run};

/// Largest difference from the probability of `relevance predict`.
const TOLERANCE: f64 = 1e-6;
/// The same for a text of [`LONG_BYTES`], since onnxruntime adds the weight of a token once for each
/// of its occurrences, in single precision.
const LONG_TOLERANCE: f64 = 1e-5;
const LONG_BYTES: usize = 10_000;
/// Largest number of characters of a text in a message.
const SHOWN_CHARACTERS: usize = 200;

/// Texts in files that the programs read.
pub struct Texts {
    all: Vec<String>,
    lines: PathBuf,
    table: PathBuf,
}

impl Texts {
    /// Writes the texts below `folder`.
    pub fn generate(environment: &Environment, models: &[Model], folder: &Path) -> Result<Self> {
        let script = root().join("xtask/src/tasks/examples/texts.py");
        let mut python = environment.command(Path::new("python3"));
        python
            .arg(script)
            .arg(folder)
            .args(models.iter().map(|model| &model.path));
        run(&mut python)?;

        let lines = folder.join("texts.jsonl");
        let texts = parse_lines(&fs::read(&lines)?)?;
        let texts = texts.iter().map(|text| text.as_str().map(str::to_owned));
        Ok(Self {
            all: texts.collect::<Option<_>>().context("not only strings")?,
            lines,
            table: folder.join("table.jsonl"),
        })
    }

    /// Returns the predictions of `relevance predict`.
    pub fn expected(&self, relevance: &Path, model: &Model) -> Result<Vec<Value>> {
        let mut predict = clean(relevance);
        predict
            .args(["predict", "--format", "jsonl", "--text-column", "text"])
            .arg("--input")
            .arg(&self.table)
            .arg("--model-file")
            .arg(&model.path);
        self.parse("`relevance predict`", &read(&mut predict)?)
    }

    /// Returns the predictions of a program.
    pub fn run(
        &self,
        program: &Program,
        model: &Model,
        environment: &Environment,
    ) -> Result<Vec<Value>> {
        let mut command = program.command(model, environment);
        let output = read(command.stdin(File::open(&self.lines)?))?;
        self.parse(program.name, &output)
    }

    /// Fails when a prediction of a program is not the expected one, and returns the number of
    /// texts that are excluded since their characters do not pass its binding.
    pub fn compare(
        &self,
        program: &Program,
        model: &Model,
        predictions: &[Value],
        expected: &[Value],
    ) -> Result<usize> {
        let may_differ = model.knows_emoji && !program.passes_emoji;
        let pairs = self.all.iter().zip(predictions).zip(expected);
        let (excluded, compared): (Vec<_>, Vec<_>) = pairs
            .map(|((text, got), want)| Case { text, got, want })
            .partition(|case| may_differ && case.text.contains(KNOWN_EMOJI));

        for case in compared {
            ensure!(
                case.agrees()?,
                "{} and `relevance predict` differ with the model of {}: {} and {} of {}",
                program.name,
                model.name,
                case.got,
                case.want,
                shown(case.text)
            );
        }
        for case in &excluded {
            if !case.agrees()? {
                return Ok(excluded.len());
            }
        }
        ensure!(
            !may_differ,
            "{} passes characters beyond U+FFFF: remove its exclusion",
            program.name
        );
        Ok(0)
    }

    /// Parses one prediction a text.
    fn parse(&self, name: &str, output: &[u8]) -> Result<Vec<Value>> {
        let predictions = parse_lines(output).with_context(|| format!("output of {name}"))?;
        let (got, want) = (predictions.len(), self.all.len());
        ensure!(
            got == want,
            "{name} printed {got} predictions of {want} texts"
        );
        Ok(predictions)
    }
}

/// Two predictions of a text.
struct Case<'a> {
    text: &'a str,
    got: &'a Value,
    want: &'a Value,
}

impl Case<'_> {
    fn agrees(&self) -> Result<bool> {
        let tolerance = if self.text.len() < LONG_BYTES {
            TOLERANCE
        } else {
            LONG_TOLERANCE
        };
        let difference = (probability(self.got)? - probability(self.want)?).abs();
        Ok(difference <= tolerance && self.got["label"] == self.want["label"])
    }
}

fn probability(prediction: &Value) -> Result<f64> {
    prediction["probability"]
        .as_f64()
        .with_context(|| format!("no probability in {prediction}"))
}

/// Parses a JSON value of each line; only a line feed ends one.
fn parse_lines(bytes: &[u8]) -> Result<Vec<Value>> {
    let lines = bytes.trim_ascii_end().split(|&byte| byte == b'\n');
    lines
        .map(|line| {
            let context = || format!("not a line of JSON: {}", String::from_utf8_lossy(line));
            serde_json::from_slice(line).with_context(context)
        })
        .collect()
}

/// Returns the start of a text, with escapes.
fn shown(text: &str) -> String {
    let start: String = text.chars().take(SHOWN_CHARACTERS).collect();
    format!("{start:?}, a text of {} bytes", text.len())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Compares predictions of two texts, of which the first has an emoji.
    fn compare(passes_emoji: bool, knows_emoji: bool, got: [(&str, f64); 2]) -> Result<usize> {
        let mut program = Program::new("Program", ["program"]);
        program.passes_emoji = passes_emoji;
        let model = Model {
            name: "words",
            path: PathBuf::new(),
            knows_emoji,
        };
        let texts = Texts {
            all: vec!["fire 🔥".to_owned(), "party".to_owned()],
            lines: PathBuf::new(),
            table: PathBuf::new(),
        };

        let values = |pairs: [(&str, f64); 2]| {
            pairs.map(|(label, probability)| json!({ "label": label, "probability": probability }))
        };
        let expected = values([("A", 0.5), ("B", 0.25)]);
        texts.compare(&program, &model, &values(got), &expected)
    }

    #[test]
    fn another_label_or_probability_is_an_error_that_names_the_text() {
        assert_eq!(compare(true, true, [("A", 0.5), ("B", 0.25)]).unwrap(), 0);

        for other in [("A", 0.25), ("B", 0.250_002)] {
            let error = compare(true, true, [("A", 0.5), other]).unwrap_err();
            assert!(error.to_string().contains("\"party\""), "{error}");
        }
    }

    #[test]
    fn emoji_are_excluded_where_the_model_knows_them_and_the_binding_does_not_pass_them() {
        let other = [("B", 0.1), ("B", 0.25)];
        assert_eq!(compare(false, true, other).unwrap(), 1);

        for (passes_emoji, knows_emoji) in [(true, true), (false, false), (true, false)] {
            compare(passes_emoji, knows_emoji, other).unwrap_err();
        }
    }

    #[test]
    fn an_exclusion_without_a_difference_is_an_error() {
        let error = compare(false, true, [("A", 0.5), ("B", 0.25)]).unwrap_err();
        assert!(
            error.to_string().contains("remove its exclusion"),
            "{error}"
        );
    }
}

//! Whether servers answer what they should, before it counts how fast.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::bodies::{Bodies, Form};
use super::contender::Contender;
use super::workload::{BATCH, Workload};
use crate::bench::programs::Programs;
use crate::bench::server::Server;

/// What the model says of the first texts, in a process of its own.
pub struct Expected {
    verdicts: Vec<Value>,
}

impl Expected {
    /// Asks `relevance predict`.
    pub fn read(programs: &Programs, bodies: &Bodies) -> Result<Self> {
        let mut predict = programs.on_committed_model("predict");
        predict
            .args(["--format", "jsonl", "--"])
            .args(&bodies.texts[..BATCH as usize]);
        let output = predict.output().context("cannot run `relevance predict`")?;
        let verdicts = serde_json::Deserializer::from_slice(&output.stdout).into_iter();
        let verdicts: Vec<Value> = verdicts
            .collect::<Result<_, _>>()
            .context("`relevance predict` gave no JSON")?;
        ensure!(
            verdicts.len() == BATCH as usize,
            "`relevance predict` gave {} verdicts",
            verdicts.len()
        );
        Ok(Self { verdicts })
    }

    /// Fails when ours judges otherwise, or another answers in another form.
    pub fn check(
        &self,
        contender: Contender,
        server: &Server,
        workload: Workload,
        bodies: &Bodies,
    ) -> Result<()> {
        let (path, form) = contender.address(workload);
        let answer = server.ask(path, &bodies.first(form))?;
        let is_right = match form {
            Form::Texts => {
                let predictions = answer["predictions"].as_array().context("no predictions")?;
                predictions.len() == self.verdicts.len()
                    && predictions
                        .iter()
                        .zip(&self.verdicts)
                        .all(|(got, want)| is_right(contender, got, want))
            }
            Form::Text => is_right(contender, &answer, &self.verdicts[0]),
            Form::Tensor => probability(contender, &answer).is_some(),
        };
        ensure!(
            is_right,
            "{} answers {answer}, which is not as it should be",
            contender.name()
        );
        Ok(())
    }
}

/// Whether a verdict is the expected one, which only ours knows; of another, that it has a probability.
fn is_right(contender: Contender, got: &Value, want: &Value) -> bool {
    let is_same = ["label", "relevant", "probability"]
        .iter()
        .all(|field| got[field] == want[field]);
    probability(contender, got).is_some() && (is_same || !contender.is_ours())
}

fn probability(contender: Contender, answer: &Value) -> Option<f64> {
    let probability = answer.pointer(contender.probability())?.as_f64()?;
    (0.0..=1.0).contains(&probability).then_some(probability)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ours_must_say_the_same_and_others_something() {
        let verdict = |label: &str, probability: f64| json!({ "label": label, "relevant": true, "probability": probability });
        let want = verdict("Relevant", 0.75);
        for (contender, got, right) in [
            (Contender::Ours, verdict("Relevant", 0.75), true),
            (Contender::Ours, verdict("Relevant", 0.5), false),
            (Contender::OursQuiet, verdict("Important", 0.75), false),
            (Contender::Floor, verdict("Relevant", 0.5), true),
            (Contender::Floor, verdict("Relevant", 1.5), false),
            (Contender::Flask, json!({ "label": "Relevant" }), false),
            (
                Contender::MlServer,
                json!({ "outputs": [{ "data": [0.25, 0.75] }] }),
                true,
            ),
        ] {
            assert_eq!(
                is_right(contender, &got, &want),
                right,
                "{contender:?}: {got}"
            );
        }
    }
}

//! `relevance models diff`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use clap::Args;
use relevance_models::layout::MODEL_FILE;
use relevance_models::{Manifest, Store};
use relevance_pipeline::Pipeline;
use relevance_train::PredictionChanges;
use serde::Serialize;
use serde_json::Value;

use super::scope::{Scope, report};
use super::vocabulary::{self, VocabularyDifference};
use crate::arguments::training::ExamplesArguments;
use crate::output::{self, note};
use crate::workflow::frozen_rows::read_frozen_rows;
use crate::workflow::model_file::ModelFile;

/// Two versions of a model in a store.
#[derive(Debug, Args)]
pub struct Pair {
    /// The version to compare with: an alias or a number.
    from: String,
    /// The version that is compared: an alias or a number.
    to: String,
    #[command(flatten)]
    examples: ExamplesArguments,
    #[command(flatten)]
    scope: Scope,
}

/// Differences between two versions.
#[derive(Serialize)]
struct Difference {
    /// Metrics, settings and sizes.
    values: Vec<ValueDifference>,
    vocabulary: VocabularyDifference,
    /// Predictions for the frozen test rows of the second version; nothing when the store has none.
    predictions: Option<PredictionChanges>,
}

/// A value that differs between two versions.
#[derive(Serialize)]
struct ValueDifference {
    key: String,
    from: Value,
    to: Value,
}

/// One of the two versions.
struct Version {
    manifest: Manifest,
    pipeline: Pipeline,
    values: BTreeMap<String, Value>,
}

pub async fn run(pair: &Pair) -> anyhow::Result<()> {
    let Pair {
        from,
        to,
        examples,
        scope,
    } = pair;
    let store = scope.store.open()?;
    let from = Version::read(&store, &scope.name, from).await?;
    let to = Version::read(&store, &scope.name, to).await?;

    let rows = read_frozen_rows(&store, &to.manifest).await?;
    if rows.is_none() {
        let version = to.manifest.version;
        note(format_args!(
            "predictions are not compared: the store has no frozen test rows of version {version}"
        ));
    }
    let predictions = rows.map(|rows| {
        let mut comparison = PredictionChanges::compute(&from.pipeline, &to.pipeline, &rows);
        comparison.changed.truncate(examples.shown().0);
        comparison
    });

    let difference = Difference {
        values: differing(&from.values, &to.values),
        vocabulary: vocabulary::compare(&from.pipeline, &to.pipeline),
        predictions,
    };
    if scope.json {
        output::print_json(&difference)
    } else {
        output::print(&difference.to_string())
    }
}

impl Version {
    async fn read(store: &Store, name: &str, selector: &str) -> anyhow::Result<Self> {
        let manifest = store.resolve(name, selector).await?;

        let metrics: Value = report(store, &manifest).await?;
        let settings = manifest.training.get("settings").cloned();
        let value = serde_json::json!({
            "metrics": metrics,
            "settings": settings.unwrap_or_default(),
            "model_bytes": manifest.files.get(MODEL_FILE).map(|file| file.bytes),
        });

        let file = store.read(&manifest, MODEL_FILE).await?;
        let pipeline = ModelFile::parse(file)?.reference;
        Ok(Self {
            manifest,
            pipeline,
            values: flatten("", &value),
        })
    }
}

impl Difference {
    fn is_empty(&self) -> bool {
        self.values.is_empty()
            && self.vocabulary.is_empty()
            && self
                .predictions
                .as_ref()
                .is_none_or(|predictions| predictions.changes() == 0)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return formatter.write_str("no differences\n");
        }

        for ValueDifference { key, from, to } in &self.values {
            writeln!(formatter, "{key}: {from} → {to}")?;
        }
        if !self.vocabulary.is_empty() {
            write!(formatter, "{}", self.vocabulary)?;
        }
        if let Some(predictions) = &self.predictions {
            write!(formatter, "{predictions}")?;
        }
        Ok(())
    }
}

/// The leaves that differ between two versions.
fn differing(from: &BTreeMap<String, Value>, to: &BTreeMap<String, Value>) -> Vec<ValueDifference> {
    let keys: BTreeSet<&String> = from.keys().chain(to.keys()).collect();
    let differences = keys.into_iter().map(|key| {
        let [from, to] = [from, to].map(|values| values.get(key).cloned().unwrap_or_default());
        ValueDifference {
            key: key.clone(),
            from,
            to,
        }
    });

    differences
        .filter(|difference| difference.from != difference.to)
        .collect()
}

/// The leaves of a JSON value by their dotted path.
fn flatten(path: &str, value: &Value) -> BTreeMap<String, Value> {
    let Value::Object(fields) = value else {
        return [(path.to_owned(), value.clone())].into();
    };

    let inner = |key: &String| {
        if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        }
    };
    fields
        .iter()
        .flat_map(|(key, value)| flatten(&inner(key), value))
        .collect()
}

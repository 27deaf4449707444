//! Metadata of a model file: entries and description, for people and programs that have the file
//! alone.

use std::collections::BTreeMap;

use relevance_pipeline::graph::metadata as key;
use relevance_pipeline::{GoldenSentence, Pipeline, TokenCharacters};

/// Keys of the entries that follow from the pipeline, so that they cannot contradict the graph.
const DERIVED: [&str; 6] = [
    key::GOLDEN,
    key::NOT_RELEVANT_LABEL,
    key::RELEVANT_LABEL,
    key::NGRAM_MAX,
    key::THRESHOLD,
    key::TOKEN_CHARACTERS,
];

/// Returns the entries from training, with those that follow from the pipeline.
pub(crate) fn with_derived(pipeline: &Pipeline) -> BTreeMap<String, String> {
    let features = pipeline.features();
    let golden = GoldenSentence::compute(pipeline);
    let values = [
        serde_json::to_string(&golden).expect("a probability is a finite number"),
        pipeline.labels().not_relevant.clone(),
        pipeline.labels().relevant.clone(),
        features.ngram_max.to_string(),
        pipeline.threshold().to_string(),
        features.token_characters.to_string(),
    ];

    let mut metadata = pipeline.metadata().clone();
    metadata.extend(DERIVED.map(str::to_owned).into_iter().zip(values));
    metadata
}

/// Returns the entries from training alone.
pub(crate) fn without_derived(mut metadata: BTreeMap<String, String>) -> BTreeMap<String, String> {
    metadata.retain(|key, _| !DERIVED.contains(&key.as_str()));
    metadata
}

/// Describes the model's inputs and outputs, for the file's `doc_string`.
pub(crate) fn description(characters: TokenCharacters) -> String {
    format!(
        "Input `text`: string [N], raw UTF-8, N of 1 or more. Outputs `probability`: float [N], \
         that each text is relevant; `label`: string [N]. Replace U+0000 by a space before you \
         call a runtime whose strings end there. Tokens are runs of {characters} letters, digits \
         and `_`; ASCII letters are lower-cased."
    )
}

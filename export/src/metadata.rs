//! Metadata of a model file: entries and description, for people and programs that have the file
//! alone.

use std::collections::BTreeMap;

use relevance_pipeline::graph::metadata as key;
use relevance_pipeline::{GoldenSentence, Pipeline, TokenCharacters};

/// Keys of the entries that follow from the pipeline, so that they cannot contradict the graph.
const DERIVED: [&str; 9] = [
    key::ANALYZER,
    key::CHAR_NGRAM_MAX,
    key::CHAR_NGRAM_MIN,
    key::GOLDEN,
    key::NOT_RELEVANT_LABEL,
    key::RELEVANT_LABEL,
    key::NGRAM_MAX,
    key::THRESHOLD,
    key::TOKEN_CHARACTERS,
];

/// Returns the entries from training, with those that follow from the pipeline.
pub(crate) fn with_derived(pipeline: &Pipeline) -> BTreeMap<String, String> {
    let golden = GoldenSentence::compute(pipeline);
    let mut entries = vec![
        (
            key::GOLDEN,
            serde_json::to_string(&golden).expect("a probability is a finite number"),
        ),
        (
            key::NOT_RELEVANT_LABEL,
            pipeline.labels().not_relevant.clone(),
        ),
        (key::RELEVANT_LABEL, pipeline.labels().relevant.clone()),
        (key::THRESHOLD, pipeline.threshold().to_string()),
    ];

    let has_words = !pipeline.vocabulary().is_empty();
    if has_words {
        let features = pipeline.features();
        entries.push((key::NGRAM_MAX, features.ngram_max.to_string()));
        entries.push((key::TOKEN_CHARACTERS, features.token_characters.to_string()));
    }
    if let Some(block) = pipeline.characters() {
        let (settings, analyzer) = (block.settings(), if has_words { "both" } else { "char" });
        entries.push((key::ANALYZER, analyzer.to_owned()));
        entries.push((key::CHAR_NGRAM_MIN, settings.ngram_min.to_string()));
        entries.push((key::CHAR_NGRAM_MAX, settings.ngram_max.to_string()));
    }

    let mut metadata = without_derived(pipeline.metadata().clone());
    metadata.extend(
        entries
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value)),
    );
    metadata
}

/// Returns the entries from training alone.
pub(crate) fn without_derived(mut metadata: BTreeMap<String, String>) -> BTreeMap<String, String> {
    metadata.retain(|key, _| !DERIVED.contains(&key.as_str()));
    metadata
}

/// Describes the model's inputs and outputs, for the file's `doc_string`.
pub(crate) fn description(pipeline: &Pipeline) -> String {
    let characters = pipeline.features().token_characters;
    let Some(block) = pipeline.characters() else {
        return format!(
            "{INPUT_AND_OUTPUTS} Replace U+0000 by a space before you call a runtime whose strings \
             end there. {}",
            tokens(characters)
        );
    };

    let settings = block.settings();
    let mut description = format!(
        "{INPUT_AND_OUTPUTS} Replace U+0000 by U+FFFE before you call a runtime whose strings end \
         there. N-grams of {} to {} characters; whitespace is a space, letters are lower-cased.",
        settings.ngram_min, settings.ngram_max
    );
    if !pipeline.vocabulary().is_empty() {
        description.push(' ');
        description.push_str(&tokens(characters));
    }
    description
}

const INPUT_AND_OUTPUTS: &str = "Input `text`: string [N], raw UTF-8, N of 1 or more. Outputs \
     `probability`: float [N], that each text is relevant; `label`: string [N].";

fn tokens(characters: TokenCharacters) -> String {
    format!(
        "Tokens are runs of {characters} letters, digits and `_`; ASCII letters are lower-cased."
    )
}

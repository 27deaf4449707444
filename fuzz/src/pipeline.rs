//! A small pipeline for the targets that predict.

use relevance_pipeline::{
    FeatureSettings, Labels, Pipeline, PipelineParts, TokenCharacters, Vocabulary,
};

/// Returns a pipeline that knows a few terms of one to three tokens.
///
/// # Panics
/// Never: its parts fit together.
#[must_use]
pub fn pipeline(token_characters: TokenCharacters) -> Pipeline {
    let vocabulary = [
        "fire",
        "flood",
        "is",
        "rising",
        "a_b",
        "sunny day",
        "flood is rising",
    ];
    let mut vocabulary = vocabulary.map(str::to_owned).to_vec();
    if token_characters == TokenCharacters::Unicode {
        vocabulary.push("überflutung".to_owned());
    }
    vocabulary.sort_by(|left, right| Vocabulary::order(left).cmp(&Vocabulary::order(right)));

    let metadata = [("name", "relevance"), ("version", "0123456789abcdef")];
    let weights = [1.5, 1.25, 1.0, 2.0, 1.75, 3.0, 0.5, 2.5];
    let coefficients = [2.0, 3.0, -4.0, 0.5, -0.25, 1.0, 0.75, -1.5];
    Pipeline::try_from(PipelineParts {
        features: FeatureSettings {
            token_characters,
            ngram_max: 3,
        },
        idf: weights[..vocabulary.len()].to_vec(),
        coefficients: coefficients[..vocabulary.len()].to_vec(),
        vocabulary,
        intercept: -0.25,
        threshold: 0.5,
        labels: Labels::default(),
        metadata: metadata
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into(),
    })
    .expect("the parts fit together")
}

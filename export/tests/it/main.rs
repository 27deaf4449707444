//! Pipelines to files and back.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod committed_model;
mod graph;
mod inline;
mod reading;

use relevance_pipeline::{
    CharacterParts, CharacterSettings, FeatureSettings, Labels, Pipeline, PipelineParts,
    TokenCharacters,
};

/// Parts of a pipeline with three terms.
fn parts() -> PipelineParts {
    PipelineParts {
        features: FeatureSettings {
            token_characters: TokenCharacters::Ascii,
            ngram_max: 2,
        },
        vocabulary: ["fire", "flood", "flood waters"].map(String::from).to_vec(),
        idf: vec![1.0, 2.0, 3.5],
        coefficients: vec![-1.0, 4.0, 2.25],
        characters: None,
        intercept: -0.5,
        threshold: 0.375,
        labels: Labels::default(),
        metadata: [("name".to_owned(), "small".to_owned())].into(),
    }
}

fn pipeline() -> Pipeline {
    parts().try_into().unwrap()
}

/// The same parts with character n-grams, which repeat the text of a term.
fn union_parts() -> PipelineParts {
    PipelineParts {
        characters: Some(CharacterParts {
            settings: CharacterSettings {
                ngram_min: 1,
                ngram_max: 4,
            },
            ngrams: ["k", "é", "e ", "oo", "fire"].map(String::from).to_vec(),
            idf: vec![1.5, 1.0, 2.0, 1.25, 3.0],
            coefficients: vec![-0.5, 0.25, 1.0, -2.0, 3.0],
        }),
        ..parts()
    }
}

/// The character n-grams alone.
fn character_parts() -> PipelineParts {
    PipelineParts {
        vocabulary: vec![],
        idf: vec![],
        coefficients: vec![],
        ..union_parts()
    }
}

/// Pipelines of terms of tokens, of character n-grams, and of both.
fn pipelines() -> [Pipeline; 3] {
    [parts(), character_parts(), union_parts()].map(|parts| parts.try_into().unwrap())
}

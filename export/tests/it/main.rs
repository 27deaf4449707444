//! Pipelines to files and back.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod committed_model;
mod graph;
mod inline;
mod reading;

use relevance_pipeline::{FeatureSettings, Labels, Pipeline, PipelineParts, TokenCharacters};

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
        intercept: -0.5,
        threshold: 0.375,
        labels: Labels::default(),
        metadata: [("name".to_owned(), "small".to_owned())].into(),
    }
}

fn pipeline() -> Pipeline {
    parts().try_into().unwrap()
}

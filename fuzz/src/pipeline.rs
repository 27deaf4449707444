//! A small pipeline for the targets that predict.

use relevance_pipeline::{
    CharacterParts, CharacterSettings, FeatureSettings, Labels, Pipeline, PipelineParts,
    TokenCharacters, Vocabulary,
};

/// Returns a pipeline that knows a few terms of one to three tokens.
///
/// # Panics
/// Never: its parts fit together.
#[must_use]
pub fn pipeline(token_characters: TokenCharacters) -> Pipeline {
    Pipeline::try_from(word_parts(token_characters)).expect("the parts fit together")
}

/// Returns the pipeline with a few n-grams of one to four characters beside its terms.
///
/// # Panics
/// Never: its parts fit together.
#[must_use]
pub fn union_pipeline(token_characters: TokenCharacters) -> Pipeline {
    let characters = CharacterParts {
        settings: CharacterSettings {
            ngram_min: 1,
            ngram_max: 4,
        },
        ngrams: ["!", "é", " f", "fi", "水!", "fire"]
            .map(str::to_owned)
            .to_vec(),
        idf: vec![1.25, 2.5, 1.0, 1.5, 3.0, 2.0],
        coefficients: vec![0.5, -0.75, 0.25, 1.5, 2.0, -1.0],
    };
    let parts = PipelineParts {
        characters: Some(characters),
        ..word_parts(token_characters)
    };
    Pipeline::try_from(parts).expect("the parts fit together")
}

fn word_parts(token_characters: TokenCharacters) -> PipelineParts {
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
    PipelineParts {
        features: FeatureSettings {
            token_characters,
            ngram_max: 3,
        },
        idf: weights[..vocabulary.len()].to_vec(),
        coefficients: coefficients[..vocabulary.len()].to_vec(),
        characters: None,
        vocabulary,
        intercept: -0.25,
        threshold: 0.5,
        labels: Labels::default(),
        metadata: metadata
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into(),
    }
}

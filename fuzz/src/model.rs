//! Model files.

use relevance_export::{parse, pipeline_from_model, text_model, to_bytes};
use relevance_pipeline::Pipeline;
use relevance_runtime::Session;

/// Texts with known terms, without any, and without a token.
const TEXTS: [&str; 4] = ["Flood is rising, flood!", "sunny day", "überflutung", ""];

/// Checks that a model file that can be read is the same after it was written again, and that one that
/// can be loaded makes predictions.
///
/// # Panics
/// When the file written again differs, or a prediction is not a probability.
pub fn check(input: &[u8]) {
    if let Ok(pipeline) = read(input) {
        let written = to_bytes(&text_model(&pipeline));
        let again = read(&written).expect("a file of the exporter can be read");
        assert_eq!(again, pipeline, "the file written again differs");

        for text in TEXTS {
            check_probability(pipeline.predict(text).probability);
        }
    }

    let Ok(session) = Session::from_bytes(input) else {
        return;
    };
    // An error where the file lacks the sentences or its numbers were changed.
    let _ = session.check_golden();
    for predictions in [session.predict(&TEXTS), session.predict_with_tract(&TEXTS)] {
        for prediction in predictions.into_iter().flatten() {
            check_probability(prediction.probability);
        }
    }
    if let Ok(explanation) = session.explain(TEXTS[0]) {
        assert!(!explanation.logit.is_nan(), "{explanation:?}");
    }
}

fn read(file: &[u8]) -> Result<Pipeline, relevance_export::ExportError> {
    pipeline_from_model(&parse(file)?)
}

fn check_probability(probability: f32) {
    assert!((0.0..=1.0).contains(&probability), "{probability}");
}

//! Loading and running of model files.

use std::error::Error as _;

use relevance_export::{ModelProto, features_model, inline_functions, text_model, to_bytes};
use relevance_runtime::{RuntimeError, Session};

use crate::engines::ASCII_LETTERS;

fn model() -> ModelProto {
    text_model(&ASCII_LETTERS.reference)
}

fn load_error(model: &ModelProto) -> String {
    match Session::from_bytes(&to_bytes(model)).unwrap_err() {
        RuntimeError::Load(cause) => format!("{cause:#}"),
        error => error.to_string(),
    }
}

fn attribute<'a>(
    model: &'a mut ModelProto,
    name: &str,
) -> &'a mut relevance_export::onnx::AttributeProto {
    let call = &mut model.graph.as_mut().unwrap().node[0];
    call.attribute
        .iter_mut()
        .find(|attribute| attribute.name == name)
        .unwrap()
}

fn initializer<'a>(
    model: &'a mut ModelProto,
    name: &str,
) -> &'a mut relevance_export::onnx::TensorProto {
    let initializers = &mut model.graph.as_mut().unwrap().initializer;
    initializers
        .iter_mut()
        .find(|tensor| tensor.name == name)
        .unwrap()
}

#[test]
fn no_texts_give_no_predictions() {
    let session = Session::from_bytes(&to_bytes(&model())).unwrap();
    assert_eq!(session.predict::<&str>(&[]).unwrap(), []);
}

#[test]
fn the_metadata_of_the_file_is_read() {
    let session = Session::from_bytes(&to_bytes(&model())).unwrap();
    let info = session.info();

    assert_eq!(
        (
            info.name.as_str(),
            info.fingerprint.as_str(),
            info.threshold
        ),
        ("parity", "0", 0.4375)
    );
    assert_eq!(info.labels, *ASCII_LETTERS.reference.labels());
    assert_eq!(info.metadata["token_characters"], "ascii");
}

#[test]
fn a_graph_on_which_tract_panics_is_an_error() {
    let mut model = model();
    model.graph.as_mut().unwrap().output[0].name = "other".to_owned();
    let error = load_error(&model);
    assert!(error.contains("tract panicked on the graph"), "{error}");
}

#[test]
fn bytes_that_are_not_onnx_are_rejected() {
    let error = Session::from_bytes(b"SQLite format 3\0").unwrap_err();
    assert!(matches!(error, RuntimeError::NotOnnx(_)), "{error}");
    assert!(error.source().is_some());
}

#[test]
fn a_function_that_the_fused_operator_does_not_compute_is_rejected() {
    let mut model = model();
    model.functions[0].node.pop();
    let error = Session::from_bytes(&to_bytes(&model)).unwrap_err();
    assert!(
        matches!(error, RuntimeError::UnknownFunction { .. }),
        "{error}"
    );
    assert!(error.to_string().contains("relevance.text::TfIdfLinear"));
}

#[test]
fn models_of_other_kinds_are_rejected_by_what_they_lack() {
    let features = features_model(&ASCII_LETTERS.reference);
    assert!(
        load_error(&features).starts_with("the model takes `features`"),
        "{}",
        load_error(&features)
    );

    let mut nameless = model();
    nameless.metadata_props.retain(|entry| entry.key != "name");
    assert!(load_error(&nameless).contains("no usable entry `name`"));
}

#[test]
fn attributes_that_the_operators_do_not_support_are_rejected_by_name() {
    let mut pattern = model();
    attribute(&mut pattern, "tokenexp").s = br"\w+".to_vec();
    assert!(
        load_error(&pattern).contains(r"`tokenexp` is `\w+`"),
        "{}",
        load_error(&pattern)
    );

    let mut weights = model();
    attribute(&mut weights, "weights").floats.pop();
    assert!(
        load_error(&weights).contains("28 weights for 29 terms"),
        "{}",
        load_error(&weights)
    );

    let mut indexes = model();
    attribute(&mut indexes, "ngram_indexes").ints.reverse();
    assert!(
        load_error(&indexes).contains("`ngram_indexes` is not 0, 1, …"),
        "{}",
        load_error(&indexes)
    );

    let mut domain = inline_functions(&model()).unwrap();
    domain.graph.as_mut().unwrap().node[0].domain = "somewhere.else".into();
    assert!(
        load_error(&domain).contains("operator `Tokenizer` of domain `somewhere.else`"),
        "{}",
        load_error(&domain)
    );
}

#[test]
fn numbers_that_are_not_finite_are_rejected_by_name() {
    let mut weights = model();
    attribute(&mut weights, "weights").floats[3] = f32::INFINITY;
    let error = load_error(&weights);
    assert!(
        error.contains("`weights` has the number inf at index 3"),
        "{error}"
    );

    for name in ["coefficients", "intercept"] {
        let mut model = model();
        initializer(&mut model, name).raw_data[..4].copy_from_slice(&f32::NAN.to_le_bytes());
        for model in [inline_functions(&model).unwrap(), model] {
            let error = load_error(&model);
            assert!(
                error.contains(&format!("`{name}` has the number NaN")),
                "{error}"
            );
        }
    }
}

#[test]
fn an_explanation_adds_up_to_the_probability() {
    let session = Session::from_bytes(&to_bytes(&model())).unwrap();
    for text in ["", "flood waters, FLOOD waters", "unseen"] {
        let explained = session.explain(text).unwrap();
        let probability = f64::from(session.predict(&[text]).unwrap()[0].probability);
        let sum: f64 = explained.terms.iter().map(|term| term.contribution).sum();
        let logit = explained.intercept + sum;

        assert!(
            (1.0 / (1.0 + (-logit).exp()) - probability).abs() < 1e-6,
            "{text}: {logit} and {probability}"
        );
    }
}

#[test]
fn an_inlined_file_predicts_but_cannot_explain() {
    let session = Session::from_bytes(&to_bytes(&inline_functions(&model()).unwrap())).unwrap();

    assert!(session.predict(&["flood"]).is_ok());
    assert!(matches!(
        session.explain("flood"),
        Err(RuntimeError::Inlined)
    ));
    assert!(matches!(
        session.count_tokens(&["flood"]),
        Err(RuntimeError::Inlined)
    ));
}

#[test]
fn a_threshold_that_contradicts_the_metadata_is_left_to_the_graph() {
    let mut model = model();
    initializer(&mut model, "threshold").raw_data = 0.99_f32.to_le_bytes().to_vec();

    let session = Session::from_bytes(&to_bytes(&model)).unwrap();
    let texts = ["flood", "a b c", "z", ""];
    let predictions = session.predict(&texts).unwrap();
    assert_eq!(predictions, session.predict_with_tract(&texts).unwrap());
    assert!(predictions.iter().all(|prediction| !prediction.relevant));
    assert!(
        predictions
            .iter()
            .any(|prediction| prediction.probability >= session.info().threshold)
    );
}

#[test]
fn the_native_engine_gives_the_references_predictions_to_the_bit() {
    let session = Session::from_bytes(&to_bytes(&model())).unwrap();
    let texts = ["flood", "a b c", "z", "", "é Z_a zz"];

    let want: Vec<_> = texts
        .iter()
        .map(|text| ASCII_LETTERS.reference.predict(text))
        .collect();
    assert_eq!(session.predict(&texts).unwrap(), want);
}

#[test]
fn a_threshold_replaces_the_models_on_either_path() {
    let model = model();
    let file = to_bytes(&model);
    let inlined = to_bytes(&inline_functions(&model).unwrap());
    let texts = ["flood", "a b c", "z", ""];
    for bytes in [file, inlined] {
        let session = Session::from_bytes(&bytes).unwrap();

        for want in session.predict(&texts).unwrap() {
            let threshold = want.probability;
            let scored = session.score(&texts, threshold).unwrap();
            assert!(
                scored
                    .iter()
                    .map(|text| text.prediction)
                    .all(|prediction| prediction.relevant == (prediction.probability >= threshold))
            );
        }
    }
}

#[test]
fn golden_sentences_have_the_probabilities_in_the_file() {
    let session = Session::from_bytes(&to_bytes(&model())).unwrap();
    assert!(session.check_golden().unwrap() > 10);
}

#[test]
fn a_file_that_contradicts_its_golden_sentences_is_rejected() {
    let mut model = model();
    initializer(&mut model, "intercept").raw_data = 0.75_f32.to_le_bytes().to_vec();

    let session = Session::from_bytes(&to_bytes(&model)).unwrap();
    assert!(matches!(
        session.check_golden(),
        Err(RuntimeError::Golden { .. })
    ));

    model.metadata_props.retain(|entry| entry.key != "golden");
    let session = Session::from_bytes(&to_bytes(&model)).unwrap();
    assert!(matches!(
        session.check_golden(),
        Err(RuntimeError::Metadata { key: "golden" })
    ));
}

//! The graph without strings on onnxruntime, with terms counted by the caller.

use ort::session::Session;
use ort::value::Tensor;
use relevance_export::{features_model, to_bytes};
use relevance_runtime::OnnxRuntime;
use relevance_runtime::parity::TOLERANCE;

use crate::engines::{ARCHIVE, ASCII_PAIRS, CHARACTERS, Engines, UNION, onnxruntime_library};

#[test]
fn term_counts_give_the_probability_of_the_text() {
    for engines in [&ASCII_PAIRS, &CHARACTERS, &UNION] {
        check(engines);
    }
}

fn check(engines: &Engines) {
    let pipeline = &engines.reference;
    let words = pipeline.vocabulary().len();
    let columns = pipeline.terms().count();
    let texts: Vec<&str> = ARCHIVE
        .iter()
        .step_by(60)
        .map(String::as_str)
        .chain(["", "unknownword"])
        .collect();

    let mut counts = vec![0_f32; texts.len() * columns];
    for (text, row) in texts.iter().zip(counts.chunks_exact_mut(columns)) {
        for (column, count) in pipeline.term_counts(text) {
            row[column] = f32::from(u16::try_from(count).unwrap());
        }
        for (column, count) in pipeline
            .characters()
            .iter()
            .flat_map(|block| block.counts(text))
        {
            row[words + column] = f32::from(u16::try_from(count).unwrap());
        }
    }

    let environment = OnnxRuntime::environment(&onnxruntime_library()).unwrap();
    let file = to_bytes(&features_model(pipeline));
    let mut session = Session::builder(&environment)
        .unwrap()
        .commit_from_memory(&file)
        .unwrap();
    let input = Tensor::from_array(([texts.len(), columns], counts)).unwrap();
    let outputs = session.run(ort::inputs!["features" => input]).unwrap();

    let (_, probabilities) = outputs["probability"].try_extract_tensor::<f32>().unwrap();
    let (_, labels) = outputs["label"].try_extract_strings().unwrap();
    assert_eq!(probabilities.len(), texts.len());
    for ((text, probability), label) in texts.iter().zip(probabilities).zip(labels) {
        let want = pipeline.predict(text);
        assert!(
            (want.probability - probability).abs() <= TOLERANCE,
            "{text:?}: {probability}, want {want:?}"
        );
        assert_eq!(label, pipeline.label(want.relevant), "{text:?}");
    }
}

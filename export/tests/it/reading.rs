//! Files read back to pipelines.

use proptest::prelude::*;
use relevance_export::{
    ExportError, ModelProto, features_model, parse, pipeline_from_model, text_model, to_bytes,
};
use relevance_pipeline::{
    CharacterParts, CharacterSettings, CharacterVocabulary, FeatureSettings, Labels, Pipeline,
    PipelineParts, TokenCharacters, Vocabulary,
};

use crate::{parts, pipeline, pipelines};

fn read_error(change: impl FnOnce(&mut ModelProto)) -> String {
    let mut model = text_model(&pipeline());
    change(&mut model);
    pipeline_from_model(&model).unwrap_err().to_string()
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

#[test]
fn bytes_that_are_not_onnx_are_rejected() {
    assert!(matches!(parse(b"not onnx"), Err(ExportError::NotOnnx(_))));
}

#[test]
fn models_of_other_tools_are_rejected() {
    let error = pipeline_from_model(&features_model(&pipeline())).unwrap_err();
    assert!(matches!(error, ExportError::NoTextFunction), "{error}");
    assert!(matches!(
        pipeline_from_model(&ModelProto::default()),
        Err(ExportError::NoTextFunction)
    ));
}

#[test]
fn the_error_names_a_missing_or_unsupported_part() {
    let pattern = read_error(|model| attribute(model, "tokenexp").s = br"\w+".to_vec());
    assert_eq!(
        pattern,
        r"the model's token pattern is \w+, which this version cannot read"
    );

    let indexes = read_error(|model| attribute(model, "ngram_indexes").ints.swap(0, 1));
    assert!(
        indexes.contains("`ngram_indexes` is a permutation of the terms"),
        "{indexes}"
    );

    let tensor = read_error(|model| {
        model
            .graph
            .as_mut()
            .unwrap()
            .initializer
            .retain(|tensor| tensor.name != "threshold");
    });
    assert_eq!(tensor, "the model has no tensor `threshold`");

    let torn = read_error(|model| {
        model.graph.as_mut().unwrap().initializer[0].raw_data.pop();
    });
    assert_eq!(
        torn,
        "the model has no whole numbers in tensor `coefficients`"
    );

    let misfit = read_error(|model| {
        attribute(model, "weights").floats.pop();
    });
    assert_eq!(misfit, "the model's numbers and terms do not fit together");
}

#[test]
fn a_folding_table_of_another_version_is_rejected() {
    let [_, _, union] = pipelines();
    let mut model = text_model(&union);
    attribute(&mut model, "folding_keys").strings.pop();
    let error = pipeline_from_model(&model).unwrap_err().to_string();
    assert_eq!(
        error,
        "the model's folding table is not the one of its n-grams, which this version cannot read"
    );

    let mut model = text_model(&union);
    attribute(&mut model, "character_pool").strings[0] = b"ab".to_vec();
    let error = pipeline_from_model(&model).unwrap_err().to_string();
    assert_eq!(
        error,
        "the model has no single characters in `character_pool`"
    );
}

/// Generates character n-grams of two to four characters in the order of their columns.
fn ngrams() -> impl Strategy<Value = Vec<String>> {
    prop::collection::btree_set("[a-c é水🔥]{2,4}", 1..20).prop_map(|ngrams| {
        let mut ngrams: Vec<String> = ngrams.into_iter().collect();
        ngrams.sort_unstable_by(|left, right| {
            CharacterVocabulary::order(left).cmp(&CharacterVocabulary::order(right))
        });
        ngrams
    })
}

/// Generates terms of one to three tokens in the order of their columns.
fn terms() -> impl Strategy<Value = Vec<String>> {
    prop::collection::btree_set("[a-c0-9_é]{1,3}( [a-c0-9_é]{1,3}){0,2}", 1..20).prop_map(|terms| {
        let mut terms: Vec<String> = terms.into_iter().collect();
        terms
            .sort_unstable_by(|left, right| Vocabulary::order(left).cmp(&Vocabulary::order(right)));
        terms
    })
}

proptest! {
    #[test]
    fn an_exported_file_is_read_back_to_the_same_pipeline(
        vocabulary in terms(),
        numbers in prop::collection::vec(-1e3_f32..1e3, 40),
        threshold in 0.01_f32..0.99,
        relevant in "\\PC{1,8}",
        ngrams in prop::option::of(ngrams()),
        has_words in any::<bool>(),
    ) {
        let vocabulary = if has_words || ngrams.is_none() { vocabulary } else { vec![] };
        let columns = vocabulary.len();
        let characters = ngrams.map(|ngrams| CharacterParts {
            settings: CharacterSettings { ngram_min: 2, ngram_max: 5 },
            idf: numbers[..ngrams.len()].to_vec(),
            coefficients: numbers[20..20 + ngrams.len()].to_vec(),
            ngrams,
        });
        let pipeline = Pipeline::try_from(PipelineParts {
            features: FeatureSettings { token_characters: TokenCharacters::Unicode, ngram_max: 3 },
            vocabulary,
            idf: numbers[..columns].to_vec(),
            coefficients: numbers[20..20 + columns].to_vec(),
            characters,
            threshold,
            labels: Labels { not_relevant: format!("not {relevant}"), relevant },
            ..parts()
        });
        let pipeline = pipeline.unwrap();

        let file = to_bytes(&text_model(&pipeline));
        prop_assert_eq!(pipeline_from_model(&parse(&file).unwrap()).unwrap(), pipeline);
    }
}

//! Contents of the exported files.

use std::fmt::Write as _;

use relevance_export::onnx::{NodeProto, ValueInfoProto};
use relevance_export::{ModelProto, features_model, text_model, to_bytes};
use relevance_pipeline::GoldenSentence;

use crate::{pipeline, pipelines};

/// Lists nodes and tensors by name, one per line.
fn dump(model: &ModelProto) -> String {
    let mut text = String::new();
    for function in &model.functions {
        writeln!(
            text,
            "function {}::{}({})",
            function.domain,
            function.name,
            function.input.join(", ")
        )
        .unwrap();
        function.node.iter().for_each(|node| line(&mut text, node));
    }

    let graph = model.graph.as_ref().unwrap();
    let names = |values: &[ValueInfoProto]| {
        values
            .iter()
            .map(|value| value.name.clone())
            .collect::<Vec<_>>()
            .join(", ")
    };
    writeln!(
        text,
        "graph {}({}) -> {}",
        graph.name,
        names(&graph.input),
        names(&graph.output)
    )
    .unwrap();
    graph.node.iter().for_each(|node| line(&mut text, node));
    for tensor in &graph.initializer {
        writeln!(text, "  tensor {} {:?}", tensor.name, tensor.dims).unwrap();
    }

    text
}

fn line(text: &mut String, node: &NodeProto) {
    let attributes =
        node.attribute
            .iter()
            .map(|attribute| match attribute.ref_attr_name.as_str() {
                "" => attribute.name.clone(),
                _ => format!("{}=@", attribute.name),
            });
    let attributes = attributes.collect::<Vec<_>>().join(" ");

    let call = format!(
        "{} = {}({}) {attributes}",
        node.output.join(", "),
        node.op_type,
        node.input.join(", ")
    );
    writeln!(text, "  {}", call.trim_end()).unwrap();
}

#[test]
fn the_text_model_is_the_function_and_the_prediction() {
    insta::assert_snapshot!(dump(&text_model(&pipeline())));
}

#[test]
fn character_ngrams_have_functions_of_their_own() {
    let [_, characters, union] = pipelines();
    insta::assert_snapshot!("character_model", dump(&text_model(&characters)));
    insta::assert_snapshot!("union_model", dump(&text_model(&union)));
    insta::assert_snapshot!("union_features_model", dump(&features_model(&union)));
}

#[test]
fn the_folding_table_has_every_character_that_folds_to_one_of_an_ngram() {
    let [_, characters, _] = pipelines();
    let model = text_model(&characters);
    let call = &model.graph.as_ref().unwrap().node[0];
    let strings = |name: &str| {
        let attribute = call.attribute.iter().find(|value| value.name == name);
        let strings = &attribute.unwrap().strings;
        strings
            .iter()
            .map(|bytes| String::from_utf8(bytes.clone()).unwrap())
            .collect::<Vec<_>>()
    };

    let (keys, values) = (strings("folding_keys"), strings("folding_values"));
    assert_eq!(keys.len(), values.len());
    for (key, value) in [("K", "k"), ("\u{212A}", "k"), ("É", "é"), ("\n", " ")] {
        let index = keys.iter().position(|known| known == key).unwrap();
        assert_eq!(values[index], value);
    }
    assert!(!keys.contains(&"z".to_owned()));
}

#[test]
fn the_metadata_of_character_ngrams_names_their_settings() {
    let [words, characters, union] = pipelines().map(|pipeline| {
        let model = text_model(&pipeline);
        let entry = |key: &str| {
            let entries = &model.metadata_props;
            let found = entries.iter().find(|entry| entry.key == key);
            found.map(|entry| entry.value.clone())
        };
        ["analyzer", "char_ngram_min", "char_ngram_max", "ngram_max"].map(entry)
    });

    let [analyzer, min, max] = ["char", "1", "4"].map(|value| Some(value.to_owned()));
    assert_eq!(words, [None, None, None, Some("2".to_owned())]);
    assert_eq!(characters, [analyzer, min.clone(), max.clone(), None]);
    assert_eq!(
        union,
        [Some("both".to_owned()), min, max, Some("2".to_owned())]
    );
}

#[test]
fn the_features_model_starts_at_counts() {
    insta::assert_snapshot!(dump(&features_model(&pipeline())));
}

#[test]
fn the_file_declares_the_versions_that_every_runtime_knows() {
    let model = text_model(&pipeline());
    let opsets: Vec<_> = model
        .opset_import
        .iter()
        .map(|import| (import.domain.as_str(), import.version))
        .collect();
    assert_eq!(
        opsets,
        [("", 18), ("relevance.text", 1), ("com.microsoft", 1)]
    );
    assert_eq!(model.ir_version, 8);
}

#[test]
fn the_metadata_has_the_entries_of_training_and_those_that_follow_from_the_pipeline() {
    let model = text_model(&pipeline());
    let entries: Vec<_> = model
        .metadata_props
        .iter()
        .map(|entry| (entry.key.as_str(), entry.value.as_str()))
        .collect();

    let golden = serde_json::to_string(&GoldenSentence::compute(&pipeline())).unwrap();
    let want = [
        ("golden", golden.as_str()),
        ("label.not_relevant", "Not Relevant"),
        ("label.relevant", "Relevant"),
        ("name", "small"),
        ("ngram_max", "2"),
        ("threshold", "0.375"),
        ("token_characters", "ascii"),
    ];
    assert_eq!(entries, want);
}

#[test]
fn equal_pipelines_give_equal_bytes() {
    assert_eq!(
        to_bytes(&text_model(&pipeline())),
        to_bytes(&text_model(&pipeline()))
    );
}

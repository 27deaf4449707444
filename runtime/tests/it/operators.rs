//! Models of one operator, on tract and on onnxruntime, with the same generated inputs.

use ort::session::Session;
use ort::value::Tensor;
use proptest::prelude::*;
use prost::Message as _;
use relevance_runtime::{OnnxRuntime, operators};
use tract_onnx::pb::{
    AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorShapeProto,
    TypeProto, ValueInfoProto,
    attribute_proto::AttributeType,
    tensor_proto::DataType,
    tensor_shape_proto::{Dimension, dimension::Value},
    type_proto,
};
use tract_onnx::prelude::*;

use crate::engines::onnxruntime_library;

/// Output of an operator: its shape, and its strings or numbers as text.
type Output = (Vec<usize>, Vec<String>);

fn attribute(name: &str, r#type: AttributeType) -> AttributeProto {
    AttributeProto {
        name: name.into(),
        r#type: r#type as i32,
        ..AttributeProto::default()
    }
}

fn int(name: &str, i: i64) -> AttributeProto {
    AttributeProto {
        i,
        ..attribute(name, AttributeType::Int)
    }
}

fn ints(name: &str, ints: &[i64]) -> AttributeProto {
    AttributeProto {
        ints: ints.to_vec(),
        ..attribute(name, AttributeType::Ints)
    }
}

fn string(name: &str, s: &str) -> AttributeProto {
    AttributeProto {
        s: s.into(),
        ..attribute(name, AttributeType::String)
    }
}

fn value(name: &str, data_type: DataType, dims: Vec<Value>) -> ValueInfoProto {
    let dim = dims
        .into_iter()
        .map(|value| Dimension {
            value: Some(value),
            ..Dimension::default()
        })
        .collect();

    let tensor = type_proto::Tensor {
        elem_type: data_type as i32,
        shape: Some(TensorShapeProto { dim }),
    };
    let r#type = TypeProto {
        value: Some(type_proto::Value::TensorType(tensor)),
        ..TypeProto::default()
    };

    ValueInfoProto {
        name: name.into(),
        r#type: Some(r#type),
        ..ValueInfoProto::default()
    }
}

/// Builds a model of one node from strings of `shape` to `output` of rank `rank`.
fn model(node: NodeProto, shape: &[usize], (output, rank): (DataType, usize)) -> ModelProto {
    let shape = shape
        .iter()
        .map(|&length| Value::DimValue(i64::try_from(length).unwrap()))
        .collect();
    let open = (0..rank)
        .map(|axis| Value::DimParam(format!("axis{axis}")))
        .collect();

    let graph = GraphProto {
        name: "one".into(),
        node: vec![NodeProto {
            input: vec!["x".into()],
            output: vec!["y".into()],
            ..node
        }],
        input: vec![value("x", DataType::String, shape)],
        output: vec![value("y", output, open)],
        ..GraphProto::default()
    };

    let opset = |domain: &str, version| OperatorSetIdProto {
        domain: domain.into(),
        version,
    };
    let opset_import = vec![
        opset("", 18),
        opset("com.microsoft", 1),
        opset("ai.onnx.ml", 3),
    ];
    ModelProto {
        ir_version: 8,
        opset_import,
        graph: Some(graph),
        ..ModelProto::default()
    }
}

fn on_tract(model: &ModelProto, shape: &[usize], cells: &[String]) -> TractResult<Output> {
    let mut onnx = onnx();
    operators::register(&mut onnx.op_register);
    let plan = onnx
        .model_for_proto_model(model)?
        .into_typed()?
        .into_optimized()?
        .into_runnable()?;

    let input = tract_ndarray::ArrayD::from_shape_vec(shape, cells.to_vec())?.into_tensor();
    let output = plan.run(tvec!(input.into_tvalue()))?.remove(0);
    let cells = if output.datum_type() == String::datum_type() {
        output.try_as_plain_ram()?.as_slice::<String>()?.to_vec()
    } else {
        output
            .try_as_plain_ram()?
            .as_slice::<f32>()?
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    Ok((output.shape().to_vec(), cells))
}

fn on_onnxruntime(model: &ModelProto, shape: &[usize], cells: &[String]) -> ort::Result<Output> {
    let environment = OnnxRuntime::environment(&onnxruntime_library()).unwrap();
    let mut session = Session::builder(&environment)?.commit_from_memory(&model.encode_to_vec())?;
    let outputs = session.run(ort::inputs!["x" => Tensor::from_string_array((shape, cells))?])?;

    let output = &outputs["y"];
    let shape = output
        .shape()
        .iter()
        .map(|&length| usize::try_from(length).unwrap())
        .collect();
    let cells = match output.try_extract_strings() {
        Ok((_, strings)) => strings,
        Err(_) => output
            .try_extract_tensor::<f32>()?
            .1
            .iter()
            .map(ToString::to_string)
            .collect(),
    };
    Ok((shape, cells))
}

fn assert_agreement(
    node: &NodeProto,
    output: (DataType, usize),
    shape: &[usize],
    cells: &[String],
) {
    let model = model(node.clone(), shape, output);

    let want = on_onnxruntime(&model, shape, cells).unwrap();
    let got = on_tract(&model, shape, cells).unwrap();
    assert_eq!(got, want, "on {shape:?} {cells:?}");
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-cA-C _.,é\u{130}\u{212A}🔥]{0,12}", "\\PC{0,12}"]
}

/// Generates a matrix of strings: its shape `[rows, columns]` and its cells.
fn matrix(
    cell: impl Strategy<Value = String>,
) -> impl Strategy<Value = (usize, usize, Vec<String>)> {
    (1_usize..4, 1_usize..4, prop::collection::vec(cell, 9)).prop_map(
        |(rows, columns, mut cells)| {
            cells.truncate(rows * columns);
            (rows, columns, cells)
        },
    )
}

fn tokenizer(pattern: &str, shortest: i64, padding: &str) -> NodeProto {
    NodeProto {
        op_type: "Tokenizer".into(),
        domain: "com.microsoft".into(),
        attribute: vec![
            int("mark", 0),
            int("mincharnum", shortest),
            string("pad_value", padding),
            string("tokenexp", pattern),
        ],
        ..NodeProto::default()
    }
}

fn label_encoder(default: Option<&str>) -> NodeProto {
    let list = |name: &str, values: [&str; 3]| AttributeProto {
        strings: values.map(|value| value.as_bytes().to_vec()).to_vec(),
        ..attribute(name, AttributeType::Strings)
    };
    let mut attributes = vec![
        list("keys_strings", ["A", "É", " "]),
        list("values_strings", ["a", "é", "A"]),
    ];
    attributes.extend(default.map(|value| string("default_string", value)));

    NodeProto {
        op_type: "LabelEncoder".into(),
        domain: "ai.onnx.ml".into(),
        attribute: attributes,
        ..NodeProto::default()
    }
}

fn string_normalizer(case_change: &str) -> NodeProto {
    let attribute = vec![
        string("case_change_action", case_change),
        string("locale", "C"),
        int("is_case_sensitive", 1),
    ];
    NodeProto {
        op_type: "StringNormalizer".into(),
        attribute,
        ..NodeProto::default()
    }
}

/// Builds the operator for two tokens, two pairs and two triples of a, b and c.
fn tfidf_vectorizer(mode: &str, lengths: (i64, i64), weighted: bool) -> NodeProto {
    const POOL: [&str; 12] = ["a", "b", "a", "b", "b", "b", "b", "c", "c", "c", "a", "a"];
    let strings = POOL.iter().map(|token| token.as_bytes().to_vec()).collect();
    let mut attributes = vec![
        string("mode", mode),
        int("min_gram_length", lengths.0),
        int("max_gram_length", lengths.1),
        int("max_skip_count", 0),
        ints("ngram_counts", &[0, 2, 6]),
        ints("ngram_indexes", &[0, 1, 2, 3, 4, 5]),
        AttributeProto {
            strings,
            ..attribute("pool_strings", AttributeType::Strings)
        },
    ];

    if weighted {
        let floats = vec![0.5, 1.25, 2.0, 3.0, 5.0, 7.5];
        attributes.push(AttributeProto {
            floats,
            ..attribute("weights", AttributeType::Floats)
        });
    }
    NodeProto {
        op_type: "TfIdfVectorizer".into(),
        attribute: attributes,
        ..NodeProto::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn tokenizer_agrees_with_onnxruntime(
        (rows, columns, cells) in matrix(text()),
        shortest in 1_i64..4,
        padding in prop_oneof![Just(""), Just("<pad>")],
        unicode in any::<bool>(),
    ) {
        use relevance_pipeline::TokenCharacters::{Ascii, Unicode};
        let pattern = if unicode { Unicode } else { Ascii }.pattern();
        let node = tokenizer(&pattern, shortest, padding);
        assert_agreement(&node, (DataType::String, 2), &[cells.len()], &cells);
        assert_agreement(&node, (DataType::String, 3), &[rows, columns], &cells);
    }

    #[test]
    fn tokenizer_of_single_characters_agrees_with_onnxruntime(
        (rows, columns, cells) in matrix(text()),
    ) {
        let node = tokenizer("(?s).", 1, "");
        assert_agreement(&node, (DataType::String, 2), &[cells.len()], &cells);
        assert_agreement(&node, (DataType::String, 3), &[rows, columns], &cells);
    }

    #[test]
    fn label_encoder_agrees_with_onnxruntime(
        (rows, columns, cells) in matrix("[AaÉé ]?".prop_map(String::from)),
        default in prop_oneof![Just(None), Just(Some("\u{FFFE}"))],
    ) {
        let node = label_encoder(default);
        assert_agreement(&node, (DataType::String, 1), &[cells.len()], &cells);
        assert_agreement(&node, (DataType::String, 2), &[rows, columns], &cells);
    }

    #[test]
    fn string_normalizer_agrees_with_onnxruntime(
        cells in prop::collection::vec(text(), 1..6),
        case_change in prop_oneof![Just("LOWER"), Just("UPPER"), Just("NONE")],
    ) {
        let node = string_normalizer(case_change);
        assert_agreement(&node, (DataType::String, 1), &[cells.len()], &cells);
        assert_agreement(&node, (DataType::String, 2), &[1, cells.len()], &cells);
    }

    #[test]
    fn tfidf_vectorizer_agrees_with_onnxruntime(
        (rows, columns, cells) in matrix("[abc]?".prop_map(String::from)),
        mode in prop_oneof![Just("TF"), Just("IDF"), Just("TFIDF")],
        lengths in prop_oneof![Just((1, 3)), Just((2, 3)), Just((3, 3))],
        weighted in any::<bool>(),
    ) {
        let node = tfidf_vectorizer(mode, lengths, weighted);
        assert_agreement(&node, (DataType::Float, 1), &[cells.len()], &cells);
        assert_agreement(&node, (DataType::Float, 2), &[rows, columns], &cells);
    }
}

#[test]
fn inputs_that_onnxruntime_rejects_are_rejected() {
    let (shape, cells) = ([2, 1], ["A".to_owned(), "B".to_owned()]);
    let normalizer = model(string_normalizer("LOWER"), &shape, (DataType::String, 2));
    assert!(on_onnxruntime(&normalizer, &shape, &cells).is_err());

    let error = on_tract(&normalizer, &shape, &cells).unwrap_err();
    assert!(
        format!("{error:?}").contains("takes [C] or [1, C]"),
        "{error:?}"
    );
}

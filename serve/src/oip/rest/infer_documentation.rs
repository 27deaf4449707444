//! Description of inference in the specification.

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::{Example, MediaType, Operation, ReferenceOr, RequestBody, SchemaObject};
use aide::operation::{ParamLocation, add_parameters, parameters_from_schema};
use aide::transform::TransformOperation;
use axum::Json;
use schemars::{JsonSchema, json_schema};
use serde_json::{Value, json};

use crate::oip::binary::BinaryError;
use crate::oip::error::ProtocolError;
use crate::oip::invalid_request::InvalidRequest;
use crate::oip::rest::documentation::{TAG, body_errors, errors, key_errors, version_errors};
use crate::oip::rest::infer_body::InferBody;
use crate::oip::rest::infer_request::InferRequest;
use crate::oip::rest::infer_response::{
    Data, InferResponse, JSON_LENGTH_NAME, OCTETS, ResponseOutput, ResponseParameters,
};
use crate::oip::tensor_names::Output;
use crate::openapi::operation::{EXAMPLE_TEXT, classification_problems, describe, media_type};
use crate::problem::{Limit, Problem, TextLocation};
use crate::settings::Limits;

/// Header of a request with binary tensors.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct InferHeaders {
    /// Length of the JSON in the body in bytes, if binary tensors follow it.
    #[schemars(rename = "Inference-Header-Content-Length", extend("type" = "integer"))]
    json_length: Option<u64>,
}

/// JSON followed by binary tensors.
struct JsonAndBinary;

impl JsonSchema for JsonAndBinary {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "JsonAndBinary".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        json_schema!({
            "description": "JSON followed by binary tensors, in the order in which the JSON names them.",
            "type": "string",
            "format": "binary",
        })
    }
}

impl OperationInput for InferBody {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        let headers = context.schema.subschema_for::<InferHeaders>();
        let headers = parameters_from_schema(context, headers, ParamLocation::Header);
        add_parameters(context, operation, headers);

        Json::<InferRequest>::operation_input(context, operation);
        let Some(ReferenceOr::Item(RequestBody { content, .. })) = &mut operation.request_body
        else {
            return;
        };
        if let Some(json) = content.get_mut("application/json") {
            json.examples = examples();
        }

        let json_schema = context.schema.subschema_for::<JsonAndBinary>();
        let schema = SchemaObject {
            json_schema,
            example: None,
            external_docs: None,
        };
        content.insert(
            OCTETS.to_owned(),
            MediaType {
                schema: Some(schema),
                ..MediaType::default()
            },
        );
    }
}

fn examples<M: FromIterator<(String, ReferenceOr<Example>)>>() -> M {
    let input = |shape: Value, data: Value| json!({"name": "text", "shape": shape, "datatype": "BYTES", "data": data});
    let text = EXAMPLE_TEXT;
    let examples = [
        ("row", json!({"inputs": [input(json!([1]), json!([text]))]})),
        (
            "column",
            json!({
                "id": "42",
                "parameters": {"threshold": 0.75},
                "inputs": [input(json!([2, 1]), json!([[text], ["the game starts at seven"]]))],
                "outputs": [{"name": "label"}],
            }),
        ),
    ];

    let example = |(name, value): (&str, Value)| {
        (
            name.to_owned(),
            ReferenceOr::Item(Example {
                value: Some(value),
                ..Example::default()
            }),
        )
    };
    examples.into_iter().map(example).collect()
}

/// Describes an operation that classifies texts.
pub(super) fn document<'t>(
    operation: TransformOperation<'t>,
    id: &str,
    documentation: &str,
) -> TransformOperation<'t> {
    let mut operation = describe(operation, id, TAG, documentation)
        .response_with::<200, Json<InferResponse>, _>(|response| response.example(example()));
    media_type::<JsonAndBinary>(operation.inner_mut(), 200, OCTETS);

    let operation = errors(operation, key_errors());
    let operation = errors(operation, version_errors());
    let operation = errors(
        operation,
        body_errors("missing field `inputs` at line 1 column 2"),
    );
    let operation = errors(operation, invalid_requests().map(ProtocolError::from));

    let limits = Limits::DEFAULT;
    let limit = Limit::batch(limits.max_batch_texts);
    let batch = [
        Problem::EmptyBatch,
        Problem::BatchTooLarge {
            got_texts: limits.max_batch_texts + 1,
            limit,
        },
    ];
    let classification = batch
        .into_iter()
        .chain(classification_problems(TextLocation::Element(1)));
    errors(operation, classification.map(ProtocolError::from))
}

/// Errors of a request that is JSON of the right shape.
fn invalid_requests() -> [InvalidRequest; 14] {
    [
        InvalidRequest::InputCount(2),
        InvalidRequest::UnknownInput("input_0".to_owned()),
        InvalidRequest::Datatype("FP32".to_owned()),
        InvalidRequest::Shape(vec![1, 2]),
        InvalidRequest::ElementCount {
            shape: vec![3],
            got: 2,
        },
        InvalidRequest::UnknownOutput("score".to_owned()),
        InvalidRequest::RepeatedOutput(Output::Label),
        InvalidRequest::ContentType("base64".to_owned()),
        InvalidRequest::Threshold("high".to_owned()),
        InvalidRequest::NoData,
        InvalidRequest::DataTwice,
        InvalidRequest::JsonLength {
            header: JSON_LENGTH_NAME,
            got: "900".to_owned(),
            body_bytes: 800,
        },
        InvalidRequest::BinarySize { size: 9, got: 8 },
        InvalidRequest::Binary(BinaryError::ElementCut {
            element: 0,
            length: 9,
            left: 4,
        }),
    ]
}

fn example() -> InferResponse {
    let tensor = |output: Output, data| ResponseOutput {
        name: output.name(),
        datatype: output.datatype(),
        shape: vec![1],
        parameters: None,
        data: Some(data),
    };

    InferResponse {
        model_name: "relevance".to_owned(),
        model_version: "3".to_owned(),
        id: Some("42".to_owned()),
        parameters: ResponseParameters { threshold: 0.5 },
        outputs: vec![
            tensor(Output::Probability, Data::Floats(vec![0.968_75])),
            tensor(Output::Label, Data::Texts(vec!["Relevant".to_owned()])),
        ],
    }
}

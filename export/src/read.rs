//! A model file back to its pipeline.

use std::collections::BTreeMap;

use relevance_pipeline::graph::{attribute, domain, operator, tensor};
use relevance_pipeline::{
    FeatureSettings, Labels, NgramPool, Pipeline, PipelineParts, TokenCharacters,
};

use crate::error::ExportError;
use crate::metadata;
use crate::onnx::{AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto};

/// Returns the pipeline that [`text_model`](crate::text_model()) wrote.
///
/// # Errors
/// When the model is not a text model of this tool, or its parts do not fit together; the error
/// names the part.
pub fn pipeline_from_model(model: &ModelProto) -> Result<Pipeline, ExportError> {
    let graph = model.graph.as_ref().ok_or(ExportError::NoTextFunction)?;
    let call = graph
        .node
        .iter()
        .find(|node| node.op_type == operator::TF_IDF_LINEAR && node.domain == domain::TEXT)
        .ok_or(ExportError::NoTextFunction)?;

    let features = features(call)?;
    let parts = PipelineParts {
        features,
        vocabulary: pool(call)?.vocabulary(&features)?.into_terms(),
        idf: find_attribute(call, attribute::WEIGHTS)?.floats.clone(),
        coefficients: floats(graph, tensor::COEFFICIENTS)?,
        intercept: one_float(graph, tensor::INTERCEPT)?,
        threshold: one_float(graph, tensor::THRESHOLD)?,
        labels: Labels {
            relevant: one_string(graph, tensor::RELEVANT_LABEL)?,
            not_relevant: one_string(graph, tensor::NOT_RELEVANT_LABEL)?,
        },
        metadata: metadata::without_derived(entries(model)),
    };

    Ok(Pipeline::try_from(parts)?)
}

fn features(call: &NodeProto) -> Result<FeatureSettings, ExportError> {
    let pattern = &find_attribute(call, attribute::TOKEN_PATTERN)?.s;
    let pattern = utf8(pattern, attribute::TOKEN_PATTERN)?;
    let token_characters =
        TokenCharacters::from_pattern(pattern).ok_or_else(|| ExportError::Unsupported {
            what: "token pattern",
            got: pattern.to_owned(),
        })?;
    let ngram_max = unsigned(find_attribute(call, attribute::MAX_GRAM_LENGTH)?.i)?;

    Ok(FeatureSettings {
        token_characters,
        ngram_max,
    })
}

fn pool(call: &NodeProto) -> Result<NgramPool<'_>, ExportError> {
    let indexes = &find_attribute(call, attribute::NGRAM_INDEXES)?.ints;
    if !(0..).zip(indexes).all(|(column, &index)| index == column) {
        return Err(ExportError::Unsupported {
            what: "attribute `ngram_indexes`",
            got: "a permutation of the terms".to_owned(),
        });
    }

    let tokens = find_attribute(call, attribute::POOL_STRINGS)?
        .strings
        .iter()
        .map(|token| utf8(token, attribute::POOL_STRINGS));
    let starts = find_attribute(call, attribute::NGRAM_COUNTS)?
        .ints
        .iter()
        .map(|&start| unsigned(start));

    Ok(NgramPool {
        tokens: tokens.collect::<Result<_, _>>()?,
        starts: starts.collect::<Result<_, _>>()?,
    })
}

fn entries(model: &ModelProto) -> BTreeMap<String, String> {
    model
        .metadata_props
        .iter()
        .map(|entry| (entry.key.clone(), entry.value.clone()))
        .collect()
}

fn find_attribute<'a>(node: &'a NodeProto, name: &str) -> Result<&'a AttributeProto, ExportError> {
    node.attribute
        .iter()
        .find(|attribute| attribute.name == name)
        .ok_or_else(|| ExportError::Missing {
            what: format!("attribute `{name}` of `{}`", operator::TF_IDF_LINEAR),
        })
}

fn initializer<'a>(graph: &'a GraphProto, name: &str) -> Result<&'a TensorProto, ExportError> {
    graph
        .initializer
        .iter()
        .find(|tensor| tensor.name == name)
        .ok_or_else(|| ExportError::Missing {
            what: format!("tensor `{name}`"),
        })
}

fn floats(graph: &GraphProto, name: &str) -> Result<Vec<f32>, ExportError> {
    let (floats, remainder) = initializer(graph, name)?.raw_data.as_chunks::<4>();
    if !remainder.is_empty() {
        return Err(ExportError::Missing {
            what: format!("whole numbers in tensor `{name}`"),
        });
    }

    Ok(floats.iter().copied().map(f32::from_le_bytes).collect())
}

fn one_float(graph: &GraphProto, name: &str) -> Result<f32, ExportError> {
    match floats(graph, name)?.as_slice() {
        [value] => Ok(*value),
        _ => Err(ExportError::Missing {
            what: format!("single number in tensor `{name}`"),
        }),
    }
}

fn one_string(graph: &GraphProto, name: &str) -> Result<String, ExportError> {
    match initializer(graph, name)?.string_data.as_slice() {
        [value] => utf8(value, name).map(str::to_owned),
        _ => Err(ExportError::Missing {
            what: format!("single string in tensor `{name}`"),
        }),
    }
}

fn utf8<'b>(bytes: &'b [u8], name: &str) -> Result<&'b str, ExportError> {
    std::str::from_utf8(bytes).map_err(|_| ExportError::Missing {
        what: format!("UTF-8 in `{name}`"),
    })
}

fn unsigned(value: i64) -> Result<usize, ExportError> {
    usize::try_from(value).map_err(|_| ExportError::Unsupported {
        what: "length",
        got: value.to_string(),
    })
}

//! A model file back to its pipeline.

use std::collections::BTreeMap;

use prost::Message as _;
use relevance_pipeline::{
    FeatureSettings, Labels, NgramPool, Pipeline, PipelineParts, TokenCharacters,
};
use tract_onnx::pb::{AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto};

use crate::text::{FUNCTION_DOMAIN, FUNCTION_NAME};
use crate::{ExportError, metadata};

/// Decodes the bytes of a model file.
///
/// # Errors
/// [`ExportError::NotOnnx`] when they are not an ONNX model.
pub fn parse(bytes: &[u8]) -> Result<ModelProto, ExportError> {
    ModelProto::decode(bytes).map_err(ExportError::NotOnnx)
}

/// The pipeline that [`text_model`](crate::text_model) wrote.
///
/// # Errors
/// When the model is not a text model of this tool, or its parts do not fit together; the error names the part.
pub fn pipeline_from_model(model: &ModelProto) -> Result<Pipeline, ExportError> {
    let graph = model.graph.as_ref().ok_or(ExportError::NoTextFunction)?;
    let call = graph
        .node
        .iter()
        .find(|node| node.op_type == FUNCTION_NAME && node.domain == FUNCTION_DOMAIN)
        .ok_or(ExportError::NoTextFunction)?;
    let features = features(call)?;
    let parts = PipelineParts {
        features,
        vocabulary: pool(call)?.vocabulary(&features)?.into_terms(),
        idf: attribute(call, "weights")?.floats.clone(),
        coefficients: float_initializer(graph, "coefficients")?,
        intercept: one_float(graph, "intercept")?,
        threshold: one_float(graph, "threshold")?,
        labels: Labels {
            relevant: one_string(graph, "relevant_label")?,
            not_relevant: one_string(graph, "not_relevant_label")?,
        },
        metadata: metadata::without_derived(entries(model)),
    };
    Ok(Pipeline::try_from(parts)?)
}

fn features(call: &NodeProto) -> Result<FeatureSettings, ExportError> {
    let pattern = text(&attribute(call, "tokenexp")?.s, "tokenexp")?;
    let token_characters =
        TokenCharacters::from_pattern(pattern).ok_or_else(|| ExportError::Unsupported {
            what: "token pattern",
            got: pattern.to_owned(),
        })?;
    Ok(FeatureSettings {
        token_characters,
        ngram_max: unsigned(attribute(call, "max_gram_length")?.i)?,
    })
}

fn pool(call: &NodeProto) -> Result<NgramPool<'_>, ExportError> {
    let indexes = &attribute(call, "ngram_indexes")?.ints;
    if !indexes
        .iter()
        .copied()
        .eq(0..i64::try_from(indexes.len()).unwrap_or(i64::MAX))
    {
        let got = "a permutation of the terms".to_owned();
        return Err(ExportError::Unsupported {
            what: "attribute `ngram_indexes`",
            got,
        });
    }
    let tokens = attribute(call, "pool_strings")?
        .strings
        .iter()
        .map(|token| text(token, "pool_strings"));
    let starts = attribute(call, "ngram_counts")?
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

fn attribute<'a>(node: &'a NodeProto, name: &str) -> Result<&'a AttributeProto, ExportError> {
    let found = node
        .attribute
        .iter()
        .find(|attribute| attribute.name == name);
    found.ok_or_else(|| ExportError::Missing {
        what: format!("attribute `{name}` of `{FUNCTION_NAME}`"),
    })
}

fn initializer<'a>(graph: &'a GraphProto, name: &str) -> Result<&'a TensorProto, ExportError> {
    let found = graph.initializer.iter().find(|tensor| tensor.name == name);
    found.ok_or_else(|| ExportError::Missing {
        what: format!("tensor `{name}`"),
    })
}

fn float_initializer(graph: &GraphProto, name: &str) -> Result<Vec<f32>, ExportError> {
    let (floats, remainder) = initializer(graph, name)?.raw_data.as_chunks::<4>();
    if !remainder.is_empty() {
        return Err(ExportError::Missing {
            what: format!("whole numbers in tensor `{name}`"),
        });
    }
    Ok(floats.iter().copied().map(f32::from_le_bytes).collect())
}

fn one_float(graph: &GraphProto, name: &str) -> Result<f32, ExportError> {
    match float_initializer(graph, name)?.as_slice() {
        [value] => Ok(*value),
        _ => Err(ExportError::Missing {
            what: format!("single number in tensor `{name}`"),
        }),
    }
}

fn one_string(graph: &GraphProto, name: &str) -> Result<String, ExportError> {
    match initializer(graph, name)?.string_data.as_slice() {
        [value] => text(value, name).map(str::to_owned),
        _ => Err(ExportError::Missing {
            what: format!("single string in tensor `{name}`"),
        }),
    }
}

fn text<'b>(bytes: &'b [u8], name: &str) -> Result<&'b str, ExportError> {
    let missing = |_| ExportError::Missing {
        what: format!("UTF-8 in `{name}`"),
    };
    std::str::from_utf8(bytes).map_err(missing)
}

fn unsigned(value: i64) -> Result<usize, ExportError> {
    let unsupported = |_| ExportError::Unsupported {
        what: "length",
        got: value.to_string(),
    };
    usize::try_from(value).map_err(unsupported)
}

//! A model file back to its pipeline.

use std::collections::BTreeMap;

use relevance_pipeline::graph::{CALLS, CHARACTER_CALL, WORD_CALL, attribute, domain, tensor};
use relevance_pipeline::{
    CharacterParts, CharacterPool, CharacterSettings, FeatureSettings, Labels, NgramPool, Pipeline,
    PipelineParts, TokenCharacters, folding_table,
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
        .find(|node| {
            node.domain == domain::TEXT && CALLS.iter().any(|call| call.operator == node.op_type)
        })
        .ok_or(ExportError::NoTextFunction)?;

    let words = if call.op_type == CHARACTER_CALL.operator {
        WordParts::default()
    } else {
        word_parts(graph, call)?
    };
    let characters = if call.op_type == WORD_CALL.operator {
        None
    } else {
        Some(character_parts(graph, call)?)
    };
    let parts = PipelineParts {
        features: words.features,
        vocabulary: words.vocabulary,
        idf: words.idf,
        coefficients: words.coefficients,
        characters,
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

/// Terms of tokens with their numbers.
#[derive(Default)]
struct WordParts {
    features: FeatureSettings,
    vocabulary: Vec<String>,
    idf: Vec<f32>,
    coefficients: Vec<f32>,
}

fn word_parts(graph: &GraphProto, call: &NodeProto) -> Result<WordParts, ExportError> {
    let features = features(call)?;

    Ok(WordParts {
        features,
        vocabulary: pool(call)?.vocabulary(&features)?.into_terms(),
        idf: find_attribute(call, attribute::WEIGHTS)?.floats.clone(),
        coefficients: floats(graph, tensor::COEFFICIENTS)?,
    })
}

fn character_parts(graph: &GraphProto, call: &NodeProto) -> Result<CharacterParts, ExportError> {
    let settings = CharacterSettings {
        ngram_min: unsigned(find_attribute(call, attribute::CHARACTER_MIN_LENGTH)?.i)?,
        ngram_max: unsigned(find_attribute(call, attribute::CHARACTER_MAX_LENGTH)?.i)?,
    };
    check_identity(call, attribute::CHARACTER_NGRAM_INDEXES)?;
    let pool = CharacterPool {
        characters: characters(call, attribute::CHARACTER_POOL)?,
        starts: lengths(call, attribute::CHARACTER_NGRAM_COUNTS)?,
    };
    let vocabulary = pool.vocabulary(settings)?;

    let keys = characters(call, attribute::FOLDING_KEYS)?;
    let values = characters(call, attribute::FOLDING_VALUES)?;
    let is_known = keys.len() == values.len()
        && keys
            .into_iter()
            .zip(values)
            .eq(folding_table(&vocabulary.characters()));
    if !is_known {
        return Err(ExportError::Unsupported {
            what: "folding table",
            got: "not the one of its n-grams".to_owned(),
        });
    }

    Ok(CharacterParts {
        settings,
        ngrams: vocabulary.into_ngrams(),
        idf: floats(graph, tensor::CHARACTER_IDF)?,
        coefficients: floats(graph, tensor::CHARACTER_COEFFICIENTS)?,
    })
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
    check_identity(call, attribute::NGRAM_INDEXES)?;
    let tokens = find_attribute(call, attribute::POOL_STRINGS)?
        .strings
        .iter()
        .map(|token| utf8(token, attribute::POOL_STRINGS));

    Ok(NgramPool {
        tokens: tokens.collect::<Result<_, _>>()?,
        starts: lengths(call, attribute::NGRAM_COUNTS)?,
    })
}

/// Checks that the attribute `name` gives each term its own index.
fn check_identity(call: &NodeProto, name: &str) -> Result<(), ExportError> {
    let indexes = &find_attribute(call, name)?.ints;
    if (0..).zip(indexes).all(|(column, &index)| index == column) {
        return Ok(());
    }

    Err(ExportError::Unsupported {
        what: "attribute `ngram_indexes`",
        got: "a permutation of the terms".to_owned(),
    })
}

fn lengths(call: &NodeProto, name: &str) -> Result<Vec<usize>, ExportError> {
    let lengths = find_attribute(call, name)?.ints.iter();
    lengths.map(|&length| unsigned(length)).collect()
}

/// Returns the strings of the attribute `name`, each of which is one character.
fn characters(call: &NodeProto, name: &str) -> Result<Vec<char>, ExportError> {
    let character = |bytes: &Vec<u8>| {
        let mut characters = utf8(bytes, name)?.chars();
        let (first, second) = (characters.next(), characters.next());
        first
            .filter(|_| second.is_none())
            .ok_or_else(|| ExportError::Missing {
                what: format!("single characters in `{name}`"),
            })
    };

    let strings = find_attribute(call, name)?.strings.iter();
    strings.map(character).collect()
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
            what: format!("attribute `{name}` of `{}`", node.op_type),
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

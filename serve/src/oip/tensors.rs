//! The model's tensors: one input of texts, three outputs.

use std::borrow::Cow;

use crate::oip::binary::{write_floats, write_integers, write_texts};
use crate::oip::invalid_request::InvalidRequest;
use crate::oip::tensor_names::{BYTES, INPUT, Output};

/// Shape of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `[N]`.
    Row,
    /// `[N, 1]`.
    Column,
}

/// The texts of a request, and the shape of their outputs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Input<'a> {
    pub(crate) texts: Vec<Cow<'a, str>>,
    pub(crate) form: Form,
}

/// Elements of an output.
#[derive(Debug)]
pub(crate) enum Elements<'a> {
    Floats(Vec<f32>),
    Texts(Vec<&'a str>),
    Integers(Vec<i64>),
}

/// An output of a response.
#[derive(Debug)]
pub(crate) struct Tensor<'a> {
    pub(crate) output: Output,
    pub(crate) shape: Vec<i64>,
    pub(crate) elements: Elements<'a>,
}

impl Form {
    /// Parses a shape, which must match the number of elements.
    fn from_shape(shape: &[i64], elements: usize) -> Result<Self, InvalidRequest> {
        let (form, count) = match *shape {
            [count] => (Self::Row, count),
            [count, 1] => (Self::Column, count),
            _ => return Err(InvalidRequest::Shape(shape.to_vec())),
        };

        if usize::try_from(count) == Ok(elements) {
            Ok(form)
        } else {
            Err(InvalidRequest::ElementCount {
                shape: shape.to_vec(),
                got: elements,
            })
        }
    }

    /// The dimensions for a number of elements.
    pub(crate) fn shape(self, elements: usize) -> Vec<i64> {
        let count = i64::try_from(elements).unwrap_or(i64::MAX);
        match self {
            Self::Row => vec![count],
            Self::Column => vec![count, 1],
        }
    }
}

impl<'a> Input<'a> {
    /// An input of texts with a shape.
    pub(crate) fn new(texts: Vec<Cow<'a, str>>, shape: &[i64]) -> Result<Self, InvalidRequest> {
        Ok(Self {
            form: Form::from_shape(shape, texts.len())?,
            texts,
        })
    }
}

/// The outputs that a request names, in its order; the default ones if it names none.
pub(crate) fn requested_outputs<'n>(
    names: impl IntoIterator<Item = &'n str>,
) -> Result<Vec<Output>, InvalidRequest> {
    let mut asked = Vec::new();
    for name in names {
        let output = Output::ALL.into_iter().find(|output| output.name() == name);
        let output = output.ok_or_else(|| InvalidRequest::UnknownOutput(name.to_owned()))?;
        if asked.contains(&output) {
            return Err(InvalidRequest::RepeatedOutput(output));
        }
        asked.push(output);
    }

    Ok(if asked.is_empty() {
        Output::DEFAULT.to_vec()
    } else {
        asked
    })
}

/// Rejects an input that the model does not have.
pub(crate) fn check_input(name: &str, datatype: &str) -> Result<(), InvalidRequest> {
    if name != INPUT {
        return Err(InvalidRequest::UnknownInput(name.to_owned()));
    }
    if datatype != BYTES {
        return Err(InvalidRequest::Datatype(datatype.to_owned()));
    }
    Ok(())
}

/// Name of the parameter with the type of a tensor's elements.
pub(crate) const CONTENT_TYPE: &str = "content_type";

/// Rejects a content type other than text, which clients of other servers name `str`.
pub(crate) fn check_content_type(content_type: Option<&str>) -> Result<(), InvalidRequest> {
    match content_type {
        None | Some("str") => Ok(()),
        Some(other) => Err(InvalidRequest::ContentType(other.to_owned())),
    }
}

/// Parses a threshold that was sent as text; its range is checked later.
pub(crate) fn threshold_of_text(text: &str) -> Result<f64, InvalidRequest> {
    text.trim()
        .parse()
        .map_err(|_| InvalidRequest::Threshold(text.to_owned()))
}

impl Elements<'_> {
    /// The elements in the binary format.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Floats(floats) => write_floats(floats),
            Self::Texts(texts) => write_texts(texts),
            Self::Integers(integers) => write_integers(integers),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_shapes_are_accepted_if_they_match_the_elements() {
        for (shape, elements, want) in [
            (&[2][..], 2, Some(Form::Row)),
            (&[2, 1], 2, Some(Form::Column)),
            (&[0], 0, Some(Form::Row)),
            (&[1, 2], 2, None),
            (&[], 1, None),
            (&[2, 1, 1], 2, None),
            (&[3], 2, None),
            (&[-1], 2, None),
            (&[i64::MAX], 2, None),
            (&[i64::MIN, 1], 0, None),
        ] {
            assert_eq!(Form::from_shape(shape, elements).ok(), want, "{shape:?}");
            if let Some(form) = want {
                assert_eq!(form.shape(elements), shape);
            }
        }
    }

    #[test]
    fn outputs_come_in_the_requested_order() {
        use Output::{KnownTerms, Label, Probability};
        for (names, want) in [
            (&[][..], Some(vec![Probability, Label])),
            (&["label"], Some(vec![Label])),
            (&["label", "probability"], Some(vec![Label, Probability])),
            (&["known_terms"], Some(vec![KnownTerms])),
            (&["Label"], None),
            (&["label", "label"], None),
        ] {
            assert_eq!(
                requested_outputs(names.iter().copied()).ok(),
                want,
                "{names:?}"
            );
        }
    }
}

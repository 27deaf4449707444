//! Tensors as bytes, little-endian: each element of `BYTES` after its length in four bytes, `FP32`
//! in four bytes, `INT64` in eight.

use std::borrow::Cow;

/// Size of an element's length.
const LENGTH_BYTES: usize = 4;

/// Why bytes are no tensor of texts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BinaryError {
    #[error("element {element} needs {LENGTH_BYTES} bytes for its length, only {left} are left")]
    LengthCut { element: usize, left: usize },
    #[error("element {element} has a length of {length} bytes, only {left} are left")]
    ElementCut {
        element: usize,
        length: u32,
        left: usize,
    },
    #[error("element {element} is not UTF-8 from its byte {at} on")]
    NotUtf8 { element: usize, at: usize },
}

/// Parses a tensor of `BYTES` whose elements are UTF-8.
pub(crate) fn read_texts(mut bytes: &[u8]) -> Result<Vec<Cow<'_, str>>, BinaryError> {
    let mut texts = Vec::new();

    while !bytes.is_empty() {
        let element = texts.len();
        let (length, rest) =
            bytes
                .split_first_chunk::<LENGTH_BYTES>()
                .ok_or(BinaryError::LengthCut {
                    element,
                    left: bytes.len(),
                })?;

        let length = u32::from_le_bytes(*length);
        let (text, rest) = usize::try_from(length)
            .ok()
            .and_then(|length| rest.split_at_checked(length))
            .ok_or(BinaryError::ElementCut {
                element,
                length,
                left: rest.len(),
            })?;

        texts.push(Cow::Borrowed(utf8(text, element)?));
        bytes = rest;
    }

    Ok(texts)
}

/// The element as text.
pub(crate) fn utf8(bytes: &[u8], element: usize) -> Result<&str, BinaryError> {
    std::str::from_utf8(bytes).map_err(|error| BinaryError::NotUtf8 {
        element,
        at: error.valid_up_to(),
    })
}

/// Writes a tensor of `BYTES`.
pub(crate) fn write_texts(texts: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(texts.iter().map(|text| LENGTH_BYTES + text.len()).sum());
    for text in texts {
        let length = u32::try_from(text.len()).expect("a label is far shorter than 4 GiB");
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes
}

/// Writes a tensor of `FP32`.
pub(crate) fn write_floats(floats: &[f32]) -> Vec<u8> {
    floats
        .iter()
        .flat_map(|float| float.to_le_bytes())
        .collect()
}

/// Writes a tensor of `INT64`.
pub(crate) fn write_integers(integers: &[i64]) -> Vec<u8> {
    integers
        .iter()
        .flat_map(|integer| integer.to_le_bytes())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_are_parsed_or_rejected(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(texts) = read_texts(&bytes) {
                let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
                prop_assert_eq!(write_texts(&texts), bytes);
            }
        }

        #[test]
        fn written_tensors_are_parsed(texts in prop::collection::vec(any::<String>(), 0..20)) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let bytes = write_texts(&texts);
            prop_assert_eq!(read_texts(&bytes).unwrap(), texts);
        }

        #[test]
        fn a_truncated_tensor_is_rejected_or_has_fewer_texts(
            texts in prop::collection::vec(any::<String>(), 1..20),
            cut in any::<prop::sample::Index>(),
        ) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let bytes = write_texts(&texts);
            let cut = cut.index(bytes.len());
            if let Ok(read) = read_texts(&bytes[..cut]) {
                prop_assert!(read.len() < texts.len() && texts.starts_with(&read.iter().map(AsRef::as_ref).collect::<Vec<_>>()));
            }
        }
    }

    #[test]
    fn errors_locate_the_element() {
        for (bytes, want) in [
            (
                &b"\x01\0\0"[..],
                BinaryError::LengthCut {
                    element: 0,
                    left: 3,
                },
            ),
            (
                b"\x01\0\0\0a\x02\0\0\0b",
                BinaryError::ElementCut {
                    element: 1,
                    length: 2,
                    left: 1,
                },
            ),
            (
                b"\xff\xff\xff\xff",
                BinaryError::ElementCut {
                    element: 0,
                    length: u32::MAX,
                    left: 0,
                },
            ),
            (
                b"\x02\0\0\0a\xff",
                BinaryError::NotUtf8 { element: 0, at: 1 },
            ),
        ] {
            assert_eq!(read_texts(bytes), Err(want), "{bytes:?}");
        }
        assert_eq!(read_texts(b"\x02\0\0\0hi\0\0\0\0").unwrap(), ["hi", ""]);
    }

    #[test]
    fn numbers_are_little_endian() {
        assert_eq!(
            write_floats(&[1.0, -2.0]),
            [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]
        );
        assert_eq!(write_integers(&[258]), [2, 1, 0, 0, 0, 0, 0, 0]);
    }
}

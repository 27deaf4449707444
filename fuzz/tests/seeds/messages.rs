//! Seeds of gRPC messages: the bytes of call and form, then the message.

use crate::Seed;

/// Type of a protobuf field with a length.
const WITH_LENGTH: u8 = 2;

/// Returns a field of bytes, text or a message of less than 128 bytes.
fn field(number: u8, content: impl AsRef<[u8]>) -> Vec<u8> {
    let content = content.as_ref();
    let length = u8::try_from(content.len()).unwrap();
    [&[number << 3 | WITH_LENGTH, length], content].concat()
}

fn with(settings: [u8; 2], fields: &[Vec<u8>]) -> Vec<u8> {
    [&settings, &fields.concat()[..]].concat()
}

/// Returns an input tensor for two texts, with the fields of its content.
fn input(content: &[Vec<u8>]) -> Vec<u8> {
    let fields = [
        field(1, "text"),
        field(2, "BYTES"),
        field(3, [2]),
        content.concat(),
    ];
    field(5, fields.concat())
}

pub(super) fn grpc() -> Vec<Seed> {
    let model = field(1, "relevance");
    let contents = field(5, [field(8, "fire"), field(8, "sunny day")].concat());
    let threshold = [field(1, "threshold"), field(2, b"\x21\0\0\0\0\0\0\xd0\x3f")].concat();
    let typed = [
        model.clone(),
        input(&[contents]),
        field(4, threshold),
        field(6, field(1, "label")),
    ];
    let raw = [
        model.clone(),
        field(3, "7"),
        input(&[]),
        field(7, b"\x04\0\0\0fire\x03\0\0\0sun"),
    ];
    let framed = [vec![0, 0, 0, 0, 11], model.clone()];

    vec![
        ("infer_typed", with([0, 0], &typed)),
        ("infer_raw", with([0, 0], &raw)),
        ("infer_gzip", with([0, 1], &typed)),
        ("metadata", with([1, 0], std::slice::from_ref(&model))),
        ("ready", with([2, 0], &[model.clone(), field(2, "1")])),
        ("config_framed", with([3, 2], &framed)),
        ("statistics", with([4, 0], std::slice::from_ref(&model))),
        ("index", with([5, 0], &[])),
        ("load", with([6, 0], &[field(2, "relevance")])),
        (
            "health",
            with([7, 0], &[field(1, "inference.GRPCInferenceService")]),
        ),
        ("reflection", with([8, 0], &[field(7, "")])),
    ]
}

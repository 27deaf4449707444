//! Seeds of HTTP bodies: the bytes of route, headers and length, then the content.

use crate::Seed;

fn with(settings: [u8; 3], content: &str) -> Vec<u8> {
    [&settings, content.as_bytes()].concat()
}

pub(super) fn http() -> Vec<Seed> {
    let binary = r#"{"inputs":[{"name":"text","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":15}}],"parameters":{"binary_data_output":true}}"#;
    let length = u8::try_from(binary.len()).unwrap();
    vec![
        (
            "predict",
            with(
                [0, 0, 0],
                r#"{"text": "the flood is rising", "threshold": 0.25}"#,
            ),
        ),
        (
            "predict_gzip",
            with([0, 8, 0], r#"{"text": "the fl\u006fod \ud83d\udd25"}"#),
        ),
        (
            "batch",
            with(
                [1, 0, 0],
                r#"{"texts": ["fire", "sunny day", ""], "threshold": 1e-3}"#,
            ),
        ),
        (
            "batch_compressed",
            with([1, 4, 0], r#"{"texts": ["fire"]}"#),
        ),
        (
            "explain",
            with(
                [2, 0, 0],
                r#"{"text": "Flood is rising. Flood is rising!", "max_terms": 2}"#,
            ),
        ),
        (
            "feedback",
            with(
                [3, 0, 0],
                r#"{"request_id": "0199a1b2-7f3e", "index": 1.0, "label": "Can't Decide"}"#,
            ),
        ),
        (
            "infer",
            with(
                [4, 0, 0],
                r#"{"id":"7","inputs":[{"name":"text","shape":[2,1],"datatype":"BYTES","data":[["fire"],["sun"]]}],"outputs":[{"name":"label"},{"name":"known_terms","parameters":{"binary_data":true}}],"parameters":{"threshold":0.5}}"#,
            ),
        ),
        (
            "infer_version",
            with(
                [5, 0, 0],
                r#"{"inputs":[{"name":"text","shape":[1],"datatype":"BYTES","data":["flood"]}]}"#,
            ),
        ),
        (
            "infer_binary",
            with(
                [4, 2, length],
                &format!("{binary}\u{4}\0\0\0fire\u{3}\0\0\0sun"),
            ),
        ),
        ("index", with([6, 0, 0], r#"{"ready": true}"#)),
        ("load", with([7, 0, 0], r#"{"parameters": {}}"#)),
        ("other_model", with([8, 0, 0], r#"{"inputs":[]}"#)),
    ]
}

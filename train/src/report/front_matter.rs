//! The head of the model card, which the Hugging Face hub reads: <https://huggingface.co/docs/hub/model-cards>.

use std::fmt::Write as _;

use super::training_report::Report;
use crate::settings::Settings;

/// Identifiers of licences that the hub knows, among those that models are given.
const LICENCES: [&str; 25] = [
    "afl-3.0",
    "agpl-3.0",
    "apache-2.0",
    "artistic-2.0",
    "bsd-2-clause",
    "bsd-3-clause",
    "bsl-1.0",
    "cc-by-3.0",
    "cc-by-4.0",
    "cc-by-nc-4.0",
    "cc-by-nc-nd-4.0",
    "cc-by-nc-sa-4.0",
    "cc-by-nd-4.0",
    "cc-by-sa-3.0",
    "cc-by-sa-4.0",
    "cc0-1.0",
    "gpl-2.0",
    "gpl-3.0",
    "isc",
    "lgpl-3.0",
    "mit",
    "mpl-2.0",
    "odc-by",
    "unlicense",
    "zlib",
];

/// Renders library, task, licence, labels and metrics as YAML between two lines of dashes.
pub(super) fn front_matter(report: &Report, settings: &Settings) -> String {
    let (labels, test) = (&report.labels, &report.test_metrics);
    let metrics = [
        ("precision", test.precision),
        ("recall", test.recall),
        ("f1", test.f1),
        ("accuracy", test.accuracy),
        ("roc_auc", test.roc_auc),
    ];
    let names: String = metrics.map(|(name, _)| format!("- {name}\n")).concat();
    let values = metrics
        .map(|(name, value)| format!("    - type: {name}\n      value: {value:.6}\n"))
        .concat();

    let mut head = String::from("---\nlibrary_name: onnx\npipeline_tag: text-classification\n");
    head += &licence(&settings.licence);
    let mut push = |lines: std::fmt::Arguments<'_>| {
        head.write_fmt(lines)
            .expect("writing to a string cannot fail");
    };
    push(format_args!(
        "labels:\n- {}\n- {}\n",
        quote(&labels.not_relevant),
        quote(&labels.relevant)
    ));
    push(format_args!("metrics:\n{names}"));
    push(format_args!(
        "model-index:\n- name: {}\n  results:\n  - task:\n      type: text-classification\n    \
         dataset:\n      type: custom\n      name: {}\n    metrics:\n{values}---\n\n",
        quote(&report.name),
        quote(&format!(
            "test subset of the examples with SHA-256 {}",
            report.data_digest
        ))
    ));
    head
}

/// The licence as the hub knows it, or as `other` with its name; nothing when none is stated.
fn licence(licence: &str) -> String {
    let identifier = licence.trim().to_ascii_lowercase();
    if LICENCES.contains(&identifier.as_str()) {
        format!("license: {identifier}\n")
    } else if licence == Settings::default().licence {
        String::new()
    } else {
        format!("license: other\nlicense_name: {}\n", quote(licence))
    }
}

/// Quotes a text: a string of JSON is one of YAML.
fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_are_those_of_the_hub_or_have_a_name() {
        for (stated, want) in [
            ("Apache-2.0", "license: apache-2.0\n"),
            ("not stated", ""),
            (
                "internal: \"A\"",
                "license: other\nlicense_name: \"internal: \\\"A\\\"\"\n",
            ),
        ] {
            assert_eq!(licence(stated), want);
        }
        assert!(LICENCES.is_sorted());
    }
}

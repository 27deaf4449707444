//! The files of `--capture`, which other programs rotate and disks fill.

use std::fs;

use serde_json::{Value, json};

use crate::service::Service;
use crate::support::Workspace;

/// Flags that capture every prediction.
const CAPTURE: [&str; 5] = [
    "serve",
    "--capture",
    "capture.jsonl",
    "--capture-fraction",
    "1",
];

/// The lines of a file, each of which must be JSON.
fn lines(workspace: &Workspace, name: &str) -> Vec<Value> {
    let content = fs::read_to_string(workspace.path(name)).unwrap_or_default();
    content
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Sends a prediction, and a label for it: since labels wait for the file, the prediction is written
/// when this returns. Returns the status of the label.
fn predict_and_label(service: &Service) -> u16 {
    let (status, answer) = service.post("/v1/predict", &json!({ "text": "flood" }));
    assert_eq!(status, 200, "{answer}");

    label(service, "request-1")
}

fn label(service: &Service, request_id: &str) -> u16 {
    let body = json!({ "request_id": request_id, "label": "Relevant" });
    service.post("/v1/feedback", &body).0
}

#[test]
fn capture_goes_on_after_another_program_moved_the_file() {
    let workspace = Workspace::with_model();
    let limit = ["--capture-max-bytes", "2000"];
    let service = Service::start(&workspace, &[&CAPTURE[..], &limit].concat());
    for _ in 0..3 {
        assert_eq!(predict_and_label(&service), 200);
    }

    fs::rename(workspace.path("capture.jsonl"), workspace.path("moved")).unwrap();
    for _ in 0..30 {
        assert_eq!(predict_and_label(&service), 200);
    }

    assert_eq!(lines(&workspace, "moved").len(), 3);
    let rotated = lines(&workspace, "capture.jsonl.1").len();
    assert!(
        rotated > 5,
        "the new file must rotate at its limit: {rotated}"
    );
    assert!(!lines(&workspace, "capture.jsonl").is_empty());
    let (_, metrics) = service.get("/metrics");
    let metrics = metrics.as_str().unwrap();
    assert!(metrics.contains("relevance_captured_total 66"), "{metrics}");

    service.terminate();
    assert_eq!(service.end().code, Some(0));
}

#[test]
fn labels_never_replace_captured_predictions() {
    let workspace = Workspace::with_model();
    let limit = ["--capture-max-bytes", "1000"];
    let service = Service::start(&workspace, &[&CAPTURE[..], &limit].concat());
    assert_eq!(predict_and_label(&service), 200);
    for _ in 0..50 {
        assert_eq!(label(&service, "request-2"), 200);
    }

    assert_eq!(lines(&workspace, "capture.jsonl").len(), 1);
    assert!(!lines(&workspace, "capture.feedback.jsonl.1").is_empty());
}

#[test]
fn only_labels_that_were_written_whole_are_confirmed() {
    let workspace = Workspace::with_model();
    let service = Service::start_with_file_limit(&workspace, &CAPTURE, 2);
    let long = "r".repeat(100);
    let confirmed = (0..20).filter(|_| label(&service, &long) == 200).count();

    assert!(
        (3..12).contains(&confirmed),
        "{confirmed} labels of 150 bytes in a file of 1024"
    );
    assert_eq!(lines(&workspace, "capture.feedback.jsonl").len(), confirmed);
    service.wait_for_log("cannot write to the capture file");

    // There is room again.
    fs::write(workspace.path("capture.feedback.jsonl"), "").unwrap();
    assert_eq!(label(&service, &long), 200);
    assert_eq!(lines(&workspace, "capture.feedback.jsonl").len(), 1);
}

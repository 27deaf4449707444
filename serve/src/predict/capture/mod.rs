//! Capture: writes a sample of the requests, and all feedback, to files for later labelling.
//!
//! The files have JSON lines: `"kind": "prediction"` for a classified text, `"kind": "feedback"`
//! for a person's label. Each kind has a file and a budget of its own, so that no number of labels,
//! which anybody can send to a service without keys, replaces the captured texts.

mod line_file;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::Serialize;
use tokio::sync::{mpsc, oneshot};

use crate::error::ServeError;
use crate::http::request_id::RequestId;
use crate::metrics::CaptureMetrics;
use crate::predict::classification::Classification;
use crate::settings::{CaptureSettings, millis};

use line_file::LineFile;

/// Entries that may wait for the disk; further predictions are skipped, since no response waits for
/// it.
const QUEUE_ENTRIES: usize = 1024;

/// Hands requests and labels to the thread that writes the files.
#[derive(Debug)]
pub(crate) struct Capture {
    fraction: f64,
    texts: bool,
    entries: mpsc::Sender<Entry>,
    metrics: Arc<CaptureMetrics>,
}

/// A person's label for a text of an earlier request.
#[derive(Debug, Serialize)]
pub(crate) struct Feedback {
    pub(crate) request_id: String,
    /// Index of the text in the request.
    pub(crate) index: usize,
    pub(crate) label: String,
}

/// Time in which a label is written; a file system that does not respond takes longer.
const STORE_TIMEOUT: Duration = Duration::from_secs(5);

/// Lines for one of the files.
#[derive(Debug)]
enum Entry {
    Predictions(Vec<u8>),
    /// A label, and the sender that reports whether it was written.
    Feedback(Vec<u8>, oneshot::Sender<bool>),
}

/// A line of a file.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Line<'a> {
    Prediction {
        time_ms: u64,
        request_id: &'a str,
        index: usize,
        model: &'a str,
        version: u64,
        probability: f32,
        threshold: f32,
        label: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<&'a str>,
    },
    Feedback {
        time_ms: u64,
        #[serde(flatten)]
        feedback: &'a Feedback,
    },
}

impl Capture {
    /// Opens the files, so that an unwritable path is an error before the service listens.
    pub(crate) fn start(
        settings: &CaptureSettings,
        metrics: Arc<CaptureMetrics>,
    ) -> Result<Self, ServeError> {
        let open = |path: PathBuf| {
            LineFile::open(path.clone(), settings.max_bytes)
                .map_err(|source| ServeError::Capture { path, source })
        };
        let predictions = open(settings.path.clone())?;
        let feedback = open(feedback_path(&settings.path))?;

        let (entries, received) = mpsc::channel(QUEUE_ENTRIES);
        let writer = Arc::clone(&metrics);
        tokio::task::spawn_blocking(move || write(predictions, feedback, received, &writer));

        Ok(Self {
            fraction: settings.fraction,
            texts: settings.texts,
            entries,
            metrics,
        })
    }

    /// Captures a request if it falls into the sample.
    pub(crate) fn sample<T: AsRef<str>>(
        &self,
        id: &RequestId,
        texts: &[T],
        classification: &Classification,
    ) {
        if fastrand::f64() >= self.fraction {
            return;
        }

        let Ok(permit) = self.entries.try_reserve() else {
            self.metrics.left_out.inc();
            return;
        };

        let identity = classification.model.identity();
        let mut lines = Vec::new();
        for (index, (scored, text)) in classification.scored.iter().zip(texts).enumerate() {
            let line = Line::Prediction {
                time_ms: now_ms(),
                request_id: id.as_str(),
                index,
                model: &identity.name,
                version: identity.version,
                probability: scored.prediction.probability,
                threshold: classification.threshold,
                label: classification.label(scored.prediction),
                text: self.texts.then_some(text.as_ref()),
            };
            push(&mut lines, &line);
        }

        permit.send(Entry::Predictions(lines));
    }

    /// Captures a label; returns whether it was written in time.
    pub(crate) async fn store(&self, feedback: &Feedback) -> bool {
        let stored = tokio::time::timeout(STORE_TIMEOUT, self.store_slowly(feedback));
        stored.await.unwrap_or(false)
    }

    async fn store_slowly(&self, feedback: &Feedback) -> bool {
        let mut lines = Vec::new();
        push(
            &mut lines,
            &Line::Feedback {
                time_ms: now_ms(),
                feedback,
            },
        );

        let (written, is_written) = oneshot::channel();
        let sent = self.entries.send(Entry::Feedback(lines, written)).await;

        sent.is_ok() && is_written.await.unwrap_or(false)
    }
}

fn push(lines: &mut Vec<u8>, line: &Line<'_>) {
    serde_json::to_writer(&mut *lines, line).expect("every key of a line is a string");
    lines.push(b'\n');
}

fn now_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();

    millis(since)
}

/// Returns the path of the labels: `FILE.feedback`, before the extension if there is one.
fn feedback_path(path: &Path) -> PathBuf {
    let mut name = OsString::from("feedback");
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_extension(name)
}

/// Writes entries until the service ends.
fn write(
    mut predictions: LineFile,
    mut feedback: LineFile,
    mut entries: mpsc::Receiver<Entry>,
    metrics: &CaptureMetrics,
) {
    while let Some(entry) = entries.blocking_recv() {
        let (result, written) = match entry {
            Entry::Predictions(lines) => (predictions.append(&lines), None),
            Entry::Feedback(lines, written) => (feedback.append(&lines), Some(written)),
        };

        match &result {
            Ok(()) => metrics.written.inc(),
            Err(error) => {
                tracing::error!(
                    error = error as &dyn std::error::Error,
                    "cannot write to the capture file"
                );
                metrics.left_out.inc()
            }
        };

        if let Some(written) = written {
            // The client may have closed its request.
            let _ = written.send(result.is_ok());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_have_a_file_beside_the_predictions() {
        let path = |text| feedback_path(Path::new(text));
        assert_eq!(
            path("a/capture.jsonl"),
            Path::new("a/capture.feedback.jsonl")
        );
        assert_eq!(path("a.b/capture"), Path::new("a.b/capture.feedback"));
    }
}

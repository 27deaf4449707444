//! Capture: writes a sample of the requests, and all feedback, to a file for later labelling.
//!
//! The file has JSON lines: `"kind": "prediction"` for a classified text, `"kind": "feedback"` for
//! a person's label.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use serde::Serialize;
use tokio::sync::{mpsc, oneshot};

use crate::error::ServeError;
use crate::http::request_id::RequestId;
use crate::metrics::CaptureMetrics;
use crate::predict::classification::Classification;
use crate::settings::{CaptureSettings, millis};

/// Entries that may wait for the disk; further predictions are skipped, since no response waits for
/// it.
const QUEUE_ENTRIES: usize = 1024;

/// Hands requests and labels to the thread that writes the file.
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

/// Lines, and the sender that reports whether they were written.
#[derive(Debug)]
struct Entry {
    lines: Vec<u8>,
    written: Option<oneshot::Sender<bool>>,
}

/// A line of the file.
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
    /// Opens the file, so that an unwritable path is an error before the service listens.
    pub(crate) fn start(
        settings: &CaptureSettings,
        metrics: Arc<CaptureMetrics>,
    ) -> Result<Self, ServeError> {
        let failed = |source| ServeError::Capture {
            path: settings.path.clone(),
            source,
        };
        let file = RotatingFile::open(&settings.path, settings.max_bytes).map_err(failed)?;

        let (entries, received) = mpsc::channel(QUEUE_ENTRIES);
        let writer = Arc::clone(&metrics);
        tokio::task::spawn_blocking(move || write(file, received, &writer));

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

        let manifest = classification.model.manifest();
        let mut lines = Vec::new();
        for (index, (&prediction, text)) in classification.predictions.iter().zip(texts).enumerate()
        {
            let line = Line::Prediction {
                time_ms: now_ms(),
                request_id: id.as_str(),
                index,
                model: &manifest.name,
                version: manifest.version,
                probability: prediction.probability,
                threshold: classification.threshold,
                label: classification.label(prediction),
                text: self.texts.then_some(text.as_ref()),
            };
            push(&mut lines, &line);
        }

        permit.send(Entry {
            lines,
            written: None,
        });
    }

    /// Captures a label; returns whether it was written.
    pub(crate) async fn store(&self, feedback: &Feedback) -> bool {
        let mut lines = Vec::new();
        push(
            &mut lines,
            &Line::Feedback {
                time_ms: now_ms(),
                feedback,
            },
        );

        let (written, is_written) = oneshot::channel();
        let sent = self
            .entries
            .send(Entry {
                lines,
                written: Some(written),
            })
            .await;

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

/// Writes entries until the service ends.
fn write(mut file: RotatingFile, mut entries: mpsc::Receiver<Entry>, metrics: &CaptureMetrics) {
    while let Some(Entry { lines, written }) = entries.blocking_recv() {
        let result = file.write(&lines);
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

/// A file that is replaced by a new one when it is full.
struct RotatingFile {
    path: PathBuf,
    file: File,
    bytes: u64,
    max_bytes: u64,
}

impl RotatingFile {
    fn open(path: &Path, max_bytes: u64) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        let bytes = file.metadata()?.len();
        Ok(Self {
            path: path.to_owned(),
            file,
            bytes,
            max_bytes,
        })
    }

    fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        if self.bytes > 0 && self.bytes + lines.len() as u64 > self.max_bytes {
            let mut older = self.path.clone().into_os_string();
            older.push(".1");
            std::fs::rename(&self.path, older)?;
            *self = Self::open(&self.path, self.max_bytes)?;
        }

        self.file.write_all(lines)?;
        self.bytes += lines.len() as u64;

        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_file_is_replaced_by_a_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("capture.jsonl");
        let mut file = RotatingFile::open(&path, 10).unwrap();
        for line in ["first\n", "second\n", "third\n"] {
            file.write(line.as_bytes()).unwrap();
        }

        let older = folder.path().join("capture.jsonl.1");
        assert_eq!(std::fs::read_to_string(older).unwrap(), "second\n");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "third\n");

        RotatingFile::open(&path, 100)
            .unwrap()
            .write(b"fourth\n")
            .unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "third\nfourth\n");
    }
}

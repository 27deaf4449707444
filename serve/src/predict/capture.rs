//! Keeping a sample of what was asked and answered, and what people say about it, for later labelling.
//!
//! A file of JSON lines: `"kind": "prediction"` for a text that was judged, `"kind": "feedback"` for a label that someone gave.

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

/// Entries that may wait for the disk; past it predictions are left out, since an answer never waits for it.
const QUEUE: usize = 1024;

/// Where requests and labels are handed to the file.
#[derive(Debug)]
pub(crate) struct Capture {
    fraction: f64,
    texts: bool,
    entries: mpsc::Sender<Entry>,
    metrics: Arc<CaptureMetrics>,
}

/// A label that someone gave to an answer.
#[derive(Debug, Serialize)]
pub(crate) struct Feedback {
    pub(crate) request_id: String,
    /// Which text of the request, from 0.
    pub(crate) index: usize,
    pub(crate) label: String,
}

/// Lines, and who waits until they are written.
#[derive(Debug)]
struct Entry {
    lines: Vec<u8>,
    written: Option<oneshot::Sender<bool>>,
}

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
    /// Opens the file, so that a path that cannot be written is known before the service listens.
    pub(crate) fn start(
        settings: &CaptureSettings,
        metrics: Arc<CaptureMetrics>,
    ) -> Result<Self, ServeError> {
        let failed = |source| ServeError::Capture {
            path: settings.path.clone(),
            source,
        };
        let file = Rotating::open(&settings.path, settings.max_bytes).map_err(failed)?;
        let (entries, received) = mpsc::channel(QUEUE);
        let writer = Arc::clone(&metrics);
        tokio::task::spawn_blocking(move || write(file, received, &writer));
        Ok(Self {
            fraction: settings.fraction,
            texts: settings.texts,
            entries,
            metrics,
        })
    }

    /// Keeps a request if it is one of the sample.
    pub(crate) fn take<T: AsRef<str>>(
        &self,
        id: &RequestId,
        texts: &[T],
        classification: &Classification,
    ) {
        if fastrand::f64() >= self.fraction {
            return;
        }
        let Ok(place) = self.entries.try_reserve() else {
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
        place.send(Entry {
            lines,
            written: None,
        });
    }

    /// Keeps a label; whether it is on its way to the disk.
    pub(crate) async fn keep(&self, feedback: &Feedback) -> bool {
        let mut lines = Vec::new();
        push(
            &mut lines,
            &Line::Feedback {
                time_ms: now_ms(),
                feedback,
            },
        );
        let (written, kept) = oneshot::channel();
        let sent = self
            .entries
            .send(Entry {
                lines,
                written: Some(written),
            })
            .await;
        sent.is_ok() && kept.await.unwrap_or(false)
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

/// Writes entries until the service is gone.
fn write(mut file: Rotating, mut entries: mpsc::Receiver<Entry>, metrics: &CaptureMetrics) {
    while let Some(Entry { lines, written }) = entries.blocking_recv() {
        let result = file.write(&lines);
        match &result {
            Ok(()) => metrics.written.inc(),
            Err(error) => {
                tracing::error!(
                    error = error as &dyn std::error::Error,
                    "cannot write what was captured"
                );
                metrics.left_out.inc()
            }
        };
        if let Some(written) = written {
            // The request that waits may be gone.
            let _ = written.send(result.is_ok());
        }
    }
}

/// A file that makes room for another when it is full.
struct Rotating {
    path: PathBuf,
    file: File,
    bytes: u64,
    max_bytes: u64,
}

impl Rotating {
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
    fn a_full_file_makes_room_for_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("capture.jsonl");
        let mut file = Rotating::open(&path, 10).unwrap();
        for line in ["first\n", "second\n", "third\n"] {
            file.write(line.as_bytes()).unwrap();
        }
        let older = folder.path().join("capture.jsonl.1");
        assert_eq!(std::fs::read_to_string(older).unwrap(), "second\n");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "third\n");
        Rotating::open(&path, 100)
            .unwrap()
            .write(b"fourth\n")
            .unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "third\nfourth\n");
    }
}

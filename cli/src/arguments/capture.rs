//! What the service keeps for later labelling.

use std::path::PathBuf;

use clap::Args;
use relevance_serve::CaptureSettings;

/// What is kept of requests, and where.
#[derive(Debug, Args)]
pub struct CaptureArguments {
    /// File of JSON lines that a sample of the answers, and all feedback, is added to; without it nothing is kept.
    #[arg(long, env = "RELEVANCE_CAPTURE", value_name = "FILE")]
    capture: Option<PathBuf>,
    /// Fraction of the requests that is kept, from 0 to 1.
    #[arg(long, env = "RELEVANCE_CAPTURE_FRACTION", value_name = "FRACTION", default_value_t = 0.01, value_parser = fraction)]
    capture_fraction: f64,
    /// Keep the texts too; without this there are ids, versions and probabilities alone.
    #[arg(long, env = "RELEVANCE_CAPTURE_TEXTS", value_name = "BOOL", num_args = 0..=1, default_value_t = false, default_missing_value = "true")]
    capture_texts: bool,
    /// Bytes after which the file becomes `FILE.1` and a new one is begun.
    #[arg(long, env = "RELEVANCE_CAPTURE_MAX_BYTES", value_name = "BYTES", default_value_t = 256 * 1024 * 1024)]
    capture_max_bytes: u64,
}

impl CaptureArguments {
    /// What is kept, if anything is.
    pub fn settings(&self) -> Option<CaptureSettings> {
        let path = self.capture.clone()?;
        let (fraction, texts, max_bytes) = (
            self.capture_fraction,
            self.capture_texts,
            self.capture_max_bytes,
        );
        Some(CaptureSettings {
            path,
            fraction,
            texts,
            max_bytes,
        })
    }
}

fn fraction(text: &str) -> Result<f64, String> {
    let fraction: f64 = text.parse().map_err(|error| format!("{error}"))?;
    if (0.0..=1.0).contains(&fraction) {
        Ok(fraction)
    } else {
        Err("it must be from 0 to 1".to_owned())
    }
}

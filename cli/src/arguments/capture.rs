//! Flags of the capture: requests that the service keeps for later labelling.

use std::path::PathBuf;

use clap::Args;
use relevance_serve::CaptureSettings;

use super::number::whole_number;

/// Flags of the capture.
#[derive(Debug, Args)]
#[command(next_help_heading = "Capture")]
pub struct CaptureArguments {
    /// File of JSON lines for a sample of the requests; without it nothing is kept.
    ///
    /// Labels from `/v1/feedback` go to a file beside it: `captured.feedback.jsonl` for
    /// `captured.jsonl`. Both files may be moved or emptied while the service runs.
    #[arg(long, env = "RELEVANCE_CAPTURE", value_name = "FILE")]
    capture: Option<PathBuf>,
    /// Fraction of the requests that is kept, 0 to 1.
    #[arg(
        long,
        env = "RELEVANCE_CAPTURE_FRACTION",
        value_name = "FRACTION",
        default_value_t = 0.01,
        value_parser = parse_fraction
    )]
    capture_fraction: f64,
    /// Keep the texts too, beside ids, versions and probabilities.
    #[arg(
        long,
        env = "RELEVANCE_CAPTURE_TEXTS",
        value_name = "BOOL",
        num_args = 0..=1,
        default_value_t = false,
        default_missing_value = "true"
    )]
    capture_texts: bool,
    /// Size at which either file becomes `FILE.1` and a new one starts.
    #[arg(
        long,
        env = "RELEVANCE_CAPTURE_MAX_BYTES",
        value_name = "BYTES",
        default_value_t = 256 * 1024 * 1024,
        value_parser = whole_number::<u64>
    )]
    capture_max_bytes: u64,
}

impl CaptureArguments {
    /// The settings of the capture, if there is a file for it.
    pub fn settings(&self) -> Option<CaptureSettings> {
        Some(CaptureSettings {
            path: self.capture.clone()?,
            fraction: self.capture_fraction,
            texts: self.capture_texts,
            max_bytes: self.capture_max_bytes,
        })
    }
}

fn parse_fraction(text: &str) -> Result<f64, String> {
    let fraction = text.parse().ok();
    fraction
        .filter(|fraction| (0.0..=1.0).contains(fraction))
        .ok_or_else(|| "expected a number from 0 to 1".to_owned())
}

//! The labelled sentences that are measured with.

use anyhow::Result;
use relevance_data::{Dataset, SourceSettings};

/// Reads the archive at a location: a file, or `embedded`.
pub fn read(location: &str) -> Result<Dataset> {
    let source = relevance_data::open(location, &SourceSettings::default())?;
    Ok(Dataset::read(source.as_ref())?)
}

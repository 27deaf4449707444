//! The files in `deploy/`: dashboard, alerts, and the manifests of the platforms.

mod exposition;
mod monitoring;
mod names;
mod platforms;
mod promtool;

use anyhow::Result;

/// Checks the manifests, the alerts and the dashboard.
pub fn check() -> Result<()> {
    platforms::check()?;
    monitoring::check()
}

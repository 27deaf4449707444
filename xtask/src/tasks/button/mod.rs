//! The hooks of the Cloud Run button, with stand-ins for `docker` and `gcloud`.

mod configure;
mod hook_case;
mod image;

use std::fs;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::command::root;

/// Runs each hook as the button does, with every failure that it handles.
pub fn check() -> Result<()> {
    let app = fs::read_to_string(root().join("app.json")).context("cannot read app.json")?;
    let app: Value = serde_json::from_str(&app).context("app.json is not JSON")?;

    image::check()?;
    configure::check(&app)
}

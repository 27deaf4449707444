//! The containers and services of all manifests, in one form.

use std::collections::BTreeMap;

use serde_json::Value;

/// A command that a platform runs.
#[derive(Clone, Debug, Default)]
pub struct Workload {
    /// Manifest and name.
    pub origin: String,
    /// Image; systemd has none.
    pub image: Option<String>,
    /// Subcommand and its flags.
    pub arguments: Vec<String>,
    /// Variables; those without a value here come from secrets or expressions.
    pub variables: BTreeMap<String, Option<String>>,
    /// Number of the user.
    pub user: Option<u64>,
    /// Ports that the platform reaches.
    pub ports: Vec<u64>,
    /// Paths that the platform requests.
    pub paths: Vec<String>,
    /// Time after SIGTERM at which the platform kills it, in seconds.
    pub grace_seconds: Option<u64>,
}

impl Workload {
    /// Returns whether it is the service, and not a job.
    pub fn is_service(&self) -> bool {
        self.subcommand() == "serve"
    }

    /// The subcommand of `relevance`.
    pub fn subcommand(&self) -> &str {
        self.arguments.first().map_or("", String::as_str)
    }
}

/// Returns the strings of an array.
pub fn strings(value: &Value) -> Vec<String> {
    let items = value.as_array().into_iter().flatten();
    items
        .filter_map(|item| Some(item.as_str()?.to_owned()))
        .collect()
}

/// Returns the items of an array, or none.
pub fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

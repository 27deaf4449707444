//! Rendered objects of Kubernetes.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

/// Objects that are applied together.
pub struct Objects {
    pub origin: String,
    pub objects: Vec<Value>,
}

impl Objects {
    /// Parses documents of YAML.
    pub fn parse(origin: String, text: &str) -> Result<Self> {
        let documents: Vec<Value> =
            serde_saphyr::from_multiple(text).with_context(|| origin.clone())?;
        let documents = documents.into_iter();
        let objects: Vec<Value> = documents.filter(|document| !document.is_null()).collect();
        ensure!(!objects.is_empty(), "{origin} has no object");
        Ok(Self { origin, objects })
    }

    /// Returns the objects of a kind.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Value> {
        let objects = self.objects.iter();
        objects.filter(move |object| object["kind"] == kind)
    }
}

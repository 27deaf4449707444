//! Checks of rendered objects of Kubernetes.

use std::collections::BTreeSet;
use std::sync::Mutex;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::objects::Objects;
use super::product::Product;
use super::tools::{Tools, captured_with_input};
use super::workload::Workload;
use super::{pod, selectors};

/// Versions of Kubernetes: the oldest that the manifests are for, one between, and the newest.
const VERSIONS: [&str; 3] = ["1.30", "1.34", "1.37"];

/// Checks objects by the schemas of their kinds, by each other, and by the program.
pub struct Checker<'a> {
    pub tools: &'a Tools,
    product: &'a Product,
    /// Objects that were valid before.
    valid: Mutex<BTreeSet<String>>,
}

impl<'a> Checker<'a> {
    pub const fn new(tools: &'a Tools, product: &'a Product) -> Self {
        Self {
            tools,
            product,
            valid: Mutex::new(BTreeSet::new()),
        }
    }

    /// Checks the objects and returns their workloads.
    pub fn check(&self, objects: &Objects) -> Result<Vec<Workload>> {
        let origin = || objects.origin.clone();
        self.validate(objects).with_context(origin)?;
        selectors::check(objects).with_context(origin)?;

        let mut workloads = Vec::new();
        for object in &objects.objects {
            let Some(found) = pod::find(object) else {
                continue;
            };
            let workload = pod::workload(object, found, objects)?;
            self.product.check(&workload)?;
            pod::check_job(object, &workload, self.product).context(workload.origin.clone())?;
            workloads.push(workload);
        }
        Ok(workloads)
    }

    /// Validates the objects that were not valid before.
    fn validate(&self, objects: &Objects) -> Result<()> {
        let texts = objects.objects.iter().map(Value::to_string);
        let mut new: Vec<String> = texts.collect();
        {
            let valid = self.valid.lock().expect("no check panics");
            new.retain(|text| !valid.contains(text));
        }
        if new.is_empty() {
            return Ok(());
        }

        let mut validate = self.tools.python_script("objects.py");
        let input = format!("[{}]", new.join(","));
        captured_with_input(validate.args(VERSIONS), &input)?;
        self.valid.lock().expect("no check panics").extend(new);
        Ok(())
    }
}

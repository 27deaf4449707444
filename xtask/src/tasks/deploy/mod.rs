//! The dashboard and the alerts in `deploy/`: they are well formed, and name nothing that the service does not measure.

mod exposition;
mod names;
mod promtool;

use std::fs;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::command::root;

const ALERTS: &str = "deploy/prometheus/alerts.yml";
const ALERT_TESTS: &str = "deploy/prometheus/alerts.test.yml";
const DASHBOARD: &str = "deploy/grafana/relevance.json";

/// Runs the alerts' own tests, and holds what alerts and dashboard ask for against what the service prints.
pub fn check() -> Result<()> {
    promtool::install()?;
    promtool::run(&["check", "rules", ALERTS])?;
    promtool::run(&["test", "rules", ALERT_TESTS])?;
    let dashboard: Value = serde_json::from_str(&read(DASHBOARD)?)?;
    let expressions = expressions(&dashboard)?;
    check_syntax(&expressions)?;

    let exposition = exposition::ask()?;
    promtool::check_metrics(&exposition)?;
    let mut mentions = names::mentions(&read(ALERTS)?);
    let asked = expressions
        .into_iter()
        .chain(strings(&dashboard, "definition"));
    mentions.extend(asked.flat_map(|text| names::mentions(&text)));
    ensure!(
        mentions.len() > 50,
        "the dashboard and the alerts name only {} metrics",
        mentions.len()
    );
    names::check(&mentions, &exposition)?;
    println!(
        "the dashboard and the alerts ask for {} series, all of which the service has",
        mentions.len()
    );
    Ok(())
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(root().join(path)).with_context(|| format!("cannot read {path}"))
}

/// Every query of the dashboard, with what Grafana puts in place of its variables.
fn expressions(dashboard: &Value) -> Result<Vec<String>> {
    let expressions = strings(dashboard, "expr");
    ensure!(
        expressions.len() > 20,
        "the dashboard has only {} queries",
        expressions.len()
    );
    let filled = expressions.iter().map(|expression| {
        let expression = expression.replace("$__rate_interval", "5m");
        ["$job", "$instance", "$route"]
            .iter()
            .fold(expression, |all, variable| all.replace(variable, ".*"))
    });
    Ok(filled.collect())
}

/// Every string that is the value of a key, at any depth.
fn strings(value: &Value, key: &str) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            let own = fields.get(key).and_then(Value::as_str).map(str::to_owned);
            own.into_iter()
                .chain(fields.values().flat_map(|field| strings(field, key)))
                .collect()
        }
        Value::Array(items) => items.iter().flat_map(|item| strings(item, key)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => vec![],
    }
}

/// Fails when a query is not one, by making a rule of each.
fn check_syntax(expressions: &[String]) -> Result<()> {
    let rules = expressions.iter().enumerate();
    let rules: Vec<Value> =
        rules.map(|(number, expression)| json!({ "record": format!("query:{number}"), "expr": expression })).collect();
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("dashboard.yml");
    // YAML takes JSON.
    fs::write(
        &path,
        json!({ "groups": [{ "name": "dashboard", "rules": rules }] }).to_string(),
    )?;
    promtool::run(&["check", "rules", &path.to_string_lossy()])
}

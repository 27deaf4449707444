//! The dashboard and the alerts: syntax, the alerts' tests, and the metrics that they query.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::{exposition, names, promtool};
use crate::command::root;

const ALERTS: &str = "deploy/prometheus/alerts.yml";
const ALERT_TESTS: [&str; 2] = [
    "deploy/prometheus/alerts.test.yml",
    "deploy/prometheus/alerts.week.test.yml",
];
const CONFIGURATION: &str = "deploy/prometheus/prometheus.yml";
const DASHBOARD: &str = "deploy/grafana/relevance.json";

/// Runs the alerts' tests and compares all queried metrics with those of the service.
pub fn check() -> Result<()> {
    promtool::run(&["check", "config", CONFIGURATION])?;
    promtool::run(&["check", "rules", ALERTS])?;
    promtool::run(&[&["test", "rules"], &ALERT_TESTS[..]].concat())?;
    let dashboard: Value = serde_json::from_str(&read(DASHBOARD)?)?;
    let expressions = expressions(&dashboard)?;
    check_syntax(&expressions)?;

    let exposition = exposition::collect()?;
    promtool::check_metrics(&exposition)?;

    let mut queried = names::parse(&read(ALERTS)?);
    let dashboard_queries = expressions
        .into_iter()
        .chain(strings(&dashboard, "definition"));
    queried.extend(dashboard_queries.flat_map(|text| names::parse(&text)));
    ensure!(
        queried.len() > 50,
        "the dashboard and the alerts query only {} series",
        queried.len()
    );
    names::check(&queried, &exposition)?;
    println!(
        "the service exposes all {} series that the dashboard and the alerts query",
        queried.len()
    );
    Ok(())
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(root().join(path)).with_context(|| format!("cannot read {path}"))
}

/// Returns every query of the dashboard with values for Grafana's variables.
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

/// Returns every string under a key, at any depth.
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

/// Fails when a query is malformed; promtool reads queries from a file of rules.
fn check_syntax(expressions: &[String]) -> Result<()> {
    let rules = expressions.iter().enumerate();
    let rules: Vec<Value> = rules
        .map(|(index, query)| json!({ "record": format!("query:{index}"), "expr": query }))
        .collect();
    let groups = json!({ "groups": [{ "name": "dashboard", "rules": rules }] });

    let folder = tempfile::tempdir()?;
    let path = folder.path().join("dashboard.yml");
    // JSON is valid YAML.
    fs::write(&path, groups.to_string())?;
    promtool::run(&["check", "rules", &path.to_string_lossy()])
}

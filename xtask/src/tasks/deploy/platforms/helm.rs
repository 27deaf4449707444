//! The chart for Helm.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::checker::Checker;
use super::mistake::Mistake;
use super::objects::Objects;
use super::tools::{captured, read};
use super::workload::Workload;

const CHART: &str = "helm/relevance";
const ALERTS: &str = "prometheus/alerts.yml";
/// Values with which every part of the chart differs from its default.
const VALUES: [&str; 7] = [
    "--set=apiKeys.secret=",
    "--set=autoscaling.enabled=false",
    "--set=serviceAccount.annotations.account=reader",
    "--set=serviceMonitor.enabled=true",
    "--set=serviceMonitor.labels.release=prometheus",
    "--set=alerts.enabled=true",
    "--set=settings.RELEVANCE_LOG=warn",
];

pub const MISTAKES: [Mistake; 4] = [
    Mistake {
        file: "helm/relevance/templates/deployment.yaml",
        correct: "enableServiceLinks",
        wrong: "enableServiceLink",
        error: "'enableServiceLink' was unexpected",
    },
    Mistake {
        file: "helm/relevance/templates/service.yaml",
        correct: "relevance.selector",
        wrong: "relevance.selection",
        error: "relevance.selection",
    },
    Mistake {
        file: "helm/relevance/values.yaml",
        correct: "replicas: 2",
        wrong: "replicaCount: 2",
        error: "additional properties 'replicaCount' not allowed",
    },
    Mistake {
        file: "helm/relevance/Chart.yaml",
        correct: "appVersion: ",
        wrong: "appVersion: 9",
        error: "this version of the repository publishes",
    },
];

/// Renders the chart with its own values and with others, checks the objects, and returns their
/// workloads.
pub fn check(checker: &Checker<'_>, deploy: &Path) -> Result<Vec<Workload>> {
    let own = render(checker, deploy, "its values", &[])?;
    let other = render(checker, deploy, "other values", &VALUES)?;
    check_alerts(&other, &read(deploy, ALERTS)?)?;

    let mut workloads = checker.check(&own)?;
    workloads.extend(checker.check(&other)?);
    Ok(workloads)
}

fn render(checker: &Checker<'_>, deploy: &Path, name: &str, values: &[&str]) -> Result<Objects> {
    let chart = deploy.join(CHART);
    let mut lint = checker.tools.helm();
    lint.args(["lint", "--strict", "--quiet"]).arg(&chart);
    captured(lint.args(values))?;

    let mut template = checker.tools.helm();
    template.args(["template", "relevance"]).arg(&chart);
    let text = captured(template.args(values))?;
    Objects::parse(format!("{CHART} with {name}"), &text)
}

/// Fails when the chart's alerts are not those of Prometheus.
fn check_alerts(objects: &Objects, alerts: &str) -> Result<()> {
    let alerts: Value = serde_saphyr::from_str(alerts).context(ALERTS)?;
    let mut objects = objects.of_kind("PrometheusRule");
    let rule = objects
        .next()
        .context("the chart renders no PrometheusRule")?;
    ensure!(
        rule["spec"] == alerts,
        "the chart's alerts are not those of deploy/{ALERTS}"
    );
    Ok(())
}

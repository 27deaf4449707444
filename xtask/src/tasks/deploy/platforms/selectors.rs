//! Labels and names by which objects refer to each other.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::objects::Objects;
use super::workload::items;

/// Label whose value becomes the metrics' label `job`, by which alerts and dashboard select.
const JOB_LABEL: &str = "app.kubernetes.io/name";
const JOB: &str = "relevance";
/// Kinds that select pods, and where they do.
const POD_SELECTORS: [(&str, &str); 4] = [
    ("Deployment", "/spec/selector/matchLabels"),
    ("NetworkPolicy", "/spec/podSelector/matchLabels"),
    ("PodDisruptionBudget", "/spec/selector/matchLabels"),
    ("Service", "/spec/selector"),
];

/// Fails when an object refers to pods, ports or objects that are not there.
pub fn check(objects: &Objects) -> Result<()> {
    let Some(deployment) = objects.of_kind("Deployment").next() else {
        return Ok(());
    };
    check_pods(objects, deployment)?;

    for scaler in objects.of_kind("HorizontalPodAutoscaler") {
        ensure!(
            scaler["spec"]["scaleTargetRef"]["name"] == deployment["metadata"]["name"],
            "HorizontalPodAutoscaler {} scales another Deployment",
            name(scaler)
        );
    }

    let service = objects.of_kind("Service").next();
    let service = service.context("there is no Service")?;
    check_ports(service, deployment)?;
    objects
        .of_kind("ServiceMonitor")
        .try_for_each(|monitor| check_monitor(monitor, service))
}

/// Fails when a selector of pods is empty, or selects none.
fn check_pods(objects: &Objects, deployment: &Value) -> Result<()> {
    let pods = &deployment["spec"]["template"]["metadata"]["labels"];
    for (kind, path) in POD_SELECTORS {
        for object in objects.of_kind(kind) {
            let selector = object.pointer(path).unwrap_or(&Value::Null);
            ensure!(
                selects(selector, pods),
                "{kind} {} selects no pod: {selector} is not in {pods}",
                name(object)
            );
        }
    }
    Ok(())
}

/// Fails when a Service leads to a port that the container does not have.
fn check_ports(service: &Value, deployment: &Value) -> Result<()> {
    let container = &deployment["spec"]["template"]["spec"]["containers"][0];
    for port in items(&service["spec"]["ports"]) {
        let target = &port["targetPort"];
        ensure!(
            has_port(&container["ports"], target),
            "Service {} leads to no port `{}` of the pods",
            name(service),
            target.as_str().unwrap_or_default()
        );
    }
    Ok(())
}

/// Fails when the metrics are not read, or under another job than that of the alerts.
fn check_monitor(monitor: &Value, service: &Value) -> Result<()> {
    let labels = &service["metadata"]["labels"];
    ensure!(
        selects(&monitor["spec"]["selector"]["matchLabels"], labels)
            && monitor["spec"]["jobLabel"] == JOB_LABEL
            && labels[JOB_LABEL] == JOB,
        "ServiceMonitor {} does not select the Service as the job {JOB}",
        name(monitor)
    );

    for endpoint in items(&monitor["spec"]["endpoints"]) {
        ensure!(
            has_port(&service["spec"]["ports"], &endpoint["port"])
                && endpoint["path"] == "/metrics",
            "ServiceMonitor {} reads from no port of the Service, or another path",
            name(monitor)
        );
    }
    Ok(())
}

/// Returns whether labels have every label of a selector, which has at least one.
fn selects(selector: &Value, labels: &Value) -> bool {
    selector.as_object().is_some_and(|selector| {
        let mut labels_of_selector = selector.iter();
        !selector.is_empty() && labels_of_selector.all(|(key, value)| labels[key] == *value)
    })
}

fn has_port(ports: &Value, name: &Value) -> bool {
    items(ports).any(|port| port["name"] == *name)
}

fn name(object: &Value) -> &str {
    object["metadata"]["name"].as_str().unwrap_or_default()
}

//! The container of an object with pods.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use super::objects::Objects;
use super::product::Product;
use super::workload::{Workload, items, strings};

/// Probes of a container.
const PROBES: [&str; 3] = ["startupProbe", "livenessProbe", "readinessProbe"];
/// Kinds of objects with pods, and where these are.
const PODS: [(&str, &str); 4] = [
    ("Deployment", "/spec/template/spec"),
    ("Job", "/spec/template/spec"),
    ("CronJob", "/spec/jobTemplate/spec/template/spec"),
    ("ServingRuntime", "/spec"),
];

/// Returns the description of an object's pods.
pub fn find(object: &Value) -> Option<&Value> {
    let (_, path) = PODS.iter().find(|(kind, _)| object["kind"] == *kind)?;
    object.pointer(path)
}

/// Returns the workload of a pod with one container.
pub fn workload(object: &Value, pod: &Value, objects: &Objects) -> Result<Workload> {
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    let kind = object["kind"].as_str().unwrap_or_default();
    let origin = format!("{}, {kind} {name}", objects.origin);
    let containers: Vec<&Value> = items(&pod["containers"]).collect();
    let [container] = containers[..] else {
        bail!("{origin} has {} containers", containers.len());
    };
    check_security(pod, container).with_context(|| origin.clone())?;

    let variables = variables(container, objects).with_context(|| origin.clone())?;
    let fill = |argument: String| {
        let mut filled = argument.replace("{{.Name}}", "relevance");
        for (name, value) in &variables {
            let value = value.clone().unwrap_or_default();
            filled = filled.replace(&format!("$({name})"), &value);
        }
        filled
    };
    let ports = items(&container["ports"]).map(|port| &port["containerPort"]);
    let user = &container["securityContext"]["runAsUser"];
    let user = user
        .as_u64()
        .or(pod["securityContext"]["runAsUser"].as_u64());

    Ok(Workload {
        image: container["image"].as_str().map(str::to_owned),
        arguments: strings(&container["args"]).into_iter().map(fill).collect(),
        user: Some(user.context("no `runAsUser`")?),
        ports: ports.filter_map(Value::as_u64).collect(),
        paths: paths(container).with_context(|| origin.clone())?,
        grace_seconds: pod["terminationGracePeriodSeconds"].as_u64(),
        origin,
        variables,
    })
}

/// Returns the variables of a container, with those of the `ConfigMaps`.
fn variables(container: &Value, objects: &Objects) -> Result<BTreeMap<String, Option<String>>> {
    let mut variables = BTreeMap::new();
    for source in items(&container["envFrom"]) {
        let name = &source["configMapRef"]["name"];
        let mut settings = objects.of_kind("ConfigMap");
        let settings = settings.find(|object| object["metadata"]["name"] == *name);
        let settings = settings.with_context(|| format!("there is no ConfigMap {name}"))?;
        let data = settings["data"].as_object().into_iter().flatten();
        variables.extend(data.map(|(key, value)| (key.clone(), text(value))));
    }
    for variable in items(&container["env"]) {
        let name = variable["name"].as_str().unwrap_or_default();
        variables.insert(name.to_owned(), text(&variable["value"]));
    }
    Ok(variables)
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// Returns the paths of the probes, whose ports must be those of the container.
fn paths(container: &Value) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    for probe in PROBES.iter().filter_map(|&name| container.get(name)) {
        let request = &probe["httpGet"];
        let mut ports = items(&container["ports"]);
        ensure!(
            ports.any(|port| [&port["name"], &port["containerPort"]].contains(&&request["port"])),
            "a probe requests the port {}, which the container does not have",
            request["port"]
        );
        paths.push(text(&request["path"]).context("a probe without a path")?);
    }
    Ok(paths)
}

/// Fails when a container has more rights than it needs.
fn check_security(pod: &Value, container: &Value) -> Result<()> {
    let own = &container["securityContext"];
    let has = |name: &str| own.get(name).or(pod["securityContext"].get(name));
    ensure!(
        own["readOnlyRootFilesystem"] == true,
        "the root file system is writable"
    );
    ensure!(
        own["allowPrivilegeEscalation"] == false && own["capabilities"]["drop"][0] == "ALL",
        "the container has privileges"
    );
    ensure!(
        has("runAsNonRoot") == Some(&Value::Bool(true)) && has("seccompProfile").is_some(),
        "`runAsNonRoot` or `seccompProfile` is missing"
    );
    ensure!(
        container["resources"]["requests"]["cpu"].is_string()
            && container["resources"]["limits"]["memory"].is_string(),
        "a request of processor time or a limit of memory is missing"
    );
    Ok(())
}

/// Fails when a job repeats what cannot succeed, or its shards are not those of its pods.
pub fn check_job(object: &Value, workload: &Workload, product: &Product) -> Result<()> {
    let job = match object["kind"].as_str() {
        Some("Job") => &object["spec"],
        Some("CronJob") => &object["spec"]["jobTemplate"]["spec"],
        _ => return Ok(()),
    };

    let rules = items(&job["podFailurePolicy"]["rules"]);
    let final_codes: Vec<i64> = rules
        .filter(|rule| rule["action"] == "FailJob")
        .flat_map(|rule| items(&rule["onExitCodes"]["values"]))
        .filter_map(Value::as_i64)
        .collect();
    let mut expected = vec![product.wrong_usage];
    if workload.subcommand() == "train" {
        expected.push(product.gate_failed);
    }
    for code in expected {
        ensure!(
            final_codes.contains(&code),
            "a pod with exit code {code} is started again"
        );
    }

    let mut arguments = workload.arguments.iter();
    let shards = arguments.find_map(|argument| argument.strip_prefix("--shard=auto/"));
    let completions = job["completions"].to_string();
    ensure!(
        shards.is_none_or(|shards| shards == completions),
        "{completions} completions, and {} shards",
        shards.unwrap_or_default()
    );
    Ok(())
}

//! Terraform's files for Google Cloud.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Map, Value};

use super::mistake::Mistake;
use super::product::Product;
use super::tools::{Tools, captured, captured_with_input};
use super::workload::{Workload, items, strings};

const FOLDER: &str = "cloudrun";
/// Resources with a container, and where it is.
const CONTAINERS: [(&str, &str); 2] = [
    ("google_cloud_run_v2_service", "/0/template/0/containers/0"),
    (
        "google_cloud_run_v2_job",
        "/0/template/0/template/0/containers/0",
    ),
];
/// Probes of a container.
const PROBES: [&str; 2] = ["startup_probe", "liveness_probe"];

pub const MISTAKES: [Mistake; 6] = [
    Mistake {
        file: "cloudrun/main.tf",
        correct: "format        = ",
        wrong: "format = ",
        error: "main.tf does not have the format of `terraform fmt`",
    },
    Mistake {
        file: "cloudrun/training.tf",
        correct: "oauth_token {",
        wrong: "oauth_token",
        error: "training.tf",
    },
    Mistake {
        file: "cloudrun/main.tf",
        correct: "max_instance_count",
        wrong: "max_instance_limit",
        error: "has no argument `max_instance_limit`",
    },
    Mistake {
        file: "cloudrun/training.tf",
        correct: "service_account.trainer.email",
        wrong: "service_account.trainer.mail",
        error: "has no attribute `mail`",
    },
    Mistake {
        file: "cloudrun/training.tf",
        correct: "--promote",
        wrong: "--promotes",
        error: "unexpected argument '--promotes'",
    },
    Mistake {
        file: "cloudrun/training.tf",
        correct: "max_retries = 0",
        wrong: "max_retries = 3",
        error: "is repeated when the gate refuses the model",
    },
];

/// Checks the folder and returns its service and its job.
pub fn check(tools: &Tools, product: &Product, deploy: &Path) -> Result<Vec<Workload>> {
    let mut parse = tools.node_script("terraform.cjs");
    let files = captured(parse.arg(deploy.join(FOLDER)))?;
    let files: Map<String, Value> = serde_json::from_str(&files)?;
    for (name, file) in &files {
        ensure!(
            file["formatted"] == true,
            "{name} does not have the format of `terraform fmt`"
        );
    }

    let contents = files.into_iter();
    let contents = contents.map(|(name, mut file)| (name, file["content"].take()));
    let contents: Map<String, Value> = contents.collect();
    let input = Value::Object(contents.clone()).to_string();
    captured_with_input(&mut tools.python_script("google.py"), &input)?;

    let mut workloads = Vec::new();
    for (kind, path) in CONTAINERS {
        let resources = contents
            .values()
            .filter_map(|file| file["resource"].get(kind));
        for (label, resource) in resources.filter_map(Value::as_object).flatten() {
            let origin = format!("{FOLDER}, {kind}.{label}");
            let container = resource.pointer(path).context(origin.clone())?;
            let workload = workload(origin, container);
            product.check(&workload)?;
            check_retries(&workload, resource)?;
            workloads.push(workload);
        }
    }
    Ok(workloads)
}

fn workload(origin: String, container: &Value) -> Workload {
    let variables = items(&container["env"]).map(|variable| {
        let text = |key: &str| variable[key].as_str().map(str::to_owned);
        let value = text("value").filter(|value| !value.contains("${"));
        (text("name").unwrap_or_default(), value)
    });
    let ports = items(&container["ports"]).map(|port| &port["container_port"]);
    let paths = PROBES
        .iter()
        .map(|probe| &container[*probe][0]["http_get"][0]["path"]);

    Workload {
        origin,
        image: container["image"].as_str().map(str::to_owned),
        arguments: arguments(&container["args"]),
        variables: variables.collect(),
        user: None,
        ports: ports.filter_map(Value::as_u64).collect(),
        paths: paths
            .filter_map(|path| path.as_str().map(str::to_owned))
            .collect(),
        // Cloud Run's is fixed.
        grace_seconds: Some(10),
    }
}

/// Returns the items of a list, or every text in an expression.
fn arguments(value: &Value) -> Vec<String> {
    let expression = value.as_str().unwrap_or_default();
    let texts = expression.split('"').skip(1).step_by(2).map(str::to_owned);
    strings(value).into_iter().chain(texts).collect()
}

/// Fails when a job for training is repeated, since Cloud Run does not look at exit codes.
fn check_retries(workload: &Workload, resource: &Value) -> Result<()> {
    let retries = resource.pointer("/0/template/0/template/0/max_retries");
    ensure!(
        workload.subcommand() != "train" || retries == Some(&Value::from(0)),
        "{} is repeated when the gate refuses the model",
        workload.origin
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arguments_are_those_of_a_list_or_all_texts_of_an_expression() {
        for value in [
            json!(["train", "--promote"]),
            json!(r#"${concat(["train"], var.promote ? ["--promote"] : [])}"#),
        ] {
            assert_eq!(arguments(&value), ["train", "--promote"]);
        }
        assert!(arguments(&Value::Null).is_empty());
    }
}

//! The file for Docker Compose.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::mistake::Mistake;
use super::product::Product;
use super::tools::{Tools, captured, read};
use super::workload::{Workload, strings};

const FILE: &str = "compose.yaml";

pub const MISTAKES: [Mistake; 6] = [
    Mistake {
        file: FILE,
        correct: "read_only: true",
        wrong: "readonly: true",
        error: "'readonly' was unexpected",
    },
    Mistake {
        file: FILE,
        correct: "./grafana/relevance.json:",
        wrong: "./grafana/dashboard.json:",
        error: "./grafana/dashboard.json, which does not exist",
    },
    Mistake {
        file: FILE,
        correct: "models:/models",
        wrong: "models:/store",
        error: "no volume at the store of the image, /models",
    },
    Mistake {
        file: FILE,
        correct: "8080:8080",
        wrong: "8080:80",
        error: "the port is 80",
    },
    Mistake {
        file: FILE,
        correct: "RELEVANCE_API_KEYS:",
        wrong: "RELEVANCE_KEYS:",
        error: "no variable RELEVANCE_KEYS",
    },
    Mistake {
        file: FILE,
        correct: "stop_grace_period: 15s",
        wrong: "stop_grace_period: 5s",
        error: "killed 5 s after SIGTERM",
    },
];

/// Checks the file and returns the service.
pub fn check(tools: &Tools, product: &Product, deploy: &Path) -> Result<Vec<Workload>> {
    let mut schema = tools.python();
    schema
        .args(["-m", "check_jsonschema", "--color", "never"])
        .args(["--builtin-schema", "vendor.compose-spec"])
        .arg(deploy.join(FILE));
    captured(&mut schema)?;

    let file: Value = serde_saphyr::from_str(&read(deploy, FILE)?).context(FILE)?;
    check_mounts(&file, deploy)?;
    let workload = workload(&file["services"]["relevance"])?;
    product.check(&workload)?;

    let volumes = strings(&file["services"]["relevance"]["volumes"]);
    ensure!(
        volumes.contains(&format!("models:{}", product.store)),
        "{FILE} has no volume at the store of the image, {}",
        product.store
    );
    Ok(vec![workload])
}

/// Fails when a mounted file is missing: Docker would make a folder in its place.
fn check_mounts(file: &Value, deploy: &Path) -> Result<()> {
    let services = file["services"].as_object();
    let services = services.with_context(|| format!("{FILE} has no services"))?;
    let mounts = services
        .values()
        .flat_map(|service| strings(&service["volumes"]));
    for mount in mounts.filter(|mount| mount.starts_with("./")) {
        let path = mount.split(':').next().unwrap_or_default();
        ensure!(
            deploy.join(path).exists(),
            "{FILE} mounts {path}, which does not exist"
        );
    }
    Ok(())
}

fn workload(service: &Value) -> Result<Workload> {
    let environment = service["environment"].as_object();
    let environment = environment.context("`environment` is not a map")?;
    let variables = environment
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().map(str::to_owned)));
    let ports = strings(&service["ports"]);
    let ports = ports
        .iter()
        .filter_map(|port| port.rsplit(':').next()?.parse().ok());

    let mut arguments = strings(&service["command"]);
    if arguments.is_empty() {
        // The command of the image.
        arguments.push("serve".to_owned());
    }
    let grace = service["stop_grace_period"].as_str().unwrap_or("10s");
    let grace = grace.strip_suffix('s').and_then(|text| text.parse().ok());
    Ok(Workload {
        origin: FILE.to_owned(),
        image: service["image"].as_str().map(str::to_owned),
        arguments,
        variables: variables.collect(),
        user: None,
        ports: ports.collect(),
        paths: Vec::new(),
        grace_seconds: Some(grace.context("`stop_grace_period` is not a number of seconds")?),
    })
}

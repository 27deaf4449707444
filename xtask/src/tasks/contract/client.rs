//! The example in TypeScript, compiled with types that are made from the specification, asking the service.

use std::fs;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::command::{command, read, root, run, target};
use crate::tools::npm;
use crate::tools::service::Service;

const PACKAGES: [&str; 4] = [
    "openapi-fetch@0.17.0",
    "openapi-typescript@7.13.0",
    "typescript@5.9.3",
    "@types/node@20.19.43",
];
const COMPILER_OPTIONS: [&str; 9] = [
    "--strict",
    "--noUncheckedIndexedAccess",
    "--exactOptionalPropertyTypes",
    "--module",
    "nodenext",
    "--target",
    "es2022",
    "--types",
    "node",
];

/// Compiles and runs the example, and fails when its answers are not those that it must get.
pub fn check(service: &Service, key: Option<&str>) -> Result<()> {
    let folder = compile(service)?;
    let mut client = command("node");
    client
        .current_dir(folder)
        .args(["client.js", service.address()])
        .args(key);
    let answers: Value = serde_json::from_slice(&read(&mut client)?)?;
    let (predicted, explained) = (&answers["predicted"], &answers["explained"]);
    for (what, holds) in [
        (
            "the sentence is relevant",
            predicted["relevant"] == json!(true),
        ),
        (
            "a batch gives the same",
            answers["batch"]["predictions"][0]["probability"] == predicted["probability"],
        ),
        (
            "a batch gives all",
            answers["batch"]["predictions"]
                .as_array()
                .is_some_and(|all| all.len() == 2),
        ),
        (
            "an explanation gives the same",
            explained["probability"] == predicted["probability"],
        ),
        (
            "an explanation has terms",
            explained["terms"]
                .as_array()
                .is_some_and(|terms| !terms.is_empty()),
        ),
        (
            "the model is the one that answered",
            answers["model"]["version"] == predicted["model"]["version"],
        ),
        (
            "feedback is kept",
            answers["kept"]["label"] == json!("Relevant"),
        ),
        (
            "feedback has an id",
            answers["kept"]["request_id"]
                .as_str()
                .is_some_and(|id| !id.is_empty()),
        ),
        (
            "a problem has its code",
            answers["problem"] == json!("blank: `text` is empty or blank"),
        ),
    ] {
        ensure!(holds, "{what}, but the client got {answers}");
    }
    println!("the client in TypeScript compiles and gets its answers");
    Ok(())
}

/// The folder with the compiled example, its types and its packages.
fn compile(service: &Service) -> Result<PathBuf> {
    let folder = target().join("examples/typescript");
    npm::install(&PACKAGES, &folder)?;
    let program = |name: &str| {
        let mut program = command(folder.join("node_modules/.bin").join(name));
        program.current_dir(&folder);
        program
    };
    fs::copy(root().join("examples/client.ts"), folder.join("client.ts"))?;
    // Node takes a file for a module where the package says so.
    fs::write(folder.join("package.json"), r#"{ "type": "module" }"#)?;
    let specification = format!("{}/openapi.json", service.address());
    run(program("openapi-typescript").args([&specification, "--output", "service.d.ts"]))?;
    run(program("tsc").args(COMPILER_OPTIONS).arg("client.ts"))?;
    Ok(folder)
}

//! The example in TypeScript, compiled with types that are generated from the specification.

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

/// Compiles and runs the example, and fails when a response is not the expected one.
pub fn check(service: &Service, key: Option<&str>) -> Result<()> {
    let folder = compile(service)?;
    let mut client = command("node");
    client
        .current_dir(folder)
        .args(["client.js", service.address()])
        .args(key);
    let output: Value = serde_json::from_slice(&read(&mut client)?)?;

    check_predictions(&output)?;
    check_other_responses(&output)?;
    println!("the client in TypeScript compiles and gets the expected responses");
    Ok(())
}

fn check_predictions(output: &Value) -> Result<()> {
    let (predicted, explained) = (&output["predicted"], &output["explained"]);
    let batch = &output["batch"]["predictions"];
    expect(
        predicted["relevant"] == json!(true),
        "the sentence is relevant",
        output,
    )?;
    expect(length(batch) == 2, "the batch has two predictions", output)?;
    expect(
        batch[0]["probability"] == predicted["probability"],
        "the batch has the probability of the single prediction",
        output,
    )?;
    expect(
        explained["probability"] == predicted["probability"],
        "the explanation has the probability of the single prediction",
        output,
    )?;
    expect(
        length(&explained["terms"]) > 0,
        "the explanation has terms",
        output,
    )
}

fn check_other_responses(output: &Value) -> Result<()> {
    let feedback = &output["kept"];
    expect(
        output["model"]["version"] == output["predicted"]["model"]["version"],
        "the active model made the prediction",
        output,
    )?;
    expect(
        feedback["label"] == json!("Relevant"),
        "the feedback has its label",
        output,
    )?;
    expect(
        feedback["request_id"]
            .as_str()
            .is_some_and(|id| !id.is_empty()),
        "the feedback has a request id",
        output,
    )?;
    expect(
        output["problem"] == json!("empty: `text` is empty or only whitespace"),
        "a problem has its code",
        output,
    )
}

fn expect(holds: bool, expectation: &str, output: &Value) -> Result<()> {
    ensure!(
        holds,
        "expected that {expectation}, but the client printed {output}"
    );
    Ok(())
}

fn length(array: &Value) -> usize {
    array.as_array().map_or(0, Vec::len)
}

/// Compiles the example and returns the folder with the program and its packages.
fn compile(service: &Service) -> Result<PathBuf> {
    let folder = target().join("examples/typescript");
    npm::install(&PACKAGES, &folder)?;
    fs::copy(
        root().join("examples/client/client.ts"),
        folder.join("client.ts"),
    )?;
    // Makes Node load the compiled file as a module.
    fs::write(folder.join("package.json"), r#"{ "type": "module" }"#)?;

    let program = |name: &str| {
        let mut program = command(folder.join("node_modules/.bin").join(name));
        program.current_dir(&folder);
        program
    };
    let specification = format!("{}/openapi.json", service.address());
    run(program("openapi-typescript").args([&specification, "--output", "service.d.ts"]))?;
    run(program("tsc").args(COMPILER_OPTIONS).arg("client.ts"))?;
    Ok(folder)
}

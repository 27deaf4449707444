//! `relevance serve --model-file`: a service of a lone file.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::moto;
use crate::service::Service;
use crate::support::{Outcome, Workspace};

const TEXT: &str = "flood waters are rising, families evacuated";

/// A workspace with the file of a model and without a store.
fn workspace() -> Workspace {
    let workspace = Workspace::with_model();
    fs::copy(
        workspace.path("models/relevance/1/model.onnx"),
        workspace.path("model.onnx"),
    )
    .unwrap();
    fs::remove_dir_all(workspace.path("models")).unwrap();
    workspace
}

/// Exports another model over the file, by way of a store that is removed again.
fn replace_model(workspace: &Workspace, arguments: &[&str]) {
    workspace.train(&[arguments, &["--promote", "--store", "other"]].concat());
    let name = match arguments {
        ["--name", name] => name,
        _ => "relevance",
    };
    fs::rename(
        workspace.path(&format!("other/{name}/1/model.onnx")),
        workspace.path("model.onnx"),
    )
    .unwrap();
    fs::remove_dir_all(workspace.path("other")).unwrap();
}

/// Asserts that every route names the model alike, and returns its version.
#[track_caller]
fn version(service: &Service, name: &str) -> u64 {
    let (status, model) = service.get("/v1/model");
    assert_eq!((status, &model["name"]), (200, &name.into()), "{model}");
    assert_eq!(model["created"], Value::Null);
    let version = model["version"].as_u64().unwrap();

    let (_, answer) = service.post("/v1/predict", &json!({ "text": TEXT }));
    assert_eq!(answer["model"], json!({ "name": name, "version": version }));

    let (status, metadata) = service.get(&format!("/v2/models/{name}"));
    let versions = json!([version.to_string()]);
    assert_eq!((status, &metadata["versions"]), (200, &versions));
    let (status, _) = service.get(&format!("/v2/models/{name}/versions/{version}/ready"));
    assert_eq!(status, 200);

    let (_, metrics) = service.get("/metrics");
    let series = format!(r#"relevance_texts_total{{model="{name}",version="{version}""#);
    assert!(metrics.as_str().unwrap().contains(&series), "{metrics}");
    version
}

#[test]
fn a_file_is_served_under_the_name_and_version_of_its_metadata() {
    let workspace = workspace();
    let predict = ["predict", "--model-file", "model.onnx", "-f", "jsonl", TEXT];
    let want = workspace.run(&predict).succeeded().json();

    let service = Service::start(&workspace, &["serve", "--model-file", "model.onnx"]);
    let (_, answer) = service.post("/v1/predict", &json!({ "text": TEXT }));
    assert_eq!(answer["probability"], want["probability"]);
    assert_ne!(version(&service, "relevance"), 1);

    assert_eq!(service.get("/model").1["code"], "no_card");
    assert!(!workspace.path("models").exists());
}

#[test]
fn a_folder_a_variable_and_another_name_are_taken() {
    let workspace = workspace();
    let folder = workspace.path(".");
    let mut command = workspace.command(&["serve", "--name", "spam", "--port", "0"]);
    command
        .args(["--address", "127.0.0.1"])
        .env("RELEVANCE_MODEL_FILE", &folder)
        // The image sets it.
        .env("RELEVANCE_STORE", "/models");
    let service = Service::spawn(&mut command).reading_log();
    version(&service, "spam");
}

#[test]
fn sighup_loads_the_file_again_and_a_bad_file_keeps_the_model() {
    let workspace = workspace();
    let service = Service::start(&workspace, &["serve", "--model-file", "model.onnx"]);
    let first = version(&service, "relevance");

    service.hang_up();
    let unchanged = "relevance_reloads_total{outcome=\"unchanged\"} 1";
    wait_for_metric(&service, unchanged);

    replace_model(&workspace, &["--seed", "7"]);
    service.hang_up();
    wait_for_metric(&service, "relevance_reloads_total{outcome=\"swapped\"} 2");
    let second = version(&service, "relevance");
    assert_ne!(first, second);

    for content in [&b"not a model"[..], &altered(&workspace)] {
        workspace.write("model.onnx", content);
        service.hang_up();
        let line = service.wait_for_log("cannot reload the model");
        assert!(line.contains("`model.onnx`"), "{line}");
        assert_eq!(version(&service, "relevance"), second);
    }
    wait_for_metric(&service, "relevance_reloads_total{outcome=\"failed\"} 2");

    replace_model(&workspace, &["--name", "other"]);
    service.hang_up();
    let line = service.wait_for_log("cannot reload the model");
    assert!(
        line.contains("`other`") && line.contains("--name"),
        "{line}"
    );
    assert_eq!(version(&service, "relevance"), second);
}

/// The model file with another probability of a golden sentence.
fn altered(workspace: &Workspace) -> Vec<u8> {
    const PROBABILITY: &[u8] = b"\"probability\":0.";
    let mut content = workspace.read("model.onnx");
    let position = content
        .windows(PROBABILITY.len())
        .position(|window| window == PROBABILITY)
        .expect("the file has golden sentences");

    let digit = &mut content[position + PROBABILITY.len()];
    *digit = if *digit == b'5' { b'6' } else { b'5' };
    content
}

#[track_caller]
fn wait_for_metric(service: &Service, line: &str) {
    for _ in 0..600 {
        let (_, metrics) = service.get("/metrics");
        if metrics.as_str().unwrap().contains(line) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("no `{line}` in {}", service.get("/metrics").1);
}

#[test]
fn an_operator_unloads_and_loads_the_file() {
    let workspace = workspace();
    let variable = ("RELEVANCE_API_KEY", "sesame");
    let serve = ["serve", "--model-file", "model.onnx"];
    let service = Service::start_with_variable(&workspace, &serve, variable);
    let call = |path: &str| {
        let path = format!("/v2/repository/{path}");
        service.post_with(&path, &[("x-api-key", "sesame")], &json!({}))
    };

    let (status, before) = call("index");
    assert_eq!((status, &before[0]["state"]), (200, &"READY".into()));
    assert_eq!(call("models/relevance/unload").0, 200);
    let (_, unloaded) = call("index");
    assert_eq!(unloaded[0]["version"], before[0]["version"]);
    assert_eq!(unloaded[0]["state"], "UNAVAILABLE");
    assert_eq!(call("models/relevance/load").0, 200);
    assert_eq!(call("index").1, before);
}

#[test]
fn a_file_in_a_bucket_is_served() {
    let remote = moto::remote("model-file");
    let workspace = Workspace::new();
    workspace.write("rows.csv", crate::support::csv(&crate::support::few_rows()));
    let train = ["train", "--data", "rows.csv", "--promote", "--store"];
    let train = [&train[..], &[&remote.location], &crate::support::LOW_GATE].concat();
    Outcome::of(workspace.command(&train).envs(&remote.variables)).succeeded();

    let file = format!("{}/relevance/1/model.onnx", remote.location);
    let predict = ["predict", "--model-file", &file, TEXT];
    Outcome::of(workspace.command(&predict).envs(&remote.variables)).succeeded();

    let serve = ["serve", "--model-file", &file, "--port", "0"];
    let mut command = workspace.command(&serve);
    command
        .args(["--address", "127.0.0.1"])
        .envs(&remote.variables);
    version(&Service::spawn(&mut command).reading_log(), "relevance");

    let missing = ["serve", "--model-file", &format!("{file}x"), "--port", "0"];
    Outcome::of(workspace.command(&missing).envs(&remote.variables))
        .failed(1, &["cannot read the model file", "model.onnxx"]);
}

#[test]
fn flags_of_a_store_beside_a_file_are_wrong_usage() {
    let workspace = workspace();
    let serve = ["serve", "--port", "0", "--model-file", "model.onnx"];
    for (flag, value) in [
        ("--store", "models"),
        ("--model-version", "2"),
        ("--shadow", "candidate"),
        ("--reload-interval-ms", "1000"),
    ] {
        let outcome = workspace.run(&[&serve[..], &[flag, value]].concat());
        outcome.failed(2, &["`--model-file`", flag]);
    }

    let mut command = workspace.command(&serve);
    let outcome = Outcome::of(command.env("RELEVANCE_SHADOW", "candidate"));
    outcome.failed(2, &["RELEVANCE_MODEL_FILE", "RELEVANCE_SHADOW"]);
}

#[test]
fn a_file_that_cannot_be_served_fails_by_its_name() {
    let workspace = workspace();
    let serve = |file: &str, arguments: &[&str]| {
        let serve = ["serve", "--port", "0", "--model-file", file];
        workspace.run(&[&serve[..], arguments].concat())
    };
    serve("none.onnx", &[]).failed(1, &["`none.onnx`"]);
    fs::create_dir(workspace.path("empty")).unwrap();
    let inside = Path::new("empty").join("model.onnx").display().to_string();
    serve("empty", &[]).failed(1, &[&inside]);
    workspace.write("bad.onnx", "not a model");
    serve("bad.onnx", &[]).failed(1, &["cannot load the model file `bad.onnx`", "ONNX"]);
    workspace.write("altered.onnx", altered(&workspace));
    serve("altered.onnx", &[]).failed(1, &["cannot load the model file `altered.onnx`"]);
    serve("model.onnx", &["--name", "My Model"]).failed(1, &["`My Model`", "--name"]);
    serve("ftp://host/model.onnx", &[]).failed(1, &["ftp"]);
}

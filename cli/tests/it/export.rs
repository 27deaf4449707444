//! `relevance export`.

use relevance_export::parse;
use relevance_runtime::Session;

use crate::support::{Workspace, few_rows};
use crate::versions::{models, two_versions};

/// A workspace with a model in production and its pipeline in `pipeline.json`.
fn with_pipeline() -> Workspace {
    let workspace = Workspace::with_model();
    workspace.train(&["--pipeline", "pipeline.json"]);
    workspace
}

#[test]
fn a_pipeline_exports_to_the_file_in_the_store() {
    let workspace = with_pipeline();
    workspace
        .run(&[
            "export",
            "--pipeline",
            "pipeline.json",
            "-o",
            "from-pipeline.onnx",
        ])
        .succeeded();
    workspace
        .run(&["export", "-o", "from-store.onnx"])
        .succeeded();
    let stored = workspace.read("models/relevance/1/model.onnx");
    workspace
        .run(&[
            "export",
            "--model-file",
            "from-store.onnx",
            "-o",
            "from-file.onnx",
        ])
        .succeeded();

    for file in ["from-pipeline.onnx", "from-store.onnx", "from-file.onnx"] {
        assert!(
            workspace.read(file) == stored,
            "{file} differs from the store's"
        );
    }
}

#[test]
fn the_numeric_part_has_a_column_a_term_of_the_vocabulary_beside_it() {
    let workspace = with_pipeline();
    workspace
        .run(&["export", "--input", "features", "-o", "numbers.onnx"])
        .succeeded();
    let graph = parse(&workspace.read("numbers.onnx"))
        .unwrap()
        .graph
        .unwrap();
    let inputs: Vec<&str> = graph
        .input
        .iter()
        .map(|input| input.name.as_str())
        .collect();
    assert_eq!(inputs, ["features"]);

    let idf = graph
        .initializer
        .iter()
        .find(|tensor| tensor.name == "idf")
        .unwrap();
    let terms: Vec<String> =
        serde_json::from_slice(&workspace.read("numbers.vocabulary.json")).unwrap();
    assert_eq!(idf.dims, [i64::try_from(terms.len()).unwrap()]);

    let pipeline: serde_json::Value =
        serde_json::from_slice(&workspace.read("pipeline.json")).unwrap();
    assert_eq!(pipeline["vocabulary"], serde_json::json!(terms));
}

#[test]
fn an_inlined_model_has_no_function_and_scores_the_same() {
    let workspace = Workspace::with_model();
    workspace
        .run(&["export", "--inline", "-o", "inlined.onnx"])
        .succeeded();
    let (stored, inlined) = (
        workspace.read("models/relevance/1/model.onnx"),
        workspace.read("inlined.onnx"),
    );
    assert_eq!(parse(&stored).unwrap().functions.len(), 1);
    assert_eq!(parse(&inlined).unwrap().functions.len(), 0);

    let texts: Vec<String> = few_rows()
        .into_iter()
        .take(100)
        .map(|row| row.text)
        .collect();
    let [want, got] =
        [stored, inlined].map(|file| Session::from_bytes(&file).unwrap().predict(&texts).unwrap());

    for (text, (want, got)) in texts.iter().zip(want.iter().zip(&got)) {
        assert!(
            (want.probability - got.probability).abs() <= 1e-6,
            "{text}: {got:?}, want {want:?}"
        );
        assert_eq!(want.relevant, got.relevant, "{text}");
    }
}

#[test]
fn what_cannot_be_exported_leaves_no_file() {
    let workspace = Workspace::new();
    workspace.write("pipeline.json", "{}");
    let export =
        |arguments: &[&str]| workspace.run(&[&["export", "-o", "out.onnx"], arguments].concat());
    export(&["--pipeline", "pipeline.json"]).failed(1, &["`pipeline.json` is not a pipeline"]);
    export(&["--pipeline", "nowhere.json"]).failed(1, &["`nowhere.json`"]);
    export(&[]).failed(1, &["`relevance`", "`production`"]);
    assert!(!workspace.path("out.onnx").exists());

    workspace
        .run(&["export", "--pipeline", "pipeline.json"])
        .failed(2, &["--output"]);
}

#[test]
fn a_folder_for_mlflow_has_the_model_and_everything_that_loads_it() {
    let workspace = Workspace::with_model();
    workspace.run(&["export", "--mlflow", "folder"]).succeeded();

    let stored = workspace.read("models/relevance/1/model.onnx");
    assert!(workspace.read("folder/model.onnx") == stored);
    let example: serde_json::Value =
        serde_json::from_slice(&workspace.read("folder/input_example.json")).unwrap();
    assert_eq!(example["columns"], serde_json::json!(["text"]));
    assert_eq!(example["data"].as_array().unwrap().len(), 2);

    let description = String::from_utf8(workspace.read("folder/MLmodel")).unwrap();
    for name in ["conda.yaml", "python_env.yaml", "input_example.json"] {
        assert!(description.contains(name), "{description}");
        assert!(!workspace.read(&format!("folder/{name}")).is_empty());
    }
    assert!(description.contains("loader_module: relevance_mlflow"));
    assert!(!workspace.read("folder/code/relevance_mlflow.py").is_empty());
}

#[test]
fn folders_for_other_programs_take_texts_only_and_an_output_is_needed() {
    let workspace = Workspace::with_model();
    for flag in ["--mlflow", "--triton"] {
        workspace
            .run(&["export", flag, "folder", "--input", "features"])
            .failed(2, &[flag, "--input"]);
    }
    workspace.run(&["export"]).failed(2, &["--output"]);
}

#[test]
fn a_repository_for_triton_has_the_tensors_of_the_graph_and_the_version_of_the_store() {
    let workspace = two_versions();
    let export = ["export", "--model-version", "2", "--triton", "repository"];
    let written = workspace.run(&export).succeeded().stderr;
    assert!(written.contains("`repository/relevance`"), "{written}");

    let stored = workspace.read("models/relevance/2/model.onnx");
    assert!(workspace.read("repository/relevance/2/model.onnx") == stored);
    let config = String::from_utf8(workspace.read("repository/relevance/config.pbtxt")).unwrap();
    for line in [
        r#"name: "relevance""#,
        "max_batch_size: 0",
        r#"input { name: "text" data_type: TYPE_STRING dims: [ -1 ] }"#,
        r#"output { name: "probability" data_type: TYPE_FP32 dims: [ -1 ] }"#,
        r#"output { name: "label" data_type: TYPE_STRING dims: [ -1 ] }"#,
        "version_policy { specific { versions: [ 2 ] } }",
    ] {
        assert!(config.lines().any(|found| found == line), "{config}");
    }
}

#[test]
fn a_lone_file_is_the_first_version_under_the_name_in_its_metadata() {
    let workspace = Workspace::with_model();
    workspace.train(&["--name", "spam", "--pipeline", "pipeline.json"]);
    for (flag, source, folder) in [
        ("--model-file", "models/spam/1/model.onnx", "from-file"),
        ("--pipeline", "pipeline.json", "from-pipeline"),
    ] {
        workspace
            .run(&["export", "--inline", flag, source, "--triton", folder])
            .succeeded();

        let model = workspace.read(&format!("{folder}/spam/1/model.onnx"));
        assert_eq!(parse(&model).unwrap().functions.len(), 0);
    }
}

#[test]
fn files_for_other_programs_may_lie_in_a_store_and_never_replace_its_models() {
    let workspace = two_versions();
    let stored = workspace.files("models");
    for (flag, folder) in [("--triton", "models"), ("--mlflow", "models/relevance/1")] {
        workspace.run(&["export", flag, folder]).succeeded();
    }
    models(&workspace, &["check"]).succeeded();
    for (path, content) in &stored {
        assert!(
            std::fs::read(path).unwrap() == *content,
            "{}",
            path.display()
        );
    }

    let before = workspace.files("models");
    for arguments in [
        &["--triton", "models", "--inline"][..],
        &["--mlflow", "models/relevance/2"],
    ] {
        workspace
            .run(&[&["export"], arguments].concat())
            .failed(1, &["is a version of a model store with another model"]);
    }
    assert_eq!(workspace.files("models"), before);
}

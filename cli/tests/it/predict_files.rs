//! `relevance predict` on several inputs.

use crate::support::Workspace;

fn workspace() -> Workspace {
    let workspace = Workspace::new();
    std::fs::create_dir(workspace.path("in")).unwrap();
    workspace.write("in/a.csv", "text\nflood\nlunch\n");
    workspace.write("in/b.csv", "text\nfire\n");
    workspace.write("in/c.txt", "fire\n");
    workspace
}

const PATTERN: [&str; 7] = [
    "predict",
    "--text-column",
    "text",
    "-i",
    "in/*.csv",
    "-o",
    "out",
];

fn manifest(workspace: &Workspace) -> serde_json::Value {
    serde_json::from_slice(&workspace.read("out/manifest.json")).unwrap()
}

#[test]
fn a_pattern_gives_one_output_a_file_and_a_manifest() {
    let workspace = workspace();
    workspace.run(&PATTERN).succeeded();
    let table = String::from_utf8(workspace.read("out/a.csv")).unwrap();
    assert!(
        table.starts_with("text,label,") && table.lines().count() == 3,
        "{table}"
    );
    let names: Vec<_> = workspace.files("out").into_keys().collect();
    assert_eq!(names.len(), 3, "{names:?}");

    let manifest = manifest(&workspace);
    assert_eq!(manifest["complete"], true);
    assert_eq!(manifest["model_sha256"].as_str().unwrap().len(), 64);
    assert_eq!(
        manifest["files"],
        serde_json::json!([
            { "input": "in/a.csv", "output": "a.csv", "rows": 2 },
            { "input": "in/b.csv", "output": "b.csv", "rows": 1 },
        ])
    );
}

#[test]
fn a_folder_stands_for_its_files() {
    let workspace = workspace();
    std::fs::remove_file(workspace.path("in/c.txt")).unwrap();
    workspace.write("in/_SUCCESS", "");
    workspace.write("in/.hidden.csv", "");
    let folder = ["predict", "--text-column", "text", "-i", "in/", "-o", "out"];
    workspace.run(&folder).succeeded();
    let names: Vec<_> = workspace.files("out").into_keys().collect();
    assert_eq!(names.len(), 3, "{names:?}");
    assert_eq!(manifest(&workspace)["files"][1]["input"], "in/b.csv");
}

#[test]
fn several_inputs_may_have_another_format() {
    let workspace = workspace();
    workspace
        .run(&[
            "predict", "-i", "in/a.csv", "-i", "in/c.txt", "--lines", "-f", "jsonl", "-o", "out",
        ])
        .succeeded();
    assert_eq!(
        String::from_utf8(workspace.read("out/a.jsonl"))
            .unwrap()
            .lines()
            .count(),
        3
    );
    assert!(workspace.path("out/c.jsonl").exists());
}

#[test]
fn outputs_have_the_names_of_what_is_written() {
    let workspace = workspace();
    workspace.write("in/d.json", "[{\"text\": \"fire\"}]");
    workspace.write("in/e.csv.zip", "text\nfire\n");
    workspace.write("in/f.csv.gz", "text\nfire\n");
    let outputs = |arguments: &[&str], folder: &str| {
        workspace
            .run(&[&["predict", "-o", folder], arguments].concat())
            .succeeded();
        let manifest: serde_json::Value =
            serde_json::from_slice(&workspace.read(&format!("{folder}/manifest.json"))).unwrap();
        let files = manifest["files"].as_array().unwrap().iter();
        files
            .map(|file| file["output"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        outputs(&["--text-column", "text", "-i", "in/[d-f].*"], "tables"),
        ["d.jsonl", "e.csv", "f.csv.gz"]
    );

    workspace.write("in/g.txt.gz", "fire\n");
    assert_eq!(outputs(&["-i", "in/*.txt*"], "lines"), ["c.txt", "g.txt"]);
}

#[test]
fn outputs_that_exist_are_refused_or_skipped() {
    let workspace = workspace();
    workspace.run(&PATTERN).succeeded();
    workspace
        .run(&PATTERN)
        .failed(2, &["out/a.csv", "--resume"]);

    workspace.write("out/a.csv", "mine");
    std::fs::remove_file(workspace.path("out/b.csv")).unwrap();
    workspace
        .run(&[&PATTERN[..], &["--resume"]].concat())
        .succeeded();
    assert_eq!(workspace.read("out/a.csv"), b"mine");
    assert!(workspace.path("out/b.csv").exists());
    assert_eq!(manifest(&workspace)["files"][0]["rows"], 2);

    workspace.write(
        "out/manifest.json",
        r#"{"model_sha256":"other","complete":true,"files":[]}"#,
    );
    workspace
        .run(&[&PATTERN[..], &["--resume"]].concat())
        .failed(1, &["another model"]);
}

#[test]
fn a_file_that_cannot_be_read_leaves_the_finished_ones() {
    let workspace = workspace();
    workspace.write("in/b.csv", "text\nfire,1\n");
    workspace.run(&PATTERN).failed(1, &["in/b.csv", "line 2"]);
    assert!(workspace.path("out/a.csv").exists() && !workspace.path("out/b.csv").exists());
    assert_eq!(manifest(&workspace)["complete"], false);
}

#[test]
fn wrong_inputs_and_outputs_are_found_before_the_first_prediction() {
    let workspace = workspace();
    workspace.write("b.csv", "text\nfire\n");
    workspace.write("file", "");
    for (arguments, code, parts) in [
        (&["-i", "in/*.csv"][..], 2, &["--output FOLDER"][..]),
        (&["-i", "in/*.csv", "-o", "in"], 2, &["own predictions"]),
        (&["-i", "in/*.csv", "-o", "file"], 2, &["`file`"]),
        (
            &["-i", "in/b.csv", "-i", "b.csv", "-o", "out"],
            2,
            &["same output"],
        ),
        (
            &["-i", "in/a.csv", "-o", "x.csv", "--resume"],
            2,
            &["--resume"],
        ),
        (&["-i", "none/*.csv", "-o", "out"], 1, &["none/*.csv"]),
        (&["-i", "in/a.csv", "-i", "-", "-o", "out"], 2, &["`-`"]),
    ] {
        let arguments = [&["predict", "--text-column", "text"], arguments].concat();
        workspace.run(&arguments).failed(code, parts);
    }
}

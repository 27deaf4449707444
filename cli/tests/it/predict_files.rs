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
    serde_json::from_slice(&workspace.read("out/_manifest.json")).unwrap()
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
            serde_json::from_slice(&workspace.read(&format!("{folder}/_manifest.json"))).unwrap();
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

    let own = String::from_utf8(workspace.read("out/_manifest.json")).unwrap();
    let digest = manifest(&workspace)["model_sha256"]
        .as_str()
        .unwrap()
        .to_owned();
    workspace.write("out/_manifest.json", own.replace(&digest, "other"));
    workspace
        .run(&[&PATTERN[..], &["--resume"]].concat())
        .failed(2, &["of another model", "choose another folder"]);

    workspace.write("out/_manifest.json", &own);
    for (flags, part) in [
        (&["--prefix", "p_"][..], "`--prefix` was `` and is `p_`"),
        (
            &["--format", "jsonl"],
            "`--format` was nothing and is `jsonl`",
        ),
        (&["--keep", "text"], "`--keep` was `[]` and is `[\"text\"]`"),
    ] {
        workspace
            .run(&[&PATTERN[..], &["--resume"], flags].concat())
            .failed(2, &["of other flags", part]);
    }
    assert_eq!(workspace.read("out/_manifest.json"), own.as_bytes());
}

#[test]
fn a_run_that_failed_before_its_first_output_is_repeated_with_other_flags() {
    let workspace = workspace();
    workspace.write("in/a.csv", "text,label\nflood,1\n");
    workspace.run(&PATTERN).failed(2, &["--prefix"]);
    workspace
        .run(&[&PATTERN[..], &["--prefix", "p_"]].concat())
        .succeeded();
    assert_eq!(manifest(&workspace)["complete"], true);
}

#[test]
fn outputs_that_no_manifest_lists_are_refused() {
    let workspace = workspace();
    workspace.run(&PATTERN).succeeded();
    std::fs::remove_file(workspace.path("out/_manifest.json")).unwrap();
    workspace
        .run(&[&PATTERN[..], &["--resume"]].concat())
        .failed(2, &["`out/a.csv`", "no manifest lists it"]);
    assert!(!workspace.path("out/_manifest.json").exists());
}

#[test]
fn a_planned_output_is_written_again_and_earlier_ones_stay_listed() {
    let workspace = workspace();
    workspace.run(&PATTERN).succeeded();
    let list = String::from_utf8(workspace.read("out/_manifest.json")).unwrap();
    workspace.write(
        "out/_manifest.json",
        list.replace("\"rows\": 1", "\"rows\": null"),
    );
    workspace.write("out/b.csv", "cut");
    std::fs::remove_file(workspace.path("in/a.csv")).unwrap();
    workspace.write("in/d.csv", "text\nfire\n");
    workspace
        .run(&PATTERN)
        .failed(2, &["out/b.csv", "--resume"]);
    workspace
        .run(&[&PATTERN[..], &["--resume"]].concat())
        .succeeded();

    assert_ne!(workspace.read("out/b.csv"), b"cut");
    assert_eq!(
        manifest(&workspace)["files"],
        serde_json::json!([
            { "input": "in/b.csv", "output": "b.csv", "rows": 1 },
            { "input": "in/d.csv", "output": "d.csv", "rows": 1 },
            { "input": "in/a.csv", "output": "a.csv", "rows": 2 },
        ])
    );
    assert_eq!(manifest(&workspace)["complete"], true);

    std::fs::remove_file(workspace.path("in/b.csv")).unwrap();
    std::fs::rename(workspace.path("in/d.csv"), workspace.path("in/e.csv")).unwrap();
    workspace.run(&PATTERN).failed(
        2,
        &["`out/_manifest.json` lists earlier predictions", "--resume"],
    );
}

#[test]
fn outputs_of_shards_are_known_to_a_run_of_all() {
    let workspace = workspace();
    for shard in ["1/2", "2/2"] {
        workspace
            .run(&[&PATTERN[..], &["--shard", shard]].concat())
            .succeeded();
    }
    workspace.write("out/a.csv", "mine");
    workspace
        .run(&[&PATTERN[..], &["--resume"]].concat())
        .succeeded();
    assert_eq!(workspace.read("out/a.csv"), b"mine");
    assert_eq!(manifest(&workspace)["files"][0]["rows"], 2);
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
        (&["-i", "in/*.csv", "-o", "-"], 2, &["--output FOLDER"]),
        (&["-i", "in/a.csv", "-o", "in"], 2, &["`in` is a folder"]),
        (
            &["-i", "in/a.csv", "-o", "out/"],
            2,
            &["`out/` is a folder"],
        ),
    ] {
        let arguments = [&["predict", "--text-column", "text"], arguments].concat();
        workspace.run(&arguments).failed(code, parts);
        assert!(!workspace.path("out").exists(), "{arguments:?}");
    }
}

/// A folder of parts in folders of their own, as Spark and Hive write a partitioned table.
fn partitioned() -> Workspace {
    let workspace = Workspace::new();
    for (folder, rows) in [
        ("year=2023/lang=en", 2),
        ("year=2024/lang=en", 3),
        ("year=2024/_old", 9),
    ] {
        std::fs::create_dir_all(workspace.path(&format!("in/{folder}"))).unwrap();
        let lines = "flood\n".repeat(rows - 1);
        for part in 0..4 {
            workspace.write(
                &format!("in/{folder}/part-{part}.csv"),
                format!("text\nfire {part}\n{lines}"),
            );
        }
    }
    workspace.write("in/_SUCCESS", "");
    workspace
}

#[test]
fn outputs_of_a_folder_are_in_the_same_folders_below() {
    let workspace = partitioned();
    let predict = |input: &str, output: &str| {
        let flags = [
            "predict",
            "--text-column",
            "text",
            "-i",
            input,
            "-o",
            output,
        ];
        workspace.run(&flags).succeeded();
        let names: Vec<_> = workspace
            .files(output)
            .into_keys()
            .map(|path| {
                path.strip_prefix(workspace.path(output))
                    .unwrap()
                    .to_owned()
            })
            .collect();
        names
    };

    let of_folder = predict("in", "folder");
    assert_eq!(of_folder.len(), 9, "{of_folder:?}");
    assert!(
        of_folder.contains(&"year=2024/lang=en/part-3.csv".into()),
        "{of_folder:?}"
    );
    assert_eq!(predict("./in/year=*/lang=*/*.csv", "pattern"), of_folder);
    assert_eq!(
        predict("in/year=2023/**/*.csv", "year")[1],
        std::path::Path::new("lang=en/part-0.csv")
    );
}

#[test]
fn outputs_in_the_folder_of_the_inputs_are_refused() {
    let workspace = partitioned();
    for output in ["in", "in/scored"] {
        workspace
            .run(&["predict", "--text-column", "text", "-i", "in", "-o", output])
            .failed(2, &["is in the folder of the inputs `in`"]);
    }
}

#[test]
fn shards_add_up_to_the_whole() {
    let workspace = partitioned();
    let predict = |flags: &[&str]| {
        let common = ["predict", "--text-column", "text", "-i", "in"];
        workspace.run(&[&common[..], flags].concat())
    };
    predict(&["-o", "whole"]).succeeded();
    for shard in ["1/3", "2/3", "3/3"] {
        predict(&["-o", "out", "--shard", shard]).succeeded();
    }

    let tables = |folder: &str| {
        let files = workspace.files(folder).into_iter();
        files
            .map(|(path, content)| {
                (
                    path.strip_prefix(workspace.path(folder))
                        .unwrap()
                        .to_owned(),
                    content,
                )
            })
            .filter(|(path, _)| path.extension().is_some_and(|ending| ending == "csv"))
            .collect::<Vec<_>>()
    };
    assert_eq!(tables("out"), tables("whole"));
    let mut rows = 0;
    for shard in 1..=3 {
        let manifest = workspace.read(&format!("out/_manifest-{shard}-of-3.json"));
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
        assert_eq!(manifest["complete"], true);
        let files = manifest["files"].as_array().unwrap().iter();
        rows += files
            .map(|file| file["rows"].as_u64().unwrap())
            .sum::<u64>();
    }
    assert_eq!(rows, 4 * (2 + 3));

    predict(&["-o", "out", "--shard", "4/3"]).failed(2, &["no shard 4 of 3"]);
    workspace
        .run(&[
            "predict",
            "-i",
            "in/year=2023/lang=en/part-0.csv",
            "-o",
            "one.csv",
            "--shard",
            "1/3",
        ])
        .failed(2, &["`--shard`", "several inputs"]);
}

#[test]
fn a_shard_that_was_stopped_goes_on_where_it_was() {
    let workspace = partitioned();
    let flags = [
        "predict",
        "--text-column",
        "text",
        "-i",
        "in",
        "-o",
        "out",
        "--shard",
        "1/2",
        "--resume",
    ];
    workspace.run(&flags).succeeded();
    let whole = workspace.files("out");
    let is_table =
        |path: &&std::path::PathBuf| path.extension().is_some_and(|ending| ending == "csv");
    let part = whole.keys().find(is_table).unwrap();
    std::fs::remove_file(part).unwrap();

    workspace.run(&flags).succeeded();
    assert_eq!(workspace.files("out"), whole);
}

#[test]
fn outputs_of_other_flags_are_not_resumed() {
    let workspace = workspace();
    workspace.run(&PATTERN).succeeded();
    std::fs::remove_file(workspace.path("out/b.csv")).unwrap();

    let resumed = |flags: &[&str]| workspace.run(&[&PATTERN[..], &["--resume"], flags].concat());
    resumed(&["--keep", "text"]).failed(2, &["of other flags", r#"`["text"]`"#]);
    resumed(&[]).succeeded();
    assert_eq!(manifest(&workspace)["complete"], true);
}

//! A store in a bucket, through the command.

use serde_json::json;

use crate::moto;
use crate::support::{LOW_GATE, Outcome, Workspace, csv, few_rows};

#[test]
fn a_store_on_s3_is_used_like_a_folder() {
    let remote = moto::remote("command");
    let workspace = Workspace::new();
    workspace.write("rows.csv", csv(&few_rows()));
    let run = |arguments: &[&str]| {
        let arguments = [arguments, &["--store", &remote.location]].concat();
        Outcome::of(workspace.command(&arguments).envs(&remote.variables))
    };
    run(&["models", "list"]).failed(1, &["s3://", "no model `relevance`"]);
    let train = [&["train", "--data", "rows.csv"], &LOW_GATE[..]].concat();
    run(&[&train[..], &["--promote"]].concat()).succeeded();
    run(&[&train[..], &["--seed", "7"]].concat()).succeeded();
    let listed = run(&["models", "list", "--json"]).succeeded().json();
    assert_eq!(
        (&listed[0]["aliases"], &listed[1]["aliases"]),
        (&json!(["production"]), &json!(["candidate"]))
    );

    let promoted = run(&["models", "promote", "candidate"]).succeeded().stdout;
    assert_eq!(promoted, "production is now version 2, previous is 1\n");
    assert_eq!(
        run(&["models", "show", "production"]).succeeded().json()["manifest"]["version"],
        2
    );

    run(&["predict", "a flood"]).succeeded();
    run(&["models", "check"]).succeeded();
    let pruned = run(&["models", "prune", "--keep", "0", "--json"])
        .succeeded()
        .json();
    assert_eq!(pruned["versions"], json!([]), "both are named");
    assert!(!workspace.path("models").exists());
}

#[test]
fn a_bucket_that_cannot_be_used_is_told_with_what_to_do() {
    let workspace = Workspace::new();
    let remote = moto::remote_in("no-such-bucket", "command");
    let arguments = ["models", "list", "--store", &remote.location];
    let outcome = Outcome::of(workspace.command(&arguments).envs(&remote.variables));
    outcome.failed(1, &["no such bucket or container: create it"]);
    let arguments = ["models", "list", "--store", "az://container/models"];
    let outcome = Outcome::of(
        workspace
            .command(&arguments)
            .env_remove("AZURE_STORAGE_ACCOUNT_NAME"),
    );
    outcome.failed(
        2,
        &[
            "`az://container/models` cannot be opened",
            "AZURE_STORAGE_ACCOUNT_NAME",
        ],
    );
}

#[test]
fn tables_of_a_bucket_are_predicted_into_a_bucket() {
    let remote = moto::remote("predict");
    let workspace = Workspace::new();
    let run =
        |arguments: &[&str]| Outcome::of(workspace.command(arguments).envs(&remote.variables));
    let at = |name: &str| format!("{}/{name}", remote.location);
    let predict = |input: &str, output: &str, arguments: &[&str]| {
        let (input, output) = (at(input), at(output));
        let table = [
            "predict",
            "--text-column",
            "text",
            "-i",
            &input,
            "-o",
            &output,
        ];
        run(&[&table[..], arguments].concat())
    };

    // Predictions in the bucket are those of its inputs.
    workspace.write("a.csv", "text\nflood\nlunch\n");
    workspace.write("b.csv", "text;n\nfire;1\n");
    for name in ["a.csv", "b.csv"] {
        let input = at(&format!("in/{name}"));
        let local = [
            "predict",
            "--text-column",
            "text",
            "--prefix",
            "old_",
            "-i",
            name,
            "-o",
            &input,
        ];
        run(&local).succeeded();
    }
    for (input, output, below) in [
        ("in/*.csv", "by pattern", ""),
        ("in/", "by-folder/", ""),
        ("[i]n/[ab].*", "any", "in/"),
    ] {
        predict(input, output, &[]).succeeded();
        let manifest = read(
            &run,
            &at(&format!("{}/_manifest.json", output.trim_end_matches('/'))),
        );
        let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
        assert_eq!(manifest["complete"], true, "{manifest}");
        assert_eq!(
            manifest["files"],
            json!([
                { "input": at("in/a.csv"), "output": format!("{below}a.csv"), "rows": 2 },
                { "input": at("in/b.csv"), "output": format!("{below}b.csv"), "rows": 1 },
            ])
        );
    }
    predict("in/*.csv", "by pattern", &[]).failed(2, &["by pattern/a.csv", "--resume"]);
    predict("in/*.csv", "by pattern", &["--resume"]).succeeded();
    predict("in/*.csv", "in", &[]).failed(2, &["own predictions"]);
    predict("in/", "in/scored", &[]).failed(2, &["in the folder of the inputs"]);
    predict("none/*.csv", "out", &[]).failed(1, &["no file matches", "none/*.csv"]);
    predict("in/none.csv", "out.csv", &[]).failed(1, &["in/none.csv"]);

    let table = read(&run, &at("any/in/b.csv"));
    assert!(
        table.starts_with("text,n,old_label,old_probability,old_known_terms,label,"),
        "{table}"
    );
}

#[test]
fn an_object_of_many_parts_is_there_only_when_it_is_complete() {
    let remote = moto::remote("parts");
    let workspace = Workspace::new();
    let run =
        |arguments: &[&str]| Outcome::of(workspace.command(arguments).envs(&remote.variables));
    let lines = format!("{}\n", "flood waters ".repeat(1000)).repeat(3000);
    workspace.write("lines.txt", &lines);
    let output = format!("{}/out.txt", remote.location);
    run(&["predict", "-i", "lines.txt", "-o", &output]).succeeded();
    assert_eq!(read(&run, &output).lines().count(), 3000);

    workspace.write("lines.txt", [lines.as_bytes(), b"caf\xe9\n"].concat());
    let output = format!("{}/failed.txt", remote.location);
    run(&["predict", "-i", "lines.txt", "-o", &output]).failed(1, &["line 3001"]);
    run(&["predict", "-i", &output]).failed(1, &["failed.txt"]);
    run(&["predict", "flood", "-o", "ftp://host/out.csv"]).failed(2, &["`s3://`"]);
}

/// The lines of an object, by the texts of their predictions.
fn read(run: &dyn Fn(&[&str]) -> Outcome, location: &str) -> String {
    let lines = run(&["predict", "--lines", "-f", "jsonl", "-i", location])
        .succeeded()
        .stdout;
    let text = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        line["text"].as_str().unwrap().to_owned() + "\n"
    };
    lines.lines().map(text).collect()
}

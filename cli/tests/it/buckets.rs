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

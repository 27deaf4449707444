//! Exit codes and the small commands.

use std::process::Stdio;

use crate::support::{LOW_GATE, Outcome, Workspace, csv, few_rows};

#[test]
fn wrong_usage_has_code_2_and_names_what_is_wrong() {
    let workspace = Workspace::new();
    for (arguments, parts) in [
        (&["--frobnicate"][..], &["--frobnicate"][..]),
        (&["frobnicate"], &["frobnicate"]),
        (&["train", "--frobnicate"], &["--frobnicate"]),
        (
            &["train", "--alpha", "0"],
            &["`solver.alpha` (`--alpha`) is 0"],
        ),
        (
            &["train", "--alpha", "nan"],
            &["`solver.alpha` (`--alpha`) is NaN"],
        ),
        (&["--alpha", "-1"], &["`solver.alpha` (`--alpha`) is -1"]),
        (
            &["train", "--min-recall", "1.5"],
            &["`gate.min_recall` (`--min-recall`) is 1.5"],
        ),
        (
            &["train", "--split-train", "0.9"],
            &["`split.train` (`--split-train`), `split.validation` ("],
        ),
        (&["train", "--undecided", "maybe"], &["maybe", "leave-out"]),
        (
            &["train", "--alpha", "x"],
            &["'x' for '--alpha <NUMBER>'", "expected a number"],
        ),
        (
            &["train", "--folds", "4294967296"],
            &["expected a whole number from 0 to 4294967295"],
        ),
        (
            &["train", "--seed", "1.5"],
            &["expected a whole number from 0 to 18446744073709551615"],
        ),
        (
            &["train", "--folds", "1"],
            &["`cross_validation.folds` (`--folds`) is 1; it must be 2 to 100, or 0 for none"],
        ),
        (
            &["train", "--threshold-rule", "cost:0:0"],
            &["`cost:0:0` is not a threshold rule", "not both 0"],
        ),
        (
            &["train", "--relevant", "\"a,b"],
            &["--relevant", "none closes it"],
        ),
        (&["train", "--store", "gopher://there"], &["gopher://"]),
        (&["models", "promote"], &["<VERSION>"]),
        (&["serve", "--port", "70000"], &["70000"]),
    ] {
        let outcome = workspace.run(arguments).failed(2, parts);
        assert_eq!(outcome.stdout, "", "{arguments:?}");
    }
    assert!(!workspace.path("models").exists());
}

#[test]
fn values_of_flags_are_refused_before_anything_is_read() {
    let workspace = Workspace::new();
    for (arguments, parts) in [
        (
            &["train", "--seed", "-1"][..],
            &[
                "'-1' for '--seed <NUMBER>'",
                "expected a whole number from 0",
            ][..],
        ),
        (
            &["predict", "--threads", "-2", "text"],
            &["'-2' for '--threads <NUMBER>'", "from 1 to"],
        ),
        (
            &["data", "check", "--examples", "x"],
            &["'x' for '--examples <N>'", "from 0 to"],
        ),
        (
            &["train", "--name", "../evil"],
            &["`../evil` is not a valid model name: 1 to 64"],
        ),
        (
            &["verify", "--delimiter", "é"],
            &["the delimiter is `é`; expected one ASCII"],
        ),
        (
            &["predict", "--encoding", "latin", "text"],
            &["the encoding is `latin`; expected"],
        ),
        (
            &["train", "--column", "id,day,id"],
            &["the list of columns is `id,id`; expected each column once"],
        ),
    ] {
        workspace.run(arguments).failed(2, parts);
    }
}

#[test]
fn a_settings_file_of_another_encoding_is_refused_with_its_line() {
    let workspace = Workspace::new();
    workspace.write("settings.toml", b"calibrate = true\nname = \"caf\xe9\"\n");
    workspace
        .run(&["train", "--config", "settings.toml"])
        .failed(
            2,
            &["settings file `settings.toml`: line 2, byte 29: not UTF-8"],
        );
}

#[test]
fn a_verification_without_texts_fails() {
    let workspace = Workspace::with_model();
    workspace.write("empty.csv", "text,label\n");
    for flags in [&[][..], &["--json"]] {
        let verify = [&["verify", "--data", "empty.csv"], flags].concat();
        let outcome = workspace
            .run(&verify)
            .failed(1, &["`empty.csv` has no rows"]);
        assert_eq!(outcome.stdout, "");
    }
}

#[cfg(unix)]
#[test]
fn a_folder_of_temporary_files_that_is_not_there_is_named_with_its_variable() {
    let workspace = Workspace::new();
    for data in ["embedded", "-"] {
        let mut command = workspace.command(&["data", "check", "--data", data]);
        command.env("TMPDIR", "/nowhere");
        let parts = [
            "needs a temporary copy, which cannot be written to `/nowhere`",
            "the variable `TMPDIR`",
        ];
        let outcome = Outcome::of(&mut command).failed(1, &parts);
        assert!(!outcome.stderr.contains(".partial"), "{outcome:?}");
    }
}

#[test]
fn a_source_that_is_not_there_fails_by_name() {
    let workspace = Workspace::new();
    workspace
        .run(&["train", "--data", "nowhere.csv"])
        .failed(1, &["`nowhere.csv`"]);
    workspace.write("rows.txt", "flood\n");
    workspace
        .run(&["train", "--data", "rows.txt"])
        .failed(1, &["`rows.txt`", "no known kind", ".csv"]);
}

#[test]
fn help_and_version_are_data() {
    let workspace = Workspace::new();
    let version = workspace.run(&["--version"]).succeeded().stdout;
    assert_eq!(
        version,
        format!("relevance {}\n", env!("CARGO_PKG_VERSION"))
    );

    let help = workspace.run(&["--help"]).succeeded().stdout;
    for command in [
        "data",
        "train",
        "export",
        "verify",
        "predict",
        "models",
        "serve",
        "openapi",
        "health",
        "completions",
        "man",
    ] {
        assert!(
            help.contains(&format!("\n  {command} ")),
            "{command} is not in: {help}"
        );
    }
}

#[test]
fn the_short_help_has_the_common_flags_and_leaves_the_others_to_the_long_one() {
    let workspace = Workspace::new();
    for (command, common, other) in [
        (
            &["train"][..],
            &["--data", "--promote", "--json"][..],
            "--min-recall",
        ),
        (&[], &["--data", "--store", "--port", "--log"], "--alpha"),
        (
            &["serve"],
            &["--name", "--address", "--port"],
            "--max-wait-ms",
        ),
        (
            &["verify"],
            &["--data", "--onnxruntime", "--json"],
            "--table",
        ),
        (
            &["data", "check"],
            &["--data", "--against", "--json"],
            "--table",
        ),
    ] {
        let short = workspace.run(&[command, &["-h"]].concat()).succeeded();
        for flag in common {
            assert!(short.stdout.contains(flag), "{flag}: {}", short.stdout);
        }
        assert!(!short.stdout.contains(other), "{}", short.stdout);

        let long = workspace.run(&[command, &["--help"]].concat()).succeeded();
        assert!(long.stdout.contains(other), "{}", long.stdout);
    }
}

#[test]
fn the_specification_is_json_with_the_routes() {
    let specification = Workspace::new().run(&["openapi"]).succeeded().json();
    assert!(
        specification["openapi"].as_str().unwrap().starts_with("3."),
        "{specification}"
    );
    assert!(specification["paths"]["/v1/predict"]["post"].is_object());
}

#[test]
fn a_reader_that_closes_at_once_is_no_error() {
    let workspace = Workspace::new();
    for command in ["openapi", "reference"] {
        let mut child = workspace
            .command(&[command])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            (output.status.code(), &output.stderr[..]),
            (Some(0), &b""[..]),
            "{command}"
        );
    }
}

#[test]
fn the_engines_agree_on_every_text_of_the_embedded_archive() {
    let workspace = Workspace::new();
    workspace.write("rows.csv", csv(&few_rows()));
    workspace.train(&["--promote", "--ngram-max", "1"]);
    let rows = workspace.run(&["verify", "--json"]).succeeded().json();
    let engines: Vec<&str> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["engine"].as_str().unwrap())
        .collect();
    assert_eq!(engines, ["native", "tract", "tract-inlined"]);

    for row in rows.as_array().unwrap() {
        assert_eq!(
            (&row["texts"], &row["agrees"]),
            (&6000.into(), &true.into()),
            "{row}"
        );
        assert_eq!(row["changed_labels"], 0, "{row}");
        assert!(row["largest_difference"].as_f64().unwrap() <= 1e-6, "{row}");
    }

    let table = workspace
        .run(&["verify", "--data", "rows.csv"])
        .succeeded()
        .stdout;
    workspace.write("texts.csv", "id,text\n1,flood\n2,fire\n");
    let texts = ["verify", "--data", "texts.csv", "--json"];
    let unlabelled = workspace.run(&texts).succeeded().json();
    assert_eq!(unlabelled[0]["texts"], 2, "{unlabelled}");

    assert_eq!(table.lines().count(), 1 + engines.len(), "{table}");
    assert!(
        table.lines().skip(1).all(|line| line.ends_with("yes")),
        "{table}"
    );
}

#[test]
fn an_engine_that_cannot_be_loaded_fails_by_name() {
    let workspace = Workspace::with_model();
    let arguments = [
        "verify",
        "--data",
        "rows.csv",
        "--onnxruntime",
        "nowhere/libonnxruntime.so",
    ];
    workspace
        .run(&arguments)
        .failed(1, &["onnxruntime", "`nowhere/libonnxruntime.so`"]);
}

#[cfg(target_os = "linux")]
#[test]
fn messages_that_cannot_be_written_stop_nothing() {
    let workspace = Workspace::new();
    workspace.write("rows.csv", csv(&few_rows()));
    let train = ["train", "--data", "rows.csv"];
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut command = workspace.command(&[&train[..], &LOW_GATE].concat());
    let status = command.stderr(full).status().unwrap();
    assert!(status.success(), "{status}");
    assert!(workspace.path("models/relevance/1/model.onnx").exists());
}

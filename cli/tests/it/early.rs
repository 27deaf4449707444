//! Mistakes that are known before the training.

use crate::support::{Workspace, csv, few_rows};

#[test]
fn what_later_steps_cannot_use_is_refused_before_the_first_one() {
    let workspace = Workspace::new();
    workspace.write("rows.csv", csv(&few_rows()));
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere/models", workspace.path("dangling")).unwrap();
    for (flag, value, part) in [
        ("--store", "/proc/models", "cannot write into `/proc`"),
        #[cfg(unix)]
        (
            "--store",
            "dangling",
            "it is a link to `nowhere/models`, which is not there",
        ),
        (
            "--must-pass",
            "none.csv",
            "(`model_checks.must_pass`) cannot be read, for which the flags of the data have no meaning",
        ),
        (
            "--pipeline",
            "none/pipeline.json",
            "cannot write `none/pipeline.json`",
        ),
        ("--pipeline", ".", "cannot write `.`"),
        ("--onnxruntime", "none/lib.so", "library `none/lib.so`"),
    ] {
        let train = ["train", "--data", "rows.csv", flag, value];
        let refused = workspace.run(&train).failed(1, &[part]);
        assert!(!refused.stderr.contains(" ms "), "{refused:?}");
        assert!(!workspace.path("models").exists(), "{flag} {value}");
    }
}

#[test]
fn a_required_sentence_without_a_label_is_refused_before_the_training() {
    let workspace = Workspace::new();
    workspace.write("rows.csv", csv(&few_rows()));
    for content in [
        "text,class_label\nflood,2\n",
        "text,class_label\nflood,\ncalm,1\n",
    ] {
        workspace.write("sentences.csv", content);
        let train = [
            "train",
            "--data",
            "rows.csv",
            "--must-pass",
            "sentences.csv",
        ];
        let refused = workspace.run(&train).failed(
            1,
            &["line 2 of `sentences.csv` is undecided or has no label"],
        );
        assert!(!refused.stderr.contains("train "), "{refused:?}");
    }
}

#[test]
fn a_required_sentence_with_another_label_is_refused_with_the_labels_of_the_data() {
    let workspace = Workspace::new();
    workspace.write("rows.csv", csv(&few_rows()));
    workspace.write("sentences.csv", "text,choose_one\nflood,Relevantt\n");
    let train = [
        "train",
        "--data",
        "rows.csv",
        "--must-pass",
        "sentences.csv",
    ];
    let known = "the labels of the data are `Relevant`, `Not Relevant`";
    let refused = workspace
        .run(&train)
        .failed(1, &["`Relevantt` (1), the first in line 2", known]);
    assert!(!refused.stderr.contains("train "), "{refused:?}");

    let hidden = workspace.run(&[&train[..], &["--examples", "0"]].concat());
    let hidden = hidden.failed(1, &["1 that are not shown", known]);
    assert!(!hidden.stderr.contains("Relevantt"), "{hidden:?}");
}

#[test]
fn the_pipeline_replaces_no_file_that_the_run_reads() {
    let workspace = Workspace::new();
    workspace.write("rows.csv", csv(&few_rows()));
    workspace.write("settings.toml", "");
    let url = format!("file://{}", workspace.path("rows.csv").display());
    for (data, pipeline) in [
        (&*url, "rows.csv"),
        ("rows.csv", "./rows.csv"),
        ("*.csv", "rows.csv"),
        ("rows.csv", "settings.toml"),
    ] {
        let train = [
            "train",
            "--data",
            data,
            "--config",
            "settings.toml",
            "--pipeline",
            pipeline,
        ];
        workspace
            .run(&train)
            .failed(2, &["is read by this command"]);
    }
    assert_eq!(workspace.read("rows.csv"), csv(&few_rows()));
}

#[test]
fn an_empty_label_among_others_is_refused() {
    let workspace = Workspace::new();
    workspace.write("rows.csv", "text,label\na,alpha\nb,beta\n");
    let train = [
        "train",
        "--data",
        "rows.csv",
        "--relevant",
        "alpha",
        "--not-relevant",
        "beta,",
    ];
    workspace.run(&train).failed(
        2,
        &["`labels.not_relevant` (`--not-relevant`) has an empty label"],
    );
}

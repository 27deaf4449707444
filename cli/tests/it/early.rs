//! Mistakes that are known before the training.

use crate::support::{Workspace, csv, few_rows};

#[test]
fn what_later_steps_cannot_use_is_refused_before_the_first_one() {
    let workspace = Workspace::new();
    workspace.write("rows.csv", csv(&few_rows()));
    workspace.write("undecided.csv", "text,class_label\nflood,2\n");
    for (flag, value, part) in [
        (
            "--name",
            "../evil",
            "`../evil` is not a valid model name: 1 to 64",
        ),
        ("--store", "/proc/models", "cannot write into `/proc`"),
        (
            "--must-pass",
            "none.csv",
            "`model_checks.must_pass` cannot be read",
        ),
        ("--must-pass", "undecided.csv", "row 1 of `undecided.csv`"),
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

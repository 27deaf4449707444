//! Tables as people have them, from the file to served predictions with their own labels.

use serde_json::json;

use crate::service::Service;
use crate::support::{Example, LOW_GATE, Workspace, few_rows};
use relevance_data::Label;

/// The decided rows with a label that `name` chooses by the row's number and class, as a CSV file with
/// these columns.
fn table(header: &str, name: impl Fn(usize, bool) -> &'static str) -> String {
    let is_decided = |example: &Example| example.label != Label::CantDecide;
    let rows = few_rows().into_iter().filter(is_decided).enumerate();
    let rows = rows.map(|(number, Example { text, label })| {
        let name = name(number, label == Label::Relevant);
        format!("{name},\"{}\",,,\n", text.replace('"', "\"\""))
    });
    format!("{header},,,\n{}", rows.collect::<String>())
}

const fn spam(_number: usize, is_relevant: bool) -> &'static str {
    if is_relevant { "spam" } else { "ham" }
}

fn train(workspace: &Workspace, arguments: &[&str]) -> Vec<String> {
    let train = [&["train", "--promote"], &LOW_GATE[..], arguments].concat();
    let outcome = workspace.run(&train).succeeded();
    outcome.stderr.lines().map(str::to_owned).collect()
}

#[test]
fn a_spam_file_of_another_encoding_is_trained_on_with_the_flags_of_its_first_error() {
    let workspace = Workspace::new();
    let rows = table("v1,v2", spam) + "ham,\"a cafe in town\",,,\n";
    let rows = rows.replace("cafe", "caf\u{e9}");
    let latin: Vec<u8> = rows
        .chars()
        .map(|character| u8::try_from(u32::from(character)).unwrap_or(b'?'))
        .collect();
    workspace.write("spam.csv", latin);

    let flags = "--encoding windows-1252 --text-column v2 --label-column v1";
    for command in [&["train"][..], &["data", "check"]] {
        let arguments = [command, &["--data", "spam.csv"]].concat();
        workspace.run(&arguments).failed(1, &[flags]);
    }

    let flags: Vec<_> = ["--data", "spam.csv"]
        .into_iter()
        .chain(flags.split(' '))
        .collect();
    let lines = train(&workspace, &flags);
    assert!(
        lines
            .iter()
            .any(|line| line.contains("`spam` counts as relevant")),
        "{lines:?}"
    );
}

#[test]
fn predictions_have_the_labels_of_the_table_everywhere() {
    let workspace = Workspace::new();
    workspace.write("spam.csv", table("label,message", spam));
    train(&workspace, &["--data", "spam.csv"]);

    let predicted = workspace.run(&["predict", "flood waters rise"]).succeeded();
    assert!(predicted.stdout.starts_with("spam\t"), "{predicted:?}");

    let capture = ["serve", "--capture", "captured.jsonl"];
    let service = Service::start(&workspace, &capture);
    let (_, prediction) = service.post("/v1/predict", &json!({ "text": "flood waters rise" }));
    assert_eq!(prediction["label"], "spam");
    let (_, model) = service.get("/v1/model");
    assert_eq!(
        model["labels"],
        json!({ "relevant": "spam", "not_relevant": "ham" })
    );

    for (label, want) in [
        ("ham", json!("ham")),
        ("Relevant", json!("spam")),
        ("Can't Decide", json!("Can't Decide")),
    ] {
        let body = json!({ "request_id": "r-1", "label": label });
        assert_eq!(service.post("/v1/feedback", &body).1["label"], want);
    }
    let body = json!({ "request_id": "r-1", "label": "eggs" });
    let (status, problem) = service.post("/v1/feedback", &body);
    assert_eq!((status, &problem["code"]), (422, &json!("invalid_body")));
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("`spam`, `ham`")
    );
}

#[test]
fn one_of_many_labels_is_held_against_the_rest() {
    let workspace = Workspace::new();
    let topic = |number: usize, is_relevant: bool| match (is_relevant, number % 2) {
        (true, _) => "disaster",
        (false, 0) => "sport",
        (false, _) => "film",
    };
    workspace.write("topics.csv", table("class,sentence", topic));
    workspace.run(&["train", "--data", "topics.csv"]).failed(
        1,
        &[
            "more than two labels",
            "--relevant=disaster --not-relevant='*'",
        ],
    );

    let one_against_the_rest = [
        "--data",
        "topics.csv",
        "--relevant=disaster",
        "--not-relevant=*",
    ];
    train(&workspace, &one_against_the_rest);
    let predicted = workspace.run(&["predict", "the president and the law, elections and a vote"]);
    assert!(
        predicted.stdout.starts_with("not disaster\t"),
        "{predicted:?}"
    );
    let report = workspace.read("models/relevance/1/report.html");
    let report = String::from_utf8(report).unwrap();
    assert!(report.contains("Predicted disaster") && report.contains("For not disaster"));
}

#[test]
fn labels_with_commas_are_named_as_their_first_error_names_them() {
    let workspace = Workspace::new();
    let label = |_, is_relevant| if is_relevant { "\"a,b\"" } else { "\"c,d\"" };
    workspace.write("rows.csv", table("label,text", label));
    let relevant = r#"--relevant='"a,b"'"#;
    workspace
        .run(&["train", "--data", "rows.csv"])
        .failed(1, &[relevant]);

    let flag = relevant.replace('\'', "");
    train(&workspace, &["--data", "rows.csv", &flag]);
    let predicted = workspace.run(&["predict", "flood waters rise"]).succeeded();
    assert!(predicted.stdout.starts_with("a,b\t"), "{predicted:?}");
}

#[test]
fn metrics_that_rest_on_few_texts_are_warned_of() {
    let workspace = Workspace::new();
    let rare = |number: usize, is_relevant: bool| {
        if is_relevant && number.is_multiple_of(12) {
            "spam"
        } else {
            "ham"
        }
    };
    workspace.write("rows.csv", table("label,text", rare));
    let arguments = ["train", "--data", "rows.csv"];
    let outcome = workspace.run(&arguments);
    let warning = "texts labelled `spam`, too few for reliable metrics";
    assert!(outcome.stderr.contains(warning), "{outcome:?}");
}

#[test]
fn texts_that_words_do_not_cover_are_warned_of_with_the_setting_that_helps() {
    let workspace = Workspace::new();
    for (name, topics, advice) in [
        (
            "russian.csv",
            ["пожар и эвакуация рядом", "солнечный день на пляже"],
            Some("`--token-characters unicode`"),
        ),
        (
            "japanese.csv",
            [
                "洪水が迫っているので避難してください",
                "今日は晴れて海で泳いだ",
            ],
            Some("`--analyzer char`"),
        ),
        (
            "english.csv",
            [
                "the flood waters are rising here",
                "a sunny day at the beach",
            ],
            None,
        ),
    ] {
        let rows = (0..400).map(|number| {
            let label = ["Relevant", "Not Relevant"][number % 2];
            format!(
                "{} word{number} http://t.co/{},{label}\n",
                topics[number % 2],
                number % 7
            )
        });
        workspace.write(name, format!("text,label\n{}", rows.collect::<String>()));

        let outcome = workspace.run(&["train", "--data", name]);
        let warning = "of the characters of the training texts belong to words";
        assert_eq!(
            outcome.stderr.contains(warning),
            advice.is_some(),
            "{outcome:?}"
        );
        assert!(
            outcome.stderr.contains(advice.unwrap_or("train")),
            "{outcome:?}"
        );
    }
}

#[test]
fn words_that_depend_on_case_outside_ascii_are_warned_of() {
    let workspace = Workspace::new();
    let rows: String = (0..400)
        .map(|number| match number % 4 {
            0 => format!("Пожар и эвакуация {number},Relevant\n"),
            1 => format!("пожар и Эвакуация {number},Relevant\n"),
            2 => format!("Солнечный день на пляже {number},Not Relevant\n"),
            _ => format!("солнечный День на пляже {number},Not Relevant\n"),
        })
        .collect();
    workspace.write("rows.csv", format!("text,label\n{rows}"));

    let arguments = [
        "train",
        "--data",
        "rows.csv",
        "--token-characters",
        "unicode",
    ];
    let outcome = workspace.run(&arguments).succeeded();
    let warning = "test texts with upper-case letters outside ASCII";
    assert!(outcome.stderr.contains(warning), "{outcome:?}");
}

#[test]
fn many_near_duplicates_are_warned_of() {
    let workspace = Workspace::new();
    let text = |number: usize| {
        if number.is_multiple_of(2) {
            format!("alert {number} flood at the north bridge unit please respond now,Relevant\n")
        } else {
            format!("offer {number} new shoes at the corner shop buy one get one,Not Relevant\n")
        }
    };
    let rows: String = (0..400).map(text).collect();
    workspace.write("rows.csv", format!("text,label\n{rows}"));

    let outcome = workspace.run(&["train", "--data", "rows.csv"]).succeeded();
    assert!(
        outcome
            .stderr
            .contains("test texts nearly repeat a training text"),
        "{outcome:?}"
    );
}

#[test]
fn too_many_rows_that_are_left_out_are_refused_before_the_fit() {
    let workspace = Workspace::new();
    let mostly_none = |number: usize, is_relevant: bool| match number % 3 {
        0 if is_relevant => "yes",
        0 => "no",
        _ => "",
    };
    workspace.write("rows.csv", table("label,text", mostly_none));
    let refused = workspace.run(&["train", "--data", "rows.csv"]).failed(
        1,
        &[
            "without a label), more than the fraction 0.5",
            "--max-left-out",
        ],
    );
    assert!(!refused.stderr.contains("gate "), "{refused:?}");
    train(&workspace, &["--data", "rows.csv", "--max-left-out", "0.7"]);
}

//! `relevance predict --text-column`: tables in, the same rows with predictions out.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Float32Type, Int32Type};
use arrow_array::{
    ArrayRef, BinaryArray, Date32Array, Date64Array, Float64Array, Int64Array, ListArray,
    RecordBatch, StringArray, StructArray, TimestampMicrosecondArray, UInt64Array,
};
use arrow_schema::{DataType, Field};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use serde_json::Value;

use crate::predict::json_lines;
use crate::support::{LONG, Outcome, Workspace, few_rows};

const TEXTS: [&str; 4] = [
    "flood waters are rising",
    "two\nlines, and a \"quote\"",
    "",
    "crue à Genève 🔥",
];

/// Values of a row of the output.
#[derive(Debug, PartialEq)]
struct Row {
    id: String,
    text: String,
    label: String,
    probability: f32,
    known_terms: u32,
}

/// Predicts for the table `input`, whose texts are in `text`.
fn predict(workspace: &Workspace, input: &str, arguments: &[&str]) -> Outcome {
    let table = ["predict", "-i", input, "--text-column", "text"];
    workspace.run(&[&table[..], arguments].concat())
}

/// The predictions for plain texts, as rows with ids from 0.
fn want(workspace: &Workspace, texts: &[&str]) -> Vec<Row> {
    let arguments = [&["predict", "-f", "jsonl", "--"], texts].concat();
    let answers = json_lines(&workspace.run(&arguments).succeeded().stdout);
    answers
        .into_iter()
        .enumerate()
        .map(|(index, answer)| Row {
            id: format!("id{index}"),
            text: answer.text,
            label: answer.label,
            probability: answer.probability,
            known_terms: answer.known_terms.unwrap().try_into().unwrap(),
        })
        .collect()
}

fn delimited(texts: &[&str], delimiter: u8) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .from_writer(Vec::new());
    writer.write_record(["id", "text"]).unwrap();
    for (index, text) in texts.iter().enumerate() {
        writer
            .write_record([format!("id{index}").as_str(), text])
            .unwrap();
    }
    writer.into_inner().unwrap()
}

fn objects(texts: &[&str]) -> Vec<u8> {
    let line = |(index, text): (usize, &&str)| {
        serde_json::json!({ "id": format!("id{index}"), "text": text }).to_string() + "\n"
    };
    texts
        .iter()
        .enumerate()
        .map(line)
        .collect::<String>()
        .into_bytes()
}

fn write_batch(workspace: &Workspace, name: &str, batch: &RecordBatch) {
    write_batch_with(workspace, name, batch, None);
}

fn write_batch_with(
    workspace: &Workspace,
    name: &str,
    batch: &RecordBatch,
    properties: Option<WriterProperties>,
) {
    let file = File::create(workspace.path(name)).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), properties).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

fn write_parquet(workspace: &Workspace, name: &str, texts: &[&str]) {
    let ids = (0..texts.len()).map(|index| format!("id{index}"));
    let batch = RecordBatch::try_from_iter([
        (
            "id",
            Arc::new(StringArray::from_iter_values(ids)) as ArrayRef,
        ),
        ("text", Arc::new(StringArray::from_iter_values(texts))),
    ]);
    write_batch(workspace, name, &batch.unwrap());
}

fn read_batches(workspace: &Workspace, name: &str) -> Vec<RecordBatch> {
    let file = File::open(workspace.path(name)).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .unwrap()
        .build();
    reader.unwrap().map(Result::unwrap).collect()
}

/// Reads a table of any format.
fn read(workspace: &Workspace, name: &str) -> Vec<Row> {
    if name.ends_with(".parquet") {
        return read_batches(workspace, name)
            .iter()
            .flat_map(batch_rows)
            .collect();
    }
    let bytes = workspace.read(name);
    let mut text = String::new();
    let (plain, ending) = name.rsplit_once('.').unwrap();
    match ending {
        "gz" => flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_string(&mut text),
        "zst" => zstd::Decoder::new(&bytes[..])
            .unwrap()
            .read_to_string(&mut text),
        _ => (&bytes[..]).read_to_string(&mut text),
    }
    .unwrap();
    let kind = if ["gz", "zst"].contains(&ending) {
        plain
    } else {
        name
    };
    if kind.ends_with("jsonl") {
        return text.lines().map(object_row).collect();
    }

    let delimiter = if kind.ends_with("tsv") { b'\t' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    assert_eq!(
        reader.headers().unwrap().iter().collect::<Vec<_>>(),
        ["id", "text", "label", "probability", "known_terms"]
    );
    reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            Row {
                id: record[0].to_owned(),
                text: record[1].to_owned(),
                label: record[2].to_owned(),
                probability: record[3].parse().unwrap(),
                known_terms: record[4].parse().unwrap(),
            }
        })
        .collect()
}

fn object_row(line: &str) -> Row {
    let value: Value = serde_json::from_str(line).unwrap();
    let text = |key: &str| value[key].as_str().unwrap().to_owned();
    #[expect(clippy::cast_possible_truncation, reason = "it was written as such")]
    let probability = value["probability"].as_f64().unwrap() as f32;
    Row {
        id: text("id"),
        text: text("text"),
        label: text("label"),
        probability,
        known_terms: value["known_terms"].as_u64().unwrap().try_into().unwrap(),
    }
}

fn batch_rows(batch: &RecordBatch) -> Vec<Row> {
    let column = |name: &str| batch.column_by_name(name).unwrap();
    (0..batch.num_rows())
        .map(|row| Row {
            id: column("id").as_string::<i32>().value(row).to_owned(),
            text: column("text").as_string::<i32>().value(row).to_owned(),
            label: column("label").as_string::<i32>().value(row).to_owned(),
            probability: column("probability")
                .as_primitive::<Float32Type>()
                .value(row),
            known_terms: column("known_terms")
                .as_primitive::<Int32Type>()
                .value(row)
                .try_into()
                .unwrap(),
        })
        .collect()
}

#[test]
fn every_format_is_read_and_written_as_every_other() {
    let workspace = Workspace::new();
    let want = want(&workspace, &TEXTS);
    workspace.write("in.csv", delimited(&TEXTS, b','));
    workspace.write("in.tsv", delimited(&TEXTS, b'\t'));
    workspace.write("in.jsonl", objects(&TEXTS));
    write_parquet(&workspace, "in.parquet", &TEXTS);
    for input in ["in.csv", "in.tsv", "in.jsonl", "in.parquet"] {
        for output in [
            "out.csv",
            "out.tsv",
            "out.jsonl",
            "out.parquet",
            "out.csv.gz",
            "out.jsonl.zst",
        ] {
            predict(&workspace, input, &["-o", output]).succeeded();
            assert_eq!(read(&workspace, output), want, "{input} to {output}");
        }
    }

    for input in ["out.csv.gz", "out.jsonl.zst"] {
        let again = predict(&workspace, input, &["--prefix", "new_", "-f", "jsonl"]).succeeded();
        let lines = again.stdout.lines();
        let labels = lines.map(|line| {
            let value: Value = serde_json::from_str(line).unwrap();
            assert_eq!(value["new_label"], value["label"], "{line}");
            value["label"].as_str().unwrap().to_owned()
        });
        let want = want.iter().map(|row| row.label.clone());
        assert_eq!(
            labels.collect::<Vec<_>>(),
            want.collect::<Vec<_>>(),
            "{input}"
        );
    }
}

#[test]
fn without_an_output_the_format_is_that_of_the_input() {
    let workspace = Workspace::new();
    workspace.write("in.tsv", delimited(&TEXTS, b'\t'));
    workspace.write("in.ndjson", objects(&TEXTS));
    write_parquet(&workspace, "in.parquet", &TEXTS);

    let tsv = predict(&workspace, "in.tsv", &[]).succeeded().stdout;
    assert!(
        tsv.starts_with("id\ttext\tlabel\tprobability\tknown_terms\n"),
        "{tsv}"
    );
    let json = predict(&workspace, "in.ndjson", &[]).succeeded().stdout;
    assert_eq!(
        json.lines().map(object_row).collect::<Vec<_>>(),
        want(&workspace, &TEXTS)
    );
    predict(&workspace, "in.parquet", &[]).failed(2, &["--output FILE"]);
    let csv = predict(&workspace, "in.parquet", &["-f", "csv"])
        .succeeded()
        .stdout;
    assert!(csv.starts_with("id,text,label,"), "{csv}");
    predict(&workspace, "in.tsv", &["-f", "text"]).failed(2, &["`csv`"]);
}

#[test]
fn standard_input_may_be_a_table() {
    let workspace = Workspace::new();
    for input in [delimited(&TEXTS, b','), objects(&TEXTS)] {
        let arguments = ["predict", "--text-column", "text", "-o", "out.jsonl"];
        workspace.run_with_input(&arguments, &input).succeeded();
        assert_eq!(read(&workspace, "out.jsonl"), want(&workspace, &TEXTS));
    }
}

#[test]
fn rows_keep_their_order_over_many_blocks_and_threads() {
    let workspace = Workspace::new();
    let rows = few_rows();
    let texts: Vec<String> = (0..20_000)
        .map(|number| format!("{number} \"{}\"\n", rows[number % rows.len()].text))
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    workspace.write("in.csv", delimited(&texts, b','));
    workspace.write("in.jsonl", objects(&texts));
    write_parquet(&workspace, "in.parquet", &texts);

    predict(&workspace, "in.csv", &["-o", "one.csv", "--threads", "1"]).succeeded();
    let want = read(&workspace, "one.csv");
    assert_eq!(want.len(), texts.len());
    assert!(
        want.iter()
            .zip(&texts)
            .all(|(row, text)| row.text == **text)
    );
    for (input, output) in [
        ("in.csv", "out.csv.gz"),
        ("in.csv", "out.parquet"),
        ("in.jsonl", "out.jsonl"),
        ("in.parquet", "out.parquet"),
    ] {
        predict(&workspace, input, &["-o", output, "--threads", "5"]).succeeded();
        assert_eq!(read(&workspace, output), want, "{input} to {output}");
    }
}

#[test]
fn records_of_csv_keep_their_bytes() {
    let workspace = Workspace::new();
    workspace.write(
        "in.csv",
        "\u{feff}\"id\",text,n\r\n 7 ,\"two\r\nlines\",=1+1\r\n\r\n\"\",flood,\"x\"\"y\"",
    );
    let stdout = predict(&workspace, "in.csv", &[]).succeeded().stdout;
    let plain = want(&workspace, &["two\r\nlines", "flood"]);
    let end = |row: &Row| format!(",{},{},{}\r\n", row.label, row.probability, row.known_terms);
    assert_eq!(
        stdout,
        format!(
            "\u{feff}\"id\",text,n,label,probability,known_terms\r\n 7 ,\"two\r\nlines\",=1+1{}\"\",flood,\"x\"\"y\"{}",
            end(&plain[0]),
            end(&plain[1])
        )
    );
}

#[test]
fn objects_of_json_keep_their_bytes() {
    let workspace = Workspace::new();
    let lines = [
        r#"{ "id":1.50, "meta" : {"a":[1, 2,{"b":null}]},"text":"flo\u006fd" }"#,
        r#"{"text":null}"#,
        // Objects with the keys of the one before, and some that are a little different.
        r#"{"id":1,"text":"fire","more":{}}"#,
        r#"{"id":2,"text":"flood","more":{"text":"no"}}"#,
        r#"{"id":3,"text":"flo\u006fd \"é\"","more":[] }"#,
        r#"{"id":4,"text":5,"more":[]}"#,
        r#"{"id":5,"text":"fire","more":"\ud83d"}"#,
        r#"{"id":6,"text":"fire"}"#,
        r#"{"id":7,"text":"flood"}"#,
        r#"{"id":8,"text":"fire","more":null}"#,
        r#"{"text":"flood","id":9}"#,
        r#"{"TEXT":"fire"}"#,
        r#"{"TEXT":"flood"}"#,
        r#"{"TEXT":"fire"}"#,
    ];
    workspace.write("in.jsonl", lines.join("\n\n"));
    let stdout = predict(&workspace, "in.jsonl", &[]).succeeded().stdout;
    let texts = [
        "flood",
        "",
        "fire",
        "flood",
        "flood \"é\"",
        "5",
        "fire",
        "fire",
        "flood",
        "fire",
        "flood",
        "fire",
        "flood",
        "fire",
    ];
    let plain = want(&workspace, &texts);
    for ((line, got), row) in lines.iter().zip(stdout.lines()).zip(plain) {
        let open = line.strip_suffix('}').unwrap();
        let added = format!(
            r#","label":"{}","probability":{},"known_terms":{}}}"#,
            row.label, row.probability, row.known_terms
        );
        assert_eq!(got, format!("{open}{added}"));
    }
    assert_eq!(stdout.lines().count(), lines.len());
}

#[test]
fn columns_of_parquet_keep_their_types_and_nulls() {
    let workspace = Workspace::new();
    let lists =
        ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1), None]), None]);
    let tags: arrow_array::DictionaryArray<Int32Type> = ["a", "b"].into_iter().collect();
    let batch = RecordBatch::try_from_iter_with_nullable([
        (
            "n",
            Arc::new(Int64Array::from(vec![Some(i64::MAX), None])) as ArrayRef,
            true,
        ),
        (
            "at",
            Arc::new(TimestampMicrosecondArray::from(vec![1, 2]).with_timezone("UTC")),
            false,
        ),
        ("list", Arc::new(lists), true),
        ("tag", Arc::new(tags), false),
        (
            "text",
            Arc::new(StringArray::from(vec![Some("flood"), None])),
            true,
        ),
    ])
    .unwrap();
    write_batch(&workspace, "in.parquet", &batch);

    predict(&workspace, "in.parquet", &["-o", "out.parquet"]).succeeded();
    let [out] = &read_batches(&workspace, "out.parquet")[..] else {
        panic!("one batch")
    };
    assert_eq!(out.num_columns(), 8);
    for (index, field) in batch.schema().fields().iter().enumerate() {
        assert_eq!(out.schema().field(index), field.as_ref());
        assert_eq!(out.column(index), batch.column(index), "{field}");
    }
    let added = out.schema();
    let kinds: Vec<_> = added.fields()[5..]
        .iter()
        .map(|field| field.data_type())
        .collect();
    assert_eq!(
        kinds,
        [&DataType::Utf8, &DataType::Float32, &DataType::Int32]
    );
    assert_eq!(
        out.column(6).as_primitive::<Float32Type>().values()[..],
        [
            want(&workspace, &["flood", ""])[0].probability,
            want(&workspace, &["flood", ""])[1].probability
        ]
    );

    let json = predict(&workspace, "in.parquet", &["-f", "jsonl"])
        .succeeded()
        .stdout;
    let first: Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&first["list"], &first["n"]),
        (&serde_json::json!([1, null]), &i64::MAX.into())
    );
    assert_eq!(first["at"], "1970-01-01T00:00:00.000001Z");
    predict(&workspace, "in.parquet", &["-f", "csv"]).failed(2, &["`list`", "--keep"]);
    let csv = predict(&workspace, "in.parquet", &["-f", "csv", "--keep", "tag,n"]).succeeded();
    assert!(csv.stdout.starts_with("tag,n,label,"), "{csv:?}");
}

#[test]
fn columns_of_parquet_have_dictionaries_where_values_repeat() {
    let workspace = Workspace::new();
    let column = |values: [&str; 3]| Arc::new(StringArray::from_iter_values(values)) as ArrayRef;
    let text = StructArray::try_from(vec![("text", column(["flood", "fire", "hello"]))]);
    let batch = RecordBatch::try_from_iter([
        ("id", column(["a", "b", "c"])),
        ("tag", column(["x", "x", "x"])),
        ("body", Arc::new(text.unwrap()) as ArrayRef),
    ]);
    let properties = WriterProperties::builder()
        .set_column_dictionary_enabled("id".into(), false)
        .build();
    write_batch_with(&workspace, "in.parquet", &batch.unwrap(), Some(properties));

    let flags = ["-o", "out.parquet", "--text-column", "body.text"];
    let command = [&["predict", "-i", "in.parquet"][..], &flags].concat();
    workspace.run(&command).succeeded();

    let file = File::open(workspace.path("out.parquet")).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let columns = reader.metadata().row_group(0).columns().iter();
    let with = |has: fn(&ColumnChunkMetaData) -> bool| -> Vec<_> {
        let chosen = columns.clone().filter(|column| has(column));
        chosen.map(|column| column.column_path().string()).collect()
    };
    assert_eq!(
        with(|column| column.dictionary_page_offset().is_some()),
        ["tag", "label", "known_terms"]
    );
    assert_eq!(with(|column| column.statistics().is_none()), ["body.text"]);
}

#[test]
fn dates_of_parquet_that_are_stored_as_days_stay_days() {
    let workspace = Workspace::new();
    let batch = RecordBatch::try_from_iter([
        (
            "day",
            Arc::new(Date64Array::from(vec![0, 86_400_000])) as ArrayRef,
        ),
        ("text", Arc::new(StringArray::from(vec!["flood", "fire"]))),
    ]);
    // As pyarrow stores them: days, and a schema of Arrow with milliseconds.
    let properties = WriterProperties::builder().set_coerce_types(true).build();
    write_batch_with(&workspace, "in.parquet", &batch.unwrap(), Some(properties));

    predict(&workspace, "in.parquet", &["-o", "out.parquet"]).succeeded();
    let [out] = &read_batches(&workspace, "out.parquet")[..] else {
        panic!("one batch")
    };
    let days: ArrayRef = Arc::new(Date32Array::from(vec![0, 1]));
    assert_eq!(out.column(0), &days);
}

#[test]
fn binary_texts_of_parquet_are_written_as_text_and_checked() {
    let workspace = Workspace::new();
    let write = |texts: [&[u8]; 3]| {
        let texts = Arc::new(BinaryArray::from_iter_values(texts)) as ArrayRef;
        let batch = RecordBatch::try_from_iter([("text", texts)]).unwrap();
        write_batch(&workspace, "in.parquet", &batch);
    };

    write([b"flood", b"fire", b"hello"]);
    let csv = predict(&workspace, "in.parquet", &["-f", "csv"]).succeeded();
    assert!(csv.stdout.contains("\nflood,"), "{csv:?}");
    let json = predict(&workspace, "in.parquet", &["-f", "jsonl"]).succeeded();
    assert!(json.stdout.contains(r#""text":"hello""#), "{json:?}");

    write([b"flood", b"caf\xe9", b"hello"]);
    predict(&workspace, "in.parquet", &["-f", "csv"])
        .failed(1, &["`in.parquet`, row 2: the text is not UTF-8"]);
}

#[test]
fn binary_columns_of_parquet_are_text_in_text_formats() {
    let workspace = Workspace::new();
    let write = |notes: [&[u8]; 2]| {
        let texts = Arc::new(StringArray::from_iter_values(["flood", "fire"])) as ArrayRef;
        let notes = Arc::new(BinaryArray::from_iter_values(notes)) as ArrayRef;
        let batch = RecordBatch::try_from_iter([("text", texts), ("note", notes)]).unwrap();
        write_batch(&workspace, "in.parquet", &batch);
    };

    write(["caf\u{e9}".as_bytes(), b""]);
    let csv = predict(&workspace, "in.parquet", &["-f", "csv"]).succeeded();
    assert!(csv.stdout.contains("\nflood,caf\u{e9},"), "{csv:?}");
    let json = predict(&workspace, "in.parquet", &["-f", "jsonl"]).succeeded();
    assert!(json.stdout.contains("\"note\":\"caf\u{e9}\""), "{json:?}");

    write([b"a", b"caf\xe9"]);
    predict(&workspace, "in.parquet", &["-f", "csv"]).failed(
        1,
        &[
            "`in.parquet`, row 2: the column `note` is not UTF-8",
            "--keep",
        ],
    );
    for arguments in [&["-f", "csv", "--keep", "text"][..], &["-o", "out.parquet"]] {
        predict(&workspace, "in.parquet", arguments).succeeded();
    }
}

#[test]
fn a_text_that_an_object_lacks_is_empty_unless_all_lack_it() {
    let workspace = Workspace::new();
    workspace.write(
        "in.jsonl",
        "{\"id\":1}\n{\"text\":\"flood\",\"id\":2}\n{\"id\":3}\n",
    );
    for format in ["jsonl", "csv"] {
        let output = predict(&workspace, "in.jsonl", &["-f", format]).succeeded();
        let rows = output.stdout.lines().count() - usize::from(format == "csv");
        assert_eq!(rows, 3, "{output:?}");
    }

    workspace.write("in.jsonl", "{\"id\":1,\"txt\":\"flood\"}\n");
    predict(&workspace, "in.jsonl", &["-o", "out.jsonl"]).failed(
        2,
        &["`in.jsonl`, line 1: no text column `text`", "`id`, `txt`"],
    );
    assert!(!workspace.path("out.jsonl").exists());
}

#[test]
fn an_output_of_two_formats_is_refused() {
    let workspace = Workspace::new();
    workspace.write("in.csv", "text\nflood\n");
    for (output, format, parts) in [
        (
            "out.csv.bz2",
            None,
            ["`out.csv.bz2`", "use `.gz` or `.zst`"],
        ),
        (
            "out.csv.xz",
            Some("csv"),
            ["`out.csv.xz`", "use `.gz` or `.zst`"],
        ),
        ("out.zip", Some("csv"), ["`out.zip`", "use `.gz` or `.zst`"]),
        (
            "out.parquet",
            Some("csv"),
            ["`out.parquet`", "`--format csv`"],
        ),
        (
            "out.parquet.gz",
            Some("csv"),
            ["`out.parquet.gz`", "`--format csv`"],
        ),
        (
            "out.jsonl",
            Some("parquet"),
            ["`out.jsonl`", "`--format parquet`"],
        ),
        ("out.parquet.gz", None, ["compressed inside", "`.parquet`"]),
    ] {
        let flags = format.map_or(vec![], |format| vec!["-f", format]);
        let arguments = [&["-o", output], &flags[..]].concat();
        predict(&workspace, "in.csv", &arguments).failed(2, &parts);
        assert!(!workspace.path(output).exists(), "{output}");
    }
}

#[test]
fn names_of_two_columns_are_refused_where_values_have_names() {
    let workspace = Workspace::new();
    workspace.write("in.csv", "id,id,text\n1,2,flood\n");
    predict(&workspace, "in.csv", &["-f", "csv"]).succeeded();
    for format in [&["-f", "jsonl"][..], &["-o", "out.parquet"]] {
        predict(&workspace, "in.csv", format)
            .failed(2, &["`in.csv`", "the column `id` is there twice"]);
    }
    let kept = ["-f", "jsonl", "--keep", "text"];
    predict(&workspace, "in.csv", &kept).succeeded();
}

#[test]
fn a_kept_key_that_no_object_has_is_an_error() {
    let workspace = Workspace::new();
    workspace.write(
        "in.jsonl",
        "{\"text\":\"flood\"}\n{\"text\":\"fire\",\"sparse\":1}\n",
    );
    let keep = |names| {
        predict(
            &workspace,
            "in.jsonl",
            &["-o", "out.jsonl", "--keep", names],
        )
    };

    keep("text,sparse").succeeded();
    std::fs::remove_file(workspace.path("out.jsonl")).unwrap();
    keep("text,nope").failed(2, &["`in.jsonl`: no object has the key `nope`"]);
    assert!(!workspace.path("out.jsonl").exists());
}

#[test]
fn numbers_of_json_lines_keep_all_digits_in_parquet() {
    let workspace = Workspace::new();
    workspace.write(
        "in.jsonl",
        "{\"text\":\"a\",\"u\":14695981039346656037,\"t\":-1,\"m\":9007199254740993,\"f\":1}\n\
         {\"text\":\"b\",\"u\":1,\"t\":14695981039346656037,\"m\":0.5,\"f\":2.5}\n",
    );
    predict(&workspace, "in.jsonl", &["-o", "out.parquet"]).succeeded();
    let [out] = &read_batches(&workspace, "out.parquet")[..] else {
        panic!("one batch")
    };

    let want: [(&str, ArrayRef); 4] = [
        (
            "u",
            Arc::new(UInt64Array::from(vec![14_695_981_039_346_656_037, 1])),
        ),
        (
            "t",
            Arc::new(StringArray::from(vec!["-1", "14695981039346656037"])),
        ),
        (
            "m",
            Arc::new(StringArray::from(vec!["9007199254740993", "0.5"])),
        ),
        ("f", Arc::new(Float64Array::from(vec![1.0, 2.5]))),
    ];
    for (name, values) in want {
        assert_eq!(out.column_by_name(name), Some(&values), "{name}");
    }
}

#[test]
fn an_input_is_not_replaced_by_its_own_predictions() {
    let workspace = Workspace::new();
    workspace.write("in.csv", "text\nflood\n");
    workspace.write("in.txt", "flood\n");
    predict(&workspace, "in.csv", &["-o", "./in.csv"]).failed(2, &["is read by this command"]);
    let lines = ["predict", "-i", "in.txt", "-o", "in.txt"];
    workspace
        .run(&lines)
        .failed(2, &["is read by this command"]);
    assert_eq!(workspace.read("in.txt"), b"flood\n");

    let url = format!("file://{}", workspace.path("in.csv").display());
    predict(&workspace, &url, &["-o", "in.csv"]).failed(2, &["is read by this command"]);
    let mut redirected = workspace.command(&["predict", "-i", "-", "-o", "in.txt"]);
    redirected.stdin(File::open(workspace.path("in.txt")).unwrap());
    Outcome::of(&mut redirected).failed(2, &["is read by this command"]);
    assert_eq!(workspace.read("in.csv"), b"text\nflood\n");
}

#[test]
fn a_model_is_not_replaced_by_predictions_or_exports() {
    let workspace = Workspace::with_model();
    let stored = "models/relevance/1/model.onnx";
    let model = workspace.read(stored);
    workspace.write("m.onnx", &model);
    let url = format!("file://{}", workspace.path("m.onnx").display());
    for (arguments, part) in [
        (
            &["predict", "--model-file", "m.onnx", "-o", "m.onnx", "fire"][..],
            "is read by this command",
        ),
        (
            &["export", "--model-file", &url, "-o", "m.onnx"],
            "is read by this command",
        ),
        (
            &["export", "--inline", "-o", stored],
            "is a file of a version in a model store",
        ),
        (
            &["predict", "-f", "csv", "-o", stored, "fire"],
            "is a file of a version in a model store",
        ),
    ] {
        workspace.run(arguments).failed(2, &[part]);
    }
    assert_eq!(workspace.read(stored), model);
    assert_eq!(workspace.read("m.onnx"), model);
}

#[test]
fn texts_of_parquet_may_be_in_a_structure_or_numbers() {
    let workspace = Workspace::new();
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["flood", "fire"]));
    let field = Field::new("text", DataType::Utf8, true);
    let data = StructArray::new(
        vec![field].into(),
        vec![texts],
        Some(vec![true, false].into()),
    );
    let batch = RecordBatch::try_from_iter_with_nullable([
        ("data", Arc::new(data) as ArrayRef, true),
        ("n", Arc::new(Int64Array::from(vec![911, 7])), false),
    ]);
    write_batch(&workspace, "in.parquet", &batch.unwrap());

    let predict = |column| {
        let flags = ["-i", "in.parquet", "-f", "jsonl", "--text-column", column];
        workspace.run(&[&["predict"][..], &flags].concat())
    };
    for (column, texts) in [("data.text", ["flood", ""]), ("n", ["911", "7"])] {
        let json = predict(column).succeeded().stdout;
        for (line, want) in json.lines().zip(want(&workspace, &texts)) {
            let value: Value = serde_json::from_str(line).unwrap();
            let probability = value["probability"].as_f64().unwrap();
            assert!(
                (probability - f64::from(want.probability)).abs() < 1e-6,
                "{line}"
            );
        }
    }
    predict("data").failed(2, &["`data`", "not text", "--text-column"]);
}

#[test]
fn json_lines_become_parquet_with_the_types_of_all_rows() {
    let workspace = Workspace::new();
    workspace.write(
        "in.jsonl",
        "{\"text\":\"flood\",\"a\":1,\"b\":1,\"c\":true,\"d\":\"x\"}\n\
         {\"b\":2.5,\"d\":{\"e\":[1]},\"text\":\"lunch\",\"f\":null,\"a\":-3}\n",
    );
    predict(&workspace, "in.jsonl", &["-o", "out.parquet"]).succeeded();
    let batches = read_batches(&workspace, "out.parquet");
    let schema = batches[0].schema();
    let fields: Vec<_> = schema.fields()[..6]
        .iter()
        .map(|field: &Arc<Field>| (field.name().as_str(), field.data_type()))
        .collect();
    assert_eq!(
        fields,
        [
            ("text", &DataType::Utf8),
            ("a", &DataType::Int64),
            ("b", &DataType::Float64),
            ("c", &DataType::Boolean),
            ("d", &DataType::Utf8),
            ("f", &DataType::Utf8),
        ]
    );
    assert_eq!(
        batches[0].column(4).as_string::<i32>().value(1),
        "{\"e\":[1]}"
    );

    let csv = predict(&workspace, "in.jsonl", &["-f", "csv"])
        .succeeded()
        .stdout;
    assert!(csv.starts_with("text,a,b,c,d,f,label,"), "{csv}");
    let stdin = workspace.run_with_input(
        &["predict", "--text-column", "text", "-f", "csv"],
        &workspace.read("in.jsonl"),
    );
    stdin.failed(2, &["read twice", "--format jsonl"]);
}

#[test]
fn columns_are_chosen_and_the_added_ones_named() {
    let workspace = Workspace::new();
    workspace.write("in.csv", "id;text;label\n1;\"a;b\";x\n");
    let run = |arguments: &[&str]| predict(&workspace, "in.csv", arguments);
    run(&[]).failed(2, &["`label`", "--prefix"]);

    let kept = run(&["--keep", "text,id"]).succeeded().stdout;
    assert!(
        kept.starts_with("text,id,label,probability,known_terms\na;b,1,"),
        "{kept}"
    );
    let prefixed = run(&["--prefix", "p_"]).succeeded().stdout;
    assert!(
        prefixed.starts_with("id,text,label,p_label,p_probability,p_known_terms\n1,a;b,x,"),
        "{prefixed}"
    );
    run(&["--prefix", "p_", "-o", "out.tsv"]).succeeded();
    let tsv = String::from_utf8(workspace.read("out.tsv")).unwrap();
    assert!(tsv.contains("\n1\ta;b\tx\t"), "{tsv}");
    run(&["--keep", "none"]).failed(2, &["`none`", "`id`, `text`, `label`"]);

    workspace.write("in.jsonl", "{\"text\":\"a\",\"label\":[1, 2],\"id\":7}\n");
    predict(&workspace, "in.jsonl", &[]).failed(2, &["line 1", "`label`", "--prefix"]);
    let kept = predict(&workspace, "in.jsonl", &["--keep", "id"])
        .succeeded()
        .stdout;
    assert!(kept.starts_with("{\"id\":7,\"label\":\""), "{kept}");
}

#[test]
fn a_column_whose_name_has_a_comma_is_kept_by_its_quoted_name() {
    let workspace = Workspace::with_model();
    workspace.write("in.csv", "\"a,b\",text,c\n1,flood,2\n");
    let kept = predict(&workspace, "in.csv", &["--keep", r#""a,b",c"#]).succeeded();
    assert!(kept.stdout.starts_with("\"a,b\",c,label"), "{kept:?}");

    for (names, part) in [
        ("a,b", "a name that has a comma between double quotes"),
        (r#""a,b"#, "a double quote opens a value and none closes it"),
        (r#""a,b"c"#, "a comma must follow the double quote"),
    ] {
        predict(&workspace, "in.csv", &["--keep", names]).failed(2, &[part]);
    }
}

#[test]
fn rows_of_a_stream_are_written_as_they_arrive() {
    let workspace = Workspace::with_model();
    let csv = ["text,id\nflood,1\n", "fire,2\n", "calm,3\n"];
    let json = ["{\"text\": \"flood\"}\n", "{\"text\": \"fire\"}\n"];
    for (pieces, has_header) in [(&csv[..], true), (&json, false)] {
        let arguments = ["predict", "-i", "-", "--text-column", "text"];
        let mut child = workspace
            .command(&arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in stdout.lines() {
                // The receiver is gone when the test has failed.
                let _ = sender.send(line.unwrap());
            }
        });

        for (index, piece) in pieces.iter().enumerate() {
            stdin.write_all(piece.as_bytes()).unwrap();
            if has_header && index == 0 {
                lines.recv_timeout(LONG).expect("the header is written");
            }
            lines.recv_timeout(LONG).expect("the row is written");
        }
        drop(stdin);
        assert!(child.wait().unwrap().success());
        assert!(lines.recv_timeout(LONG).is_err(), "a row came twice");
    }
}

#[test]
fn what_cannot_be_read_fails_with_its_line_and_replaces_nothing() {
    let workspace = Workspace::new();
    workspace.write("out.jsonl", "mine");
    let many = "a,\"b\n\"\n".repeat(40_000);
    for (name, content, parts) in [
        (
            "in.csv",
            format!("text,n\n{many}x,y,z\n").into_bytes(),
            &["line 80002", "3 fields", "the header has 2"][..],
        ),
        (
            "in.csv",
            b"text,n\na,b\n\"open,b\nc,d\n".to_vec(),
            &["line 3", "never closed"],
        ),
        (
            "in.csv",
            b"text,n\na,b\ncaf\xe9,b\n".to_vec(),
            &["line 3, byte 15", "--encoding windows-1252"],
        ),
        ("in.csv", b"".to_vec(), &["empty"]),
        ("in.csv", b"t\0e\0x\0t\0".to_vec(), &["--encoding utf-16le"]),
        (
            "in.jsonl",
            b"{\"text\":\"a\"}\n\n[1]\n".to_vec(),
            &["line 3", "expected an object"],
        ),
        (
            "in.jsonl",
            b"{\"text\":\"a\"}\n{\"text\":[7]}\n".to_vec(),
            &["line 2", "the text is an array"],
        ),
        (
            "in.jsonl",
            [
                &b"{\"text\":\"a\"}\n".repeat(5)[..],
                b"{\"text\":\"a\",\"n\":}\n",
            ]
            .concat(),
            &["line 6"],
        ),
        (
            "in.jsonl",
            [
                &b"{\"text\":\"a\"}\n".repeat(5)[..],
                b"{\"text\":\"a\",\"text\":\"b\"}\n",
            ]
            .concat(),
            &["line 6", "`text`", "twice"],
        ),
        (
            "in.jsonl",
            b"{\"text\":\"a\"}\n{\"text\":\"caf\xe9\"}\n".to_vec(),
            &["line 2", "--encoding"],
        ),
        ("in.parquet", b"text,n\na,b\n".to_vec(), &["Parquet"]),
    ] {
        workspace.write(name, content);
        predict(&workspace, name, &["-o", "out.jsonl"]).failed(1, parts);
        assert_eq!(workspace.read("out.jsonl"), b"mine");
    }

    workspace.write("in.csv", "txt,n\na,b\n");
    predict(&workspace, "in.csv", &[]).failed(2, &["`text`", "`txt`, `n`", "--text-column"]);
    workspace.write("in.jsonl", "{\"txt\":\"a\"}\n");
    predict(&workspace, "in.jsonl", &[]).failed(2, &["line 1", "`text`", "`txt`"]);
    write_parquet(&workspace, "in.parquet", &TEXTS);
    let other = [
        "predict",
        "-i",
        "in.parquet",
        "--text-column",
        "txt",
        "-o",
        "out.jsonl",
    ];
    workspace.run(&other).failed(2, &["`txt`", "`id`, `text`"]);
}

#[test]
fn a_table_without_rows_gives_its_header() {
    let workspace = Workspace::new();
    workspace.write("in.csv", "id,text");
    let stdout = predict(&workspace, "in.csv", &[]).succeeded().stdout;
    assert_eq!(stdout, "id,text,label,probability,known_terms\n");
    workspace.write("in.jsonl", "");
    predict(&workspace, "in.jsonl", &["-o", "out.parquet"]).succeeded();
    assert!(read_batches(&workspace, "out.parquet").is_empty());
    predict(&workspace, "in.csv", &["-o", "out.csv.gz"]).succeeded();
    assert!(read(&workspace, "out.csv.gz").is_empty());
}

#[test]
fn a_table_is_never_taken_for_plain_lines_unsaid() {
    let workspace = Workspace::new();
    let lines = ["predict", "--lines", "-f", "jsonl", "-i"];
    for (name, content) in [
        ("in.csv", &b"text\nflood\n"[..]),
        ("in.tsv", b"text\nflood\n"),
        ("in.ndjson", b"flood\n"),
        ("in.csv.gz", b"flood\n"),
        ("in.txt", b"{\"text\": \"flood\"}\nflood\n"),
        ("parquet.txt", b"PAR1\n"),
    ] {
        workspace.write(name, content);
        workspace
            .run(&["predict", "-i", name])
            .failed(2, &["`--text-column text`", "`--lines`", name]);
        if content.is_ascii() {
            let outcome = workspace.run(&[&lines[..], &[name]].concat()).succeeded();
            assert_eq!(
                json_lines(&outcome.stdout).len(),
                content.split(|&byte| byte == b'\n').count() - 1
            );
        }
    }
    workspace
        .run_with_input(&["predict"], b"{\"text\": \"flood\"}\n")
        .failed(2, &["--text-column"]);
    workspace
        .run_with_input(&["predict"], b"{flood}\n")
        .succeeded();
}

//! `relevance predict` reads files as training does: dialects, encodings, layouts and compressions.

use std::io::{Read as _, Write as _};
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::{Outcome, Workspace};

/// Texts with what separates, quotes and encodes.
const ROWS: [(&str, &str); 3] = [
    ("1", "flood; fire, rescue|now"),
    ("2", "two\nlines and a \"quote\""),
    ("3", "crue \u{e0} Gen\u{e8}ve"),
];

fn predict(workspace: &Workspace, input: &str, arguments: &[&str]) -> Outcome {
    let table = ["predict", "-i", input, "--text-column", "text"];
    workspace.run(&[&table[..], arguments].concat())
}

fn table(delimiter: char) -> String {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter.try_into().unwrap())
        .from_writer(Vec::new());
    writer.write_record(["id", "text"]).unwrap();
    for (id, text) in ROWS {
        writer.write_record([id, text]).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn array() -> String {
    let objects = ROWS.map(|(id, text)| serde_json::json!({ "id": id, "text": text }));
    serde_json::to_string_pretty(&objects).unwrap()
}

fn utf_16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

fn latin_1(text: &str) -> Vec<u8> {
    let byte = |character| u8::try_from(u32::from(character)).unwrap();
    text.chars().map(byte).collect()
}

fn zipped(name: &str, content: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file(name, options).unwrap();
    archive.write_all(content).unwrap();
    archive.finish().unwrap().into_inner()
}

fn bzip2(content: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::new();
    bzip2::read::BzEncoder::new(content, bzip2::Compression::fast())
        .read_to_end(&mut compressed)
        .unwrap();
    compressed
}

fn xz(content: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(1);
    let mut writer = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    writer.write_all(content).unwrap();
    writer.finish().unwrap()
}

/// The predictions for the plain table, as CSV.
fn want(workspace: &Workspace) -> String {
    workspace.write("plain.csv", table(','));
    predict(workspace, "plain.csv", &[]).succeeded().stdout
}

#[test]
fn a_table_is_read_however_it_was_written_and_comes_back_as_plain_csv() {
    let workspace = Workspace::new();
    let want = want(&workspace);
    assert_eq!(want.lines().count(), 1 + ROWS.len() + 1);

    let backslashes = table(',').replace("\"\"", "\\\"");
    let others: [(&str, Vec<u8>, &[&str]); 15] = [
        ("semicolon.csv", table(';').into(), &[]),
        ("tab.csv", table('\t').into(), &[]),
        ("pipe.csv", table('|').into(), &[]),
        ("hat.csv", table('^').into(), &["--delimiter", "^"]),
        ("sep.csv", format!("sep=;\n{}", table(';')).into(), &[]),
        (
            "apostrophe.csv",
            table(',')
                .replace("\"\"", "\u{1}")
                .replace('"', "'")
                .replace('\u{1}', "\"")
                .into(),
            &["--quote", "'"],
        ),
        ("backslash.csv", backslashes.into(), &["--escape", "\\"]),
        ("latin.csv", latin_1(&table(',')), &["--encoding", "latin1"]),
        ("utf16.csv", utf_16(&table(';')), &[]),
        ("data.csv.bz2", bzip2(table(',').as_bytes()), &[]),
        ("data.csv.xz", xz(table(',').as_bytes()), &[]),
        (
            "data.csv.zip",
            zipped("data.csv", table(';').as_bytes()),
            &[],
        ),
        ("array.json", array().into(), &["-f", "csv"]),
        ("data.json.xz", xz(array().as_bytes()), &["-f", "csv"]),
        ("noending", table(';').into(), &[]),
    ];
    for (name, content, arguments) in others {
        workspace.write(name, content);
        let stdout = predict(&workspace, name, arguments).succeeded().stdout;
        assert_eq!(stdout, want, "{name}");
    }
}

#[test]
fn a_tab_separates_an_output_that_says_so() {
    let workspace = Workspace::new();
    workspace.write("in.csv", table(';'));
    predict(&workspace, "in.csv", &["-o", "out.tsv"]).succeeded();
    let out = String::from_utf8(workspace.read("out.tsv")).unwrap();
    assert!(out.starts_with("id\ttext\tlabel\t"), "{out}");
}

#[test]
fn columns_without_a_header_are_named_by_number() {
    let workspace = Workspace::new();
    workspace.write("in.csv", "7;flood\n8;\"fire; now\"\n");
    let run = |column: &str, arguments: &[&str]| {
        let table = [
            "predict",
            "-i",
            "in.csv",
            "--no-header",
            "--text-column",
            column,
        ];
        workspace.run(&[&table[..], arguments].concat())
    };
    let stdout = run("2", &[]).succeeded().stdout;
    let lines: Vec<_> = stdout.lines().collect();
    assert_eq!(lines[0], "1,2,label,probability,known_terms");
    assert!(
        lines[1].starts_with("7,flood,") && lines[2].starts_with("8,fire; now,"),
        "{lines:?}"
    );
    assert_eq!(lines.len(), 3);

    let json = run("2", &["-f", "jsonl", "--keep", "1"]).succeeded().stdout;
    assert!(json.starts_with("{\"1\":\"7\",\"label\":"), "{json}");
    run("3", &[]).failed(2, &["no text column `3`", "`1`, `2`"]);
}

#[test]
fn objects_of_any_layout_come_back_one_per_line() {
    let workspace = Workspace::new();
    let pretty =
        "{\n  \"text\": \"flood\",\n  \"n\": NaN\n}\n{\n  \"text\": \"fire\",\n  \"n\": 2\n}\n";
    let line = "[{\"text\":\"flood\",\"n\":null},{\"text\":\"fire\",\"n\":2}]";
    let python = "{\"text\":\"flood\",\"n\": NaN}\n{\"text\":\"fire\",\"n\":2}\n";
    for content in [pretty, line, python] {
        workspace.write("in.json", content);
        let stdout = predict(&workspace, "in.json", &[]).succeeded().stdout;
        let lines: Vec<_> = stdout.lines().collect();
        assert!(
            lines[0].starts_with("{\"text\":\"flood\",\"n\":null,\"label\":"),
            "{stdout}"
        );
        assert!(
            lines[1].starts_with("{\"text\":\"fire\",\"n\":2,\"label\":"),
            "{stdout}"
        );
        assert_eq!(lines.len(), 2);
    }
}

#[test]
fn layouts_keep_their_rows_over_many_blocks() {
    let workspace = Workspace::new();
    let count = 30_000;
    let object = |number| format!("{{\n \"text\": \"flood {number}\",\n \"n\": {number}\n}}");
    let objects: Vec<_> = (0..count).map(object).collect();
    for (name, content) in [
        ("stream.json", objects.join("\n")),
        ("array.json", format!("[\n{}\n]\n", objects.join(",\n"))),
    ] {
        workspace.write(name, content);
        let stdout = predict(&workspace, name, &["--threads", "3"])
            .succeeded()
            .stdout;
        for (number, line) in stdout.lines().enumerate() {
            let start = format!("{{\"text\":\"flood {number}\",\"n\":{number},\"label\":");
            assert!(line.starts_with(&start), "{name}: {line}");
        }
        assert_eq!(stdout.lines().count(), count, "{name}");
    }
}

#[test]
fn texts_are_found_by_path_and_regardless_of_case() {
    let workspace = Workspace::new();
    workspace.write("in.jsonl", "{\"data\":{\"text\":\"flood\"},\"id\":1}\n");
    let by_path =
        |input: &str| ["predict", "-i", input, "--text-column", "data.text"].map(str::to_owned);
    let arguments = by_path("in.jsonl");
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let stdout = workspace.run(&arguments).succeeded().stdout;
    assert!(
        stdout.starts_with("{\"data\":{\"text\":\"flood\"},\"id\":1,\"label\":"),
        "{stdout}"
    );

    workspace.write("in.csv", " Text \nflood\n");
    let stdout = predict(&workspace, "in.csv", &[]).succeeded().stdout;
    assert!(stdout.starts_with(" Text ,label,"), "{stdout}");
}

#[test]
fn errors_are_those_of_training() {
    let workspace = Workspace::new();
    let many = "flood,1\n".repeat(50_000);
    for (name, content) in [
        (
            "unclosed.csv",
            format!("text,label\nfire,0\n{many}\"open,1\nfire,0\n").into_bytes(),
        ),
        (
            "fields.csv",
            format!("text,label\n{many}fire,0,0\n").into_bytes(),
        ),
        (
            "header.csv",
            format!("text,label\n{many}text,label\n").into_bytes(),
        ),
        (
            "latin.csv",
            [format!("text,label\n{many}").as_bytes(), b"caf\xe9,1\n"].concat(),
        ),
        (
            "array.json",
            b"[{\"text\": \"fire\", \"label\": 1}\n{\"text\": \"fire\", \"label\": 0}]".to_vec(),
        ),
        (
            "value.jsonl",
            b"{\"text\": \"fire\", \"label\": yes}\n".to_vec(),
        ),
        (
            "twice.jsonl",
            b"{\"text\": \"fire\", \"text\": \"fire\", \"label\": 1}\n".to_vec(),
        ),
        ("page.csv", b"<html><body>log in</body></html>".to_vec()),
        ("two.zip", {
            let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
            for name in ["a.csv", "b.csv"] {
                archive
                    .start_file(name, zip::write::SimpleFileOptions::default())
                    .unwrap();
            }
            archive.finish().unwrap().into_inner()
        }),
        ("nothing.csv", b"\n\n".to_vec()),
        ("cut.csv.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x2b".to_vec()),
    ] {
        workspace.write(name, content);
        let trained = workspace
            .run(&["data", "check", "--data", name])
            .failed(1, &[name]);
        let predicted =
            predict(&workspace, name, &["--prefix", "p_", "-o", "out.csv"]).failed(1, &[name]);
        assert_eq!(
            predicted.stderr.lines().last(),
            trained.stderr.lines().last(),
            "{name}"
        );
        assert!(!workspace.path("out.csv").exists(), "{name}");
    }
    let left: Vec<_> = workspace.files("").into_keys().collect();
    assert!(
        left.iter()
            .all(|path| !path.to_string_lossy().contains(".relevance-")),
        "{left:?}"
    );
}

#[test]
fn an_unclosed_quote_names_the_line_on_which_it_opens_and_leaves_no_output() {
    let workspace = Workspace::new();
    workspace.write("in.csv", "text,n\nfire,1\n\"open,2\nflood,3\n");
    predict(&workspace, "in.csv", &["-o", "out.csv"]).failed(
        1,
        &[
            "`in.csv`, line 3",
            "the quote that opens in line 3 is never closed",
        ],
    );
    assert_eq!(workspace.files("").len(), 1);
}

#[test]
fn lines_may_be_compressed_and_of_any_encoding() {
    let workspace = Workspace::new();
    let want = workspace
        .run(&["predict", "-f", "csv", "flood", "crue \u{e0} Gen\u{e8}ve"])
        .succeeded()
        .stdout;
    let text = "flood\ncrue \u{e0} Gen\u{e8}ve\n";
    for (name, content, arguments) in [
        ("a.txt.bz2", bzip2(text.as_bytes()), &[][..]),
        ("a.xz", xz(text.as_bytes()), &[]),
        ("a.txt.zip", zipped("a.txt", text.as_bytes()), &[]),
        ("utf16.txt", utf_16(text), &[]),
        ("latin.txt", latin_1(text), &["--encoding", "latin1"]),
    ] {
        workspace.write(name, content);
        let arguments = [&["predict", "-i", name, "-f", "csv"], arguments].concat();
        assert_eq!(workspace.run(&arguments).succeeded().stdout, want, "{name}");
    }
}

#[test]
fn a_table_in_a_zip_file_is_read_as_a_table_only() {
    let workspace = Workspace::new();
    let want = want(&workspace);
    let zip = zipped("a.csv", table(',').as_bytes());
    workspace.write("d.zip", &zip);
    workspace.write("twice.zip", zipped("d.zip", &zip));
    for name in ["d.zip", "twice.zip"] {
        let table = ["predict", "-i", name, "--text-column", "text"];
        assert_eq!(workspace.run(&table).succeeded().stdout, want, "{name}");

        let refused = ["`a.csv` in it has the name of a table", "--text-column"];
        workspace.run(&["predict", "-i", name]).failed(2, &refused);
        workspace
            .run(&["predict", "-i", name, "--lines"])
            .succeeded();
    }
}

#[test]
fn a_damaged_compression_is_named_in_place_of_its_content() {
    let workspace = Workspace::with_model();
    for (other, flags) in [
        (b',', &["--text-column", "text"][..]),
        (0xff, &["--text-column", "text"]),
        (0xff, &["--lines"]),
    ] {
        let content = table(',');
        let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
        encoder.write_all(content.as_bytes()).unwrap();
        let mut bytes = encoder.finish().unwrap();
        let changed = bytes.iter().position(|&byte| byte == b'"').unwrap();
        bytes[changed] = other;
        workspace.write("damaged.csv.gz", bytes);

        let predict = ["predict", "-i", "damaged.csv.gz"];
        workspace
            .run(&[&predict[..], flags].concat())
            .failed(1, &["`damaged.csv.gz`, gzip data: the file is damaged"]);
    }
}

#[test]
fn a_pipe_is_read_once() {
    let workspace = Workspace::new();
    let want = want(&workspace);
    for content in [
        table(';').into_bytes(),
        bzip2(table(',').as_bytes()),
        utf_16(&table('\t')),
    ] {
        let mut command = workspace.command(&["predict", "--text-column", "text"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(&content).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), want);
    }

    let shell = "cat plain.csv | \"$0\" predict -i /dev/stdin --text-column text";
    let program = env!("CARGO_BIN_EXE_relevance");
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", shell, program])
        .current_dir(workspace.path(""));
    assert_eq!(Outcome::of(&mut command).succeeded().stdout, want);
}

/// Runs the command with the content as its standard input, written in two parts.
fn run_in_parts(workspace: &Workspace, arguments: &[&str], parts: [&[u8]; 2]) -> (i32, String) {
    let mut child = workspace
        .command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for part in parts {
        // The program may have refused the first part.
        let _ = stdin.write_all(part);
        sleep(Duration::from_millis(20));
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    (output.status.code().unwrap(), stdout)
}

#[test]
fn a_stream_is_read_as_a_file_wherever_it_pauses() {
    let workspace = Workspace::with_model();
    let table = &["--text-column", "text"][..];
    let tables = [
        &b"sep=;\nid;text\n1;fire\n2;calm\n"[..],
        b"id,text\r\n1,fire\r\n2,calm\r\n",
        b"\n\"id\",text\n1,fire\n",
        b"{\"text\": \"fire\"}\n{\"text\":\n\"calm\"}\n",
    ];
    let compressed = [
        bzip2(tables[1]),
        xz(tables[1]),
        zipped("a.csv", tables[1]),
        zstd::encode_all(tables[1], 1).unwrap(),
    ];

    let cases = tables
        .iter()
        .map(|content| (*content, table, content.len()));
    let cases = cases.chain(compressed.iter().map(|content| (&content[..], table, 14)));
    let lines: &[u8] = b"{\"text\": \"fire\"}\n";
    for (content, flags, cuts) in cases.chain([(lines, &[][..], lines.len())]) {
        workspace.write("content", content);
        let arguments = |input| [&["predict", "-i", input], flags].concat();
        let file = workspace.run(&arguments("content"));
        for cut in 1..cuts {
            let parts = content.split_at(cut);
            let got = run_in_parts(&workspace, &arguments("-"), parts.into());
            let want = (file.code.unwrap(), file.stdout.clone());
            assert_eq!(got, want, "{content:?} after {cut} bytes");
        }
    }
}

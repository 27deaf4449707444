//! Seeds of texts and text files: the bytes of their settings, then the content.

use crate::Seed;

fn with(settings: [u8; 2], content: &str) -> Vec<u8> {
    [&settings, content.as_bytes()].concat()
}

/// Returns the text in UTF-16 with its byte order mark.
fn utf_16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

pub(super) fn csv() -> Vec<Seed> {
    let utf_16 = [
        &[0, 3][..],
        &utf_16("text;label\nÜberflutung;1\nsonnig;0\n"),
    ]
    .concat();
    vec![
        (
            "comma",
            with([0, 8], "text,label\nthe river rises,1\na sunny day,0\n"),
        ),
        (
            "quotes",
            with(
                [0, 4],
                "text,label,extra\n\"a, \"\"b\"\"\",Relevant,x\r\n\"two\nlines\",Not Relevant,\n",
            ),
        ),
        ("semicolon", with([1, 1], "text;label\n\nfire;1\nnone;\n")),
        (
            "separator_line",
            with(
                [0, 2],
                "sep=|\ntext|choose_one\nfire|Relevant\nmaybe|Can't Decide\n",
            ),
        ),
        (
            "escaped",
            with([0b1100, 5], "text,label\n'it\\'s, a fire',1\na\\,b,0\n"),
        ),
        ("no_header", with([0b0001_0000, 0], "fire,1\nsun,0\n")),
        (
            "further_column",
            with([0b1000_0010, 6], "\u{feff}text\tlabel\textra\nfire\t1\t7\n"),
        ),
        (
            "windows_1252",
            [&[0b0100_0000, 9][..], b"text,label\ncaf\xe9,0\n"].concat(),
        ),
        ("utf_16", utf_16),
        ("unclosed", with([0, 3], "text,label\n\"fire,1\nsun,0\n")),
    ]
}

pub(super) fn jsonl() -> Vec<Seed> {
    vec![
        (
            "lines",
            with(
                [0, 7],
                "{\"text\": \"the river rises\", \"label\": 1}\n{\"text\": \"sun\", \"label\": 0}\n",
            ),
        ),
        (
            "array",
            with(
                [0, 3],
                "[{\"text\": \"a\\u00fcb\\n\", \"label\": true},\n {\"text\": \"c\", \"label\": null}]",
            ),
        ),
        (
            "nested",
            with(
                [0b1111, 5],
                "{\"data\": {\"text\": \"fire\", \"label\": \"Relevant\", \"list\": [1.50, 2]}, \"extra\": {\"a\": []}}\n",
            ),
        ),
        (
            "several_lines",
            with(
                [4, 2],
                "{\n  \"text\": \"fire\",\n  \"label\": NaN,\n  \"extra\": -0.0\n}\n",
            ),
        ),
        (
            "surrogates",
            with(
                [0, 1],
                "{\"text\": \"\\ud83d\\udd25 fire\", \"label\": \"1\", \"text\": \"twice\"}\n",
            ),
        ),
        (
            "torn",
            with(
                [0, 4],
                "{\"text\": \"fire\", \"label\": 1}\n{\"text\": \"su",
            ),
        ),
    ]
}

pub(super) fn tokenizer() -> Vec<Seed> {
    let long = "a_b flood is rising, FLOOD IS RISING; sunny day. ".repeat(4);
    [
        ("known", "The flood is rising, fire! sunny day a_b"),
        (
            "unicode",
            "Überflutung ÜBERFLUTUNG \u{212a}illed नमस्ते 🔥fire🔥",
        ),
        ("separators", "a\0b \t\r\n--__9 é\u{301}"),
        ("long", &long),
        (
            "block_end",
            "0123456789012345678901234567890123456789012345678901234567890 éüß flood",
        ),
    ]
    .map(|(name, text)| (name, text.as_bytes().to_vec()))
    .to_vec()
}

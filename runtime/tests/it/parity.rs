//! Agreement of every engine with the reference.

use proptest::prelude::*;
use relevance_runtime::Engine as _;
use relevance_runtime::parity::compare;

use crate::engines::{
    ARCHIVE, ASCII_LETTERS, ASCII_PAIRS, CHARACTER_LETTERS, CHARACTERS, Engines, UNICODE_LETTERS,
    UNICODE_TRIPLES, UNION, UNION_LETTERS,
};

/// Fails when an engine disagrees with the reference on any of `texts`, in batches of `batch`.
fn check(engines: &Engines, texts: &[&str], batch: usize) {
    let want = engines.reference.predict_batch(texts).unwrap();

    for (name, engine) in &engines.others {
        let agreement = compare(&want, engine.as_ref(), texts, batch).unwrap();
        assert_eq!(agreement.texts, texts.len());
        let farthest: String = texts[agreement.farthest_text].chars().take(200).collect();
        assert!(
            agreement.holds(),
            "{name}, batch of {batch}: {agreement:?}, text {farthest:?}"
        );
    }
}

fn check_all(texts: &[&str], batch: usize) {
    for engines in [
        &ASCII_PAIRS,
        &UNICODE_TRIPLES,
        &ASCII_LETTERS,
        &UNICODE_LETTERS,
        &CHARACTERS,
        &UNION,
        &CHARACTER_LETTERS,
        &UNION_LETTERS,
    ] {
        check(engines, texts, batch);
    }
}

#[test]
fn engines_agree_on_every_text_of_the_archive() {
    let texts: Vec<&str> = ARCHIVE.iter().map(String::as_str).collect();
    assert_eq!(texts.len(), 6000);
    check(&ASCII_PAIRS, &texts, 64);
    check(&UNICODE_TRIPLES, &texts, 64);
    check(&CHARACTERS, &texts, 64);
    check(&UNION, &texts, 64);
}

#[test]
fn engines_agree_at_every_batch_size() {
    let texts: Vec<&str> = ARCHIVE.iter().step_by(3).map(String::as_str).collect();
    check(&ASCII_PAIRS, &texts[..200], 1);
    check(&ASCII_PAIRS, &texts, 1000);
    for engines in [&CHARACTERS, &UNION] {
        check(engines, &texts[..200], 1);
        check(engines, &texts, 1000);
    }
}

#[test]
fn engines_agree_on_every_unicode_scalar_value() {
    // Alone, and between two tokens, which it separates or joins.
    for around in [("", ""), ("flood", "waters")] {
        let scalars: Vec<String> = ('\0'..=char::MAX)
            .map(|scalar| format!("{}{scalar}{}", around.0, around.1))
            .collect();

        let texts: Vec<&str> = scalars.iter().map(String::as_str).collect();
        assert_eq!(texts.len(), 1_112_064);
        check(&ASCII_LETTERS, &texts, 1000);
        check(&UNICODE_LETTERS, &texts, 1000);
        check(&CHARACTER_LETTERS, &texts, 1000);
        check(&UNION_LETTERS, &texts, 1000);
    }
}

#[test]
fn engines_agree_on_unusual_texts() {
    let (thousand, long) = ("flood ".repeat(1000), ARCHIVE.join(" "));
    let (one_letter, spaces) = ("a".repeat(100_000), " \n".repeat(30_000));
    let long = &long[..(100_000..100_004)
        .find(|&end| long.is_char_boundary(end))
        .unwrap()];

    let texts = [
        "",
        " ",
        "\t\r\n \u{A0}\u{2003}\u{FEFF}",
        "zzzzqqqq xxxxyyyy",
        "flood",
        "FLOOD WATERS",
        "Fl\u{F6}\u{F6}d w\u{E4}ters",
        "\u{212A}illed by f\u{130}re \u{17F}hip",
        "\u{212A} \u{130} \u{131} I i K k",
        "flood\0waters",
        "\0",
        "🔥🔥🔥 fire 👩‍👩‍👧‍👦 flood 🏳️‍🌈",
        "e\u{301}a\u{308}o\u{302} flo\u{30A}od",
        "فيضان شديد في المدينة flood مياه",
        "\u{202E}sretaw doolf\u{202C}",
        "洪水が迫っている。避難してください",
        "นํ้าท่วม หนัก",
        "ΟΔΥΣΣΕΥΣ Σ ς σ",
        "a_b __ _ 9 ९ Ⅷ ² ¾",
        "\u{10FFFF}\u{E000}\u{FFFD}",
        "\u{FFFE}\0\u{FFFF}",
        "水",
        "É\u{2028}é",
        &thousand,
        long,
        &one_letter,
        &spaces,
    ];

    for batch in [1, 64] {
        check_all(&texts, batch);
    }
    for text in texts {
        check_all(&[text], 1);
    }
}

#[test]
fn engines_agree_on_a_batch_in_which_no_text_has_a_token() {
    check_all(&["", " ", "!?"], 3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn engines_agree_on_any_text(texts in prop::collection::vec(any::<String>(), 1..20)) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        check(&ASCII_LETTERS, &texts, texts.len());
        check(&UNICODE_LETTERS, &texts, texts.len());
        check(&CHARACTER_LETTERS, &texts, texts.len());
        check(&UNION_LETTERS, &texts, texts.len());
    }

    #[test]
    fn engines_agree_on_known_tokens_in_any_order(
        picks in prop::collection::vec(
            (0_usize..6000, 0_usize..40, "[ ,.A\u{130}\u{212A}]{1,2}"),
            1..60,
        ),
    ) {
        let text: String = picks
            .iter()
            .filter_map(|(text, token, gap)| {
                let token = ARCHIVE[*text].split(' ').nth(*token)?;
                Some(token.to_owned() + gap)
            })
            .collect();
        check(&ASCII_PAIRS, &[&text], 1);
        check(&UNICODE_TRIPLES, &[&text], 1);
        check(&CHARACTERS, &[&text], 1);
        check(&UNION, &[&text], 1);
    }
}

//! What of a text tells it from another one, when a split must not see the same sentence on two sides.

/// Replaces `wording` by the words of `text` in lower case with single blanks between them, without links, handles and
/// punctuation.
///
/// A text that has nothing else keeps all of it, so that texts of links alone are not taken for one.
pub(crate) fn wording_into(text: &str, wording: &mut String) {
    wording.clear();
    if text.is_ascii() {
        push_ascii_words(text, wording);
        wording.make_ascii_lowercase();
    } else {
        push_words(&text.to_lowercase(), wording);
    }
    if wording.is_empty() {
        wording.push_str(text);
    }
}

/// The wording of one text: its words in lower case with single blanks between them, without links, handles and
/// punctuation; texts of one wording stay on one side of a [`Split`](crate::Split).
#[must_use]
pub fn wording(text: &str) -> String {
    let mut wording = String::new();
    wording_into(text, &mut wording);
    wording
}

/// What [`push_words`] does, without decoding characters.
fn push_ascii_words(text: &str, wording: &mut String) {
    // The white space of `split_whitespace`, which has the vertical tab too.
    let words = text.split(|character: char| matches!(character, '\t'..='\r' | ' '));
    for word in words.filter(|word| !word.starts_with('@') && !is_link(word)) {
        for part in word.as_bytes().split(|byte| !byte.is_ascii_alphanumeric()).filter(|part| !part.is_empty()) {
            if !wording.is_empty() {
                wording.push(' ');
            }
            wording.push_str(std::str::from_utf8(part).expect("a part of ASCII is ASCII"));
        }
    }
}

fn push_words(text: &str, wording: &mut String) {
    let kept = text.split_whitespace().filter(|word| !is_link(word) && !word.starts_with('@'));
    for part in kept.flat_map(|word| word.split(|character: char| !character.is_alphanumeric())) {
        if !wording.is_empty() && !part.is_empty() {
            wording.push(' ');
        }
        wording.push_str(part);
    }
}

fn is_link(word: &str) -> bool {
    ["http://", "https://", "www."]
        .iter()
        .any(|start| word.as_bytes().get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes())))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{push_ascii_words, push_words, wording};

    #[test]
    fn case_links_handles_punctuation_and_blanks_do_not_count() {
        for text in [
            "flood in town",
            "Flood in TOWN!",
            "  flood\tin \n town ",
            "@someone flood in town http://t.co/x",
            "\"flood\" -- in town... www.example.org HTTPS://t.co/y",
        ] {
            assert_eq!(wording(text), "flood in town", "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn ascii_texts_have_the_wording_of_all_others(text in "(@|www\\.|HTTP://|[ -~]|[\\x00-\\x1f]){0,20}") {
            let mut want = String::new();
            push_words(&text.to_lowercase(), &mut want);
            let mut got = String::new();
            push_ascii_words(&text, &mut got);
            prop_assert_eq!(got.to_ascii_lowercase(), want);
        }
    }

    #[test]
    fn words_count_in_their_order() {
        assert_ne!(wording("flood in town"), wording("town in flood"));
        assert_ne!(wording("flood 1"), wording("flood 2"));
        assert_eq!(wording("it's"), "it s");
    }

    #[test]
    fn texts_without_words_stay_apart() {
        for text in ["", "!!", "http://t.co/x", "@someone"] {
            assert_eq!(wording(text), text);
        }
    }
}

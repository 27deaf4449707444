//! What of a text tells it from another one, when a split must not see the same sentence on two sides.

/// Replaces `wording` by the words of `text` in lower case with single blanks between them, without links, handles and
/// punctuation.
///
/// A text that has nothing else keeps all of it, so that texts of links alone are not taken for one.
pub(crate) fn wording_into(text: &str, wording: &mut String) {
    wording.clear();
    if text.is_ascii() {
        // Lower case of ASCII changes no length, so no copy is needed.
        push_words(text, wording);
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
    use super::wording;

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

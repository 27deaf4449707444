//! What of a text tells it from another one, when a split must not see the same sentence on two sides.

/// Offset and prime of the 64-bit FNV-1a hash.
const FNV_OFFSET: u64 = 0xCBF2_9CE4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01B3;
/// Spreads a hash over all of its bits: the golden ratio × 2^64.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

const BLANK: u8 = b' ';

/// Lower case of ASCII letters and digits, and a blank for every other byte.
const LETTERS: [u8; 256] = letters();

/// Replaces `wording` by the words of `text` in lower case with single blanks between them, without links, handles and
/// punctuation; as UTF-8.
///
/// A text that has nothing else keeps all of it, so that texts of links alone are not taken for one.
pub(crate) fn wording_into(text: &str, wording: &mut Vec<u8>) {
    wording.clear();
    wording.reserve(text.len());
    each_byte(text, |byte| wording.push(byte));
    wording.pop_if(|last| *last == BLANK);
    if wording.is_empty() {
        wording.extend_from_slice(text.as_bytes());
    }
}

/// The wording of one text: its words in lower case with single blanks between them, without links, handles and
/// punctuation; texts of one wording stay on one side of a [`Split`](crate::Split).
///
/// # Panics
/// Never: words are cut from a text between characters.
#[must_use]
pub fn wording(text: &str) -> String {
    let mut wording = Vec::new();
    wording_into(text, &mut wording);
    String::from_utf8(wording).expect("words are cut between characters")
}

/// Replaces `hashes` by that of each word of the wording; by that of the whole text when it has no word.
pub(crate) fn word_hashes_into(text: &str, hashes: &mut Vec<u64>) {
    hashes.clear();
    let mut hash = FNV_OFFSET;
    each_byte(text, |byte| {
        if byte == BLANK {
            hashes.push(hash);
            hash = FNV_OFFSET;
        } else {
            hash = fnv(hash, byte);
        }
    });
    if hash != FNV_OFFSET {
        hashes.push(hash);
    }
    if hashes.is_empty() {
        hashes.push(text.bytes().fold(FNV_OFFSET, fnv));
    }
    for hash in hashes {
        *hash = (*hash ^ (*hash >> 32)).wrapping_mul(SPREAD);
    }
}

const fn fnv(hash: u64, byte: u8) -> u64 {
    (hash ^ byte as u64).wrapping_mul(FNV_PRIME)
}

/// Calls `visit` with the bytes of the wording, a blank after each word but perhaps the last; with none when there is no
/// word.
#[inline]
fn each_byte(text: &str, mut visit: impl FnMut(u8)) {
    if text.is_ascii() {
        each_ascii_byte(text.as_bytes(), visit);
    } else {
        each_word(&text.to_lowercase(), |word| word.bytes().chain([BLANK]).for_each(&mut visit));
    }
}

/// What [`each_word`] gives for ASCII, several times as fast.
#[inline]
fn each_ascii_byte(text: &[u8], mut visit: impl FnMut(u8)) {
    let (mut place, mut last, mut begins_word) = (0, BLANK, true);
    while let Some(&byte) = text.get(place) {
        if begins_word && is_left_out(&text[place..]) {
            place += text[place..].iter().take_while(|&&byte| !is_blank(byte)).count();
            begins_word = false;
            continue;
        }
        let letter = LETTERS[usize::from(byte)];
        if letter != BLANK || last != BLANK {
            visit(letter);
        }
        (place, last, begins_word) = (place + 1, letter, is_blank(byte));
    }
}

/// Calls `visit` with each word of a text in lower case.
fn each_word(text: &str, visit: impl FnMut(&str)) {
    let kept = text.split_whitespace().filter(|word| !is_left_out(word.as_bytes()));
    let parts = kept.flat_map(|word| word.split(|character: char| !character.is_alphanumeric()));
    parts.filter(|part| !part.is_empty()).for_each(visit);
}

/// Whether a link or a handle begins here.
#[inline]
fn is_left_out(text: &[u8]) -> bool {
    match text[0] {
        b'@' => true,
        b'h' | b'H' | b'w' | b'W' => is_link(text),
        _ => false,
    }
}

#[inline(never)]
fn is_link(text: &[u8]) -> bool {
    let begins = |start: &&str| text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()));
    ["http://", "https://", "www."].iter().any(begins)
}

/// Whether an ASCII byte is white space as [`char::is_whitespace`] has it.
#[inline]
const fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ')
}

const fn letters() -> [u8; 256] {
    let mut letters = [BLANK; 256];
    let mut byte = 0;
    while byte < 128_u8 {
        if byte.is_ascii_alphanumeric() {
            letters[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    letters
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn word_hashes(text: &str) -> Vec<u64> {
        let mut hashes = vec![1];
        word_hashes_into(text, &mut hashes);
        hashes
    }

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
        assert_eq!(wording("Überflutung in KÖLN – 3 Tote"), "überflutung in köln 3 tote");
    }

    #[test]
    fn texts_without_words_stay_apart() {
        for text in ["", "!!", "http://t.co/x", "@someone", "–"] {
            assert_eq!(wording(text), text);
        }
        assert_ne!(word_hashes("http://t.co/x"), word_hashes("http://t.co/y"));
    }

    #[test]
    fn equal_words_have_equal_hashes() {
        let hashes = word_hashes("Flood in town, FLOOD! http://t.co/x");
        assert_eq!((hashes.len(), hashes[0]), (4, hashes[3]));
        assert_eq!(hashes[..3], word_hashes("flood–in–town")[..], "ASCII or not");
        assert!(hashes[0] != hashes[1] && hashes[1] != hashes[2] && hashes[0] != hashes[2]);
    }

    proptest! {
        #[test]
        fn ascii_is_read_as_other_texts_are(
            words in prop::collection::vec("(@|[Hh]ttps?:/{1,2}|WWW[.]?|[ -~\t-\r]{0,3})[ -~]{0,4}[\t-\r ]{0,2}", 0..8),
        ) {
            let text = words.concat();
            let (mut fast, mut slow) = (Vec::new(), Vec::new());
            each_ascii_byte(text.as_bytes(), |byte| fast.push(byte));
            fast.pop_if(|last| *last == BLANK);
            each_word(&text.to_lowercase(), |word| slow.push(word.to_owned()));
            prop_assert_eq!(String::from_utf8(fast).unwrap(), slow.join(" "));
            prop_assert_eq!(word_hashes(&text).len(), slow.len().max(1));
        }
    }
}

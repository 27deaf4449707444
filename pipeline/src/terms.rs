//! The terms of a text that a vocabulary knows, without building a string for any of them.
//!
//! A tree: a token is a child of the root, an n-gram the child of the n-gram one token shorter. Terms have the numbers of
//! their columns; tokens and beginnings of terms that are no terms themselves have the numbers behind.

use std::ops::Range;

use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::perfect_map::{ABSENT, PerfectMap};
use crate::scan::TokenScan;
use crate::{FeatureSettings, Vocabulary};

/// A vocabulary, made for finding its terms in many texts.
#[derive(Clone, Debug)]
pub struct TermIndex {
    settings: FeatureSettings,
    terms: u32,
    /// The numbers of tokens of up to [`TokenScan::WORD`] bytes.
    tokens: PerfectMap<[u64; 2]>,
    /// The numbers of the others, which are rare.
    long_tokens: FxHashMap<Box<[u8]>, u32>,
    /// The numbers of n-grams by those of the n-gram one token shorter and of the last token.
    longer: PerfectMap<u64>,
}

/// Space that is used again from text to text.
#[derive(Clone, Debug, Default)]
pub struct TermBuffer {
    scan: TokenScan,
    numbers: Vec<u32>,
}

impl TermBuffer {
    /// Bytes of text that it can take without asking for memory.
    pub const fn capacity(&self) -> usize {
        self.scan.capacity()
    }

    /// How many tokens the last text had.
    pub const fn tokens(&self) -> usize {
        self.scan.len()
    }

    /// Where the tokens of the last text stand in it, in bytes.
    pub fn places(&self) -> impl ExactSizeIterator<Item = Range<usize>> {
        self.scan.places()
    }
}

/// Numbers while an index is built.
struct Numbers<'v> {
    tokens: FxHashMap<&'v str, u32>,
    longer: FxHashMap<u64, u32>,
    next: u32,
}

impl TermIndex {
    /// The index of a vocabulary.
    ///
    /// # Panics
    /// When it has 2^31 terms or more.
    #[must_use]
    pub fn new(vocabulary: &Vocabulary, settings: FeatureSettings) -> Self {
        let terms = u32::try_from(vocabulary.len())
            .ok()
            .filter(|&terms| terms < 1 << 31);
        let terms = terms.expect("a vocabulary has fewer than 2^31 terms");
        let words = vocabulary.first_columns(2)[1];
        let mut numbers = Numbers {
            tokens: FxHashMap::with_capacity_and_hasher(words, FxBuildHasher),
            longer: FxHashMap::with_capacity_and_hasher(vocabulary.len() - words, FxBuildHasher),
            next: terms,
        };
        for (column, term) in (0..).zip(vocabulary.terms()) {
            numbers.insert(term, column);
        }
        let mut scan = TokenScan::default();
        let (mut tokens, mut long_tokens) = (
            Vec::with_capacity(numbers.tokens.len()),
            FxHashMap::default(),
        );
        for (token, number) in numbers.tokens {
            if token.len() > TokenScan::WORD {
                long_tokens.insert(token.as_bytes().into(), number);
            } else {
                scan.read(token, settings.token_characters);
                tokens.push((scan.word(&(0..token.len())), number));
            }
        }
        let longer: Vec<(u64, u32)> = numbers.longer.into_iter().collect();
        Self {
            settings,
            terms,
            tokens: PerfectMap::new(&tokens),
            long_tokens,
            longer: PerfectMap::new(&longer),
        }
    }

    /// Gives the columns of the terms of `text`, repeats included, in an order that depends on the text alone.
    ///
    /// `columns` is cleared first.
    pub fn columns(&self, text: &str, buffer: &mut TermBuffer, columns: &mut Vec<u32>) {
        self.number(text, buffer);
        let numbers = &buffer.numbers;
        columns.clear();
        columns.resize(numbers.len() * self.settings.ngram_max, 0);
        let mut found = 0;
        // Every number is written and the known ones stay: whether a term is known is what a processor guesses wrongly.
        let mut keep = |number: u32| {
            columns[found] = number;
            found += usize::from(number < self.terms);
        };
        for &number in numbers {
            keep(number);
        }
        if self.settings.ngram_max > 1 {
            for pair in numbers.windows(2) {
                keep(self.longer.get(key(pair[0], pair[1])));
            }
        }
        if self.settings.ngram_max > 2 {
            self.visit_longer(numbers, |number, tokens| {
                if tokens.len() > 2 {
                    keep(number);
                }
            });
        }
        columns.truncate(found);
    }

    /// Calls `visit` with the column of each known term of `text`, repeats included, and with which of the text's tokens it
    /// is made of, counted from 0.
    pub fn find(
        &self,
        text: &str,
        buffer: &mut TermBuffer,
        mut visit: impl FnMut(u32, Range<usize>),
    ) {
        self.number(text, buffer);
        let mut keep = |number: u32, tokens| {
            if number < self.terms {
                visit(number, tokens);
            }
        };
        for (place, &number) in buffer.numbers.iter().enumerate() {
            keep(number, place..place + 1);
        }
        self.visit_longer(&buffer.numbers, keep);
    }

    /// Calls `visit` with the number of each n-gram of two tokens or more that has one, and with its tokens.
    fn visit_longer(&self, numbers: &[u32], mut visit: impl FnMut(u32, Range<usize>)) {
        for (start, &first) in numbers.iter().enumerate() {
            let mut term = first;
            for (end, &token) in (start + 2..).zip(
                numbers[start + 1..]
                    .iter()
                    .take(self.settings.ngram_max - 1),
            ) {
                term = self.longer.get(key(term, token));
                if term == ABSENT {
                    break;
                }
                visit(term, start..end);
            }
        }
    }

    /// Fills the buffer with the numbers of the text's tokens, [`ABSENT`] for unknown ones.
    fn number(&self, text: &str, buffer: &mut TermBuffer) {
        let TermBuffer { scan, numbers } = buffer;
        scan.read(text, self.settings.token_characters);
        numbers.clear();
        numbers.extend(scan.places().map(|place| {
            if place.len() > TokenScan::WORD {
                self.long_tokens
                    .get(scan.token(place))
                    .copied()
                    .unwrap_or(ABSENT)
            } else {
                self.tokens.get(scan.word(&place))
            }
        }));
    }
}

impl<'v> Numbers<'v> {
    /// Gives a term its column as number, and numbers to its tokens and beginnings that have none.
    ///
    /// A term comes after those with fewer tokens, so that a beginning that is a term has its column already.
    fn insert(&mut self, term: &'v str, column: u32) {
        let Some((beginning, last)) = term.rsplit_once(' ') else {
            self.tokens.insert(term, column);
            return;
        };
        let mut number = None;
        for token in beginning.split(' ') {
            let token = self.token(token);
            number = Some(number.map_or(token, |number| self.longer(number, token)));
        }
        let beginning = number.expect("splitting gives one part or more");
        let last = self.token(last);
        self.longer.insert(key(beginning, last), column);
    }

    fn token(&mut self, token: &'v str) -> u32 {
        *self
            .tokens
            .entry(token)
            .or_insert_with(|| take(&mut self.next))
    }

    fn longer(&mut self, term: u32, token: u32) -> u32 {
        *self
            .longer
            .entry(key(term, token))
            .or_insert_with(|| take(&mut self.next))
    }
}

/// An n-gram by the n-gram one token shorter and its last token. No number of an index is [`ABSENT`], so that a key with an
/// unknown part is in no map.
const fn key(term: u32, token: u32) -> u64 {
    (term as u64) << 32 | token as u64
}

fn take(next: &mut u32) -> u32 {
    let number = *next;
    assert!(
        number < ABSENT,
        "there are at most 2^32 - 1 tokens and beginnings"
    );
    *next += 1;
    number
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn index(terms: &[&str], settings: FeatureSettings) -> TermIndex {
        let vocabulary =
            Vocabulary::new(terms.iter().map(ToString::to_string).collect(), &settings).unwrap();
        TermIndex::new(&vocabulary, settings)
    }

    fn columns(index: &TermIndex, text: &str) -> Vec<u32> {
        let mut columns = vec![7];
        index.columns(text, &mut TermBuffer::default(), &mut columns);
        columns.sort_unstable();
        columns
    }

    #[test]
    fn a_pair_is_found_though_its_words_are_not_terms() {
        let index = index(&["fire", "flood waters"], FeatureSettings::default());
        assert_eq!(columns(&index, "fire, FLOOD waters, flood"), [0, 1]);
        let mut found = Vec::new();
        index.find(
            "a FLOOD, waters",
            &mut TermBuffer::default(),
            |column, tokens| found.push((column, tokens)),
        );
        assert_eq!(found, [(1, 1..3)]);
    }

    #[test]
    fn tokens_longer_than_a_word_are_told_apart_by_their_end() {
        let index = index(
            &["abcdefghijklmnopq", "abcdefghijklmnopr"],
            FeatureSettings::default(),
        );
        assert_eq!(
            columns(
                &index,
                "abcdefghijklmnopr abcdefghijklmnop abcdefghijklmnopqr"
            ),
            [1]
        );
    }

    #[test]
    fn unknown_tokens_make_no_pairs() {
        let index = index(&["a", "a a"], FeatureSettings::default());
        assert_eq!(columns(&index, "x y a x a"), [0, 0]);
        assert_eq!(columns(&index, ""), [0_u32; 0]);
    }

    proptest! {
        #[test]
        fn the_index_finds_the_terms_that_the_definition_gives(
            texts in prop::collection::vec("[abA ,é]{0,12}", 1..5),
            text in "[abcA ,é]{0,12}",
            ngram_max in 1_usize..=4,
            every in 1_usize..3,
        ) {
            let settings = FeatureSettings { ngram_max, ..FeatureSettings::default() };
            let mut terms: Vec<String> = texts.iter().flat_map(|text| settings.terms(text)).collect();
            terms.sort_by(|left, right| Vocabulary::order(left).cmp(&Vocabulary::order(right)));
            terms.dedup();
            let terms: Vec<String> = terms.into_iter().step_by(every).collect();
            prop_assume!(!terms.is_empty());
            let vocabulary = Vocabulary::new(terms, &settings).unwrap();
            let index = TermIndex::new(&vocabulary, settings);
            let mut want: Vec<u32> = settings.terms(&text).iter()
                .filter_map(|term| vocabulary.column(term)).map(|column| u32::try_from(column).unwrap()).collect();
            want.sort_unstable();
            prop_assert_eq!(&columns(&index, &text), &want);
            let mut found = Vec::new();
            index.find(&text, &mut TermBuffer::default(), |column, _| found.push(column));
            found.sort_unstable();
            prop_assert_eq!(found, want);
        }
    }
}

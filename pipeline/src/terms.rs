//! Terms as numbers, without building a string for each n-gram.
//!
//! A tree: a token is a child of the root, an n-gram the child of the n-gram one token shorter. Training grows the tree
//! over a corpus; an engine builds it from a vocabulary and only looks up.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::{FeatureSettings, Vocabulary, tokens};

/// Numbers for terms, 0, 1, 2, … in the order in which they were first seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermIndex {
    settings: FeatureSettings,
    tokens: FxHashMap<Box<str>, u32>,
    longer: FxHashMap<(u32, u32), u32>,
    len: u32,
}

/// Space that is used again from text to text.
#[derive(Clone, Debug, Default)]
pub struct TermBuffer {
    lower: String,
    tokens: Vec<Option<u32>>,
}

impl TermBuffer {
    /// How many tokens the last text had.
    #[must_use]
    pub const fn tokens(&self) -> usize {
        self.tokens.len()
    }
}

impl TermIndex {
    /// An index without terms.
    #[must_use]
    pub fn new(settings: FeatureSettings) -> Self {
        Self { settings, tokens: FxHashMap::default(), longer: FxHashMap::default(), len: 0 }
    }

    /// The index of a vocabulary, and for each of its numbers the column, if the term has one.
    ///
    /// A term's beginnings and its tokens get numbers too; those outside the vocabulary have no column.
    #[must_use]
    pub fn from_vocabulary(vocabulary: &Vocabulary, settings: FeatureSettings) -> (Self, Vec<Option<u32>>) {
        let mut index = Self::new(settings);
        let mut columns = Vec::new();
        for (column, term) in (0..).zip(vocabulary.terms()) {
            let number = index.intern_term(term) as usize;
            columns.resize(columns.len().max(index.len()), None);
            columns[number] = Some(column);
        }
        (index, columns)
    }

    /// How texts become terms.
    #[must_use]
    pub const fn settings(&self) -> &FeatureSettings {
        &self.settings
    }

    /// How many terms have a number.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether no term has been seen.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Calls `visit` with the number of each term of `text`, repeats included; a new term gets the next number.
    ///
    /// # Panics
    /// When there are more than `u32::MAX` different terms.
    pub fn intern(&mut self, text: &str, buffer: &mut TermBuffer, mut visit: impl FnMut(u32)) {
        lower_into(text, &mut buffer.lower);
        buffer.tokens.clear();
        for token in tokens(&buffer.lower, self.settings.token_characters) {
            buffer.tokens.push(Some(self.intern_token(token)));
        }
        for start in 0..buffer.tokens.len() {
            let mut term = None;
            for &token in buffer.tokens[start..].iter().take(self.settings.ngram_max) {
                term = term.map_or(token, |term| token.map(|token| self.intern_longer(term, token)));
                if let Some(number) = term {
                    visit(number);
                }
            }
        }
    }

    /// Calls `visit` with the number of each term of `text` that has one, repeats included.
    pub fn find(&self, text: &str, buffer: &mut TermBuffer, mut visit: impl FnMut(u32)) {
        self.find_runs(text, buffer, |number, _| visit(number));
    }

    /// As [`find`](Self::find), with which of the text's tokens the term is made of, counted from 0.
    pub fn find_runs(&self, text: &str, buffer: &mut TermBuffer, mut visit: impl FnMut(u32, Range<usize>)) {
        lower_into(text, &mut buffer.lower);
        let TermBuffer { lower, tokens: numbers } = buffer;
        numbers.clear();
        numbers.extend(tokens(lower, self.settings.token_characters).map(|token| self.tokens.get(token).copied()));
        for (start, &first) in numbers.iter().enumerate() {
            let Some(mut term) = first else { continue };
            visit(term, start..start + 1);
            for (end, token) in (start + 2..).zip(numbers[start + 1..].iter().take(self.settings.ngram_max - 1)) {
                match token.and_then(|token| self.longer.get(&(term, token))) {
                    Some(&longer) => term = longer,
                    None => break,
                }
                visit(term, start..end);
            }
        }
    }

    /// Every term, in the order of its number.
    #[must_use]
    pub fn terms(&self) -> Vec<String> {
        let mut terms = vec![String::new(); self.len()];
        for (token, &number) in &self.tokens {
            terms[number as usize] = token.to_string();
        }
        // A longer term has a higher number than its beginning, so that going up in numbers finds each beginning done.
        let mut longer: Vec<_> = self.longer.iter().map(|(&(term, token), &number)| (number, term, token)).collect();
        longer.sort_unstable();
        for (number, term, token) in longer {
            terms[number as usize] = format!("{} {}", terms[term as usize], terms[token as usize]);
        }
        terms
    }

    fn intern_term(&mut self, term: &str) -> u32 {
        let mut tokens = term.split(' ');
        let first = tokens.next().expect("splitting gives one part or more");
        let mut number = self.intern_token(first);
        for token in tokens {
            let token = self.intern_token(token);
            number = self.intern_longer(number, token);
        }
        number
    }

    fn intern_token(&mut self, token: &str) -> u32 {
        if let Some(&number) = self.tokens.get(token) {
            return number;
        }
        let number = self.next_number();
        self.tokens.insert(token.into(), number);
        number
    }

    fn intern_longer(&mut self, term: u32, token: u32) -> u32 {
        if let Some(&number) = self.longer.get(&(term, token)) {
            return number;
        }
        let number = self.next_number();
        self.longer.insert((term, token), number);
        number
    }

    const fn next_number(&mut self) -> u32 {
        let number = self.len;
        self.len = number.checked_add(1).expect("there are at most u32::MAX terms");
        number
    }
}

/// Lower-cases before tokens are cut: the same tokens as the other way round, since case moves no ASCII character in or
/// out of a token.
fn lower_into(text: &str, lower: &mut String) {
    lower.clear();
    lower.push_str(text);
    lower.make_ascii_lowercase();
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_follow_first_sight_and_lead_back_to_the_terms() {
        let mut index = TermIndex::new(FeatureSettings::default());
        let mut seen = Vec::new();
        index.intern("Flood waters, flood waters", &mut TermBuffer::default(), |number| seen.push(number));
        assert_eq!(seen, [0, 2, 1, 3, 0, 2, 1]);
        assert_eq!(index.terms(), ["flood", "waters", "flood waters", "waters flood"]);
    }

    #[test]
    fn a_pair_is_found_though_its_words_are_not_terms() {
        let settings = FeatureSettings::default();
        let vocabulary = Vocabulary::new(vec!["fire".into(), "flood waters".into()], &settings).unwrap();
        let (index, columns) = TermIndex::from_vocabulary(&vocabulary, settings);
        let mut found = Vec::new();
        index.find("fire, FLOOD waters, flood", &mut TermBuffer::default(), |number| {
            found.extend(columns[number as usize]);
        });
        assert_eq!(found, [0, 1]);
    }

    proptest! {
        #[test]
        fn the_index_finds_the_terms_that_the_definition_gives(
            texts in prop::collection::vec("[abA ,é]{0,12}", 1..5),
            text in "[abcA ,é]{0,12}",
            ngram_max in 1_usize..=4,
        ) {
            let settings = FeatureSettings { ngram_max, ..FeatureSettings::default() };
            let (mut index, mut buffer) = (TermIndex::new(settings), TermBuffer::default());
            for text in &texts {
                let mut got = Vec::new();
                index.intern(text, &mut buffer, |number| got.push(number));
                let terms = index.terms();
                let mut got: Vec<&str> = got.iter().map(|&number| terms[number as usize].as_str()).collect();
                let mut want = settings.terms(text);
                got.sort_unstable();
                want.sort_unstable();
                prop_assert_eq!(got, want);
            }
            let terms = index.terms();
            let mut found = Vec::new();
            index.find(&text, &mut buffer, |number| found.push(terms[number as usize].clone()));
            let mut want = settings.terms(&text);
            want.retain(|term| terms.contains(term));
            found.sort_unstable();
            want.sort_unstable();
            prop_assert_eq!(found, want);
        }
    }
}

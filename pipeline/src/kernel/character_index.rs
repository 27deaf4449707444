//! Index of character n-grams that finds those of a text without building strings.
//!
//! The index is a tree: a character is a child of the root, and an n-gram is a child of the n-gram
//! one character shorter. Every node has an id. The id of an n-gram of the vocabulary is its
//! column; prefixes that are not in it have higher ids.
//!
//! A text is searched one length after the other, so that the look-ups of a length do not wait for
//! each other.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::perfect_map::{ABSENT, PerfectMap};
use crate::characters::{CharacterSettings, CharacterVocabulary, folding_table};

/// Characters of a page of the table from characters to their indexes.
const PAGE: usize = 256;
/// Most characters whose pairs have a table instead of places in the map.
const MAX_TABLE_CHARACTERS: usize = 512;

/// Character n-grams in a form for finding them in many texts.
#[derive(Clone, Debug)]
pub(super) struct CharacterIndex {
    /// Number of n-grams; lower ids are columns.
    terms: u32,
    /// Number of characters of the longest n-gram.
    ngram_max: usize,
    /// Number of characters that occur in n-grams, which is also the index of all others.
    characters: u32,
    /// Page of each block of [`PAGE`] characters.
    pages: Box<[u16]>,
    /// Index of each character of each page; the characters of one folded form share an index.
    indexes: Box<[u32]>,
    /// Id of each character as the first of an n-gram, [`ABSENT`] for others: `[characters + 1]`.
    firsts: Box<[u32]>,
    /// Id of each pair of characters, or [`ABSENT`]: `[characters + 1][characters + 1]`; empty when
    /// there are many characters.
    pairs: Box<[u32]>,
    /// Ids of the other n-grams, by [`key`].
    ngrams: PerfectMap<u64>,
}

/// Characters and n-grams of a text, in a buffer that is reused from text to text.
#[derive(Clone, Debug, Default)]
pub(super) struct NgramBuffer {
    /// Index of each character, and of as many unknown ones as the longest n-gram has characters.
    characters: Vec<u32>,
    /// Ids of the n-grams of one length that are in the index.
    ids: Vec<u32>,
    /// Index of the first character of each: `[ids]`.
    starts: Vec<u32>,
    /// Columns of the n-grams, repeats included.
    columns: Vec<u32>,
}

impl NgramBuffer {
    /// Returns the number of characters that fit without a new allocation.
    pub(super) const fn capacity(&self) -> usize {
        self.characters.capacity()
    }
}

impl CharacterIndex {
    /// Builds the index of a vocabulary.
    ///
    /// # Panics
    /// When the vocabulary has 2^31 n-grams or more.
    pub(super) fn new(vocabulary: &CharacterVocabulary, settings: CharacterSettings) -> Self {
        let terms = u32::try_from(vocabulary.len())
            .ok()
            .filter(|&terms| terms < 1 << 31)
            .expect("a vocabulary has fewer than 2^31 n-grams");

        let folded = vocabulary.characters();
        let characters = u32::try_from(folded.len()).expect("there are fewer than 2^21 characters");
        let forms: FxHashMap<char, u32> = folded.iter().copied().zip(0..).collect();
        let (pages, indexes) = pages(
            folding_table(&folded)
                .into_iter()
                .map(|(character, form)| (character, forms[&form])),
            characters,
        );

        let width = folded.len() + 1;
        let has_table = folded.len() <= MAX_TABLE_CHARACTERS;
        let mut tree = Tree {
            firsts: vec![ABSENT; width],
            pairs: vec![ABSENT; if has_table { width * width } else { 0 }],
            width,
            ngrams: FxHashMap::with_capacity_and_hasher(
                vocabulary.len(),
                rustc_hash::FxBuildHasher,
            ),
            next: terms,
            path: Vec::new(),
        };
        for (column, ngram) in (0..).zip(vocabulary.ngrams()) {
            tree.insert(ngram.chars().map(|character| forms[&character]), column);
        }

        let ngrams: Vec<(u64, u32)> = tree.ngrams.into_iter().collect();
        Self {
            terms,
            ngram_max: settings.ngram_max,
            characters,
            pages,
            indexes,
            firsts: tree.firsts.into(),
            pairs: tree.pairs.into(),
            ngrams: PerfectMap::new(&ngrams),
        }
    }

    /// Returns whether a character, folded, is part of an n-gram.
    pub(super) fn is_known(&self, character: char) -> bool {
        self.index(character) != self.characters
    }

    /// Returns the columns of the n-grams of `text`, repeats included: shorter n-grams first, those
    /// of one length in the order of the text.
    pub(super) fn columns<'b>(&self, text: &str, buffer: &'b mut NgramBuffer) -> &'b [u32] {
        let length = self.read(text, buffer);
        let NgramBuffer {
            characters,
            ids,
            starts,
            columns,
        } = buffer;
        ids.resize(length, 0);
        starts.resize(length, 0);
        columns.resize(length * self.ngram_max, 0);

        // Every id is written, and the next one overwrites it unless it is kept: a branch would
        // often be mispredicted.
        let mut found = 0;
        for &character in &characters[..length] {
            let id = self.firsts[character as usize];
            columns[found] = id;
            found += usize::from(id < self.terms);
        }
        if self.ngram_max == 1 {
            return &columns[..found];
        }

        let mut kept = 0;
        let pairs = characters.array_windows::<2>().take(length);
        for (start, &[first, second]) in (0..).zip(pairs) {
            let id = self.pair(first, second);
            columns[found] = id;
            found += usize::from(id < self.terms);
            ids[kept] = id;
            starts[kept] = start;
            kept += usize::from(id != ABSENT);
        }

        for last in 2..self.ngram_max {
            let prefixes = std::mem::take(&mut kept);
            for index in 0..prefixes {
                let (prefix, start) = (ids[index], starts[index]);
                let id = self
                    .ngrams
                    .get(key(prefix, characters[start as usize + last]));
                columns[found] = id;
                found += usize::from(id < self.terms);
                ids[kept] = id;
                starts[kept] = start;
                kept += usize::from(id != ABSENT);
            }
        }

        &columns[..found]
    }

    /// Calls `visit` with the column of each n-gram of `text`, repeats included, and the indexes of
    /// its characters in the text.
    pub(super) fn find(&self, text: &str, mut visit: impl FnMut(u32, Range<usize>)) {
        let mut buffer = NgramBuffer::default();
        let length = self.read(text, &mut buffer);
        for start in 0..length {
            let mut id = ABSENT;
            for end in start + 1..=start + self.ngram_max {
                let last = buffer.characters[end - 1];
                id = match end - start {
                    1 => self.firsts[last as usize],
                    2 => self.pair(buffer.characters[start], last),
                    _ => self.ngrams.get(key(id, last)),
                };
                if id == ABSENT {
                    break;
                }
                if id < self.terms {
                    visit(id, start..end);
                }
            }
        }
    }

    /// Writes the indexes of the characters of `text` to the buffer, and returns their number.
    fn read(&self, text: &str, buffer: &mut NgramBuffer) -> usize {
        let characters = &mut buffer.characters;
        characters.clear();
        characters.extend(text.chars().map(|character| self.index(character)));

        let length = characters.len();
        characters.resize(length + self.ngram_max, self.characters);
        length
    }

    #[inline]
    fn index(&self, character: char) -> u32 {
        let number = character as usize;
        let page = usize::from(self.pages[number / PAGE]);

        self.indexes[page * PAGE + number % PAGE]
    }

    #[inline]
    fn pair(&self, first: u32, second: u32) -> u32 {
        if self.pairs.is_empty() {
            return self.ngrams.get(key(self.firsts[first as usize], second));
        }
        let width = self.firsts.len();

        self.pairs[first as usize * width + second as usize]
    }
}

/// Builds the pages from characters to indexes; characters that are not listed have the index
/// `unknown`.
fn pages(known: impl Iterator<Item = (char, u32)>, unknown: u32) -> (Box<[u16]>, Box<[u32]>) {
    let mut pages = vec![0; char::MAX as usize / PAGE + 1];
    let mut indexes = vec![unknown; PAGE];
    for (character, index) in known {
        let number = character as usize;
        let page = &mut pages[number / PAGE];
        if *page == 0 {
            *page = u16::try_from(indexes.len() / PAGE).expect("there are 4,352 blocks");
            indexes.resize(indexes.len() + PAGE, unknown);
        }
        indexes[usize::from(*page) * PAGE + number % PAGE] = index;
    }

    (pages.into(), indexes.into())
}

/// Ids of n-grams while an index is built.
struct Tree {
    firsts: Vec<u32>,
    pairs: Vec<u32>,
    /// Number of characters, and one for the unknown ones.
    width: usize,
    ngrams: FxHashMap<u64, u32>,
    /// Next id for a prefix that is not in the vocabulary.
    next: u32,
    /// Characters of the last n-gram, with the id of the n-gram that ends at each.
    path: Vec<(u32, u32)>,
}

impl Tree {
    /// Gives an n-gram its column as id, and ids to its prefixes that have none.
    ///
    /// N-grams must come in the order of their columns, so that a prefix that is in the vocabulary
    /// has its column already.
    fn insert(&mut self, characters: impl Iterator<Item = u32>, column: u32) {
        let mut characters = characters.enumerate().peekable();
        while let Some((depth, character)) = characters.next() {
            let is_last = characters.peek().is_none();
            let is_shared = self
                .path
                .get(depth)
                .is_some_and(|&(known, _)| known == character);
            if is_shared && !is_last {
                continue;
            }

            self.path.truncate(depth);
            let prefix = self.path.last().copied();
            let next = self.next;
            let slot = self.slot(prefix, character);
            if is_last {
                *slot = column;
            } else if *slot == ABSENT {
                assert!(next < ABSENT, "there are at most 2^32 - 1 prefixes");
                *slot = next;
                self.next += 1;
            }

            let slot = self.slot(prefix, character);
            let id = *slot;
            self.path.push((character, id));
        }
    }

    /// Returns the place of the id of the n-gram that `character` makes of a prefix.
    fn slot(&mut self, prefix: Option<(u32, u32)>, character: u32) -> &mut u32 {
        let is_pair = self.path.len() == 1;
        match prefix {
            None => &mut self.firsts[character as usize],
            Some((first, _)) if is_pair && !self.pairs.is_empty() => {
                &mut self.pairs[first as usize * self.width + character as usize]
            }
            Some((_, id)) => self.ngrams.entry(key(id, character)).or_insert(ABSENT),
        }
    }
}

/// Returns the key of an n-gram: the id of the n-gram one character shorter and the index of its
/// last character.
///
/// No id is [`ABSENT`], and no n-gram has an unknown character, so that a key with either is in no
/// map.
const fn key(prefix: u32, character: u32) -> u64 {
    (prefix as u64) << 32 | character as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(vocabulary: &CharacterVocabulary, settings: CharacterSettings, text: &str) {
        let index = CharacterIndex::new(vocabulary, settings);
        let want: Vec<u32> = settings
            .ngrams(text)
            .iter()
            .filter_map(|ngram| vocabulary.column(ngram))
            .map(|column| u32::try_from(column).unwrap())
            .collect();
        let mut buffer = NgramBuffer::default();
        // Earlier contents must leave no trace.
        index.columns("other abc text", &mut buffer);
        assert_eq!(index.columns(text, &mut buffer), want, "{text:?}");

        let characters: Vec<char> = text.chars().map(crate::fold).collect();
        let mut found = Vec::new();
        index.find(text, |column, span| {
            let ngram: String = characters[span].iter().collect();
            assert_eq!(vocabulary.column(&ngram), Some(column as usize));
            found.push(column);
        });
        let mut want = want;
        want.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, want, "{text:?}");
    }

    fn vocabulary(ngrams: Vec<String>, settings: CharacterSettings) -> CharacterVocabulary {
        let mut ngrams = ngrams;
        ngrams.retain(|ngram| !ngram.contains(crate::UNKNOWN_CHARACTER));
        ngrams.sort_by(|left, right| {
            CharacterVocabulary::order(left).cmp(&CharacterVocabulary::order(right))
        });
        ngrams.dedup();
        CharacterVocabulary::new(ngrams, settings).unwrap()
    }

    #[test]
    fn more_characters_than_the_table_takes_are_found_too() {
        let settings = CharacterSettings {
            ngram_min: 1,
            ngram_max: 3,
        };
        let text: String = ('一'..='丿')
            .chain('가'..='갰')
            .chain('a'..='z')
            .cycle()
            .step_by(7)
            .take(2000)
            .collect();
        let vocabulary = vocabulary(settings.ngrams(&text), settings);

        check(&vocabulary, settings, &text);
        let wide: String = ('一'..='鿿').collect();
        let many = self::vocabulary(settings.ngrams(&wide), settings);
        assert!(many.characters().len() > MAX_TABLE_CHARACTERS);
        check(&many, settings, &text);
        check(&many, settings, &wide[..300]);
    }

    proptest! {
        #[test]
        fn the_index_finds_the_ngrams_of_the_definition(
            source in "[abA \té🔥]{1,40}",
            text in "[abcA \té🔥İ]{0,20}",
            (ngram_min, longer) in (1_usize..5, 0_usize..4),
            every in 1_usize..3,
        ) {
            let settings = CharacterSettings { ngram_min, ngram_max: ngram_min + longer };
            let ngrams: Vec<String> = settings.ngrams(&source).into_iter().step_by(every).collect();
            prop_assume!(!ngrams.is_empty());
            let vocabulary = vocabulary(ngrams, settings);

            check(&vocabulary, settings, &text);
            check(&vocabulary, settings, &source);
        }
    }
}

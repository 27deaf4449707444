//! Index of a vocabulary that finds the terms of a text without building strings.
//!
//! The index is a tree: a token is a child of the root, and an n-gram is a child of the n-gram one
//! token shorter. Every node has an id. The id of a term is its column; tokens and prefixes of
//! terms that are not terms themselves have higher ids.

use std::ops::Range;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::perfect_map::{ABSENT, PerfectMap};
use super::token_scan::TokenScan;
use crate::vocabulary::{FeatureSettings, Vocabulary};

/// Vocabulary in a form for finding its terms in many texts.
#[derive(Clone, Debug)]
pub(crate) struct TermIndex {
    settings: FeatureSettings,
    /// Number of terms; lower ids are columns.
    terms: u32,
    /// Ids of tokens of up to [`TokenScan::PACKED_BYTES`] bytes.
    tokens: PerfectMap<[u64; 2]>,
    /// Ids of longer tokens, which are rare.
    long_tokens: FxHashMap<Box<[u8]>, u32>,
    /// Ids of n-grams of two tokens or more, by [`ngram_key`].
    ngrams: PerfectMap<u64>,
}

/// Tokens of a text, in a buffer that is reused from text to text.
#[derive(Clone, Debug, Default)]
pub(crate) struct TermBuffer {
    scan: TokenScan,
    /// Id of each token of the text, [`ABSENT`] for unknown ones.
    ids: Vec<u32>,
}

impl TermBuffer {
    /// Returns the bytes of text that fit without a new allocation.
    pub(crate) const fn capacity(&self) -> usize {
        self.scan.capacity()
    }

    /// Returns the number of tokens of the last text.
    pub(crate) const fn tokens(&self) -> usize {
        self.scan.len()
    }

    /// Returns the byte spans of the tokens of the last text.
    pub(crate) fn spans(&self) -> impl ExactSizeIterator<Item = Range<usize>> {
        self.scan.spans()
    }
}

impl TermIndex {
    /// Builds the index of a vocabulary.
    ///
    /// # Panics
    /// When the vocabulary has 2^31 terms or more.
    #[must_use]
    pub(crate) fn new(vocabulary: &Vocabulary, settings: FeatureSettings) -> Self {
        let terms = u32::try_from(vocabulary.len())
            .ok()
            .filter(|&terms| terms < 1 << 31)
            .expect("a vocabulary has fewer than 2^31 terms");
        let mut ids = IdAssignment::new(vocabulary, terms);
        for (column, term) in (0..).zip(vocabulary.terms()) {
            ids.insert(term, column);
        }

        let is_long = |(token, _): &(&str, u32)| token.len() > TokenScan::PACKED_BYTES;
        let (long, short): (Vec<_>, Vec<_>) = ids.tokens.into_iter().partition(is_long);
        let long_tokens = long
            .into_iter()
            .map(|(token, id)| (token.as_bytes().into(), id))
            .collect();

        let (short, short_ids): (Vec<_>, Vec<_>) = short.into_iter().unzip();
        let mut scan = TokenScan::default();
        scan.read(&short.join(" "), settings.token_characters);
        let tokens: Vec<_> = scan
            .spans()
            .zip(short_ids)
            .map(|(span, id)| (scan.packed(&span), id))
            .collect();

        let ngrams: Vec<(u64, u32)> = ids.ngrams.into_iter().collect();
        Self {
            settings,
            terms,
            tokens: PerfectMap::new(&tokens),
            long_tokens,
            ngrams: PerfectMap::new(&ngrams),
        }
    }

    /// Writes the columns of the terms of `text` to `columns`, repeats included, in an order that
    /// depends on the text alone.
    ///
    /// `columns` is cleared first.
    pub(crate) fn columns(&self, text: &str, buffer: &mut TermBuffer, columns: &mut Vec<u32>) {
        self.read_ids(text, buffer);
        let ids = &buffer.ids;
        columns.clear();
        columns.resize(ids.len() * self.settings.ngram_max, 0);

        // Every id is written, and the next one overwrites it unless it is a column: a branch would
        // often be mispredicted.
        let mut found = 0;
        let mut keep = |id: u32| {
            columns[found] = id;
            found += usize::from(id < self.terms);
        };

        for &id in ids {
            keep(id);
        }
        if self.settings.ngram_max > 1 {
            for pair in ids.windows(2) {
                keep(self.ngrams.get(ngram_key(pair[0], pair[1])));
            }
        }
        if self.settings.ngram_max > 2 {
            self.visit_ngrams(ids, |id, tokens| {
                if tokens.len() > 2 {
                    keep(id);
                }
            });
        }

        columns.truncate(found);
    }

    /// Calls `visit` with the column of each term of `text`, repeats included, and the indexes of
    /// its tokens in the text.
    pub(crate) fn find(
        &self,
        text: &str,
        buffer: &mut TermBuffer,
        mut visit: impl FnMut(u32, Range<usize>),
    ) {
        self.read_ids(text, buffer);
        let mut keep = |id: u32, tokens| {
            if id < self.terms {
                visit(id, tokens);
            }
        };

        for (index, &id) in buffer.ids.iter().enumerate() {
            keep(id, index..index + 1);
        }
        self.visit_ngrams(&buffer.ids, keep);
    }

    /// Calls `visit` with the id and the tokens of each n-gram of two tokens or more that is in the
    /// index.
    fn visit_ngrams(&self, ids: &[u32], mut visit: impl FnMut(u32, Range<usize>)) {
        for (start, &first) in ids.iter().enumerate() {
            let following = ids[start + 1..].iter().take(self.settings.ngram_max - 1);
            let mut ngram = first;
            for (end, &token) in (start + 2..).zip(following) {
                ngram = self.ngrams.get(ngram_key(ngram, token));
                if ngram == ABSENT {
                    break;
                }
                visit(ngram, start..end);
            }
        }
    }

    /// Fills the buffer with the tokens of `text`.
    fn read_ids(&self, text: &str, buffer: &mut TermBuffer) {
        let TermBuffer { scan, ids } = buffer;
        scan.read(text, self.settings.token_characters);

        ids.clear();
        ids.extend(scan.spans().map(|span| {
            if span.len() > TokenScan::PACKED_BYTES {
                let token = scan.token(span);
                self.long_tokens.get(token).copied().unwrap_or(ABSENT)
            } else {
                self.tokens.get(scan.packed(&span))
            }
        }));
    }
}

/// Ids of tokens and n-grams while an index is built.
struct IdAssignment<'v> {
    tokens: FxHashMap<&'v str, u32>,
    ngrams: FxHashMap<u64, u32>,
    /// Next id for a token or prefix that is not a term.
    next: u32,
}

impl<'v> IdAssignment<'v> {
    fn new(vocabulary: &Vocabulary, terms: u32) -> Self {
        let single_tokens = vocabulary.first_columns(2)[1];
        let longer = vocabulary.len() - single_tokens;

        Self {
            tokens: FxHashMap::with_capacity_and_hasher(single_tokens, FxBuildHasher),
            ngrams: FxHashMap::with_capacity_and_hasher(longer, FxBuildHasher),
            next: terms,
        }
    }

    /// Gives a term its column as id, and ids to its tokens and prefixes that have none.
    ///
    /// Terms must come in the order of their columns, so that a prefix that is a term has its
    /// column already.
    fn insert(&mut self, term: &'v str, column: u32) {
        let Some((prefix, last)) = term.rsplit_once(' ') else {
            self.tokens.insert(term, column);
            return;
        };

        let mut id = None;
        for token in prefix.split(' ') {
            let token = self.token(token);
            id = Some(id.map_or(token, |id| self.ngram(id, token)));
        }

        let prefix = id.expect("splitting gives one part or more");
        let last = self.token(last);
        self.ngrams.insert(ngram_key(prefix, last), column);
    }

    fn token(&mut self, token: &'v str) -> u32 {
        *self
            .tokens
            .entry(token)
            .or_insert_with(|| take_id(&mut self.next))
    }

    fn ngram(&mut self, prefix: u32, token: u32) -> u32 {
        *self
            .ngrams
            .entry(ngram_key(prefix, token))
            .or_insert_with(|| take_id(&mut self.next))
    }
}

/// Returns the key of an n-gram: the id of the n-gram one token shorter and the id of its last
/// token.
///
/// No id is [`ABSENT`], so that a key with an unknown part is in no map.
const fn ngram_key(prefix: u32, token: u32) -> u64 {
    (prefix as u64) << 32 | token as u64
}

fn take_id(next: &mut u32) -> u32 {
    let id = *next;
    assert!(
        id < ABSENT,
        "there are at most 2^32 - 1 tokens and prefixes"
    );

    *next += 1;
    id
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn index(terms: &[&str], settings: FeatureSettings) -> TermIndex {
        let terms = terms.iter().map(ToString::to_string).collect();
        let vocabulary = Vocabulary::new(terms, &settings).unwrap();
        TermIndex::new(&vocabulary, settings)
    }

    fn columns(index: &TermIndex, text: &str) -> Vec<u32> {
        // Earlier contents must leave no trace.
        let mut columns = vec![7];
        index.columns(text, &mut TermBuffer::default(), &mut columns);

        columns.sort_unstable();
        columns
    }

    #[test]
    fn a_pair_is_found_when_its_tokens_are_not_terms() {
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
    fn tokens_too_long_to_pack_differ_by_their_last_bytes() {
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
        fn the_index_finds_the_terms_of_the_definition(
            texts in prop::collection::vec("[abA ,é]{0,12}", 1..5),
            text in "[abcA ,é]{0,12}",
            ngram_max in 1_usize..=4,
            every in 1_usize..3,
        ) {
            let settings = FeatureSettings { ngram_max, ..FeatureSettings::default() };

            let mut terms: Vec<String> = texts
                .iter()
                .flat_map(|text| settings.terms(text))
                .collect();
            terms.sort_by(|left, right| Vocabulary::order(left).cmp(&Vocabulary::order(right)));
            terms.dedup();
            let terms: Vec<String> = terms.into_iter().step_by(every).collect();

            prop_assume!(!terms.is_empty());
            let vocabulary = Vocabulary::new(terms, &settings).unwrap();
            let index = TermIndex::new(&vocabulary, settings);
            let mut want: Vec<u32> = settings
                .terms(&text)
                .iter()
                .filter_map(|term| vocabulary.column(term))
                .map(|column| u32::try_from(column).unwrap())
                .collect();
            want.sort_unstable();
            prop_assert_eq!(&columns(&index, &text), &want);

            let mut found = Vec::new();
            index.find(&text, &mut TermBuffer::default(), |column, _| found.push(column));
            found.sort_unstable();
            prop_assert_eq!(found, want);
        }
    }
}

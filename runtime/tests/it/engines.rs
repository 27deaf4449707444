//! Pipelines for the cases, and the engines that must agree on them.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::LazyLock;

use relevance_data::{EMBEDDED, SourceSettings};
use relevance_export::{text_model, to_bytes};
use relevance_pipeline::{
    CharacterParts, CharacterSettings, CharacterVocabulary, FeatureSettings, Labels, Pipeline,
    PipelineParts, TokenCharacters, UNKNOWN_CHARACTER, Vocabulary, smooth_idf,
};
use relevance_runtime::{Engine, EngineKind};

/// A pipeline on every engine.
pub(crate) struct Engines {
    pub(crate) reference: Pipeline,
    pub(crate) others: Vec<(EngineKind, Box<dyn Engine + Send + Sync>)>,
}

/// Tokens and pairs of ASCII characters, the default settings, from the archive.
pub(crate) static ASCII_PAIRS: LazyLock<Engines> =
    LazyLock::new(|| Engines::new(&archive_terms(&ASCII), ASCII));

/// Runs of up to three tokens of every script, from the archive.
pub(crate) static UNICODE_TRIPLES: LazyLock<Engines> =
    LazyLock::new(|| Engines::new(&archive_terms(&UNICODE), UNICODE));

/// A small vocabulary of letters, for large numbers of texts.
pub(crate) static ASCII_LETTERS: LazyLock<Engines> =
    LazyLock::new(|| Engines::new(&letters("abcdefghijklmnopqrstuvwxyz"), ASCII));

/// The same with letters that a locale or a later Unicode version might fold.
pub(crate) static UNICODE_LETTERS: LazyLock<Engines> =
    LazyLock::new(|| Engines::new(&letters("abcdefghijklmnopqrstuvwxyzßàéıσςяё"), UNICODE));

/// Character n-grams of the default lengths, from the archive.
pub(crate) static CHARACTERS: LazyLock<Engines> = LazyLock::new(|| {
    let parts = PipelineParts::from(ASCII_PAIRS.reference.clone());
    let characters = archive_ngrams(CharacterSettings::default(), 60);
    Engines::from_pipeline(without_words(with_ngrams(parts, characters)))
});

/// Tokens and pairs of ASCII characters, and character n-grams, from the archive.
pub(crate) static UNION: LazyLock<Engines> = LazyLock::new(|| {
    let parts = PipelineParts::from(ASCII_PAIRS.reference.clone());
    let characters = archive_ngrams(CharacterSettings::default(), 90);
    let parts = with_ngrams(parts, characters);
    Engines::from_pipeline(parts.try_into().unwrap())
});

/// Single characters and pairs of many scripts, for large numbers of texts.
pub(crate) static CHARACTER_LETTERS: LazyLock<Engines> = LazyLock::new(|| {
    let parts = PipelineParts::from(ASCII_LETTERS.reference.clone());
    Engines::from_pipeline(without_words(with_ngrams(parts, letter_ngrams())))
});

/// The same beside letters as tokens.
pub(crate) static UNION_LETTERS: LazyLock<Engines> = LazyLock::new(|| {
    let parts = PipelineParts::from(UNICODE_LETTERS.reference.clone());
    let parts = with_ngrams(parts, letter_ngrams());
    Engines::from_pipeline(parts.try_into().unwrap())
});

const ASCII: FeatureSettings = FeatureSettings {
    token_characters: TokenCharacters::Ascii,
    ngram_max: 2,
};
const UNICODE: FeatureSettings = FeatureSettings {
    token_characters: TokenCharacters::Unicode,
    ngram_max: 3,
};

/// Texts of the embedded archive.
pub(crate) static ARCHIVE: LazyLock<Vec<String>> = LazyLock::new(|| {
    let source = relevance_data::open(EMBEDDED, &SourceSettings::default()).unwrap();

    let mut texts = Vec::new();
    source
        .read(&mut |row| {
            texts.push(row.text.to_owned());
            Ok(())
        })
        .unwrap();

    texts
});

impl Engines {
    fn new(terms: &BTreeMap<String, u32>, settings: FeatureSettings) -> Self {
        Self::from_pipeline(pipeline(terms, settings))
    }

    /// Opens every other engine on the file of a pipeline.
    pub(crate) fn from_pipeline(reference: Pipeline) -> Self {
        let file = to_bytes(&text_model(&reference));
        let library = onnxruntime_library();
        let others = EngineKind::ALL
            .into_iter()
            .filter(|&kind| kind != EngineKind::Reference)
            .map(|kind| (kind, kind.open(&file, Some(&library)).unwrap()))
            .collect();

        Self { reference, others }
    }
}

/// Returns the path of the shared library that `cargo xtask onnxruntime` installs, and panics when
/// it is missing.
pub(crate) fn onnxruntime_library() -> PathBuf {
    let default = || {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/onnxruntime/libonnxruntime.so")
    };
    let path = std::env::var_os("ORT_DYLIB_PATH").map_or_else(default, PathBuf::from);

    assert!(
        path.exists(),
        "{} is missing: run `cargo xtask onnxruntime` first",
        path.display()
    );
    path
}

/// Returns the document frequencies of the terms that occur in at least two texts of the archive.
fn archive_terms(settings: &FeatureSettings) -> BTreeMap<String, u32> {
    let mut frequencies = BTreeMap::new();
    for text in ARCHIVE.iter() {
        for term in settings.terms(text).into_iter().collect::<HashSet<_>>() {
            *frequencies.entry(term).or_default() += 1;
        }
    }

    frequencies.retain(|_, frequency| *frequency >= 2);
    frequencies
}

/// Returns the document frequencies of the character n-grams in at least `least` texts of the
/// archive.
fn archive_ngrams(
    settings: CharacterSettings,
    least: u32,
) -> (CharacterSettings, BTreeMap<String, u32>) {
    let mut frequencies = BTreeMap::new();
    for text in ARCHIVE.iter() {
        for ngram in settings.ngrams(text).into_iter().collect::<HashSet<_>>() {
            *frequencies.entry(ngram).or_default() += 1;
        }
    }

    frequencies.retain(|_, frequency| *frequency >= least);
    (settings, frequencies)
}

/// Returns letters, spaces and symbols of many scripts, and their pairs in a text.
fn letter_ngrams() -> (CharacterSettings, BTreeMap<String, u32>) {
    const TEXT: &str =
        "flood waters abcdefghijklmnopqrstuvwxyz ßàéıi\u{307}σςяё 洪水が! 🔥🔥 d\u{30A}o";

    let settings = CharacterSettings {
        ngram_min: 1,
        ngram_max: 3,
    };
    let ngrams = settings.ngrams(TEXT).into_iter().zip((1..900).cycle());
    (settings, ngrams.collect())
}

/// Adds character n-grams with coefficients of -0.25 to 0.25, with which logits stay realistic.
fn with_ngrams(
    parts: PipelineParts,
    (settings, frequencies): (CharacterSettings, BTreeMap<String, u32>),
) -> PipelineParts {
    let mut ngrams: Vec<String> = frequencies.keys().cloned().collect();
    ngrams.retain(|ngram| !ngram.contains(UNKNOWN_CHARACTER));
    ngrams.sort_unstable_by(|left, right| {
        CharacterVocabulary::order(left).cmp(&CharacterVocabulary::order(right))
    });

    let idf = ngrams.iter().map(|ngram| idf(frequencies[ngram]));
    let characters = CharacterParts {
        settings,
        idf: idf.collect(),
        coefficients: coefficients(ngrams.len())
            .map(|value| value / 16.0)
            .collect(),
        ngrams,
    };
    PipelineParts {
        characters: Some(characters),
        ..parts
    }
}

fn without_words(parts: PipelineParts) -> Pipeline {
    let parts = PipelineParts {
        vocabulary: vec![],
        idf: vec![],
        coefficients: vec![],
        ..parts
    };
    parts.try_into().unwrap()
}

/// Returns each letter as a term, and two longer tokens with their pair.
fn letters(letters: &str) -> BTreeMap<String, u32> {
    let terms = letters
        .chars()
        .map(String::from)
        .chain(["flood", "waters", "flood waters"].map(String::from));

    terms.zip(1..).collect()
}

/// Builds a pipeline with coefficients from a formula, -4 to 4, which are larger than those of
/// training.
fn pipeline(frequencies: &BTreeMap<String, u32>, settings: FeatureSettings) -> Pipeline {
    let mut terms: Vec<String> = frequencies.keys().cloned().collect();
    terms.sort_unstable_by(|left, right| Vocabulary::order(left).cmp(&Vocabulary::order(right)));

    let metadata = [("name", "parity"), ("version", "0")]
        .map(|(key, value)| (key.to_owned(), value.to_owned()));
    let parts = PipelineParts {
        features: settings,
        idf: terms.iter().map(|term| idf(frequencies[term])).collect(),
        coefficients: coefficients(terms.len()).collect(),
        characters: None,
        vocabulary: terms,
        intercept: -0.3,
        threshold: 0.437_5,
        labels: Labels::default(),
        metadata: metadata.into(),
    };

    parts.try_into().unwrap()
}

#[expect(clippy::cast_possible_truncation, reason = "the file holds f32")]
fn idf(document_frequency: u32) -> f32 {
    smooth_idf(6000, document_frequency) as f32
}

/// Returns coefficients from a formula, -4 to 4.
fn coefficients(terms: usize) -> impl Iterator<Item = f32> {
    (0_u32..).take(terms).map(|column| {
        let sixteen_bits = (column.wrapping_mul(2_654_435_769) >> 16).to_le_bytes();
        f32::from(u16::from_le_bytes([sixteen_bits[0], sixteen_bits[1]])) / 8_192.0 - 4.0
    })
}

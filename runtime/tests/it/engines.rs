//! The pipelines that the cases run on, and the engines that must agree.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::LazyLock;

use relevance_data::{EMBEDDED, SourceSettings};
use relevance_export::{text_model, to_bytes};
use relevance_pipeline::{
    FeatureSettings, Labels, Pipeline, PipelineParts, TokenCharacters, Vocabulary, smooth_idf,
};
use relevance_runtime::{Engine, EngineKind};

/// One pipeline on all engines.
pub struct Engines {
    pub reference: Pipeline,
    pub others: Vec<(EngineKind, Box<dyn Engine + Send + Sync>)>,
}

/// Words and pairs in ASCII, the default, from the archive.
pub static ASCII_PAIRS: LazyLock<Engines> =
    LazyLock::new(|| Engines::new(&archive_terms(&ASCII), ASCII));

/// Runs of up to three words of every script, from the archive.
pub static UNICODE_TRIPLES: LazyLock<Engines> =
    LazyLock::new(|| Engines::new(&archive_terms(&UNICODE), UNICODE));

/// A vocabulary of letters: small, for a great many texts.
pub static ASCII_LETTERS: LazyLock<Engines> =
    LazyLock::new(|| Engines::new(&letters("abcdefghijklmnopqrstuvwxyz"), ASCII));

/// The same with letters that a locale or a later Unicode might fold.
pub static UNICODE_LETTERS: LazyLock<Engines> =
    LazyLock::new(|| Engines::new(&letters("abcdefghijklmnopqrstuvwxyzßàéıσςяё"), UNICODE));

const ASCII: FeatureSettings = FeatureSettings {
    token_characters: TokenCharacters::Ascii,
    ngram_max: 2,
};
const UNICODE: FeatureSettings = FeatureSettings {
    token_characters: TokenCharacters::Unicode,
    ngram_max: 3,
};

/// The texts of the embedded archive.
pub static ARCHIVE: LazyLock<Vec<String>> = LazyLock::new(|| {
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

    /// The pipeline itself, and every other engine on its file.
    pub fn from_pipeline(reference: Pipeline) -> Self {
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

/// Where `cargo xtask onnxruntime` puts the shared library; a test that needs it fails without it.
pub fn onnxruntime_library() -> PathBuf {
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

/// The terms that stand in two texts of the archive or more, and in how many.
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

/// Each letter as a word, and two words with their pair.
fn letters(letters: &str) -> BTreeMap<String, u32> {
    let words = letters
        .chars()
        .map(String::from)
        .chain(["flood", "waters", "flood waters"].map(String::from));
    words.zip(1..).collect()
}

/// A pipeline on `terms` with weights that a formula makes up, -4 to 4: larger than those that training finds.
pub fn pipeline(frequencies: &BTreeMap<String, u32>, settings: FeatureSettings) -> Pipeline {
    let mut terms: Vec<String> = frequencies.keys().cloned().collect();
    terms.sort_unstable_by(|left, right| Vocabulary::order(left).cmp(&Vocabulary::order(right)));
    #[expect(clippy::cast_possible_truncation, reason = "the file holds f32")]
    let idf = terms
        .iter()
        .map(|term| smooth_idf(6000, frequencies[term]) as f32)
        .collect();
    let coefficients = (0_u32..).zip(&terms).map(|(column, _)| {
        let sixteen_bits = (column.wrapping_mul(2_654_435_769) >> 16).to_le_bytes();
        f32::from(u16::from_le_bytes([sixteen_bits[0], sixteen_bits[1]])) / 8_192.0 - 4.0
    });
    let metadata = [("name", "parity"), ("version", "0")]
        .map(|(key, value)| (key.to_owned(), value.to_owned()));
    let parts = PipelineParts {
        features: settings,
        coefficients: coefficients.collect(),
        vocabulary: terms,
        idf,
        intercept: -0.3,
        threshold: 0.437_5,
        labels: Labels::default(),
        metadata: metadata.into(),
    };
    parts.try_into().unwrap()
}

//! Record of the texts that a model was trained on, without the texts.

use rayon::prelude::*;
use relevance_data::{Dataset, Split, normalize};
use sha2::{Digest as _, Sha256};

use super::champion::FrozenRow;

/// First bytes of the SHA-256 of a normalised text.
type ShortDigest = [u8; 4];

/// Short digests of the normalised texts in a model's training and validation subsets, ascending.
///
/// Two texts can have equal digests, so that a text counts as one that the model was trained on
/// although it is not; the reverse cannot happen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrainedTexts(Vec<ShortDigest>);

impl TrainedTexts {
    /// Records the training and validation subsets of a split.
    #[must_use]
    pub fn new(dataset: &Dataset, split: &Split) -> Self {
        let rows = split.train.par_iter().chain(&split.validation);
        let mut digests: Vec<ShortDigest> =
            rows.map(|&row| short_digest(dataset.text(row))).collect();
        digests.par_sort_unstable();
        digests.dedup();
        Self(digests)
    }

    /// Parses the content of a file; `None` when it is of another form.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (digests, rest) = bytes.as_chunks();
        let is_sorted = digests.is_sorted();
        (rest.is_empty() && is_sorted).then(|| Self(digests.to_vec()))
    }

    /// Content of a file: the digests one after another.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.concat()
    }

    /// Keeps the rows whose normalised text the model was not trained on.
    #[must_use]
    pub fn unseen(&self, rows: Vec<FrozenRow>) -> Vec<FrozenRow> {
        let is_unseen = |row: &FrozenRow| self.0.binary_search(&short_digest(&row.text)).is_err();
        rows.into_par_iter().filter(is_unseen).collect()
    }
}

fn short_digest(text: &str) -> ShortDigest {
    let [first, second, third, fourth, ..]: [u8; 32] = Sha256::digest(normalize(text)).into();
    [first, second, third, fourth]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str) -> FrozenRow {
        FrozenRow {
            row: 1,
            text: text.to_owned(),
            relevant: true,
        }
    }

    #[test]
    fn a_text_is_seen_whatever_its_case_and_punctuation_also_after_a_round_trip() {
        let mut digests = ["flood in town", "fire"].map(short_digest).to_vec();
        digests.sort_unstable();
        let trained = TrainedTexts(digests);
        let read = TrainedTexts::from_bytes(&trained.to_bytes()).unwrap();
        assert_eq!(read, trained);

        let rows = vec![row("Flood in TOWN!"), row("calm"), row("@a fire")];
        assert_eq!(read.unseen(rows), [row("calm")]);
    }

    #[test]
    fn a_file_of_another_form_is_none() {
        assert_eq!(TrainedTexts::from_bytes(&[1, 2, 3]), None);
        assert_eq!(TrainedTexts::from_bytes(&[2, 0, 0, 0, 1, 0, 0, 0]), None);
    }
}

//! Identity of a loaded model.

use relevance_models::layout::MODEL_FILE;
use relevance_models::{Manifest, StoreError, validate_name};
use relevance_runtime::ModelInfo;

/// Largest number that JSON holds exactly in every language.
const MAX_VERSION: u64 = (1 << 53) - 1;
/// Digits of a digest that make a number below [`MAX_VERSION`].
const VERSION_DIGITS: usize = 12;

/// Name and version of a loaded model, and the digest of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) name: String,
    /// Number of the version in the store, or the number of a lone file.
    pub(crate) version: u64,
    /// Time when the version was created, in RFC 3339; a lone file has none.
    pub(crate) created: Option<String>,
    /// SHA-256 of the model file.
    pub(crate) digest: String,
}

impl Identity {
    /// The identity of a lone file, by its metadata; `name` replaces the one there.
    pub(crate) fn from_file(
        info: &ModelInfo,
        name: Option<&str>,
        digest: String,
    ) -> Result<Self, StoreError> {
        let name = name.unwrap_or(&info.name);
        validate_name(name)?;

        Ok(Self {
            name: name.to_owned(),
            version: file_version(&info.fingerprint, &digest),
            created: None,
            digest,
        })
    }
}

impl From<&Manifest> for Identity {
    fn from(manifest: &Manifest) -> Self {
        let file = manifest.files.get(MODEL_FILE);
        Self {
            name: manifest.name.clone(),
            version: manifest.version,
            created: Some(manifest.created.to_string()),
            digest: file.map(|file| file.sha256.clone()).unwrap_or_default(),
        }
    }
}

/// Number of a lone file: its fingerprint as a hexadecimal number, or else the first digits of its
/// digest.
fn file_version(fingerprint: &str, digest: &str) -> u64 {
    let number = |digits: &str| {
        let number = u64::from_str_radix(digits, 16).ok();
        number.filter(|number| (1..=MAX_VERSION).contains(number))
    };

    let version = number(fingerprint).or_else(|| number(digest.get(..VERSION_DIGITS)?));
    version.unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_number_of_its_fingerprint_else_of_its_digest() {
        let digest = "00000000000f".repeat(6);
        for (fingerprint, want) in [
            ("91ce18e5cce5", 0x91ce_18e5_cce5),
            ("1fffffffffffff", MAX_VERSION),
            ("20000000000000", 15),
            ("0", 15),
            ("", 15),
            ("v3", 15),
        ] {
            assert_eq!(file_version(fingerprint, &digest), want, "{fingerprint}");
        }
        assert_eq!(file_version("", &"0".repeat(64)), 1);
    }
}

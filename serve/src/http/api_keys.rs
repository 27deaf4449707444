//! API keys, of which the service holds only the digests.

use std::fmt;
use std::str::FromStr;

use axum::http::{HeaderMap, HeaderName, header};
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

use crate::problem::Problem;

/// Header for clients that cannot set `Authorization`.
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
/// SHA-256 of the service's keys; a service without keys is open.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ApiKeys(Vec<[u8; 32]>);

/// SHA-256 of the empty text, which a script makes from a variable that is not set.
const EMPTY_DIGEST: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Digests that cannot protect a service; entries count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Entry that is not a digest.
    #[error(
        "entry {entry} is not the SHA-256 of a key as 64 hexadecimal digits; \
         `printf %s KEY | sha256sum` makes one, and commas separate several"
    )]
    Malformed { entry: usize },
    /// An entry is the digest of an empty key.
    #[error(
        "entry {entry} is the SHA-256 of an empty key; \
         set the variable that holds the key before `printf %s \"$KEY\" | sha256sum`"
    )]
    EmptyKey { entry: usize },
    /// Value without any entry.
    #[error("no digest is given; name one, or leave the setting out for a service open to all")]
    NoDigest,
}

impl ApiKeys {
    /// Whether no key is needed.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a key itself, of which only the digest is kept.
    #[must_use]
    pub fn with_key(mut self, key: &str) -> Self {
        self.0.push(Sha256::digest(key).into());
        self
    }

    /// Checks that a request has a key, as `Authorization: Bearer KEY` or `X-API-Key: KEY`.
    pub(crate) fn check(&self, headers: &HeaderMap) -> Result<(), Problem> {
        if self.is_empty() {
            return Ok(());
        }

        let key = sent_key(headers).ok_or(Problem::KeyMissing)?;
        let digest: [u8; 32] = Sha256::digest(key).into();
        // Compares with every key, so that the time does not depend on which one matches.
        let known = self
            .0
            .iter()
            .fold(Choice::from(0), |known, key| known | key.ct_eq(&digest));

        if bool::from(known) {
            Ok(())
        } else {
            Err(Problem::KeyUnknown)
        }
    }

    /// Checks that a request may change the active model: the service must have keys, and the
    /// request one of them.
    pub(crate) fn check_operator(&self, headers: &HeaderMap) -> Result<(), Problem> {
        if self.is_empty() {
            Err(Problem::KeysNeeded)
        } else {
            self.check(headers)
        }
    }
}

impl FromStr for ApiKeys {
    type Err = KeyError;

    /// Parses digests separated by commas, each with an optional prefix `sha256:`.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        let entries = text.split(',').map(str::trim).enumerate();
        let entries = entries.filter(|(_, entry)| !entry.is_empty());

        let digests = entries.map(|(index, entry)| {
            let mut digest = [0; 32];
            let digits = entry.strip_prefix("sha256:").unwrap_or(entry);
            let entry = index + 1;
            hex::decode_to_slice(digits, &mut digest).map_err(|_| KeyError::Malformed { entry })?;

            if digits.eq_ignore_ascii_case(EMPTY_DIGEST) {
                return Err(KeyError::EmptyKey { entry });
            }
            Ok(digest)
        });

        let digests = digests.collect::<Result<Vec<_>, _>>()?;
        if digests.is_empty() {
            return Err(KeyError::NoDigest);
        }
        Ok(Self(digests))
    }
}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} keys", self.0.len())
    }
}

fn sent_key(headers: &HeaderMap) -> Option<&[u8]> {
    if let Some(key) = headers.get(API_KEY) {
        return Some(key.as_bytes());
    }

    let (scheme, key) = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;

    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| key.trim().as_bytes())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn with(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    fn keys() -> ApiKeys {
        let digest = |key: &str| hex::encode(Sha256::digest(key));
        format!(
            "{}, sha256:{},",
            digest("one"),
            digest("two").to_uppercase()
        )
        .parse()
        .unwrap()
    }

    #[test]
    fn each_key_is_accepted_in_either_header() {
        for headers in [
            with(header::AUTHORIZATION, "Bearer one"),
            with(header::AUTHORIZATION, "bearer two"),
            with(API_KEY, "two"),
        ] {
            assert!(keys().check(&headers).is_ok(), "{headers:?}");
        }
    }

    #[test]
    fn a_key_itself_is_accepted_beside_digests_and_never_shown() {
        let keys = keys().with_key("three");
        for key in ["one", "three"] {
            assert!(keys.check(&with(API_KEY, key)).is_ok(), "{key}");
        }
        assert!(keys.check(&with(API_KEY, "four")).is_err());
        assert_eq!(format!("{keys:?}"), "3 keys");

        let alone = ApiKeys::default().with_key("three");
        assert!(alone.check_operator(&with(API_KEY, "three")).is_ok());
        assert!(alone.check(&HeaderMap::new()).is_err());
    }

    #[test]
    fn anything_else_is_rejected() {
        for headers in [
            with(header::AUTHORIZATION, "Bearer three"),
            with(header::AUTHORIZATION, "Bearer "),
            with(API_KEY, ""),
            with(
                API_KEY,
                "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed",
            ),
        ] {
            assert!(
                matches!(keys().check(&headers), Err(Problem::KeyUnknown)),
                "{headers:?}"
            );
        }

        for headers in [
            HeaderMap::new(),
            with(header::AUTHORIZATION, "Basic one"),
            with(header::AUTHORIZATION, "one"),
        ] {
            assert!(
                matches!(keys().check(&headers), Err(Problem::KeyMissing)),
                "{headers:?}"
            );
        }
    }

    #[test]
    fn without_keys_everyone_may_predict_and_nobody_may_operate() {
        let open = ApiKeys::default();
        assert!(open.is_empty() && open.check(&HeaderMap::new()).is_ok());
        assert!(matches!(
            open.check_operator(&HeaderMap::new()),
            Err(Problem::KeysNeeded)
        ));
        assert!(keys().check_operator(&with(API_KEY, "one")).is_ok());
        assert!(matches!(
            keys().check_operator(&HeaderMap::new()),
            Err(Problem::KeyMissing)
        ));
    }

    #[test]
    fn digests_that_protect_nothing_are_rejected() {
        for (text, want) in [
            ("", KeyError::NoDigest),
            (" , ,", KeyError::NoDigest),
            (
                &hex::encode_upper(Sha256::digest("")),
                KeyError::EmptyKey { entry: 1 },
            ),
        ] {
            assert_eq!(text.parse::<ApiKeys>().unwrap_err(), want, "{text:?}");
        }
    }

    #[test]
    fn a_key_instead_of_its_digest_is_rejected_and_never_shown() {
        let error = format!("{}, secret", "0".repeat(64))
            .parse::<ApiKeys>()
            .unwrap_err();
        assert_eq!(error, KeyError::Malformed { entry: 2 });
        assert!(!error.to_string().contains("secret"));
        assert_eq!(format!("{:?}", keys()), "2 keys");
    }
}

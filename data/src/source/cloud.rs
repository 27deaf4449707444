//! The URL of a file in an object store to the store, set up by the variables that each service's own tools read.
//!
//! The roots of trust are those of the system and the bundled ones of Mozilla, since the container image has none.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path;
use object_store::{Certificate, ClientOptions, ObjectStore, ObjectStoreScheme, RetryConfig};
use url::Url;

use super::location::{Variables, public_name};
use crate::error::DataError;

/// A store that does not answer is given up before a person or a scheduler does.
const MAX_RETRIES: usize = 5;
const RETRY_TIMEOUT: Duration = Duration::from_mins(1);

/// The store, set up with every variable whose name begins with one of the prefixes.
macro_rules! build {
    ($builder:ty, $url:expr, $variables:expr, $prefixes:expr) => {{
        let builder = <$builder>::new()
            .with_client_options(client()?)
            .with_retry(retries())
            .with_url($url);
        let settings = settings($variables, $prefixes);
        Arc::new(
            settings
                .fold(builder, |builder, (key, value)| {
                    builder.with_config(key, value)
                })
                .build()?,
        )
    }};
}

/// The store that the URL names, and the path in it; nothing is sent yet.
pub(super) fn find_store(
    url: &Url,
    variables: &Variables,
) -> Result<(Arc<dyn ObjectStore>, Path), DataError> {
    let location = public_name(url);
    let unknown = || DataError::UnknownScheme {
        location: public_name(url),
        scheme: url.scheme().to_owned(),
    };
    let (scheme, path) = ObjectStoreScheme::parse(url).map_err(|_| unknown())?;
    match build(&scheme, &location, variables) {
        Ok(store) => Ok((store.ok_or_else(unknown)?, path)),
        Err(error) => Err(DataError::InvalidLocation {
            location,
            cause: error.to_string(),
        }),
    }
}

/// The store at the URL; `None` for a scheme that is not read.
fn build(
    scheme: &ObjectStoreScheme,
    url: &str,
    variables: &Variables,
) -> object_store::Result<Option<Arc<dyn ObjectStore>>> {
    let store: Arc<dyn ObjectStore> = match scheme {
        ObjectStoreScheme::AmazonS3 => build!(AmazonS3Builder, url, variables, &["AWS_"]),
        ObjectStoreScheme::GoogleCloudStorage => {
            build!(GoogleCloudStorageBuilder, url, variables, &["GOOGLE_"])
        }
        ObjectStoreScheme::MicrosoftAzure => {
            build!(
                MicrosoftAzureBuilder,
                url,
                variables,
                &["AZURE_", "IDENTITY_ENDPOINT", "MSI_ENDPOINT"]
            )
        }
        _ => return Ok(None),
    };
    Ok(Some(store))
}

/// The variables that a service knows, by its own keys.
fn settings<'v, K: FromStr>(
    variables: &'v Variables,
    prefixes: &'v [&str],
) -> impl Iterator<Item = (K, &'v str)> {
    let ours = variables
        .iter()
        .filter(|(name, _)| prefixes.iter().any(|prefix| name.starts_with(prefix)));
    ours.filter_map(|(name, value)| Some((name.to_ascii_lowercase().parse().ok()?, value)))
}

fn client() -> object_store::Result<ClientOptions> {
    let mut roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
    roots.try_fold(ClientOptions::new(), |client, root| {
        Ok(client.with_root_certificate(Certificate::from_der(root)?))
    })
}

fn retries() -> RetryConfig {
    RetryConfig {
        max_retries: MAX_RETRIES,
        retry_timeout: RETRY_TIMEOUT,
        ..RetryConfig::default()
    }
}

/// What to do, after a colon, when the store's answer tells.
pub(crate) fn advice(error: &object_store::Error) -> &'static str {
    match error {
        object_store::Error::Unauthenticated { .. }
        | object_store::Error::PermissionDenied { .. } => {
            ": the store refuses the credentials; set those of an account that may read it (AWS_ACCESS_KEY_ID and \
             AWS_SECRET_ACCESS_KEY, GOOGLE_APPLICATION_CREDENTIALS, or AZURE_STORAGE_ACCOUNT_NAME and \
             AZURE_STORAGE_ACCOUNT_KEY)"
        }
        object_store::Error::Generic { .. } => {
            ": the store did not answer as it should; see that its region and endpoint are right, that it can be \
             reached from here, and that credentials are set"
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(location: &str, variables: &[(&str, &str)]) -> Result<(String, String), DataError> {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        find_store(&Url::parse(location).unwrap(), &variables)
            .map(|(store, path)| (store.to_string(), path.to_string()))
    }

    #[test]
    fn each_service_is_set_up_with_its_own_variables() {
        for (location, variables, want) in [
            ("s3://bucket/a/b.csv", &[][..], "AmazonS3(bucket)"),
            (
                "gs://bucket/a/b.csv",
                &[("GOOGLE_SKIP_SIGNATURE", "true")],
                "GoogleCloudStorage(bucket)",
            ),
            (
                "az://container/a/b.csv",
                &[
                    ("AZURE_STORAGE_ACCOUNT_NAME", "account"),
                    ("AZURE_STORAGE_ACCOUNT_KEY", "a2V5"),
                ],
                "MicrosoftAzure { account: account, container: container }",
            ),
        ] {
            assert_eq!(
                found(location, variables).unwrap(),
                (want.to_owned(), "a/b.csv".to_owned()),
                "{location}"
            );
        }
    }

    #[test]
    fn missing_or_malformed_variables_and_those_of_others_are_refused() {
        for (location, variable, want) in [
            ("s3://bucket/a", ("AWS_ALLOW_HTTP", "perhaps"), "perhaps"),
            (
                "gs://bucket/a",
                ("GOOGLE_SERVICE_ACCOUNT_KEY", "{"),
                "`gs://bucket/a` is no location",
            ),
            (
                "az://container/a",
                ("ACCOUNT_NAME", "account"),
                "Account must be specified",
            ),
        ] {
            let message = found(location, &[variable]).unwrap_err().to_string();
            assert!(message.contains(want), "{message}");
        }
    }

    #[test]
    fn other_schemes_are_refused_with_those_that_are_accepted() {
        for location in [
            "ftp://host/a.csv",
            "https://me:secret@host/a.csv",
            "memory:///a.csv",
            "s3:///a.csv",
        ] {
            let message = found(location, &[]).unwrap_err().to_string();
            assert!(
                message.contains("accepted are `file`, `s3`, `gs`"),
                "{message}"
            );
            assert!(!message.contains("secret"), "{message}");
        }
    }
}

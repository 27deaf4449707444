//! Object stores by URL, configured with the variables that each service's own tools read.

use std::error::Error;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, S3ConditionalPut};
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path;
use object_store::{Certificate, ClientOptions, ObjectStore, ObjectStoreScheme, RetryConfig};
use url::Url;

use crate::tls::{bundled_roots, install_crypto_provider};

const MAX_RETRIES: usize = 5;
/// Time limit of all retries of a request, shorter than a person or a scheduler waits.
const RETRY_TIMEOUT: Duration = Duration::from_mins(1);

const S3_VARIABLES: &str = "S3 reads AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL and \
     AWS_ALLOW_HTTP";
const GOOGLE_VARIABLES: &str =
    "Google Cloud reads GOOGLE_APPLICATION_CREDENTIALS or GOOGLE_SERVICE_ACCOUNT_KEY";
const AZURE_VARIABLES: &str =
    "Azure reads AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY";

/// A bucket or container, and the path in it that a URL names.
#[derive(Clone, Debug)]
pub struct CloudStore {
    /// The bucket or container.
    pub objects: Arc<dyn ObjectStore>,
    /// The path in it.
    pub path: Path,
}

/// Why a URL does not open an object store.
#[derive(Debug, thiserror::Error)]
pub enum CloudError {
    /// The scheme belongs to no supported service.
    #[error("unknown scheme `{scheme}`; accepted are `s3`, `gs` and `az`")]
    UnknownScheme {
        /// The URL's scheme.
        scheme: String,
    },
    /// The URL names no bucket or container.
    #[error("it names no bucket or container")]
    InvalidUrl(#[source] Box<dyn Error + Send + Sync>),
    /// The service's variables are missing or malformed.
    #[error("its settings are missing or malformed; {variables}")]
    InvalidSettings {
        /// The variables that the service reads.
        variables: &'static str,
        /// Missing or malformed setting.
        #[source]
        source: object_store::Error,
    },
}

impl CloudStore {
    /// Opens the bucket or container of an `s3://`, `gs://` or `az://` URL without sending a
    /// request.
    ///
    /// # Errors
    ///
    /// When the URL has another scheme or no bucket, or when variables of its service are missing
    /// or malformed.
    pub fn open(url: &Url, variables: &[(String, String)]) -> Result<Self, CloudError> {
        let (scheme, path) = ObjectStoreScheme::parse(url)
            .map_err(|error| CloudError::InvalidUrl(Box::new(error)))?;

        let (objects, variables) = match scheme {
            ObjectStoreScheme::AmazonS3 => (open_s3(url, variables), S3_VARIABLES),
            ObjectStoreScheme::GoogleCloudStorage => {
                (open_google(url, variables), GOOGLE_VARIABLES)
            }
            ObjectStoreScheme::MicrosoftAzure => (open_azure(url, variables), AZURE_VARIABLES),
            _ => {
                let scheme = url.scheme().to_owned();
                return Err(CloudError::UnknownScheme { scheme });
            }
        };

        let objects =
            objects.map_err(|source| CloudError::InvalidSettings { variables, source })?;
        Ok(Self { objects, path })
    }
}

fn open_s3(
    url: &Url,
    variables: &[(String, String)],
) -> object_store::Result<Arc<dyn ObjectStore>> {
    let builder = AmazonS3Builder::new()
        .with_client_options(client()?)
        .with_retry(retries())
        .with_url(url.as_str());
    let configured = settings(variables, &["AWS_"]).fold(builder, |builder, (key, value)| {
        builder.with_config(key, value)
    });

    // Writers of aliases depend on it, so that no variable may turn it off.
    let conditional = configured.with_conditional_put(S3ConditionalPut::ETagMatch);
    Ok(Arc::new(conditional.build()?))
}

fn open_google(
    url: &Url,
    variables: &[(String, String)],
) -> object_store::Result<Arc<dyn ObjectStore>> {
    let builder = GoogleCloudStorageBuilder::new()
        .with_client_options(client()?)
        .with_retry(retries())
        .with_url(url.as_str());
    let configured = settings(variables, &["GOOGLE_"]).fold(builder, |builder, (key, value)| {
        builder.with_config(key, value)
    });

    Ok(Arc::new(configured.build()?))
}

fn open_azure(
    url: &Url,
    variables: &[(String, String)],
) -> object_store::Result<Arc<dyn ObjectStore>> {
    let builder = MicrosoftAzureBuilder::new()
        .with_client_options(client()?)
        .with_retry(retries())
        .with_url(url.as_str());
    let prefixes = ["AZURE_", "IDENTITY_ENDPOINT", "MSI_ENDPOINT"];
    let configured = settings(variables, &prefixes).fold(builder, |builder, (key, value)| {
        builder.with_config(key, value)
    });

    Ok(Arc::new(configured.build()?))
}

/// Returns the variables with one of the prefixes, by the service's own keys.
///
/// An empty variable counts as missing: a workflow sets one for a secret that does not exist.
fn settings<'v, K: FromStr>(
    variables: &'v [(String, String)],
    prefixes: &'v [&str],
) -> impl Iterator<Item = (K, &'v str)> {
    let of_service = variables.iter().filter(|(name, value)| {
        !value.is_empty() && prefixes.iter().any(|prefix| name.starts_with(prefix))
    });

    of_service.filter_map(|(name, value)| {
        let key = name.to_ascii_lowercase().parse().ok()?;
        Some((key, value.as_str()))
    })
}

fn client() -> object_store::Result<ClientOptions> {
    install_crypto_provider();
    bundled_roots().try_fold(ClientOptions::new(), |client, root| {
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

/// Returns what to do about a service's error, if the error shows it.
///
/// `operation` is what failed, such as `list`; `rights` are those that an account needs, such as
/// `read and write`.
#[must_use]
pub fn advice(operation: &str, rights: &str, error: &object_store::Error) -> Option<String> {
    use object_store::Error::{Generic, NotFound, PermissionDenied, Unauthenticated};

    let is_remote = matches!(
        error,
        Generic {
            store: "S3" | "GCS" | "MicrosoftAzure",
            ..
        }
    );
    let has_status = |status| is_remote && has_status(error, status);

    if matches!(error, Unauthenticated { .. } | PermissionDenied { .. })
        || has_status("401")
        || has_status("403")
    {
        return Some(format!(
            "the store refuses the credentials: set those of an account that may {rights} \
             (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, GOOGLE_APPLICATION_CREDENTIALS, or \
             AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY)"
        ));
    }

    if (operation == "list" && matches!(error, NotFound { .. })) || has_status("404") {
        let advice = "there is no such bucket or container: create it, or correct the location, the region \
             or the endpoint";
        return Some(advice.to_owned());
    }

    is_remote.then(|| {
        "the store did not respond as expected: check its endpoint and region (http:// needs \
         AWS_ALLOW_HTTP=true), the network, and the credentials"
            .to_owned()
    })
}

/// Returns whether the response had an HTTP status; the type that holds it is not public.
fn has_status(error: &object_store::Error, status: &str) -> bool {
    let message = format!("status code: {status} ");
    std::iter::successors(Some(error as &dyn Error), |cause| (*cause).source())
        .any(|cause| cause.to_string().contains(&message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(location: &str, variables: &[(&str, &str)]) -> Result<CloudStore, CloudError> {
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        CloudStore::open(&Url::parse(location).unwrap(), &variables)
    }

    #[test]
    fn each_service_is_opened_with_its_own_variables() {
        for (location, variables, want) in [
            ("s3://bucket/a/b", &[][..], "AmazonS3(bucket)"),
            (
                "s3://bucket/a/b",
                &[("AWS_CONDITIONAL_PUT", "disabled")],
                "AmazonS3(bucket)",
            ),
            (
                "gs://bucket/a/b",
                &[("GOOGLE_SKIP_SIGNATURE", "true")],
                "GoogleCloudStorage(bucket)",
            ),
            (
                "az://container/a/b",
                &[
                    ("AZURE_STORAGE_ACCOUNT_NAME", "account"),
                    ("AZURE_STORAGE_ACCOUNT_KEY", "a2V5"),
                ],
                "MicrosoftAzure { account: account, container: container }",
            ),
        ] {
            let opened = open(location, variables).unwrap();
            assert_eq!(
                (opened.objects.to_string().as_str(), opened.path.as_ref()),
                (want, "a/b"),
                "{location}"
            );
        }
    }

    #[test]
    fn missing_or_malformed_settings_are_reported_with_the_variables_that_are_read() {
        for (location, variable, want) in [
            (
                "s3://bucket/a",
                ("AWS_ACCESS_KEY_ID", "key without secret"),
                "AWS_SECRET_ACCESS_KEY",
            ),
            (
                "s3://bucket/a",
                ("AWS_ALLOW_HTTP", "perhaps"),
                "AWS_ENDPOINT_URL",
            ),
            (
                "gs://bucket/a",
                ("GOOGLE_SERVICE_ACCOUNT_KEY", "{"),
                "GOOGLE_APPLICATION_CREDENTIALS",
            ),
            (
                "az://container/a",
                ("AZURE_STORAGE_ACCOUNT_KEY", "a2V5"),
                "AZURE_STORAGE_ACCOUNT_NAME",
            ),
        ] {
            let error = open(location, &[variable]).unwrap_err();
            assert!(
                matches!(error, CloudError::InvalidSettings { .. }),
                "{error:?}"
            );
            assert!(error.to_string().contains(want), "{error}");
        }
    }

    #[test]
    fn empty_variables_count_as_missing() {
        let empty = |name| open("s3://bucket/a", &[(name, ""), ("AWS_REGION", "eu-west-1")]);
        assert!(empty("AWS_ACCESS_KEY_ID").is_ok());
        assert!(empty("AWS_ALLOW_HTTP").is_ok());
    }

    #[test]
    fn malformed_value_and_missing_account_are_named_in_the_cause() {
        for (location, variable, want) in [
            ("s3://bucket/a", ("AWS_ALLOW_HTTP", "perhaps"), "perhaps"),
            (
                "az://container/a",
                ("ACCOUNT_NAME", "account"),
                "Account must be specified",
            ),
        ] {
            let error = open(location, &[variable]).unwrap_err();
            let cause = error.source().unwrap().to_string();
            assert!(cause.contains(want), "{cause}");
        }
    }

    #[test]
    fn variables_of_other_programs_are_ignored() {
        let error = open("az://container/a", &[("ACCOUNT_NAME", "account")]).unwrap_err();
        assert!(
            matches!(error, CloudError::InvalidSettings { .. }),
            "{error:?}"
        );
    }

    #[test]
    fn other_schemes_and_urls_without_a_bucket_are_errors() {
        for location in ["ftp://host/a.csv", "https://host/a.csv", "memory:///a.csv"] {
            assert!(open(location, &[]).is_err(), "{location}");
        }
        assert!(matches!(
            open("s3:///a.csv", &[]),
            Err(CloudError::InvalidUrl(_))
        ));
    }
}

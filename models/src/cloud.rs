//! `s3://`, `gs://` and `az://` URLs → object stores, set up by the variables that each service's own tools read.
//!
//! The roots of trust are those of the system and the bundled ones of Mozilla, since the container image has none.

use std::error::Error;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, S3ConditionalPut};
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::{Certificate, ClientOptions, ObjectStore, ObjectStoreScheme, RetryConfig};
use url::Url;

use crate::error::StoreError;
use crate::location::{Opened, invalid};
use crate::lock::AliasExclusion;

/// A store that does not answer is given up before a person or a scheduler does.
const MAX_RETRIES: usize = 5;
const RETRY_TIMEOUT: Duration = Duration::from_mins(1);

/// Opens the bucket or container that the URL names; nothing is sent to it yet.
pub(crate) fn open(
    location: &str,
    url: &Url,
    variables: &[(String, String)],
) -> Result<Opened, StoreError> {
    let (scheme, root) =
        ObjectStoreScheme::parse(url).map_err(|source| invalid(location, source))?;
    let (objects, advice) = match scheme {
        ObjectStoreScheme::AmazonS3 => (s3(url, variables), S3_ADVICE),
        ObjectStoreScheme::GoogleCloudStorage => (google(url, variables), GOOGLE_ADVICE),
        ObjectStoreScheme::MicrosoftAzure => (azure(url, variables), AZURE_ADVICE),
        _ => {
            return Err(invalid(
                location,
                "a store is a path, or a URL with file://, s3://, gs:// or az://",
            ));
        }
    };
    let objects = objects.map_err(|source| StoreError::NotSetUp {
        location: location.to_owned(),
        advice,
        source,
    })?;
    Ok(Opened {
        objects,
        root,
        exclusion: AliasExclusion::ConditionalPut,
    })
}

const S3_ADVICE: &str = "S3 reads AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL and AWS_ALLOW_HTTP";
const GOOGLE_ADVICE: &str =
    "Google Cloud reads GOOGLE_APPLICATION_CREDENTIALS or GOOGLE_SERVICE_ACCOUNT_KEY";
const AZURE_ADVICE: &str = "Azure reads AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY";

/// What to do when a service does not do what it is asked, if the answer tells.
pub(crate) fn advice(operation: &str, error: &object_store::Error) -> Option<&'static str> {
    use object_store::Error::{Generic, NotFound, PermissionDenied, Unauthenticated};
    let is_remote = matches!(
        error,
        Generic {
            store: "S3" | "GCS" | "MicrosoftAzure",
            ..
        }
    );
    let is_answered = |status| is_remote && is_answered(error, status);
    if matches!(error, Unauthenticated { .. } | PermissionDenied { .. })
        || is_answered("401")
        || is_answered("403")
    {
        return Some(
            "the store refuses the credentials: set those of an account that may list, read, write and delete \
             (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, GOOGLE_APPLICATION_CREDENTIALS, or \
             AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY)",
        );
    }
    if (operation == "list" && matches!(error, NotFound { .. })) || is_answered("404") {
        return Some(
            "there is no such bucket or container: create it, or correct the location, the region or the endpoint",
        );
    }
    is_remote.then_some(
        "the store did not answer as it should: see that its endpoint and region are right (http:// needs \
         AWS_ALLOW_HTTP=true), that it can be reached from here, and that credentials are set",
    )
}

/// Whether the answer had an HTTP status; the type that knows it is not public.
fn is_answered(error: &object_store::Error, status: &str) -> bool {
    let said = format!("status code: {status} ");
    std::iter::successors(Some(error as &dyn Error), |cause| (*cause).source())
        .any(|cause| cause.to_string().contains(&said))
}

fn s3(url: &Url, variables: &[(String, String)]) -> object_store::Result<Arc<dyn ObjectStore>> {
    let builder = AmazonS3Builder::new()
        .with_client_options(client()?)
        .with_retry(retries())
        .with_url(url.as_str());
    let builder = settings(variables, &["AWS_"]).fold(builder, |builder, (key, value)| {
        builder.with_config(key, value)
    });
    Ok(Arc::new(
        builder
            .with_conditional_put(S3ConditionalPut::ETagMatch)
            .build()?,
    ))
}

fn google(url: &Url, variables: &[(String, String)]) -> object_store::Result<Arc<dyn ObjectStore>> {
    let builder = GoogleCloudStorageBuilder::new().with_client_options(client()?);
    let builder = builder.with_retry(retries()).with_url(url.as_str());
    let builder = settings(variables, &["GOOGLE_"]).fold(builder, |builder, (key, value)| {
        builder.with_config(key, value)
    });
    Ok(Arc::new(builder.build()?))
}

fn azure(url: &Url, variables: &[(String, String)]) -> object_store::Result<Arc<dyn ObjectStore>> {
    let builder = MicrosoftAzureBuilder::new().with_client_options(client()?);
    let builder = builder.with_retry(retries()).with_url(url.as_str());
    let settings = settings(variables, &["AZURE_", "IDENTITY_ENDPOINT", "MSI_ENDPOINT"]);
    Ok(Arc::new(
        settings
            .fold(builder, |builder, (key, value)| {
                builder.with_config(key, value)
            })
            .build()?,
    ))
}

/// The variables that a service knows, by its own keys.
fn settings<'a, K: FromStr>(
    variables: &'a [(String, String)],
    prefixes: &'a [&str],
) -> impl Iterator<Item = (K, &'a str)> {
    let ours = variables
        .iter()
        .filter(|(name, _)| prefixes.iter().any(|prefix| name.starts_with(prefix)));
    ours.filter_map(|(name, value)| Some((name.to_ascii_lowercase().parse().ok()?, value.as_str())))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(location: &str, variables: &[(&str, &str)]) -> Result<Opened, StoreError> {
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        open(location, &Url::parse(location).unwrap(), &variables)
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
            let opened = opened(location, variables).unwrap();
            assert_eq!(
                (opened.objects.to_string().as_str(), opened.root.as_ref()),
                (want, "a/b"),
                "{location}"
            );
            assert_eq!(opened.exclusion, AliasExclusion::ConditionalPut);
        }
    }

    #[test]
    fn what_is_missing_or_malformed_is_told_with_the_variables_that_are_read() {
        for (location, variables, want) in [
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
            let error = opened(location, &[variables]).unwrap_err();
            assert!(matches!(error, StoreError::NotSetUp { .. }), "{error:?}");
            assert!(error.to_string().contains(want), "{error}");
        }
    }

    #[test]
    fn variables_of_others_are_not_taken() {
        let error = opened("az://container/a", &[("ACCOUNT_NAME", "account")]).unwrap_err();
        assert!(matches!(error, StoreError::NotSetUp { .. }), "{error:?}");
    }
}

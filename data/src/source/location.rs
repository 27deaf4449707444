//! Locations: paths and URLs, and the variables that configure access to a URL.

use std::path::Path;

use url::Url;

use crate::error::DataError;

/// Schemes with the container in the user's part of the URL.
const AZURE_SCHEMES: [&str; 5] = ["az", "adl", "azure", "abfs", "abfss"];

/// Environment variables, for credentials, regions and endpoints.
#[cfg_attr(
    not(any(feature = "object-store", feature = "postgres")),
    expect(dead_code, reason = "only object stores and servers are configured")
)]
#[derive(Clone, Default)]
pub(super) struct Variables(Vec<(String, String)>);

impl Variables {
    pub fn of_environment() -> Self {
        relevance_storage::environment().collect()
    }

    #[cfg(feature = "object-store")]
    pub fn as_slice(&self) -> &[(String, String)] {
        &self.0
    }

    #[cfg(feature = "postgres")]
    pub fn find(&self, name: &str) -> Option<&str> {
        let variable = self.0.iter().find(|(each, _)| each == name);
        variable.map(|(_, value)| value.as_str())
    }
}

impl FromIterator<(String, String)> for Variables {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Self(variables.into_iter().collect())
    }
}

/// Returns whether the URL is one of a PostgreSQL server.
pub(super) fn is_postgres(url: &Url) -> bool {
    ["postgres", "postgresql"].contains(&url.scheme())
}

/// Returns whether the URL is one of a web server.
pub(super) fn is_web(url: &Url) -> bool {
    ["http", "https"].contains(&url.scheme())
}

/// Parses a URL; `None` for a path.
pub(super) fn parse_url(location: &str) -> Result<Option<Url>, DataError> {
    if let Some(kind) = other_connection(location) {
        return Err(DataError::InvalidLocation {
            location: format!("{}…", location.split([':', '=']).next().unwrap_or_default()),
            cause: format!(
                "it is {kind}; a PostgreSQL server is `postgres://USER@HOST:PORT/DATABASE`, with the \
                 password in the variable `PGPASSWORD`"
            ),
        });
    }

    let Some((scheme, _)) = location.split_once("://") else {
        return Ok(None);
    };

    // Credentials cannot be removed from a URL that is not parsed.
    let parsed = Url::parse(location).map_err(|error| DataError::InvalidLocation {
        location: format!("{}://…", scheme.escape_debug()),
        cause: error.to_string(),
    });
    parsed.map(Some)
}

/// Names the kind of a connection that other programs take in place of a `postgres://` URL.
fn other_connection(location: &str) -> Option<&'static str> {
    if location.starts_with("jdbc:") {
        return Some("a JDBC URL");
    }

    let is_keyword = |part: &str| {
        let keywords = ["host=", "hostaddr=", "dbname=", "service="];
        keywords.iter().any(|keyword| part.starts_with(keyword))
    };
    let is_connection = location.split_whitespace().any(is_keyword)
        && location.split_whitespace().all(|part| part.contains('='))
        && !Path::new(location).exists();
    is_connection.then_some("a list of connection parameters")
}

/// Returns the URL for messages and manifests: without user, password, query and fragment.
#[must_use]
pub fn public_name(url: &Url) -> String {
    public_url(url).into()
}

/// Returns the URL without user, password, query and fragment.
pub(super) fn public_url(url: &Url) -> Url {
    let mut url = url.clone();

    if !AZURE_SCHEMES.contains(&url.scheme()) {
        // Only fails for URLs that cannot have a user.
        let _ = url.set_username("");
    }
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);

    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_no_credentials() {
        for (location, want) in [
            (
                "s3://key:secret@bucket/a%20b.csv?token=secret#secret",
                "s3://bucket/a%20b.csv",
            ),
            (
                "abfss://container:secret@account.dfs.core.windows.net/a",
                "abfss://container@account.dfs.core.windows.net/a",
            ),
            (
                "postgres://user:secret@[::1]:5433/db?password=secret",
                "postgres://[::1]:5433/db",
            ),
            ("postgres:///db?user=me&password=secret", "postgres:///db"),
        ] {
            assert_eq!(public_name(&parse_url(location).unwrap().unwrap()), want);
        }
    }

    #[test]
    fn error_of_a_malformed_url_has_no_credentials() {
        let message = parse_url("postgres://user:secret@host:no-port/db")
            .unwrap_err()
            .to_string();
        assert!(
            message.starts_with("`postgres://…` is not a location: ")
                && !message.contains("secret"),
            "{message}"
        );
    }

    #[test]
    fn connections_of_other_programs_are_errors_with_the_form_of_a_url() {
        for (location, part) in [
            (
                "jdbc:postgresql://host/db?user=me&password=secret",
                "it is a JDBC URL",
            ),
            (
                "host=host dbname=db user=me password=secret",
                "it is a list of connection parameters",
            ),
        ] {
            let message = parse_url(location).unwrap_err().to_string();
            assert!(message.contains(part), "{message}");
            assert!(
                message.contains("`postgres://USER@HOST:PORT/DATABASE`"),
                "{message}"
            );
            assert!(!message.contains("secret"), "{message}");
        }
        assert_eq!(parse_url("dbname=x/a.csv rest.csv").unwrap(), None);
    }

    #[test]
    fn paths_are_not_urls() {
        for path in ["a.csv", "/a:b/c.csv", "C:\\a.csv"] {
            assert_eq!(parse_url(path).unwrap(), None, "{path}");
        }
    }
}

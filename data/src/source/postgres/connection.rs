//! Connection to a PostgreSQL server by its URL.

use std::path::PathBuf;
use std::time::Duration;

use relevance_storage::error_chain;
use tokio_postgres::config::SslMode;
use tokio_postgres::{Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;
use url::{Url, form_urlencoded};

use super::tls::{self, Trust};
use crate::error::DataError;
use crate::source::location::{Variables, public_name};

/// Time limit of connecting, unless the URL has one.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// Configuration of a connection.
pub(super) struct Connector {
    /// The URL without user, password and parameters.
    pub name: String,
    config: Config,
    tls: MakeRustlsConnect,
}

impl Connector {
    /// Parses the URL; defaults are in `PGUSER`, `PGPASSWORD`, `PGSSLMODE` and `PGSSLROOTCERT`.
    pub fn new(url: &Url, variables: &Variables) -> Result<Self, DataError> {
        let name = public_name(url);
        let invalid = |cause: String| DataError::InvalidLocation {
            location: public_name(url),
            cause,
        };

        let Parameters { url, mode, roots } = Parameters::take(url);
        let mut config: Config = url
            .as_str()
            .parse()
            .map_err(|error| invalid(error_chain(&error)))?;
        if let (None, Some(user)) = (config.get_user(), variables.find("PGUSER")) {
            config.user(user);
        }
        if let (None, Some(password)) = (config.get_password(), variables.find("PGPASSWORD")) {
            config.password(password);
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }

        let roots = roots.or_else(|| variables.find("PGSSLROOTCERT").map(PathBuf::from));
        let mode = mode.or_else(|| variables.find("PGSSLMODE").map(str::to_owned));
        let (mode, trust) = ssl_mode(mode.as_deref(), roots.is_some()).map_err(invalid)?;
        config.ssl_mode(mode);

        let tls = tls::connector(trust, roots.as_deref()).map_err(invalid)?;
        Ok(Self { name, config, tls })
    }

    /// Connects; the connection is closed when the client is dropped.
    pub async fn connect(&self) -> Result<Client, DataError> {
        let connected = self.config.connect(self.tls.clone()).await;
        let (client, connection) = connected.map_err(|source| self.failed("connect to", source))?;
        // The client reports the connection's error too.
        tokio::spawn(connection);
        Ok(client)
    }

    pub fn failed(&self, action: &'static str, source: tokio_postgres::Error) -> DataError {
        DataError::Postgres {
            action,
            file: self.name.clone(),
            source: Box::new(source),
        }
    }
}

/// Parameters of TLS, and the URL without them: the library knows fewer values than PostgreSQL's
/// own tools.
struct Parameters {
    url: Url,
    mode: Option<String>,
    roots: Option<PathBuf>,
}

impl Parameters {
    fn take(url: &Url) -> Self {
        let mut taken = Self {
            url: url.clone(),
            mode: None,
            roots: None,
        };
        let query = url.query().unwrap_or_default();

        let mut kept = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match form_urlencoded::parse(pair.as_bytes()).next() {
                Some((name, mode)) if name == "sslmode" => taken.mode = Some(mode.into_owned()),
                Some((name, file)) if name == "sslrootcert" => {
                    taken.roots = Some(file.into_owned().into());
                }
                _ => kept.push(pair),
            }
        }

        let query = (!kept.is_empty()).then(|| kept.join("&"));
        taken.url.set_query(query.as_deref());
        taken
    }
}

/// Interprets the mode as PostgreSQL's own tools do: without a file of roots, only the `verify`
/// modes check them.
fn ssl_mode(mode: Option<&str>, has_roots: bool) -> Result<(SslMode, Trust), String> {
    Ok(match mode.unwrap_or("prefer") {
        "disable" => (SslMode::Disable, Trust::Anyone),
        "allow" | "prefer" => (SslMode::Prefer, Trust::Anyone),
        "require" if !has_roots => (SslMode::Require, Trust::Anyone),
        "require" | "verify-ca" => (SslMode::Require, Trust::Authority),
        "verify-full" => (SslMode::Require, Trust::AuthorityAndName),
        other => {
            let accepted = "`disable`, `allow`, `prefer`, `require`, `verify-ca` and `verify-full`";
            return Err(format!(
                "unknown sslmode `{}`; accepted are {accepted}",
                other.escape_debug()
            ));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connector(url: &str, variables: &[(&str, &str)]) -> Result<Connector, DataError> {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Connector::new(&Url::parse(url).unwrap(), &variables)
    }

    #[test]
    fn url_takes_precedence_over_variables() {
        let variables = [
            ("PGUSER", "cy"),
            ("PGPASSWORD", "variable"),
            ("PGSSLMODE", "require"),
        ];
        let full = connector(
            "postgres://ann:a%3Ab@host:5433/db?sslmode=disable&connect_timeout=7",
            &variables,
        )
        .unwrap();

        assert_eq!(full.config.get_password(), Some(&b"a:b"[..]));
        assert_eq!(
            (full.config.get_user(), full.config.get_ssl_mode()),
            (Some("ann"), SslMode::Disable)
        );
        assert_eq!(
            full.config.get_connect_timeout(),
            Some(&Duration::from_secs(7))
        );

        let bare = connector("postgresql://host/db", &variables).unwrap();
        assert_eq!(bare.config.get_password(), Some(&b"variable"[..]));
        assert_eq!(
            (bare.config.get_user(), bare.config.get_ssl_mode()),
            (Some("cy"), SslMode::Require)
        );
        assert_eq!(bare.config.get_connect_timeout(), Some(&CONNECT_TIMEOUT));
        assert_eq!(
            (full.name.as_str(), bare.name.as_str()),
            ("postgres://host:5433/db", "postgresql://host/db")
        );
    }

    #[test]
    fn modes_have_the_meaning_of_postgresql_tools() {
        for (mode, has_roots, want) in [
            (None, false, (SslMode::Prefer, Trust::Anyone)),
            (Some("disable"), true, (SslMode::Disable, Trust::Anyone)),
            (Some("require"), false, (SslMode::Require, Trust::Anyone)),
            (Some("require"), true, (SslMode::Require, Trust::Authority)),
            (
                Some("verify-ca"),
                false,
                (SslMode::Require, Trust::Authority),
            ),
            (
                Some("verify-full"),
                false,
                (SslMode::Require, Trust::AuthorityAndName),
            ),
        ] {
            assert_eq!(ssl_mode(mode, has_roots).unwrap(), want, "{mode:?}");
        }
    }

    #[test]
    fn errors_of_malformed_parameters_have_no_credentials() {
        for (query, want) in [
            (
                "sslmode=maybe",
                "unknown sslmode `maybe`; accepted are `disable`",
            ),
            ("sslmode=verify-full&sslrootcert=/none.pem", "`/none.pem`"),
            ("colour=red", "unknown option `colour`"),
            ("connect_timeout=soon", "connect_timeout"),
        ] {
            let url = format!("postgres://ann:secret@host/db?{query}&password=secret");
            let message = connector(&url, &[]).err().unwrap().to_string();
            assert!(
                message.starts_with("`postgres://host/db` is not a location: "),
                "{message}"
            );
            assert!(
                message.contains(want) && !message.contains("secret"),
                "{message}"
            );
        }
    }
}

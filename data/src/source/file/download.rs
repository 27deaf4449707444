//! Download of a file from a web server.

use std::fs::File;
use std::io::{self, Write as _};
use std::time::Duration;

use relevance_storage::{bundled_roots, install_crypto_provider};
use reqwest::{Certificate, Client, Response};
use url::Url;

use super::origin::{Origin, TemporaryCopy};
use crate::error::{DataError, ReadError};
use crate::source::background::Background;
use crate::source::location::public_name;

/// Time limit of a connection, and of a wait for further bytes.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Downloads the file at an `https://` or `http://` URL, of at most `max_bytes`.
pub(super) fn download(url: &Url, max_bytes: u64) -> Result<Origin, DataError> {
    let name = public_name(url);
    let download = |file: &mut File| {
        let (url, file) = (url.clone(), file.try_clone()?);
        Background::start()?.wait(async move { fetch(url, file, max_bytes).await })?
    };

    let copy = TemporaryCopy::shared(url.as_str(), || TemporaryCopy::write(download))
        .map_err(DataError::file("download", &name))?;
    Ok(Origin::Copy {
        name,
        is_stream: false,
        copy,
    })
}

/// Writes the file at the URL, whose credentials appear in no error.
async fn fetch(url: Url, mut file: File, max_bytes: u64) -> io::Result<()> {
    let without_url = |error: reqwest::Error| io::Error::other(error.without_url());
    let mut response = client()
        .map_err(without_url)?
        .get(url)
        .send()
        .await
        .map_err(without_url)?;
    if !response.status().is_success() {
        return Err(io::Error::other(format!(
            "the server answered {}",
            response.status()
        )));
    }

    let mut left = max_bytes;
    check_length(&response, max_bytes)?;
    while let Some(bytes) = response.chunk().await.map_err(without_url)? {
        left = left
            .checked_sub(bytes.len() as u64)
            .ok_or_else(|| too_large(max_bytes))?;
        file.write_all(&bytes).map_err(ReadError::temporary_copy)?;
    }
    Ok(())
}

fn client() -> reqwest::Result<Client> {
    install_crypto_provider();
    let roots = bundled_roots()
        .map(Certificate::from_der)
        .collect::<Result<Vec<_>, _>>()?;

    Client::builder()
        .user_agent("relevance")
        .connect_timeout(TIMEOUT)
        .read_timeout(TIMEOUT)
        .tls_certs_merge(roots)
        .build()
}

/// Returns an error if the server states a length above the limit.
fn check_length(response: &Response, max_bytes: u64) -> io::Result<()> {
    match response.content_length() {
        Some(length) if length > max_bytes => Err(too_large(max_bytes)),
        _ => Ok(()),
    }
}

fn too_large(max_bytes: u64) -> io::Error {
    ReadError::Malformed {
        location: "download".to_owned(),
        cause: format!(
            "it has more than {max_bytes} bytes, the limit `max_unpacked_bytes`: raise it with \
             `--max-unpacked-bytes`"
        ),
    }
    .into()
}

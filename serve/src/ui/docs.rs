//! GET `/docs`: the API reference, where every route can be tried.
//!
//! The page is Scalar; the service serves its script, which aide includes, so that the page works
//! offline.

use std::sync::LazyLock;

use aide::scalar::Scalar;
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use bytes::Bytes;

use crate::state::ServiceState;
use crate::ui::page::page;

static SCRIPT: LazyLock<Bytes> =
    LazyLock::new(|| Bytes::from(script(&Scalar::new("").html()).to_owned()));

pub(crate) fn router() -> Router<ServiceState> {
    Router::new()
        .route("/docs", get(docs))
        .route("/docs/scalar.js", get(scalar))
}

async fn docs() -> impl IntoResponse {
    page(include_str!("docs.html"))
}

async fn scalar() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, SCRIPT.clone())
}

/// The last script of a page; aide provides Scalar's script only as part of a page.
fn script(page: &str) -> &str {
    let end = page.rfind("</script>").unwrap_or(page.len());
    let start = page[..end]
        .rfind("<script>")
        .map_or(end, |tag| tag + "<script>".len());

    page[start..end].trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_all_of_scalar() {
        assert!(SCRIPT.len() > 2_000_000, "{} bytes", SCRIPT.len());
        assert!(
            SCRIPT
                .windows(24)
                .any(|window| window == b"@scalar/api-reference@1.")
        );
    }
}

//! HTML pages that load nothing from other origins.

use axum::http::{HeaderName, header};
use axum::response::{Html, IntoResponse};

/// Policy that allows only resources of this service, so that a page works offline and leaks
/// nothing.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 2] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// Responds with HTML and the policy.
pub(crate) fn page(html: &'static str) -> impl IntoResponse {
    (HEADERS, Html(html))
}

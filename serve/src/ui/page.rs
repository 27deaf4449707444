//! A page of HTML that may load nothing from anywhere else.

use axum::http::{HeaderName, header};
use axum::response::{Html, IntoResponse};

/// Scripts, styles and data come from this service alone, so that a page works, and leaks nothing, without the internet.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 2] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// Answers with HTML and the policy.
pub(crate) fn page(html: &'static str) -> impl IntoResponse {
    (HEADERS, Html(html))
}

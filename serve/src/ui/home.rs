//! GET `/`: the page to try sentences, and the files that it loads.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::problem::Problem;
use crate::state::ServiceState;

/// Policy that allows only files of this service, and nothing inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    // Browsers cache the file, and revalidate it.
    (header::CACHE_CONTROL, "no-cache"),
];

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// An embedded file of the page.
#[derive(Debug)]
struct Asset {
    name: &'static str,
    media_type: &'static str,
    content: &'static str,
}

macro_rules! asset {
    ($name:literal, $media_type:expr) => {
        Asset {
            name: $name,
            media_type: $media_type,
            content: include_str!(concat!("home/", $name)),
        }
    };
}

static PAGE: Asset = asset!("index.html", HTML);
/// Files that the page loads, each as `/assets/{name}`.
static ASSETS: [Asset; 14] = [
    asset!("app.js", JAVASCRIPT),
    asset!("elements.js", JAVASCRIPT),
    asset!("explanation.js", JAVASCRIPT),
    asset!("icon.svg", SVG),
    asset!("key.js", JAVASCRIPT),
    asset!("labels.js", JAVASCRIPT),
    asset!("model.js", JAVASCRIPT),
    asset!("prediction.js", JAVASCRIPT),
    asset!("sentences.js", JAVASCRIPT),
    asset!("service.js", JAVASCRIPT),
    asset!("style.css", CSS),
    asset!("table.js", JAVASCRIPT),
    asset!("terms.js", JAVASCRIPT),
    asset!("words.js", JAVASCRIPT),
];

pub(crate) fn router() -> Router<ServiceState> {
    Router::new()
        .route("/", get(home))
        .route("/assets/{name}", get(asset))
}

async fn home(headers: HeaderMap) -> Response {
    PAGE.respond(&headers)
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let asset = ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .ok_or(Problem::NotFound)?;
    Ok(asset.respond(&headers))
}

impl Asset {
    /// Responds with the file, or with 304 if the client has it.
    fn respond(&self, headers: &HeaderMap) -> Response {
        let tag = self.tag();
        let known = headers
            .get(header::IF_NONE_MATCH)
            .and_then(|known| known.to_str().ok())
            .unwrap_or_default();
        let is_known = known.split(',').any(|known| known.trim() == tag);
        let tag = [(header::ETAG, tag)];
        if is_known {
            return (StatusCode::NOT_MODIFIED, HEADERS, tag).into_response();
        }

        (
            HEADERS,
            tag,
            [(header::CONTENT_TYPE, self.media_type)],
            self.content,
        )
            .into_response()
    }

    /// Entity tag of the content; a weak one, since the content may be sent compressed.
    fn tag(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.content.hash(&mut hasher);
        format!(
            "W/\"{}-{:016x}\"",
            env!("CARGO_PKG_VERSION"),
            hasher.finish()
        )
    }
}

//! GET `/`, and the files of the page.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use relevance_serve::FastPath;

use crate::support::{call, get, state};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// All texts between `before` and the next quotation mark.
fn quoted<'a>(text: &'a str, before: &str) -> Vec<&'a str> {
    text.split(before)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

/// The page's files and the modules that those import.
async fn assets() -> Vec<String> {
    let home = get("/").await;
    let mut assets: Vec<String> = [
        quoted(home.text(), "href=\"assets/"),
        quoted(home.text(), "src=\"assets/"),
    ]
    .concat()
    .into_iter()
    .map(str::to_owned)
    .collect();
    let mut next = 0;
    while next < assets.len() {
        let file = get(&format!("/assets/{}", assets[next])).await;
        for module in quoted(file.text(), "from \"./") {
            if !assets.iter().any(|asset| asset == module) {
                assets.push(module.to_owned());
            }
        }
        next += 1;
    }
    assets
}

#[tokio::test]
async fn the_page_links_only_to_existing_paths() {
    let home = get("/").await;
    assert_eq!(home.status, StatusCode::OK);
    assert_eq!(
        home.header(header::CONTENT_TYPE),
        "text/html; charset=utf-8"
    );
    assert!(!home.text().contains("://"), "an external address");
    let links = quoted(home.text(), "<a href=\"");
    assert_eq!(links, ["model", "docs", "openapi.json", "docs"]);
    for link in links.iter().filter(|link| **link != "model") {
        assert_eq!(
            get(&format!("/{link}")).await.status,
            StatusCode::OK,
            "{link}"
        );
    }
}

#[tokio::test]
async fn everything_that_the_page_loads_is_served() {
    let assets = assets().await;
    assert!(assets.len() >= 10, "{assets:?}");
    for name in &assets {
        let asset = get(&format!("/assets/{name}")).await;
        assert_eq!(asset.status, StatusCode::OK, "{name}");
        let want = match name.rsplit_once('.').unwrap().1 {
            "js" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "svg" => "image/svg+xml",
            _ => "none",
        };
        assert_eq!(asset.header(header::CONTENT_TYPE), want, "{name}");
        let external = asset
            .text()
            .replace("xmlns=\"http://www.w3.org/2000/svg\"", "")
            .contains("://");
        assert!(!external, "an external address in {name}");
    }
}

#[tokio::test]
async fn inline_code_is_forbidden_and_absent() {
    let home = get("/").await;
    for inline in ["<style", " style=", " onclick=", "<script>", "javascript:"] {
        assert!(!home.text().contains(inline), "{inline}");
    }
    for path in ["/", "/assets/app.js", "/assets/style.css"] {
        let response = get(path).await;
        assert_eq!(
            response.header(header::CONTENT_SECURITY_POLICY),
            POLICY,
            "{path}"
        );
        assert_eq!(
            response.header(header::X_CONTENT_TYPE_OPTIONS),
            "nosniff",
            "{path}"
        );
        assert_eq!(
            response.header(header::REFERRER_POLICY),
            "no-referrer",
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_file_that_the_browser_has_is_not_sent_again() {
    for path in ["/", "/assets/app.js"] {
        let first = get(path).await;
        assert_eq!(first.header(header::CACHE_CONTROL), "no-cache");
        for (known, want) in [
            (first.header(header::ETAG), StatusCode::NOT_MODIFIED),
            (
                &format!("\"another\", {}", first.header(header::ETAG)),
                StatusCode::NOT_MODIFIED,
            ),
            ("\"another\"", StatusCode::OK),
        ] {
            let request = Request::get(path)
                .header(header::IF_NONE_MATCH, known)
                .body(Body::empty())
                .unwrap();
            let again = call(FastPath::new(state().await), request).await;
            assert_eq!(again.status, want, "{path} {known}");
            assert_eq!(
                again.body.is_empty(),
                want == StatusCode::NOT_MODIFIED,
                "{path} {known}"
            );
        }
    }
}

#[tokio::test]
async fn an_unknown_file_is_not_found() {
    for path in [
        "/assets/index.html",
        "/assets/none.js",
        "/assets/../home.rs",
        "/assets/%2e%2e%2fhome.rs",
    ] {
        assert_eq!(get(path).await.code(), "not_found", "{path}");
    }
}

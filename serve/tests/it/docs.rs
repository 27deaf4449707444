//! GET `/docs`.

use axum::http::{StatusCode, header};

use crate::support::get;

#[tokio::test]
async fn the_page_loads_from_the_service_only() {
    let page = get("/docs").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(
        page.header(header::CONTENT_TYPE),
        "text/html; charset=utf-8"
    );
    assert!(!page.text().contains("://"), "an external address");
    assert!(
        page.text()
            .contains(r#"<script src="docs/scalar.js"></script>"#)
    );
    assert!(page.text().contains(r#""withDefaultFonts": false"#));
}

#[tokio::test]
async fn the_policy_forbids_everything_from_elsewhere() {
    let page = get("/docs").await;
    let policy = page.header(header::CONTENT_SECURITY_POLICY);
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self';"),
        "{policy}"
    );
    assert!(!policy.contains("://") && !policy.contains('*'), "{policy}");
}

#[tokio::test]
async fn the_script_comes_from_the_service() {
    let script = get("/docs/scalar.js").await;
    assert_eq!(script.status, StatusCode::OK);
    assert_eq!(
        script.header(header::CONTENT_TYPE),
        "text/javascript; charset=utf-8"
    );
    assert!(script.body.len() > 2_000_000, "{} bytes", script.body.len());
}

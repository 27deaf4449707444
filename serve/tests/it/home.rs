//! GET `/`.

use axum::http::{StatusCode, header};

use crate::support::get;

#[tokio::test]
async fn the_home_page_links_to_what_there_is_and_nowhere_else() {
    let home = get("/").await;
    assert_eq!(home.status, StatusCode::OK);
    assert_eq!(home.header(header::CONTENT_TYPE), "text/html; charset=utf-8");
    assert!(!home.text().contains("://"), "an external address");
    let links: Vec<_> = home.text().split("<a href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(links, ["docs", "openapi.json", "v1/model"]);
    for link in links {
        assert_eq!(get(&format!("/{link}")).await.status, StatusCode::OK, "{link}");
    }
}

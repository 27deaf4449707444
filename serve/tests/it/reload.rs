//! Reloads of the model.

use std::net::Ipv4Addr;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use relevance_models::Store;
use relevance_serve::{FastPath, Hangups, ServeSettings, ServiceState, serve};
use serde_json::json;
use tokio::net::TcpListener;

use crate::support::{TEXT, call, pipeline, post, publish, publish_file, settings, source, store};

/// Timeout of a test that hangs.
const LONG: Duration = Duration::from_mins(1);

/// A running service that reloads continuously.
async fn follow(store: Store) -> FastPath {
    let settings = ServeSettings {
        reload_interval: Some(Duration::from_millis(5)),
        ..settings()
    };
    let state = ServiceState::open(settings, source(store)).await.unwrap();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    tokio::spawn(serve(
        listener,
        state.clone(),
        Hangups::listen().unwrap(),
        std::future::pending(),
    ));
    FastPath::new(state)
}

async fn version(service: &FastPath) -> u64 {
    let response = call(
        service.clone(),
        post("/v1/predict", &json!({ "text": TEXT })),
    )
    .await;
    response.json()["model"]["version"].as_u64().unwrap()
}

async fn metrics(service: &FastPath) -> String {
    call(
        service.clone(),
        Request::get("/metrics").body(Body::empty()).unwrap(),
    )
    .await
    .text()
    .to_owned()
}

/// Waits until the metrics have a line.
async fn wait_for(service: &FastPath, line: &str) {
    let waiting = async {
        while !metrics(service)
            .await
            .lines()
            .any(|got| got.starts_with(line))
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(
        tokio::time::timeout(LONG, waiting).await.is_ok(),
        "no `{line}` in {}",
        metrics(service).await
    );
}

#[tokio::test]
async fn a_moved_alias_is_reloaded_there_and_back() {
    let (folder, store) = store().await;
    let operator = Store::open(folder.path().to_str().unwrap()).unwrap();
    let service = follow(store).await;
    assert_eq!(version(&service).await, 1);
    publish(&operator, &pipeline().with_threshold(0.25).unwrap()).await;
    operator.promote("relevance", "2").await.unwrap();
    wait_for(&service, r#"relevance_reloads_total{outcome="swapped"} 2"#).await;
    assert_eq!(version(&service).await, 2);
    operator.rollback("relevance").await.unwrap();
    wait_for(&service, r#"relevance_reloads_total{outcome="swapped"} 3"#).await;
    assert_eq!(version(&service).await, 1);
    let metrics = metrics(&service).await;
    assert!(
        metrics.contains(r#"relevance_texts_total{model="relevance",version="2""#),
        "{metrics}"
    );
}

#[tokio::test]
async fn a_version_that_cannot_be_loaded_leaves_the_old_one_and_is_counted() {
    let (folder, store) = store().await;
    let operator = Store::open(folder.path().to_str().unwrap()).unwrap();
    let service = follow(store).await;
    publish_file(&operator, b"no model").await;
    operator.promote("relevance", "2").await.unwrap();
    wait_for(&service, "relevance_reload_failing 1").await;
    assert_eq!(version(&service).await, 1);
    operator.rollback("relevance").await.unwrap();
    wait_for(&service, "relevance_reload_failing 0").await;
    assert_eq!(version(&service).await, 1);
}

#[tokio::test]
async fn series_of_old_versions_are_removed() {
    let (folder, store) = store().await;
    let operator = Store::open(folder.path().to_str().unwrap()).unwrap();
    let service = follow(store).await;
    for version in 2..=4_u8 {
        publish(
            &operator,
            &pipeline().with_threshold(f32::from(version) / 8.0).unwrap(),
        )
        .await;
        operator
            .promote("relevance", &version.to_string())
            .await
            .unwrap();
        wait_for(
            &service,
            &format!(r#"relevance_reloads_total{{outcome="swapped"}} {version}"#),
        )
        .await;
    }
    let metrics = metrics(&service).await;
    let of = |version: u8| metrics.contains(&format!(r#"version="{version}""#));
    assert_eq!(
        [1, 2, 3, 4].map(of),
        [false, false, true, true],
        "{metrics}"
    );
}

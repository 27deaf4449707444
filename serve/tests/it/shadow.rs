//! The shadow version.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use relevance_models::Store;
use relevance_serve::{FastPath, ServeError, ServeSettings, ServiceState};
use serde_json::json;

use crate::support::{TEXT, call, pipeline, post, publish, settings, source, store};

/// Timeout of a test that hangs.
const LONG: Duration = Duration::from_mins(1);

async fn shadowed(store: Store, selector: &str) -> Result<ServiceState, ServeError> {
    let settings = ServeSettings {
        shadow: Some(selector.to_owned()),
        ..settings()
    };
    ServiceState::open(settings, source(store)).await
}

#[tokio::test]
async fn the_shadow_is_counted_and_never_responds() {
    let (_folder, store) = store().await;
    publish(&store, &pipeline().with_threshold(0.999).unwrap()).await;
    store.set_alias("relevance", "candidate", 2).await.unwrap();
    let service = FastPath::new(shadowed(store, "candidate").await.unwrap());
    for text in [TEXT, "sunny"] {
        let response = call(
            service.clone(),
            post("/v1/predict", &json!({ "text": text })),
        )
        .await
        .json();
        assert_eq!(
            (&response["relevant"], &response["model"]["version"]),
            (&(text == TEXT).into(), &1.into())
        );
    }
    let compared = async {
        loop {
            let request = Request::get("/metrics").body(Body::empty()).unwrap();
            let metrics = call(service.clone(), request).await.text().to_owned();
            if metrics.contains("relevance_shadow_score_distance_count 2") {
                return metrics;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let metrics = tokio::time::timeout(LONG, compared).await.unwrap();
    for agrees in [true, false] {
        let line = format!(
            r#"relevance_shadow_texts_total{{model="relevance",version="2",agrees="{agrees}"}} 1"#
        );
        assert!(metrics.contains(&line), "{line} is not in {metrics}");
    }
    assert!(
        !metrics.contains(r#"relevance_texts_total{model="relevance",version="2""#),
        "{metrics}"
    );
}

#[tokio::test]
async fn a_missing_shadow_is_an_error_before_the_service_listens() {
    let (_folder, store) = store().await;
    let error = shadowed(store, "candidate").await.unwrap_err();
    assert!(matches!(error, ServeError::Store { .. }), "{error}");
}

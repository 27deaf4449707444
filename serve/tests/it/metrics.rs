//! GET `/metrics`.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, channel};

use axum::body::Body;
use axum::http::{Request, header};
use relevance_serve::{FastPath, ServeSettings};
use serde_json::json;
use tracing_appender::non_blocking::NonBlockingBuilder;

use crate::support::{TEXT, call, post, settings, state, state_with};

#[tokio::test]
async fn requests_are_counted_by_route_and_version() {
    let service = FastPath::new(state().await);
    call(
        service.clone(),
        post("/v1/predict", &json!({ "text": TEXT })),
    )
    .await;
    call(
        service.clone(),
        post("/v1/predict/batch", &json!({ "texts": ["sunny", "flood"] })),
    )
    .await;
    call(
        service.clone(),
        post("/v1/predict", &json!({ "text": " " })),
    )
    .await;
    call(
        service.clone(),
        Request::get("/no/such/path").body(Body::empty()).unwrap(),
    )
    .await;
    let response = call(
        service,
        Request::get("/metrics").body(Body::empty()).unwrap(),
    )
    .await;
    assert!(
        response
            .header(header::CONTENT_TYPE)
            .starts_with("text/plain; version=0.0.4"),
        "{response:?}"
    );
    let text = response.text();
    assert!(
        text.contains("# TYPE relevance_requests_total counter\n") && !text.contains("# EOF"),
        "{text}"
    );
    for line in [
        r#"relevance_requests_total{route="/v1/predict",status="200"} 1"#,
        r#"relevance_requests_total{route="/v1/predict",status="422"} 1"#,
        r#"relevance_requests_total{route="none",status="404"} 1"#,
        r#"relevance_request_duration_seconds_count{route="/v1/predict"} 2"#,
        r#"relevance_problems_total{code="empty_text"} 1"#,
        r#"relevance_texts_total{model="relevance",version="1",prediction="relevant"} 2"#,
        r#"relevance_texts_total{model="relevance",version="1",prediction="not_relevant"} 1"#,
        r#"relevance_score_count{model="relevance",version="1"} 3"#,
        r#"relevance_tokens_total{model="relevance",version="1",known="true"} 2"#,
        r#"relevance_tokens_total{model="relevance",version="1",known="false"} 4"#,
        r#"relevance_reloads_total{outcome="swapped"} 1"#,
        "relevance_texts_in_flight 0",
        "relevance_requests_in_flight 1",
    ] {
        assert!(
            text.lines().any(|got| got == line),
            "`{line}` is not in\n{text}"
        );
    }
    assert!(
        text.contains("relevance_model_info{model=\"relevance\",version=\"1\",digest=\""),
        "{text}"
    );
}

#[tokio::test]
async fn a_request_of_a_disconnected_client_is_not_in_flight() {
    let service = FastPath::new(state().await);
    let body = Body::from_stream(futures::stream::pending::<Result<Vec<u8>, io::Error>>());
    let request = Request::post("/v1/predict")
        .header(header::CONTENT_TYPE, "application/json")
        .body(body)
        .unwrap();
    let response = tokio::time::timeout(
        std::time::Duration::from_millis(20),
        call(service.clone(), request),
    );
    assert!(response.await.is_err(), "an response without a body");
    let metrics = call(
        service,
        Request::get("/metrics").body(Body::empty()).unwrap(),
    )
    .await;
    assert!(
        metrics.text().contains("relevance_requests_in_flight 1\n"),
        "the request for the metrics alone"
    );
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_process_is_measured() {
    let response = call(
        FastPath::new(state().await),
        Request::get("/metrics").body(Body::empty()).unwrap(),
    )
    .await;
    for name in [
        "process_cpu_seconds_total",
        "process_start_time_seconds",
        "process_resident_memory_bytes",
        "process_virtual_memory_bytes",
        "process_threads",
        "process_open_fds",
    ] {
        let line = response
            .text()
            .lines()
            .find(|line| line.starts_with(&format!("{name} ")));
        let value: f64 = line
            .unwrap_or_else(|| panic!("no `{name}`"))
            .split_once(' ')
            .unwrap()
            .1
            .parse()
            .unwrap();
        assert!(
            value >= 0.0 && (value > 0.0 || name.starts_with("process_cpu")),
            "{name} is {value}"
        );
    }
}

/// An output that never takes a line.
struct Stalled(Receiver<()>);

impl Write for Stalled {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        // Blocks until the test ends.
        let _ = self.0.recv();
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn dropped_lines_of_the_log_are_counted() {
    let (release, stalled) = channel();
    let (mut log, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(1)
        .finish(Stalled(stalled));
    for _ in 0..10 {
        log.write_all(b"line\n").unwrap();
    }
    let dropped = log.error_counter();

    let settings = ServeSettings {
        dropped_log_lines: Some(dropped.clone()),
        ..settings()
    };
    let request = Request::get("/metrics").body(Body::empty()).unwrap();
    let service = FastPath::new(state_with(settings).await);
    let text = call(service, request).await.text().to_owned();

    let want = format!(
        "relevance_log_lines_dropped_total {}",
        dropped.dropped_lines()
    );
    assert!(dropped.dropped_lines() >= 8, "{dropped:?}");
    assert!(text.lines().any(|line| line == want), "{text}");
    drop(release);
    drop(guard);
}

#[tokio::test]
async fn a_scraper_that_asks_for_openmetrics_gets_it() {
    let request = Request::get("/metrics")
        .header(
            header::ACCEPT,
            "application/openmetrics-text;q=0.5,*/*;q=0.1",
        )
        .body(Body::empty())
        .unwrap();
    let response = call(FastPath::new(state().await), request).await;

    let kind = response.header(header::CONTENT_TYPE);
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    let text = response.text();
    assert!(
        text.contains("# TYPE relevance_requests counter\n") && text.ends_with("# EOF\n"),
        "{text}"
    );
}

//! gRPC health checking and reflection.

use std::time::Duration;

use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

use super::support::{Running, wide};
use crate::support::state_with;

/// Timeout of a test that hangs.
const LONG: Duration = Duration::from_mins(1);
const SERVICES: [&str; 2] = ["", "inference.GRPCInferenceService"];

fn about(service: &str) -> HealthCheckRequest {
    HealthCheckRequest {
        service: service.to_owned(),
    }
}

async fn running() -> Running {
    Running::start(state_with(wide()).await).await
}

#[tokio::test]
async fn health_follows_readiness() {
    let running = running().await;
    let mut client = HealthClient::new(running.channel().await);
    for (ready, want) in [
        (true, ServingStatus::Serving),
        (false, ServingStatus::NotServing),
    ] {
        if !ready {
            running.state.start_draining();
        }
        for service in SERVICES {
            let response = client.check(about(service)).await.unwrap().into_inner();
            assert_eq!(response.status(), want, "{service:?}");
        }
    }
    assert_eq!(
        client
            .check(about("inference.Nothing"))
            .await
            .unwrap_err()
            .code(),
        Code::NotFound
    );
}

#[tokio::test]
async fn a_watch_reports_the_shutdown_and_does_not_delay_it() {
    let running = running().await;
    let mut client = HealthClient::new(running.channel().await);
    let mut statuses = client.watch(about("")).await.unwrap().into_inner();
    let next = statuses.message().await.unwrap().unwrap();
    assert_eq!(next.status(), ServingStatus::Serving);
    running.stop.send(()).unwrap();
    let statuses = async {
        assert_eq!(
            statuses.message().await.unwrap().unwrap().status(),
            ServingStatus::NotServing
        );
        assert!(statuses.message().await.unwrap().is_none());
    };
    tokio::time::timeout(LONG, statuses).await.unwrap();
}

#[tokio::test]
async fn reflection_lists_the_services() {
    let running = running().await;
    let mut client = ServerReflectionClient::new(running.channel().await);
    let request = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let mut responses = client
        .server_reflection_info(tokio_stream::once(request))
        .await
        .unwrap()
        .into_inner();
    let response = responses
        .message()
        .await
        .unwrap()
        .unwrap()
        .message_response
        .unwrap();
    let MessageResponse::ListServicesResponse(list) = response else {
        panic!("{response:?}")
    };
    let mut names: Vec<_> = list
        .service
        .into_iter()
        .map(|service| service.name)
        .collect();
    names.sort();
    let want = [
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
        "inference.GRPCInferenceService",
    ];
    assert_eq!(names, want);
}

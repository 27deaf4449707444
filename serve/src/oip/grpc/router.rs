//! The services as routes.

use axum::Router;
use axum::http::Request;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use tonic::Status;
use tonic::server::NamedService;
use tonic_health::pb::health_server::HealthServer;
use tonic_reflection::server::Builder;
use tower_service::Service;

use crate::http::panic::catch_panic;
use crate::oip::error::ProtocolError;
use crate::oip::grpc::body::whole_body;
use crate::oip::grpc::health::Health;
use crate::oip::grpc::messages::DESCRIPTORS;
use crate::oip::grpc::messages::grpc_inference_service_server::GrpcInferenceServiceServer;
use crate::oip::grpc::service::InferenceService;
use crate::oip::grpc::status::count_problem;
use crate::state::ServiceState;

/// Size limit for messages of health checking and reflection.
const MAX_BYTES: usize = 16 * 1024;

/// Why building reflection cannot fail.
const DESCRIBED: &str = "the descriptors were made from the files of this build";

/// Calls with a route of their own, so that logs and metrics distinguish them; other calls are not
/// implemented.
const CALLS: [&str; 9] = [
    "ServerLive",
    "ServerReady",
    "ModelReady",
    "ServerMetadata",
    "ModelMetadata",
    "ModelInfer",
    "RepositoryIndex",
    "RepositoryModelLoad",
    "RepositoryModelUnload",
];

/// The services as routes.
pub(crate) fn router(state: &ServiceState) -> Router<ServiceState> {
    let limit = state.limits().max_body_bytes;
    let inference = GrpcInferenceServiceServer::new(InferenceService::new(state.clone()))
        .max_decoding_message_size(limit);
    let inference = routes(&inference, &CALLS).layer(from_fn_with_state(state.clone(), whole_body));
    let health = HealthServer::new(Health::new(state.clone())).max_decoding_message_size(MAX_BYTES);

    let all = [
        DESCRIPTORS,
        tonic_health::pb::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
    ];
    let reflect = || {
        let builder = Builder::configure().include_reflection_service(false);
        all.into_iter()
            .fold(builder, Builder::register_encoded_file_descriptor_set)
    };

    let reflection = reflect()
        .build_v1()
        .expect(DESCRIBED)
        .max_decoding_message_size(MAX_BYTES);
    // Some clients, like Python's, know only the previous version.
    let older_reflection = reflect()
        .build_v1alpha()
        .expect(DESCRIBED)
        .max_decoding_message_size(MAX_BYTES);

    inference
        .merge(routes(&health, &["Check", "Watch"]))
        .merge(routes(&reflection, &["ServerReflectionInfo"]))
        .merge(routes(&older_reflection, &["ServerReflectionInfo"]))
        .layer(from_fn(count_problem))
        .layer(catch_panic(|problem| {
            Status::from(ProtocolError::from(problem)).into_http()
        }))
}

/// A route for each of a service's calls, and one for unknown calls.
fn routes<S>(service: &S, calls: &[&str]) -> Router<ServiceState>
where
    S: NamedService
        + Service<Request<axum::body::Body>, Error = std::convert::Infallible>
        + Clone
        + Send
        + Sync
        + 'static,
    S::Response: IntoResponse,
    S::Future: Send + 'static,
{
    let calls = calls.iter().copied().chain(["{*call}"]);
    calls.fold(Router::new(), |router, call| {
        router.route_service(&format!("/{}/{call}", S::NAME), service.clone())
    })
}

#[cfg(test)]
mod tests {
    use prost::Message as _;
    use prost_types::{FileDescriptorSet, MethodDescriptorProto};

    use super::*;

    #[test]
    fn every_call_of_the_protocol_has_its_route() {
        let descriptors = FileDescriptorSet::decode(DESCRIPTORS).unwrap();
        let methods = descriptors
            .file
            .iter()
            .flat_map(|file| &file.service)
            .flat_map(|service| &service.method);
        assert_eq!(
            methods.map(MethodDescriptorProto::name).collect::<Vec<_>>(),
            CALLS
        );
    }
}

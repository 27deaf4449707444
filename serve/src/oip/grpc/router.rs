//! The services as routes.

use axum::Router;
use axum::http::{Request, Uri};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use tonic::Status;
use tonic::server::NamedService;
use tonic_health::pb::health_server::HealthServer;
use tonic_reflection::server::Builder;
use tower_service::Service;

use crate::http::panic::catch_panic;
use crate::oip::error::ProtocolError;
use crate::oip::grpc::access::{Access, authorize};
use crate::oip::grpc::body::{check_inference, whole_body};
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

/// Calls with a route of their own, so that logs and metrics distinguish them, and who may use each;
/// other calls are not implemented.
const CALLS: [(&str, Access); 11] = [
    ("ServerLive", Access::Open),
    ("ServerReady", Access::Open),
    ("ModelReady", Access::Open),
    ("ServerMetadata", Access::Open),
    ("ModelMetadata", Access::Caller),
    (INFER, Access::Caller),
    ("ModelConfig", Access::Caller),
    ("ModelStatistics", Access::Caller),
    ("RepositoryIndex", Access::Operator),
    ("RepositoryModelLoad", Access::Operator),
    ("RepositoryModelUnload", Access::Operator),
];

/// The call with texts.
const INFER: &str = "ModelInfer";

/// The services as routes.
pub(crate) fn router(state: &ServiceState) -> Router<ServiceState> {
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

    inference_routes(state)
        .merge(routes(&health, &["Check", "Watch"]))
        .merge(routes(&reflection, &["ServerReflectionInfo"]))
        .merge(routes(&older_reflection, &["ServerReflectionInfo"]))
        .layer(from_fn(count_problem))
        .layer(catch_panic(|problem| {
            Status::from(ProtocolError::from(problem)).into_http()
        }))
}

/// The calls of the protocol; each is authorized before its message is read.
fn inference_routes(state: &ServiceState) -> Router<ServiceState> {
    let limit = state.limits().max_body_bytes;
    let service = GrpcInferenceServiceServer::new(InferenceService::new(state.clone()))
        .max_decoding_message_size(limit);

    let calls = CALLS.map(|(call, access)| {
        let route = Router::new().route_service(&path(&service, call), service.clone());
        let route = if call == INFER {
            route.layer(from_fn(check_inference))
        } else {
            route
        };
        route
            .layer(from_fn_with_state(state.clone(), whole_body))
            .layer(from_fn_with_state((access, state.clone()), authorize))
    });

    let unknown = Router::new().route_service(&path(&service, "{*call}"), any(unknown_call));
    calls.into_iter().fold(unknown, Router::merge)
}

/// The response to a call that the protocol, or this service, does not have.
async fn unknown_call(uri: Uri) -> Response {
    let call = uri.path().rsplit('/').next().unwrap_or_default();
    let advice = if call.contains("SharedMemory") {
        "send the tensors in the request"
    } else {
        "reflection lists the calls that exist"
    };
    Status::unimplemented(format!("the service has no call `{call}`; {advice}")).into_http()
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
        router.route_service(&path(service, call), service.clone())
    })
}

/// Path of a call.
fn path<S: NamedService>(_: &S, call: &str) -> String {
    format!("/{}/{call}", S::NAME)
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
            CALLS.map(|(call, _)| call)
        );
    }
}

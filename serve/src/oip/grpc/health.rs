//! gRPC health checking, with the readiness of `/v2/health/ready`.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio_stream::Stream;
use tokio_stream::wrappers::WatchStream;
use tonic::server::NamedService as _;
use tonic::{Request, Response, Status, async_trait};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use crate::oip::grpc::messages::grpc_inference_service_server::GrpcInferenceServiceServer;
use crate::oip::grpc::service::InferenceService;
use crate::readiness::Readiness;
use crate::state::ServiceState;

/// Health of the whole service, whose name is empty, and of the protocol's service.
pub(super) struct Health {
    state: ServiceState,
}

/// Stream of status changes; it ends when the service shuts down, since shutdown waits for open
/// calls.
pub(super) struct Statuses {
    changes: WatchStream<Readiness>,
    is_over: bool,
}

impl Health {
    pub(super) const fn new(state: ServiceState) -> Self {
        Self { state }
    }

    fn check_name(request: &Request<HealthCheckRequest>) -> Result<(), Status> {
        let name = &request.get_ref().service;
        if name.is_empty() || name == GrpcInferenceServiceServer::<InferenceService>::NAME {
            return Ok(());
        }
        Err(Status::not_found(format!(
            "service `{name}` does not exist"
        )))
    }
}

#[async_trait]
impl tonic_health::pb::health_server::Health for Health {
    type WatchStream = Statuses;

    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        Self::check_name(&request)?;
        Ok(Response::new(response(self.state.is_ready())))
    }

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Statuses>, Status> {
        Self::check_name(&request)?;
        Ok(Response::new(Statuses {
            changes: WatchStream::new(self.state.readiness()),
            is_over: false,
        }))
    }
}

impl Stream for Statuses {
    type Item = Result<HealthCheckResponse, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        Pin::new(&mut self.changes)
            .poll_next(context)
            .map(|readiness| {
                let readiness = readiness?;
                self.is_over = readiness.is_draining;
                Some(Ok(response(readiness.is_ready())))
            })
    }
}

fn response(is_ready: bool) -> HealthCheckResponse {
    let status = if is_ready {
        ServingStatus::Serving
    } else {
        ServingStatus::NotServing
    };
    HealthCheckResponse {
        status: status.into(),
    }
}

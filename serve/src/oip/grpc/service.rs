//! The protocol's gRPC calls.

use tonic::{Request, Response, Status, async_trait};

use crate::http::request_id::RequestId;
use crate::oip::config::ModelConfig;
use crate::oip::error::ProtocolError;
use crate::oip::grpc::messages::grpc_inference_service_server::GrpcInferenceService;
use crate::oip::grpc::messages::model_metadata_response::TensorMetadata;
use crate::oip::grpc::messages::repository_index_response::ModelIndex;
use crate::oip::grpc::messages::{
    ModelConfigRequest, ModelConfigResponse, ModelInferRequest, ModelInferResponse,
    ModelMetadataRequest, ModelMetadataResponse, ModelReadyRequest, ModelReadyResponse,
    ModelStatisticsRequest, ModelStatisticsResponse, RepositoryIndexRequest,
    RepositoryIndexResponse, RepositoryModelLoadRequest, RepositoryModelLoadResponse,
    RepositoryModelUnloadRequest, RepositoryModelUnloadResponse, ServerLiveRequest,
    ServerLiveResponse, ServerMetadataRequest, ServerMetadataResponse, ServerReadyRequest,
    ServerReadyResponse,
};
use crate::oip::grpc::{infer, parameters};
use crate::oip::infer::Inference;
use crate::oip::metadata::{EXTENSIONS, INPUTS, OUTPUTS, PLATFORM, SERVER_NAME, SERVER_VERSION};
use crate::oip::repository;
use crate::oip::requested_model::RequestedModel;
use crate::oip::statistics::StatisticsResponse;
use crate::state::ServiceState;

/// Implementation of the calls on the service's state; the router authorizes them.
pub(super) struct InferenceService {
    state: ServiceState,
}

impl InferenceService {
    pub(super) const fn new(state: ServiceState) -> Self {
        Self { state }
    }

    async fn infer(
        &self,
        request: Request<ModelInferRequest>,
    ) -> Result<ModelInferResponse, ProtocolError> {
        let id = request
            .extensions()
            .get::<RequestId>()
            .cloned()
            .unwrap_or_else(|| RequestId::from_headers(request.metadata().as_ref()));

        let request = request.into_inner();
        let requested =
            RequestedModel::from_message(request.model_name.clone(), request.model_version.clone());
        requested.check(&self.state)?;
        let inference = Inference {
            requested: &requested,
            input: infer::input(&request)?,
            threshold: parameters::threshold(&request.parameters)?,
            outputs: infer::outputs(&request)?,
        };

        let inferred = self.state.infer(&id, inference).await?;
        let is_raw = !request.raw_input_contents.is_empty();
        Ok(infer::respond(&inferred, request.id, is_raw))
    }
}

#[async_trait]
impl GrpcInferenceService for InferenceService {
    async fn server_live(
        &self,
        _: Request<ServerLiveRequest>,
    ) -> Result<Response<ServerLiveResponse>, Status> {
        Ok(Response::new(ServerLiveResponse { live: true }))
    }

    async fn server_ready(
        &self,
        _: Request<ServerReadyRequest>,
    ) -> Result<Response<ServerReadyResponse>, Status> {
        Ok(Response::new(ServerReadyResponse {
            ready: self.state.is_ready(),
        }))
    }

    async fn model_ready(
        &self,
        request: Request<ModelReadyRequest>,
    ) -> Result<Response<ModelReadyResponse>, Status> {
        let ModelReadyRequest { name, version } = request.into_inner();
        RequestedModel::from_message(name, version).check(&self.state)?;
        Ok(Response::new(ModelReadyResponse {
            ready: self.state.is_ready(),
        }))
    }

    async fn server_metadata(
        &self,
        _: Request<ServerMetadataRequest>,
    ) -> Result<Response<ServerMetadataResponse>, Status> {
        Ok(Response::new(ServerMetadataResponse {
            name: SERVER_NAME.to_owned(),
            version: SERVER_VERSION.to_owned(),
            extensions: EXTENSIONS.map(str::to_owned).into(),
        }))
    }

    async fn model_metadata(
        &self,
        request: Request<ModelMetadataRequest>,
    ) -> Result<Response<ModelMetadataResponse>, Status> {
        let ModelMetadataRequest { name, version } = request.into_inner();
        let requested = RequestedModel::from_message(name, version);
        let model = requested.find(&self.state)?;
        Ok(Response::new(ModelMetadataResponse {
            versions: vec![model.identity().version.to_string()],
            name: requested.name,
            platform: PLATFORM.to_owned(),
            inputs: INPUTS.map(TensorMetadata::from).into(),
            outputs: OUTPUTS.map(TensorMetadata::from).into(),
        }))
    }

    async fn model_infer(
        &self,
        request: Request<ModelInferRequest>,
    ) -> Result<Response<ModelInferResponse>, Status> {
        Ok(Response::new(self.infer(request).await?))
    }

    async fn model_config(
        &self,
        request: Request<ModelConfigRequest>,
    ) -> Result<Response<ModelConfigResponse>, Status> {
        let ModelConfigRequest { name, version } = request.into_inner();
        let requested = RequestedModel::from_message(name, version);
        requested.find(&self.state)?;
        Ok(Response::new(ModelConfigResponse {
            config: Some(ModelConfig::new(requested.name).into()),
        }))
    }

    async fn model_statistics(
        &self,
        request: Request<ModelStatisticsRequest>,
    ) -> Result<Response<ModelStatisticsResponse>, Status> {
        let ModelStatisticsRequest { name, version } = request.into_inner();
        let model = if name.is_empty() {
            self.state.model_slot().current()
        } else {
            let requested = RequestedModel::from_message(name, version);
            Some(requested.find(&self.state)?)
        };

        let StatisticsResponse { model_stats } = StatisticsResponse::new(model.as_deref());
        Ok(Response::new(ModelStatisticsResponse {
            model_stats: model_stats.into_iter().map(Into::into).collect(),
        }))
    }

    async fn repository_index(
        &self,
        request: Request<RepositoryIndexRequest>,
    ) -> Result<Response<RepositoryIndexResponse>, Status> {
        let models = repository::index(&self.state, request.into_inner().ready).await?;
        Ok(Response::new(RepositoryIndexResponse {
            models: models.into_iter().map(ModelIndex::from).collect(),
        }))
    }

    async fn repository_model_load(
        &self,
        request: Request<RepositoryModelLoadRequest>,
    ) -> Result<Response<RepositoryModelLoadResponse>, Status> {
        let RepositoryModelLoadRequest {
            model_name,
            parameters,
            ..
        } = request.into_inner();
        let requested = RequestedModel {
            name: model_name,
            version: None,
        };
        repository::load(&self.state, &requested, parameters.keys()).await?;
        Ok(Response::new(RepositoryModelLoadResponse {}))
    }

    async fn repository_model_unload(
        &self,
        request: Request<RepositoryModelUnloadRequest>,
    ) -> Result<Response<RepositoryModelUnloadResponse>, Status> {
        let requested = RequestedModel {
            name: request.into_inner().model_name,
            version: None,
        };
        repository::unload(&self.state, &requested).await?;
        Ok(Response::new(RepositoryModelUnloadResponse {}))
    }
}

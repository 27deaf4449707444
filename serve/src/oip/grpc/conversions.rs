//! From descriptions, which both transports share, to messages.

use crate::oip::config::{DataType, ModelConfig, TensorConfig};
use crate::oip::grpc::messages;
use crate::oip::grpc::messages::model_metadata_response::TensorMetadata;
use crate::oip::grpc::messages::repository_index_response::ModelIndex;
use crate::oip::metadata::TensorDescription;
use crate::oip::repository::IndexEntry;
use crate::oip::statistics::{InferenceStatistics, ModelStatistics, StatisticDuration};

impl From<TensorDescription> for TensorMetadata {
    fn from(tensor: TensorDescription) -> Self {
        Self {
            name: tensor.name.to_owned(),
            datatype: tensor.datatype.to_owned(),
            shape: tensor.shape.to_vec(),
        }
    }
}

impl From<IndexEntry> for ModelIndex {
    fn from(entry: IndexEntry) -> Self {
        let IndexEntry {
            name,
            version,
            state,
            reason,
        } = entry;
        let state: &str = state.into();
        Self {
            name,
            version,
            state: state.to_owned(),
            reason: reason.to_owned(),
        }
    }
}

impl From<ModelConfig> for messages::ModelConfig {
    fn from(config: ModelConfig) -> Self {
        let ModelConfig {
            name,
            platform,
            backend,
            max_batch_size,
            input,
            output,
        } = config;
        Self {
            name,
            platform: platform.to_owned(),
            backend: backend.to_owned(),
            max_batch_size,
            input: input.map(messages::ModelInput::from).into(),
            output: output.map(messages::ModelOutput::from).into(),
        }
    }
}

impl From<TensorConfig> for messages::ModelInput {
    fn from(tensor: TensorConfig) -> Self {
        Self {
            name: tensor.name.to_owned(),
            data_type: messages::DataType::from(tensor.data_type).into(),
            dims: tensor.dims.to_vec(),
        }
    }
}

impl From<TensorConfig> for messages::ModelOutput {
    fn from(tensor: TensorConfig) -> Self {
        Self {
            name: tensor.name.to_owned(),
            data_type: messages::DataType::from(tensor.data_type).into(),
            dims: tensor.dims.to_vec(),
        }
    }
}

impl From<DataType> for messages::DataType {
    fn from(data_type: DataType) -> Self {
        match data_type {
            DataType::TypeString => Self::TypeString,
            DataType::TypeFp32 => Self::TypeFp32,
            DataType::TypeInt64 => Self::TypeInt64,
        }
    }
}

impl From<ModelStatistics> for messages::ModelStatistics {
    fn from(statistics: ModelStatistics) -> Self {
        let ModelStatistics {
            name,
            version,
            last_inference,
            inference_count,
            execution_count,
            inference_stats,
        } = statistics;
        Self {
            name,
            version,
            last_inference,
            inference_count,
            execution_count,
            inference_stats: Some(inference_stats.into()),
        }
    }
}

impl From<InferenceStatistics> for messages::InferStatistics {
    fn from(statistics: InferenceStatistics) -> Self {
        let InferenceStatistics {
            success,
            fail,
            queue,
            compute_infer,
        } = statistics;
        Self {
            success: Some(success.into()),
            fail: Some(fail.into()),
            queue: Some(queue.into()),
            compute_infer: Some(compute_infer.into()),
        }
    }
}

impl From<StatisticDuration> for messages::StatisticDuration {
    fn from(duration: StatisticDuration) -> Self {
        let StatisticDuration { count, ns } = duration;
        Self { count, ns }
    }
}

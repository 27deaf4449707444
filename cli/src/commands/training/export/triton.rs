//! A model file in a model repository of Triton: `NAME/config.pbtxt` and `NAME/VERSION/model.onnx`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use relevance_export::ModelProto;
use relevance_export::onnx::tensor_proto::DataType;
use relevance_export::onnx::tensor_shape_proto::dimension::Value as Length;
use relevance_export::onnx::type_proto::{Tensor, Value};
use relevance_export::onnx::{GraphProto, ValueInfoProto};
use relevance_models::layout::TRITON_CONFIG;
use relevance_models::validate_name;

use super::folder::Folder;

/// A model under its name and version.
pub struct TritonModel<'a> {
    pub name: &'a str,
    pub version: u64,
    pub model: &'a ModelProto,
}

impl TritonModel<'_> {
    /// Writes the model's file into a repository, and returns the model's folder.
    pub fn write(&self, repository: &Path, file: &[u8]) -> anyhow::Result<PathBuf> {
        validate_name(self.name)?;
        let config = self.config()?;

        let path = repository.join(self.name);
        let folder = Folder::create(&path)?;
        let version = folder.create_below(&self.version.to_string())?;
        version.write_model(file)?;
        // Last, since Triton loads the version that it names.
        folder.write(TRITON_CONFIG, config.as_bytes())?;
        Ok(path)
    }

    /// Returns the configuration in the text format of Triton's message `ModelConfig`.
    fn config(&self) -> anyhow::Result<String> {
        let graph = self.model.graph.as_ref().context("a model has a graph")?;
        let GraphProto { input, output, .. } = graph;
        let Self { name, version, .. } = self;

        let (input, output) = (tensors("input", input)?, tensors("output", output)?);
        Ok(format!(
            r#"name: "{name}"
platform: "onnxruntime_onnx"
backend: "onnxruntime"
# The dimensions below contain the number of texts, as in requests to `relevance serve`.
max_batch_size: 0
{input}{output}# Versions that were exported before stay for a roll-back, and are not loaded.
version_policy {{ specific {{ versions: [ {version} ] }} }}
# Graphs of strings have no operators for GPUs.
instance_group [ {{ kind: KIND_CPU }} ]
"#
        ))
    }
}

/// Returns the configuration of the inputs or outputs, which `field` holds.
fn tensors(field: &str, values: &[ValueInfoProto]) -> anyhow::Result<String> {
    values
        .iter()
        .map(|value| {
            let name = &value.name;
            let tensor = tensor(value).with_context(|| format!("`{name}` is not a tensor"))?;
            let (data_type, dims) = (data_type(tensor)?, dims(tensor).join(", "));
            Ok(format!(
                "{field} {{ name: \"{name}\" data_type: {data_type} dims: [ {dims} ] }}\n"
            ))
        })
        .collect()
}

fn tensor(value: &ValueInfoProto) -> Option<&Tensor> {
    match value.r#type.as_ref()?.value.as_ref()? {
        Value::TensorType(tensor) => Some(tensor),
    }
}

/// Returns Triton's name of the type of the elements.
fn data_type(tensor: &Tensor) -> anyhow::Result<&'static str> {
    match DataType::try_from(tensor.elem_type) {
        Ok(DataType::String) => Ok("TYPE_STRING"),
        Ok(DataType::Float) => Ok("TYPE_FP32"),
        other => bail!("the element type {other:?} has no name in Triton here"),
    }
}

/// Returns the dimensions, -1 for any number of texts.
fn dims(tensor: &Tensor) -> Vec<String> {
    let dims = tensor.shape.iter().flat_map(|shape| &shape.dim);
    dims.map(|dim| match dim.value {
        Some(Length::DimValue(length)) => length.to_string(),
        _ => "-1".to_owned(),
    })
    .collect()
}

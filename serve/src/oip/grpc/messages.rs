//! Messages and service that `build.rs` generates from `proto/open_inference_grpc.proto`.

#![expect(
    unused_qualifications,
    clippy::allow_attributes_without_reason,
    clippy::enum_variant_names,
    clippy::pedantic,
    reason = "the code is generated"
)]

tonic::include_proto!("inference");

/// Descriptors of the file, for reflection.
pub(super) const DESCRIPTORS: &[u8] = tonic::include_file_descriptor_set!("open_inference_grpc");

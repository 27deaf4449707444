//! The messages and the service that `build.rs` makes of `proto/open_inference_grpc.proto`.

#![expect(
    unused_qualifications,
    clippy::allow_attributes_without_reason,
    clippy::enum_variant_names,
    clippy::pedantic,
    reason = "this is how code is generated"
)]

tonic::include_proto!("inference");

/// The file's descriptors, for reflection.
pub(super) const DESCRIPTORS: &[u8] = tonic::include_file_descriptor_set!("open_inference_grpc");

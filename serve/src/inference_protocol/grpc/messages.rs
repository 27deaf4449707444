//! The messages and the service that `build.rs` makes of `proto/open_inference_grpc.proto`.

#![expect(unused_qualifications, reason = "this is how code is generated")]

tonic::include_proto!("inference");

/// The file's descriptors, for reflection.
pub(super) const DESCRIPTORS: &[u8] = tonic::include_file_descriptor_set!("open_inference_grpc");

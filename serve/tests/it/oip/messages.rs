//! The client that the build generates from the protocol's `.proto`.

#![expect(
    unused_qualifications,
    clippy::allow_attributes_without_reason,
    clippy::enum_variant_names,
    clippy::pedantic,
    reason = "this is how code is generated"
)]

tonic::include_proto!("inference");

//! The messages and the service that `build.rs` makes of the service's `.proto`.

#![expect(
    missing_docs,
    unused_qualifications,
    clippy::allow_attributes_without_reason,
    clippy::pedantic,
    reason = "this is how code is generated"
)]

tonic::include_proto!("inference");

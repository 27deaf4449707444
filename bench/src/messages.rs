//! Messages and service that `build.rs` generates from the `.proto` file of `serve`.

#![expect(
    missing_docs,
    unused_qualifications,
    clippy::allow_attributes_without_reason,
    clippy::pedantic,
    reason = "generated code"
)]

tonic::include_proto!("inference");

//! The client that the build makes of the protocol's `.proto`.

#![expect(unused_qualifications, reason = "this is how code is generated")]

tonic::include_proto!("inference");

//! Compiles the messages of the ONNX format from their `.proto`, without `protoc`.

use std::error::Error;

const PROTO: &str = "proto/onnx.proto";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={PROTO}");
    let descriptors = protox::compile([PROTO], ["proto"])?;

    Ok(prost_build::Config::new().compile_fds(descriptors)?)
}

//! Generates the Open Inference Protocol's messages and service from its `.proto`, without
//! `protoc`.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use prost::Message as _;

const PROTO: &str = "proto/open_inference_grpc.proto";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={PROTO}");
    let descriptors = protox::compile([PROTO], ["proto"])?;

    // The descriptors for reflection.
    let file = PathBuf::from(env::var("OUT_DIR")?).join("open_inference_grpc.bin");
    fs::write(file, descriptors.encode_to_vec())?;

    // Only the tests need a client.
    let builder = tonic_prost_build::configure()
        .build_transport(false)
        .client_mod_attribute(".", "#[cfg(test)]");
    Ok(builder.compile_fds(descriptors)?)
}

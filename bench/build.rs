//! Generates the messages of the Open Inference Protocol from the `.proto` file of `serve`, without `protoc`.

use std::error::Error;

const FOLDER: &str = "../serve/proto";
const PROTO: &str = "open_inference_grpc.proto";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={FOLDER}/{PROTO}");
    let descriptors = protox::compile([PROTO], [FOLDER])?;
    // The floor implements one call.
    let builder = tonic_prost_build::configure()
        .build_transport(false)
        .build_client(false);
    Ok(builder
        .generate_default_stubs(true)
        .compile_fds(descriptors)?)
}

//! Messages of the ONNX format, compiled from `proto/onnx.proto`.

#![expect(clippy::pedantic, reason = "this is how code is generated")]

include!(concat!(env!("OUT_DIR"), "/onnx.rs"));

//! The model file in Rust: `cargo run -- MODEL.onnx < TEXTS`, one JSON string a line, prints a JSON
//! line for each text.
//!
//! Needs onnxruntime's shared library; `ORT_DYLIB_PATH` names it.

use std::error::Error;
use std::io::{self, BufRead as _};

use ort::session::Session;
use ort::value::Tensor;
use serde_json::json;

/// Texts of a call: all of them take the memory of its longest one.
const BATCH: usize = 16;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1);
    let path = path.ok_or("usage: onnxruntime-predict MODEL.onnx < TEXTS")?;
    let environment = ort::init().build()?;
    let mut session = Session::builder(&environment)?.commit_from_file(path)?;

    let mut batch = Vec::new();
    for line in io::stdin().lock().lines() {
        let text: String = serde_json::from_str(&line?)?;
        // The binding refuses U+0000; no model knows either character.
        batch.push(text.replace('\0', "\u{FFFE}"));
        if batch.len() == BATCH {
            predict(&mut session, &batch)?;
            batch.clear();
        }
    }
    if !batch.is_empty() {
        predict(&mut session, &batch)?;
    }
    Ok(())
}

fn predict(session: &mut Session, texts: &[String]) -> Result<(), Box<dyn Error>> {
    let input = Tensor::from_string_array(([texts.len()], texts))?;
    let outputs = session.run(ort::inputs!["text" => input])?;
    let (_, probabilities) = outputs["probability"].try_extract_tensor::<f32>()?;
    let (_, labels) = outputs["label"].try_extract_strings()?;

    for (label, probability) in labels.iter().zip(probabilities) {
        println!("{}", json!({ "label": label, "probability": probability }));
    }
    Ok(())
}

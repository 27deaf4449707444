//! Asks a server of the Open Inference Protocol over gRPC, and prints what came of it as `load.lua` does for HTTP.
//!
//! A closed loop: each stream sends its next call when the one before is answered. Messages are encoded before, since it
//! is the server that is to be measured.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use axum::http::{Request, Version};
use bytes::{BufMut as _, Bytes, BytesMut};
use clap::Parser;
use h2::client::SendRequest;
use prost::Message as _;
use relevance_bench::messages::model_infer_request::InferInputTensor;
use relevance_bench::messages::{InferTensorContents, ModelInferRequest};
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_util::io::InspectReader;

/// Calls `ModelInfer` with one text each.
#[derive(Parser)]
struct Arguments {
    /// Port of the server.
    #[arg(long)]
    port: u16,
    #[arg(long)]
    connections: usize,
    /// Calls that a connection has open at a time.
    #[arg(long)]
    streams: usize,
    #[arg(long)]
    seconds: u64,
    /// A JSON object a line, with the field `text`.
    #[arg(long)]
    bodies: PathBuf,
}

#[derive(Deserialize)]
struct Body {
    text: String,
}

/// What every stream needs to know.
struct Load {
    /// Messages as they are sent.
    frames: Vec<Bytes>,
    uri: String,
    end: Instant,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port));
    let frames = frames(&arguments.bodies)?;
    let uri = format!("http://{address}/inference.GRPCInferenceService/ModelInfer");
    let (start, read) = (Instant::now(), Arc::new(AtomicU64::new(0)));
    let load = Arc::new(Load {
        frames,
        uri,
        end: start + Duration::from_secs(arguments.seconds),
    });
    let mut streams = JoinSet::new();
    for connection in 0..arguments.connections {
        let client = connect(address, &read).await?;
        for stream in 0..arguments.streams {
            let first = (connection * arguments.streams + stream) * 37;
            streams.spawn(call_until_the_end(client.clone(), Arc::clone(&load), first));
        }
    }
    let mut latencies = Vec::new();
    while let Some(ended) = streams.join_next().await {
        latencies.extend(ended??);
    }
    let seconds = start.elapsed().as_secs_f64();
    latencies.sort_unstable();
    let percentile = |per_mille| microseconds(&latencies, per_mille);
    let outcome = json!({
        "answers": latencies.len(), "seconds": seconds, "bytes": read.load(Ordering::Relaxed), "failures": 0,
        "p50_us": percentile(500), "p99_us": percentile(990), "p999_us": percentile(999),
    });
    println!("{outcome}");
    Ok(())
}

/// The messages of the texts, each behind the flag and the length that gRPC puts before it.
fn frames(bodies: &Path) -> Result<Vec<Bytes>> {
    let lines = std::fs::read_to_string(bodies)
        .with_context(|| format!("cannot read {}", bodies.display()))?;
    let frames: Vec<Bytes> = lines.lines().map(frame).collect::<Result<_>>()?;
    ensure!(!frames.is_empty(), "{} has no texts", bodies.display());
    Ok(frames)
}

fn frame(body: &str) -> Result<Bytes> {
    let Body { text } =
        serde_json::from_str(body).with_context(|| format!("not a body with a text: `{body}`"))?;
    let contents = InferTensorContents {
        bytes_contents: vec![text.into_bytes()],
        ..InferTensorContents::default()
    };
    let input = InferInputTensor {
        name: "text".to_owned(),
        datatype: "BYTES".to_owned(),
        shape: vec![1],
        contents: Some(contents),
        ..InferInputTensor::default()
    };
    let message = ModelInferRequest {
        model_name: "relevance".to_owned(),
        inputs: vec![input],
        ..ModelInferRequest::default()
    };
    let mut frame = BytesMut::new();
    frame.put_u8(0);
    frame.put_u32(u32::try_from(message.encoded_len())?);
    message.encode(&mut frame)?;
    Ok(frame.freeze())
}

/// Opens a connection whose bytes from the server are counted.
async fn connect(address: SocketAddr, read: &Arc<AtomicU64>) -> Result<SendRequest<Bytes>> {
    let stream = TcpStream::connect(address)
        .await
        .with_context(|| format!("nothing answers at {address}"))?;
    stream.set_nodelay(true)?;
    let read = Arc::clone(read);
    let counted = InspectReader::new(stream, move |bytes| {
        read.fetch_add(bytes.len() as u64, Ordering::Relaxed);
    });
    let (client, connection) = h2::client::handshake(counted).await?;
    // What ends the connection ends its calls too, which tell.
    tokio::spawn(connection);
    Ok(client)
}

/// The nanoseconds that each call took.
async fn call_until_the_end(
    mut client: SendRequest<Bytes>,
    load: Arc<Load>,
    first: usize,
) -> Result<Vec<u64>> {
    let mut latencies = Vec::new();
    for frame in load.frames.iter().cycle().skip(first % load.frames.len()) {
        let start = Instant::now();
        if start >= load.end {
            break;
        }
        client = call(client, &load.uri, frame.clone()).await?;
        latencies.push(u64::try_from(start.elapsed().as_nanos())?);
    }
    Ok(latencies)
}

/// Sends a message and reads its answer to the end.
async fn call(client: SendRequest<Bytes>, uri: &str, frame: Bytes) -> Result<SendRequest<Bytes>> {
    let mut client = client.ready().await?;
    let request = Request::post(uri).version(Version::HTTP_2);
    let request = request
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(())?;
    let (answer, mut body) = client.send_request(request, false)?;
    body.send_data(frame, true)?;
    let mut answer = answer.await?;
    ensure!(
        answer.status() == 200,
        "a call was answered with {}",
        answer.status()
    );
    let mut bytes = 0;
    while let Some(data) = answer.body_mut().data().await {
        let length = data?.len();
        bytes += length;
        answer.body_mut().flow_control().release_capacity(length)?;
    }
    let trailers = answer.body_mut().trailers().await?;
    let status = trailers
        .as_ref()
        .unwrap_or(answer.headers())
        .get("grpc-status");
    ensure!(
        status.is_some_and(|status| status == "0") && bytes > 0,
        "a call failed: {trailers:?}"
    );
    Ok(client)
}

/// The latency that so many of a thousand calls do not exceed.
#[expect(
    clippy::cast_precision_loss,
    reason = "a call takes less than 2^53 nanoseconds"
)]
fn microseconds(sorted: &[u64], per_mille: usize) -> f64 {
    let place = (sorted.len() * per_mille).div_ceil(1000).saturating_sub(1);
    sorted
        .get(place)
        .map_or(0.0, |&nanoseconds| nanoseconds as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_least_latency_that_so_many_do_not_exceed() {
        let sorted: Vec<u64> = (1..=1000).map(|microsecond| microsecond * 1000).collect();
        let told = |sorted: &[u64], per_mille| microseconds(sorted, per_mille).to_string();
        assert_eq!(
            [500, 990, 999].map(|per_mille| told(&sorted, per_mille)),
            ["500", "990", "999"]
        );
        assert_eq!(
            [&[][..], &[7000]].map(|sorted| told(sorted, 990)),
            ["0", "7"]
        );
    }

    #[test]
    fn a_frame_is_a_message_behind_its_length() {
        let frame = frame(r#"{"text": "flood"}"#).unwrap();
        let message = ModelInferRequest::decode(&frame[5..]).unwrap();
        assert_eq!(
            frame[..5],
            [0, 0, 0, 0, u8::try_from(frame.len() - 5).unwrap()]
        );
        assert_eq!(
            message.inputs[0].contents.as_ref().unwrap().bytes_contents,
            [b"flood".to_vec()]
        );
        assert!(
            super::frame("flood")
                .unwrap_err()
                .to_string()
                .contains("`flood`")
        );
    }
}

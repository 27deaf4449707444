//! Spans of requests to a collector, by OTLP over HTTP.

use anyhow::Context as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::registry::LookupSpan;

use crate::exit::WrongUsage;

/// Sends what is collected; what is left is sent when it is dropped.
#[derive(Debug)]
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Takes the collector's address, to which `/v1/traces` is added: `http://localhost:4318`.
    ///
    /// The share that is sampled and what else the service is called come from the environment, as OpenTelemetry names it.
    pub fn start(endpoint: &str) -> anyhow::Result<Self> {
        let address = format!("{}/v1/traces", endpoint.trim_end_matches('/'));
        let is_address = ["http://", "https://"]
            .iter()
            .any(|scheme| endpoint.starts_with(scheme));
        let exporter = if is_address {
            SpanExporter::builder()
                .with_http()
                .with_endpoint(address)
                .build()
                .context("no exporter of spans")
        } else {
            Err(anyhow::anyhow!(
                "an address begins with http:// or https://"
            ))
        };
        let exporter = exporter
            .with_context(|| format!("`--otlp-endpoint` is `{endpoint}`"))
            .map_err(WrongUsage)?;
        let resource = Resource::builder().with_service_name("relevance").build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource)
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)))
            .build();
        Ok(Self(provider))
    }

    /// The layer that hands requests to it, and nothing else.
    pub fn layer<S: Subscriber + for<'span> LookupSpan<'span>>(&self) -> impl Layer<S> + use<S> {
        let requests = Targets::new().with_target(relevance_serve::SPAN_TARGET, LevelFilter::INFO);
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("relevance"))
            .with_filter(requests)
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown() {
            eprintln!("some spans were not sent: {error}");
        }
    }
}

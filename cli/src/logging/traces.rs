//! Export of request spans to a collector, by OTLP over HTTP.

use anyhow::{Context as _, ensure};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use relevance_storage::{bundled_roots, install_crypto_provider};
use reqwest::Certificate;
use reqwest::blocking::Client;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::registry::LookupSpan;

use crate::exit::WrongUsage;
use crate::output::note;

/// Exporter of spans; pending ones are sent when it is dropped.
#[derive(Debug)]
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Starts the export to `endpoint`, such as `http://localhost:4318`, to which `/v1/traces` is added.
    ///
    /// The sampled fraction and further attributes of the service come from OpenTelemetry's environment variables.
    pub fn start(endpoint: &str) -> anyhow::Result<Self> {
        let exporter = build_exporter(endpoint)
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

    /// The layer that records the spans of requests, and nothing else.
    pub fn layer<S: Subscriber + for<'span> LookupSpan<'span>>(&self) -> impl Layer<S> + use<S> {
        let requests = Targets::new().with_target(relevance_serve::SPAN_TARGET, LevelFilter::INFO);
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("relevance"))
            .with_filter(requests)
    }
}

fn build_exporter(endpoint: &str) -> anyhow::Result<SpanExporter> {
    let is_url = endpoint.starts_with("http://") || endpoint.starts_with("https://");
    ensure!(is_url, "an address begins with http:// or https://");

    SpanExporter::builder()
        .with_http()
        .with_http_client(http_client()?)
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .build()
        .context("the exporter of spans cannot be built")
}

/// A client that trusts the system's root certificates and the bundled ones.
fn http_client() -> anyhow::Result<Client> {
    install_crypto_provider();
    let roots: Result<Vec<_>, _> = bundled_roots().map(Certificate::from_der).collect();

    Client::builder()
        .tls_certs_merge(roots?)
        .build()
        .context("the client cannot be built")
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown() {
            note(format_args!("some spans were not sent: {error}"));
        }
    }
}

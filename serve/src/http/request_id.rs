//! Ids of requests and their traces.

use std::convert::Infallible;

use aide::OperationInput;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// Header with a request's id, in requests and responses.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Header of [W3C trace context](https://www.w3.org/TR/trace-context/).
pub(crate) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// Longest id that is accepted from a client.
const MAX_BYTES: usize = 128;

/// Id of a request: the client's if it is usable, else a new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequestId(HeaderValue);

/// Trace that a request belongs to, from its `traceparent`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TraceParent {
    /// 32 hexadecimal digits.
    pub(crate) trace: String,
    /// The caller's span: 16 hexadecimal digits.
    pub(crate) span: String,
    pub(crate) sampled: bool,
}

impl RequestId {
    /// The client's id, or a new one that sorts by time.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        let sent = headers.get(REQUEST_ID);
        match sent.filter(|id| id.to_str().is_ok_and(Self::is_usable)) {
            Some(id) => Self(id.clone()),
            None => Self::new(),
        }
    }

    fn new() -> Self {
        let mut text = uuid::Uuid::encode_buffer();
        let text = uuid::Uuid::now_v7().hyphenated().encode_lower(&mut text);
        Self(HeaderValue::from_str(text).expect("digits and hyphens are valid in a header"))
    }

    /// Whether an id is valid in a header and in a log line.
    pub(crate) fn is_usable(id: &str) -> bool {
        (1..=MAX_BYTES).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
    }

    /// The id as text.
    pub(crate) fn as_str(&self) -> &str {
        self.0.to_str().expect("an id is graphic ASCII")
    }

    /// The id as the value of a header.
    pub(crate) fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl<S: Sync> FromRequestParts<S> for RequestId {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts
            .extensions
            .get::<Self>()
            .cloned()
            .unwrap_or_else(|| Self::from_headers(&parts.headers)))
    }
}

/// Adds nothing to an operation: the specification describes the header once for all.
impl OperationInput for RequestId {}

impl TraceParent {
    /// Parses the header; a malformed one is ignored, as the standard requires.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Option<Self> {
        Self::parse(headers.get(TRACEPARENT)?.to_str().ok()?)
    }

    fn parse(header: &str) -> Option<Self> {
        let mut parts = header.split('-');
        let [version, trace, span, flags] =
            [parts.next()?, parts.next()?, parts.next()?, parts.next()?];

        let is_known = version != "ff" && (version != "00" || parts.next().is_none());
        let is_hex = |part: &str, digits| {
            part.len() == digits
                && part
                    .bytes()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        let is_set = |part: &str| part.bytes().any(|digit| digit != b'0');
        let is_whole =
            is_hex(version, 2) && is_hex(trace, 32) && is_hex(span, 16) && is_hex(flags, 2);

        (is_known && is_whole && is_set(trace) && is_set(span)).then(|| Self {
            trace: trace.to_owned(),
            span: span.to_owned(),
            sampled: u8::from_str_radix(flags, 16).is_ok_and(|flags| flags & 1 == 1),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(header: &'static str) -> RequestId {
        RequestId::from_headers(&HeaderMap::from_iter([(
            REQUEST_ID,
            HeaderValue::from_static(header),
        )]))
    }

    #[test]
    fn a_usable_id_is_kept_and_one_that_would_break_a_log_is_replaced() {
        assert_eq!(
            id("order-7/αβγ".trim_end_matches("αβγ")).as_str(),
            "order-7/"
        );

        for bad in ["", "two words", "tab\there"] {
            assert_eq!(id(bad).as_str().len(), 36, "{bad:?}");
        }

        let long: &'static str = Box::leak("x".repeat(MAX_BYTES + 1).into_boxed_str());
        assert_eq!(id(long).as_str().len(), 36);
        assert_ne!(id(""), id(""));
    }

    #[test]
    fn a_trace_is_parsed_by_the_standards_rules() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let parent = TraceParent::parse(&format!("00-{trace}-00f067aa0ba902b7-01")).unwrap();
        assert_eq!(
            (parent.trace.as_str(), parent.span.as_str(), parent.sampled),
            (trace, "00f067aa0ba902b7", true)
        );
        assert!(
            !TraceParent::parse(&format!("00-{trace}-00f067aa0ba902b7-00"))
                .unwrap()
                .sampled
        );
        assert!(TraceParent::parse(&format!("cc-{trace}-00f067aa0ba902b7-01-more")).is_some());

        for bad in [
            String::new(),
            "00".to_owned(),
            format!("00-{trace}-00f067aa0ba902b7-01-more"),
            format!("ff-{trace}-00f067aa0ba902b7-01"),
            format!("00-{}-00f067aa0ba902b7-01", trace.to_uppercase()),
            format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
            format!("00-{trace}-{}-01", "0".repeat(16)),
        ] {
            assert_eq!(TraceParent::parse(&bad), None, "{bad}");
        }
    }
}

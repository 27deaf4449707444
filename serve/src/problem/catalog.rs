//! The catalog of problems: one table row per problem.

use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use crate::problem::limit::Limit;
use crate::problem::text_location::TextLocation;

/// Defines [`Problem`] and [`ProblemCode`] from a table.
///
/// A row has the code's documentation, the variant with its fields, the HTTP status, the gRPC code,
/// the title, the message for the client, and `limit` when the variant has a field of that name.
macro_rules! problems {
    ($(
        $(#$doc:tt)+
        [$variant:ident $($fields:tt)*]
        $status:ident $grpc:ident $title:tt $message:tt $($limit:ident)?;
    )+) => {
        /// Why a request was rejected or failed; clients see `Display`, only the log sees the
        /// source.
        #[derive(Debug, thiserror::Error)]
        pub(crate) enum Problem {
            $(#[error($message)] $variant $($fields)*,)+
        }

        /// Stable code of a problem; its meaning never changes.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, strum::IntoStaticStr,
        )]
        #[serde(rename_all = "snake_case")]
        #[strum(serialize_all = "snake_case")]
        pub(crate) enum ProblemCode {
            $($(#$doc)+ $variant,)+
        }

        impl Problem {
            /// The stable code.
            pub(crate) const fn code(&self) -> ProblemCode {
                match self {
                    $(Self::$variant { .. } => ProblemCode::$variant,)+
                }
            }

            /// The exceeded limit, if there is one.
            pub(super) const fn limit(&self) -> Option<Limit> {
                match self {
                    $(Self::$variant { $($limit,)? .. } => problems!(@limit $($limit)?),)+
                }
            }
        }

        impl ProblemCode {
            /// The HTTP status.
            pub(crate) const fn status(self) -> StatusCode {
                match self {
                    $(Self::$variant => StatusCode::$status,)+
                }
            }

            /// The gRPC status code.
            pub(crate) const fn grpc(self) -> tonic::Code {
                match self {
                    $(Self::$variant => tonic::Code::$grpc,)+
                }
            }

            /// The kind of problem in a few words.
            pub(crate) const fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $title,)+
                }
            }
        }
    };
    (@limit) => { None };
    (@limit $limit:ident) => { Some(*$limit) };
}

problems! {
    /// The body is not JSON in UTF-8.
    [MalformedJson(String)] BAD_REQUEST InvalidArgument
    "Malformed JSON" "the body is not JSON: {0}";

    /// The body ended early, or its chunks cannot be read.
    [IncompleteBody] BAD_REQUEST InvalidArgument
    "Incomplete body" "the body ended early, or its chunks are malformed";

    /// The body's content type is missing or not JSON.
    [UnsupportedMediaType] UNSUPPORTED_MEDIA_TYPE InvalidArgument
    "Unsupported media type" "the body must be sent as `Content-Type: application/json`";

    /// The body has a content encoding other than gzip.
    [UnsupportedEncoding(String)] UNSUPPORTED_MEDIA_TYPE Unimplemented
    "Unsupported encoding" "the body has the encoding `{0}`; send it as gzip, or as it is";

    /// The body's headers say gzip, and it is not gzip or ends early.
    [MalformedGzip(String)] BAD_REQUEST InvalidArgument
    "Malformed gzip" "the body is not gzip, as its headers say: {0}";

    /// The body exceeds the size limit.
    [BodyTooLarge { limit: Limit }] PAYLOAD_TOO_LARGE ResourceExhausted
    "Body too large" "the body has more than {limit}" limit;

    /// The body did not arrive within the body timeout.
    [BodyTooSlow { limit: Limit }] REQUEST_TIMEOUT DeadlineExceeded
    "Body too slow" "the body was not complete within {limit}" limit;

    /// The body is JSON, but a field is missing, unknown or of the wrong type.
    [InvalidBody(String)] UNPROCESSABLE_ENTITY InvalidArgument
    "Invalid body" "the body does not have the shape that this route takes: {0}";

    /// The text is empty or only whitespace.
    [EmptyText { location: TextLocation }] UNPROCESSABLE_ENTITY InvalidArgument
    "Empty text" "{location} is empty or only whitespace";

    /// The text exceeds the size limit.
    [TextTooLong { location: TextLocation, got_bytes: usize, limit: Limit }]
    UNPROCESSABLE_ENTITY InvalidArgument
    "Text too long" "{location} has {got_bytes} bytes, the limit is {limit}" limit;

    /// The batch has no text.
    [EmptyBatch] UNPROCESSABLE_ENTITY InvalidArgument
    "Empty batch" "the batch has no text";

    /// The batch has more texts than the limit.
    [BatchTooLarge { got_texts: usize, limit: Limit }] UNPROCESSABLE_ENTITY InvalidArgument
    "Batch too large" "the batch has {got_texts} texts, the limit is {limit}" limit;

    /// The threshold is not a probability.
    [InvalidThreshold { got: f64 }] UNPROCESSABLE_ENTITY InvalidArgument
    "Invalid threshold" "`threshold` is {got}, it must be from 0 to 1";

    /// Too many texts are queued, or too many bytes in flight; the header `Retry-After` gives the time to try again.
    [Overloaded { limit: Limit }] TOO_MANY_REQUESTS ResourceExhausted
    "Overloaded"
    "the service is busy: it holds no more than {limit}; \
     try again after the time in `Retry-After`"
    limit;

    /// The request was queued for as long as it may be.
    [WaitedTooLong { limit: Limit }] SERVICE_UNAVAILABLE Unavailable
    "Waited too long" "the service is busy: the request was queued for {limit}" limit;

    /// No model is loaded.
    [NoModel] SERVICE_UNAVAILABLE Unavailable
    "No model" "no model is loaded: an operator unloaded it";

    /// The active model predicts, but its predictions cannot be explained.
    [NotExplainable] NOT_IMPLEMENTED Unimplemented
    "Not explainable"
    "this model cannot be explained: its functions were inlined when it was exported";

    /// The active version has no card.
    [NoCard] NOT_FOUND NotFound
    "No card" "the model has no card: it is a file without a store, or of an older version of the tool";

    /// The service keeps no feedback.
    [CaptureOff] CONFLICT FailedPrecondition
    "Capture is off"
    "the service keeps no feedback: start it with `--capture FILE` or RELEVANCE_CAPTURE";

    /// The request has no key.
    [KeyMissing] UNAUTHORIZED Unauthenticated
    "Key missing" "a key is needed: send `Authorization: Bearer KEY` or `X-API-Key: KEY`";

    /// The request's key is not one of the service's keys.
    [KeyUnknown] UNAUTHORIZED Unauthenticated
    "Key unknown" "the service does not know this key";

    /// The call needs a key, and the service has none.
    [KeysNeeded] FORBIDDEN PermissionDenied
    "Keys needed"
    "this call changes the active model, so it needs a key, and the service has none: \
     set RELEVANCE_API_KEYS";

    /// The path does not exist.
    [NotFound] NOT_FOUND NotFound
    "Not found" "this path does not exist; /docs lists those that do";

    /// The path does not allow the method.
    [MethodNotAllowed] METHOD_NOT_ALLOWED Unimplemented
    "Method not allowed"
    "this path does not allow this method; the header `Allow` lists those that it allows";

    /// The service failed; a retry may help, and the log has the cause.
    [Internal(#[source] Box<dyn std::error::Error + Send + Sync>)] INTERNAL_SERVER_ERROR Internal
    "Internal error" "the service failed; the failure was logged";
}

impl ProblemCode {
    /// The code as clients see it.
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }
}

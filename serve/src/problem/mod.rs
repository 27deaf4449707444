//! Problems: every way in which a request is rejected or fails, as RFC 9457 with a stable code.

mod catalog;
mod limit;
mod response;
mod text_location;

pub(crate) use catalog::{Problem, ProblemCode};
pub(crate) use limit::Limit;
pub(crate) use response::{PROBLEM_JSON, ProblemBody, RETRY_AFTER_S, advise};
pub(crate) use text_location::TextLocation;

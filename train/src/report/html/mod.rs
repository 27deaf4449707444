//! The report as one self-contained page of HTML, and the part of it that may be public.
//!
//! The page has no script, no address and no time: equal reports give equal bytes, and a content
//! security policy forbids it to load anything.

mod appendix;
mod chart;
mod checks;
mod curves;
mod document;
mod errors;
mod headline;
mod learning_curve;
mod limits;
mod page;
mod predictions;
mod search;
mod slices;
mod terms;
mod theme;
mod write;

pub use page::ReportPage;

//! Limits of the model.

use maud::{Markup, html};
use relevance_pipeline::Pipeline;

use crate::report::content;

pub(super) fn section(pipeline: &Pipeline) -> Markup {
    html! {
        section {
            h2 { "Limits" }
            @for limit in content::limits(pipeline.into()) { p.note { (limit) } }
        }
    }
}

//! What the model cannot do.

use maud::{Markup, html};
use relevance_pipeline::Pipeline;

pub(super) fn section(pipeline: &Pipeline) -> Markup {
    html! {
        section {
            h2 { "Limits" }
            p.note {
                "It knows words, not meaning: it is as good as its examples are like the texts that it is asked about. Words are "
                "runs of " (pipeline.features().token_characters) " letters, digits and \u{201c}_\u{201d}; a text without any that it "
                "knows gets the probability of the intercept alone, whatever it says."
            }
        }
    }
}

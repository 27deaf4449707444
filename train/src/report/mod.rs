//! The report of a training run: as data, as a page of HTML and as a model card.

pub mod card;
mod content;
mod front_matter;
pub mod html;
pub(crate) mod metadata;
pub mod training_report;

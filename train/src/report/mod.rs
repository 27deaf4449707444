//! The report of a training run: as data, as a page of HTML and as a model card.

pub mod card;
pub mod html;
pub mod training_report;

//! The web pages.

pub(crate) mod card;
pub(crate) mod docs;
pub(crate) mod home;
mod page;

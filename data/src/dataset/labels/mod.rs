//! Labels: the values of a column, and what each means.

pub(crate) mod error;
pub(crate) mod label;
mod lists;
pub(crate) mod mapping;
mod pairs;
pub(crate) mod settings;
pub(crate) mod values;

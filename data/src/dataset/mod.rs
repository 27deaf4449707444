//! Rows in memory: labels, columns, duplicates and the split, without input or output.

pub(crate) mod dictionary_column;
pub(crate) mod labels;
pub(crate) mod near_duplicates;
pub(crate) mod normalize;
mod normalize_kernel;
pub(crate) mod places;
pub(crate) mod rows;
pub(crate) mod sampling;
pub(crate) mod split;
pub(crate) mod string_arena;

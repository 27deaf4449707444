//! File names of a version in the store.

pub use relevance_models::layout::{
    CARD_FILE, CARD_PAGE_FILE, METRICS_FILE, MODEL_FILE, PROFILE_FILE, REPORT_FILE,
};

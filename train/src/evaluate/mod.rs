//! Metrics of a model and the rules that it must meet.

pub mod baseline;
pub mod calibration;
pub mod case_sensitivity;
pub mod champion;
pub mod confusion;
pub mod cross_validation;
pub mod curves;
pub mod drift;
pub(crate) mod evaluation;
pub mod gate;
pub mod intervals;
pub mod learning_curve;
pub mod metrics;
pub mod model_checks;
pub mod per_metric;
pub mod profile;
mod ranking;
pub mod slices;
pub(crate) mod spread;
pub mod threshold;
pub mod token_coverage;
pub mod trained_texts;

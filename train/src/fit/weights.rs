//! Weights of the training texts: those of a column, times those of the classes.

use relevance_data::Dataset;

use super::class_weight::{ClassWeight, MAX_WEIGHT};
use crate::error::TrainError;
use crate::settings::Settings;

/// Returns the weights of rows with these labels; none when all are 1.
///
/// # Errors
/// When the column of the settings has a value that is not a weight, or only zeros for a class.
pub(crate) fn row_weights(
    dataset: &Dataset,
    rows: &[u32],
    labels: &[bool],
    settings: &Settings,
) -> Result<Option<Vec<f64>>, TrainError> {
    let class_weight = settings.solver.class_weight;
    let column = settings.column_index(settings.solver.weight_column.as_deref());
    let column = column.and_then(|index| dataset.columns.get(index));
    if class_weight == ClassWeight::Equal && column.is_none() {
        return Ok(None);
    }

    let mut weights = vec![1.0; rows.len()];
    if let Some(column) = column {
        for (weight, &row) in weights.iter_mut().zip(rows) {
            *weight = parse_weight(column.value(row)).ok_or_else(|| TrainError::Weight {
                place: dataset.place(row),
                value: column.value(row).chars().take(40).collect(),
            })?;
        }
        require_weight_of_both(dataset, labels, &weights)?;
    }

    let [relevant, not_relevant] = class_weight.factors(labels, &weights);
    for (weight, &label) in weights.iter_mut().zip(labels) {
        *weight *= if label { relevant } else { not_relevant };
    }
    Ok(Some(weights))
}

fn parse_weight(value: &str) -> Option<f64> {
    let weight: f64 = value.trim().parse().ok()?;
    (0.0..=MAX_WEIGHT).contains(&weight).then_some(weight)
}

fn require_weight_of_both(
    dataset: &Dataset,
    labels: &[bool],
    weights: &[f64],
) -> Result<(), TrainError> {
    let names = &dataset.labelling.names;
    for (class, name) in [(true, &names.relevant), (false, &names.not_relevant)] {
        let has_weight = |(&label, &weight): (&bool, &f64)| label == class && weight > 0.0;
        if !labels.iter().zip(weights).any(has_weight) {
            return Err(TrainError::NoWeight {
                label: name.clone(),
            });
        }
    }
    Ok(())
}

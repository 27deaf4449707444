//! Values of a label column and what they mean.

use relevance_data::{DataError, Dataset, Label, LabelSettings, Row, Source};
use relevance_pipeline::Labels;

/// Labels of the values of a column.
pub(crate) struct Labelled {
    /// Label of each value, none for a missing one: `[values]`.
    pub(crate) labels: Vec<Option<Label>>,
    /// Names of the two classes.
    pub(crate) names: Labels,
}

/// Finds the labels of values by the settings and their usual meaning; `None` when these do not tell.
pub(crate) fn read(
    values: Vec<String>,
    settings: &LabelSettings,
) -> Result<Option<Labelled>, DataError> {
    match Dataset::read(&Values(values), settings) {
        Ok(dataset) => Ok(Some(Labelled {
            labels: dataset.labels,
            names: dataset.labelling.names,
        })),
        Err(DataError::Labels { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Rows of which each has one of the values.
struct Values(Vec<String>);

impl Source for Values {
    fn name(&self) -> String {
        "the labels".to_owned()
    }

    fn read(
        &self,
        visit: &mut dyn FnMut(Row<'_>) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        (1..).zip(&self.0).try_for_each(|(number, label)| {
            visit(Row {
                number,
                label,
                ..Row::default()
            })
        })
    }
}

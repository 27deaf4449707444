//! The first step: a source to rows.

use relevance_data::{DataError, Dataset, SourceSettings};

use crate::progress::Progress;

/// Reads every row of the source at `location`.
pub(crate) fn read(
    location: &str,
    settings: &SourceSettings,
    progress: Progress,
) -> Result<Dataset, DataError> {
    let step = progress.start("read");
    let source = relevance_data::open(location, settings)?;
    let dataset = Dataset::read_with(source.as_ref(), |rows| step.set_rows(rows))?;

    let rows = dataset.texts.len();
    step.done(format_args!("{rows} rows of `{}`", dataset.source));
    Ok(dataset)
}

//! The first step: a source to rows.

use std::ffi::OsString;

use relevance_data::{DataError, Dataset, Label, LabelOrigin};
use relevance_train::Settings;

use crate::progress::Progress;

/// Reads every row of the source at `locations`, and says which label counts as relevant and which rows are left out.
pub(crate) fn read(
    locations: &[OsString],
    settings: &Settings,
    progress: Progress,
) -> Result<Dataset, DataError> {
    let step = progress.start("read");
    let propose = |error| relevance_data::with_proposal(error, locations, &settings.source);
    let source = relevance_data::open_all(locations, &settings.source).map_err(propose)?;
    let dataset = Dataset::read_with(source.as_ref(), &settings.labels, |rows| {
        step.set_rows(rows);
    })
    .map_err(propose)?;

    let rows = dataset.texts.len();
    let left_out = dataset.left_out(settings.undecided);
    let left_out = match left_out.rows() {
        0 => String::new(),
        rows => format!("; left out are {rows}: {left_out}"),
    };
    step.done(format_args!(
        "{rows} rows of `{}`{left_out}",
        dataset.source
    ));
    describe_labels(&dataset, progress);
    Ok(dataset)
}

/// Prints what the labels mean, where the tables of the mission do not say it.
fn describe_labels(dataset: &Dataset, progress: Progress) {
    let labelling = &dataset.labelling;
    let names = &labelling.names;
    let indent = " ".repeat("read      123456 ms".len());
    if labelling.origin == LabelOrigin::Pair {
        progress.print(format_args!(
            "{indent}  `{}` counts as relevant, `{}` as not relevant; `--relevant` chooses otherwise\n",
            names.relevant, names.not_relevant
        ));
    }
    if labelling.numbers.contains(&Label::CantDecide) {
        progress.print(format_args!(
            "{indent}  `1` counts as relevant, `0` as not relevant, `2` as undecided; `--relevant`, `--not-relevant` and \
             `--undecided-values` choose otherwise\n"
        ));
    }
    for value in &labelling.absent {
        progress.print(format_args!(
            "{indent}  warning: no row has the label `{value}`, which the settings name\n"
        ));
    }
}

//! Parquet files.

use relevance_data::SourceSettings;

use crate::reading::check_table;
use crate::{has_bit, scratch, split_settings};

/// Checks that a Parquet file is read the same way twice. The first byte chooses a nested text and a
/// further column.
///
/// # Panics
/// When a reading differs.
pub fn check(input: &[u8]) {
    let ([setting], content) = split_settings(input);
    let settings = SourceSettings {
        text_column: has_bit(setting, 0).then(|| "data.text".to_owned()),
        columns: has_bit(setting, 1)
            .then(|| "extra".to_owned())
            .into_iter()
            .collect(),
        ..SourceSettings::default()
    };
    check_table(&scratch::write("table.parquet", content), &settings);
}

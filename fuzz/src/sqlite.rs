//! SQLite files.

use relevance_data::SourceSettings;

use crate::reading::check_table;
use crate::{has_bit, scratch, split_settings};

/// Checks that a database is read the same way twice. The first byte chooses a query and a further
/// column.
///
/// # Panics
/// When a reading differs.
pub fn check(input: &[u8]) {
    let ([setting], content) = split_settings(input);
    let query = "SELECT text, choose_one, 1 AS extra FROM data ORDER BY text";
    let settings = SourceSettings {
        query: has_bit(setting, 0).then(|| query.to_owned()),
        columns: has_bit(setting, 1)
            .then(|| "extra".to_owned())
            .into_iter()
            .collect(),
        ..SourceSettings::default()
    };
    check_table(&scratch::write("table.db", content), &settings);
}

//! Further columns of every kind of source.

use std::path::Path;

use relevance_data::archive::pack;
use relevance_data::{SourceSettings, open};
use relevance_storage::error_chain;

use crate::support::{assert_parts, sqlite, write};

#[track_caller]
fn error_message(path: &Path, settings: &SourceSettings) -> String {
    error_chain(
        &open(path.to_str().unwrap(), settings)
            .unwrap()
            .read(&mut |_| Ok(()))
            .unwrap_err(),
    )
}

/// Returns number, text, label and further columns of each row.
fn rows(path: &Path, settings: &SourceSettings) -> Vec<(u64, String, String, Vec<String>)> {
    let mut rows = Vec::new();
    let visited = open(path.to_str().unwrap(), settings)
        .unwrap()
        .read(&mut |row| {
            let columns = row.columns.iter().map(ToString::to_string).collect();
            rows.push((
                row.number,
                row.text.to_owned(),
                row.label.to_owned(),
                columns,
            ));
            Ok(())
        });
    visited.unwrap();

    rows
}

#[test]
fn further_columns_are_kept_in_the_order_of_the_settings() {
    let (_database_directory, database) = sqlite(
        "CREATE TABLE data (text, class_label, day TEXT, rate REAL, user INTEGER);
         INSERT INTO data VALUES ('fire', 1, '2026-01-02', 2.0, 7), ('calm', NULL, NULL, 0.25, -9007199254740993)",
    );
    let archive = database.with_extension("tar.gz");
    pack(&database, &archive).unwrap();
    let (_csv_directory, csv) = write(
        "a.csv",
        "text,class_label,day,rate,user\nfire,1,2026-01-02,2.0,7\ncalm,,,0.25,-9007199254740993\n",
    );
    let (_json_directory, json) = write(
        "a.jsonl",
        "{\"user\": 7, \"text\": \"fire\", \"class_label\": 1, \"day\": \"2026-01-02\", \"rate\": 2.0}\n\
         {\"user\": -9007199254740993, \"text\": \"calm\", \"class_label\": null, \"day\": null, \"rate\": 0.25}\n",
    );
    let further = SourceSettings {
        columns: ["user", "Day", "rate"].map(str::to_owned).to_vec(),
        ..SourceSettings::default()
    };
    let row = |number, text: &str, label: &str, columns: [&str; 3]| {
        (
            number,
            text.to_owned(),
            label.to_owned(),
            columns.map(str::to_owned).to_vec(),
        )
    };
    let want = [
        row(1, "fire", "1", ["7", "2026-01-02", "2.0"]),
        row(2, "calm", "", ["-9007199254740993", "", "0.25"]),
    ];
    for path in [&database, &archive, &csv, &json] {
        assert_eq!(rows(path, &further), want, "{path:?}");
        assert!(
            rows(path, &SourceSettings::default())
                .iter()
                .all(|(_, _, _, columns)| columns.is_empty()),
            "{path:?}"
        );
    }

    let missing = SourceSettings {
        columns: vec!["user".to_owned(), "town".to_owned()],
        ..SourceSettings::default()
    };

    for path in [&database, &csv, &json] {
        assert_parts(
            &error_message(path, &missing),
            &["no column `town`", "`day`", "`user`"],
        );
    }
}

#[test]
fn further_value_that_is_no_text_is_refused_with_its_row_and_column() {
    let (_directory, database) = sqlite(
        "CREATE TABLE data (text, class_label, town); INSERT INTO data VALUES ('a', 1, x'00ff')",
    );
    let (_json_directory, json) = write(
        "a.jsonl",
        "{\"text\": \"a\", \"class_label\": 1, \"town\": [2]}",
    );
    let further = SourceSettings {
        columns: vec!["town".to_owned()],
        ..SourceSettings::default()
    };

    assert_parts(
        &error_message(&database, &further),
        &["row 1", "the column `town` is a BLOB"],
    );
    assert_parts(
        &error_message(&json, &further),
        &["line 1", "the column `town` is an array"],
    );
}

//! Several files as one source.

use std::fs;
use std::path::Path;

use relevance_data::{DataError, Dataset, LabelSettings, SourceSettings, open, open_all};
use tempfile::TempDir;

use crate::support::assert_parts;

/// Creates a folder with the files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(directory.path().join(name), content).unwrap();
    }
    directory
}

fn dataset(locations: &[impl AsRef<Path>]) -> Result<Dataset, DataError> {
    let locations: Vec<_> = locations.iter().map(AsRef::as_ref).collect();
    let source = open_all(&locations, &SourceSettings::default())?;
    Dataset::read(source.as_ref(), &LabelSettings::default())
}

#[test]
fn rows_of_several_files_follow_one_another() {
    let directory = folder(&[
        ("b.csv", "text,label\nfire,1\n\"calm\nsea\",0\n"),
        ("a.jsonl", "{\"label\": 0, \"text\": \"cake\"}\n"),
    ]);
    let paths = ["b.csv", "a.jsonl"].map(|name| directory.path().join(name));
    let source = open_all(&paths, &SourceSettings::default()).unwrap();
    assert_eq!(
        source.name(),
        format!("{}, {}", paths[0].display(), paths[1].display())
    );

    let mut rows = Vec::new();
    source
        .read(&mut |row| {
            rows.push((row.number, row.text.to_owned(), row.place()));
            Ok(())
        })
        .unwrap();
    let place = |index: usize, line: u64| format!("`{}`, line {line}", paths[index].display());
    assert_eq!(
        rows,
        [
            (1, "fire".to_owned(), place(0, 2)),
            (2, "calm\nsea".to_owned(), place(0, 3)),
            (3, "cake".to_owned(), place(1, 1)),
        ]
    );

    let dataset = dataset(&paths).unwrap();
    assert_eq!(dataset.place(2), place(1, 1));
}

#[test]
fn pattern_names_its_files_in_order() {
    let directory = folder(&[
        ("2.csv", "text,label\nb,0\n"),
        ("1.csv", "text,label\na,1\n"),
        (".3.csv", "text,label\nhidden,1\n"),
        ("4.txt", "other"),
    ]);
    fs::create_dir(directory.path().join("5.csv")).unwrap();

    let pattern = directory.path().join("*.csv");
    let dataset = dataset(&[&pattern]).unwrap();
    assert_eq!(dataset.texts, ["a", "b"].into_iter().collect());
    assert!(open(&pattern, &SourceSettings::default()).is_ok());
}

#[test]
fn existing_file_is_no_pattern() {
    let directory = folder(&[("a[1].csv", "text,label\na,1\nb,0\n")]);
    let path = directory.path().join("a[1].csv");
    assert_eq!(dataset(&[&path]).unwrap().texts.len(), 2);
}

#[test]
fn pattern_without_a_file_and_repeated_files_are_errors() {
    let directory = folder(&[("a.csv", "text,label\na,1\nb,0\n")]);
    let path = directory.path().join("a.csv");
    let pattern = directory.path().join("*.csv");
    let other = directory.path().join("*.jsonl");

    let message = dataset(&[&other]).unwrap_err().to_string();
    assert_parts(&message, &["no file matches", "*.jsonl"]);

    for locations in [[&path, &path], [&path, &pattern]] {
        let message = dataset(&locations).unwrap_err().to_string();
        assert_parts(&message, &["a.csv", "is there twice"]);
    }
}

#[test]
fn error_in_a_later_file_names_that_file() {
    let directory = folder(&[
        ("a.csv", "text,label\na,1\nb,0\n"),
        ("b.csv", "text,label\nc\n"),
    ]);
    let paths = ["a.csv", "b.csv"].map(|name| directory.path().join(name));
    let message = dataset(&paths).unwrap_err().to_string();
    assert_parts(&message, &["b.csv`, line 2: 1 field"]);
}

#[test]
fn name_of_many_files_is_cut() {
    let names: Vec<_> = (0..9).map(|number| format!("{number}.csv")).collect();
    let files: Vec<_> = names
        .iter()
        .map(|name| (name.as_str(), "text,label\na,1\n"))
        .collect();
    let directory = folder(&files);
    let source = open(directory.path().join("*.csv"), &SourceSettings::default()).unwrap();
    assert!(
        source.name().ends_with("2.csv and 6 more"),
        "{}",
        source.name()
    );
}

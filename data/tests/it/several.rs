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

    let other_spelling = directory.path().join("./a.csv");
    for locations in [[&path, &path], [&path, &pattern], [&path, &other_spelling]] {
        let message = dataset(&locations).unwrap_err().to_string();
        assert_parts(&message, &["a.csv", "is there twice"]);
    }
}

#[cfg(unix)]
#[test]
fn linked_file_is_there_twice() {
    let directory = folder(&[("a.csv", "text,label\na,1\nb,0\n")]);
    let at = |name| directory.path().join(name);
    std::os::unix::fs::symlink(at("a.csv"), at("symbolic.csv")).unwrap();
    fs::hard_link(at("a.csv"), at("hard.csv")).unwrap();

    for link in ["symbolic.csv", "hard.csv"] {
        let message = dataset(&[at("a.csv"), at(link)]).unwrap_err().to_string();
        assert_parts(&message, &[link, "is there twice"]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn pattern_takes_names_that_are_not_utf_8_and_no_broken_links() {
    use std::os::unix::ffi::OsStrExt as _;

    let directory = folder(&[("a.csv", "text,label\na,1\nb,0\n")]);
    let odd = directory
        .path()
        .join(std::ffi::OsStr::from_bytes(b"z\xff.csv"));
    fs::write(odd, "text,label\nc,1\n").unwrap();
    std::os::unix::fs::symlink("nowhere", directory.path().join("link")).unwrap();

    for (pattern, count) in [("*.csv", 3), ("a*.csv", 2)] {
        let dataset = dataset(&[directory.path().join(pattern)]).unwrap();
        assert_eq!(dataset.texts.len(), count, "{pattern}");
    }
}

#[test]
fn pattern_reaches_into_the_folders_that_it_names() {
    let directory = folder(&[("top.csv", "text,label\nt,1\nu,0\n")]);
    for name in [
        "year=1/a.csv",
        "year=2/deep/b.csv",
        "other/c.csv",
        ".hidden/d.csv",
    ] {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("text,label\n{name},1\n{name} too,0\n")).unwrap();
    }

    for (pattern, count) in [
        ("year=*/*.csv", 2),
        ("year=?/./*.csv", 2),
        ("**/*.csv", 8),
        ("*/deep/*.csv", 2),
        ("./*/*.csv", 4),
    ] {
        let dataset = dataset(&[directory.path().join(pattern)]).unwrap();
        assert_eq!(dataset.texts.len(), count, "{pattern}");
    }
    for pattern in ["*/", "nowhere/*.csv", "year=*/nothing/*.csv"] {
        let message = dataset(&[directory.path().join(pattern)]).unwrap_err();
        assert!(matches!(message, DataError::NoMatch { .. }), "{pattern}");
    }
}

#[cfg(unix)]
#[test]
fn pattern_that_follows_a_loop_of_links_is_an_error() {
    let directory = folder(&[("a.csv", "text,label\na,1\nb,0\n")]);
    std::os::unix::fs::symlink(".", directory.path().join("loop")).unwrap();
    let message = format!(
        "{:?}",
        dataset(&[directory.path().join("**/*.csv")]).unwrap_err()
    );
    assert_parts(&message, &["loop"]);
}

#[test]
fn folder_of_parquet_with_another_table_is_an_error() {
    let directory = folder(&[
        ("a.parquet", ""),
        ("_SUCCESS", ""),
        ("state.json", "{}"),
        ("b.csv.gz", ""),
    ]);
    let message = dataset(&[directory.path()]).unwrap_err().to_string();
    assert_parts(&message, &["has `", "b.csv.gz` too", "/*.parquet'`"]);
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

//! Splits by group and by time.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use relevance_data::{
    DataError, Dataset, DictionaryColumn, Label, Split, SplitBy, SplitSettings, Undecided, folds,
};

use crate::support::assert_parts;

/// A text, whether it is relevant, and its value in the column of the split.
type Example = (String, bool, String);

fn example(text: &str, relevant: bool, value: &str) -> Example {
    (text.to_owned(), relevant, value.to_owned())
}

fn settings(by: SplitBy) -> SplitSettings {
    SplitSettings {
        by,
        column: Some("value".to_owned()),
        ..SplitSettings::default()
    }
}

fn dataset(examples: &[Example]) -> Dataset {
    let mut column = DictionaryColumn::default();
    for (_, _, value) in examples {
        column.push(value);
    }

    let label = |&(_, relevant, _): &Example| {
        if relevant {
            Label::Relevant
        } else {
            Label::NotRelevant
        }
    };

    Dataset {
        source: "made up".to_owned(),
        texts: examples.iter().map(|(text, ..)| text.as_str()).collect(),
        labels: examples.iter().map(label).map(Some).collect(),
        columns: vec![column],
        ..Dataset::default()
    }
}

fn assign(examples: &[Example], settings: &SplitSettings) -> Result<Split, DataError> {
    let dataset = dataset(examples);
    Split::new(
        &dataset,
        &dataset.decided(Undecided::LeaveOut),
        settings,
        dataset.columns.first(),
    )
}

fn fold(
    examples: &[Example],
    settings: &SplitSettings,
    count: u32,
) -> Result<Vec<Vec<u32>>, DataError> {
    let dataset = dataset(examples);
    folds(
        &dataset,
        &dataset.decided(Undecided::LeaveOut),
        settings,
        dataset.columns.first(),
        count,
    )
}

fn subsets(split: &Split) -> [(&'static str, &Vec<u32>); 3] {
    [
        ("train", &split.train),
        ("validation", &split.validation),
        ("test", &split.test),
    ]
}

/// Returns the subsets of each text, or each value.
fn subsets_of<'a>(
    examples: &'a [Example],
    split: &Split,
    part: impl Fn(&'a Example) -> &'a str,
) -> BTreeMap<&'a str, BTreeSet<&'static str>> {
    let mut subsets_of = BTreeMap::<_, BTreeSet<_>>::new();
    for (subset, rows) in subsets(split) {
        for &row in rows {
            subsets_of
                .entry(part(&examples[row as usize]))
                .or_default()
                .insert(subset);
        }
    }

    subsets_of
}

fn text(example: &Example) -> &str {
    &example.0
}

fn value(example: &Example) -> &str {
    &example.2
}

/// `count` rows in groups of five, one label in each group, every third group relevant.
fn grouped(count: usize) -> Vec<Example> {
    (0..count)
        .map(|row| {
            example(
                &format!("text {row}"),
                row / 5 % 3 == 0,
                &format!("group {}", row / 5),
            )
        })
        .collect()
}

/// `count` rows, each a minute later than the one before.
fn dated(count: usize) -> Vec<Example> {
    let time = |row: usize| {
        format!(
            "2026-01-{:02}T{:02}:{:02}:00Z",
            1 + row / 1440,
            row / 60 % 24,
            row % 60
        )
    };
    (0..count)
        .map(|row| example(&format!("text {row}"), row % 3 == 0, &time(row)))
        .collect()
}

#[test]
fn groups_stay_in_one_subset_and_subsets_have_their_fraction_of_each_label() {
    let examples = grouped(3000);
    let split = assign(&examples, &settings(SplitBy::Group)).unwrap();
    for (group, subsets) in subsets_of(&examples, &split, value) {
        assert_eq!(subsets.len(), 1, "{group} is in {subsets:?}");
    }

    for ((subset, rows), (count, relevant)) in
        subsets(&split)
            .into_iter()
            .zip([(2100, 700), (300, 100), (600, 200)])
    {
        assert_eq!(rows.len(), count, "{subset}");
        assert_eq!(
            rows.iter().filter(|&&row| examples[row as usize].1).count(),
            relevant,
            "{subset}"
        );
    }
}

#[test]
fn groups_with_an_equal_normalized_text_stay_together() {
    let mut examples = grouped(300);
    for group in 0..30 {
        examples.push(example(
            &format!("Copy {}", group / 2),
            true,
            &format!("group {group}"),
        ));
        examples.push(example(&format!("copy {}!", group / 2), false, ""));
    }

    for seed in 0..20 {
        let split = assign(
            &examples,
            &SplitSettings {
                seed,
                ..settings(SplitBy::Group)
            },
        )
        .unwrap();
        let subsets = subsets_of(&examples, &split, value);
        let subsets_of_copies = subsets_of(&examples, &split, text);
        for group in (0..30).step_by(2) {
            let [left, right] =
                [group, group + 1].map(|group| &subsets[format!("group {group}").as_str()]);
            assert_eq!(
                (left.len(), left),
                (1, right),
                "group {group} with seed {seed}"
            );
            assert_eq!(
                left,
                &subsets_of_copies[format!("copy {}!", group / 2).as_str()]
            );
        }
    }
}

#[test]
fn rows_without_a_group_go_by_their_normalized_text() {
    let plain: Vec<Example> = (0..300)
        .map(|row| example(&format!("text {row}"), row % 3 == 0, " "))
        .collect();
    let by_group = assign(&plain, &settings(SplitBy::Group)).unwrap();
    assert_eq!(by_group, assign(&plain, &SplitSettings::default()).unwrap());
}

#[test]
fn few_groups_move_when_rows_are_added() {
    let more = grouped(5500);
    let before = assign(&more[..5000], &settings(SplitBy::Group)).unwrap();
    let after = assign(&more, &settings(SplitBy::Group)).unwrap();
    let after = subsets_of(&more, &after, value);
    let moved = subsets_of(&more[..5000], &before, value)
        .into_iter()
        .filter(|(group, subset)| after[group] != *subset);
    assert!(moved.count() < 50, "of 1000 groups");
}

#[test]
fn group_of_most_rows_goes_to_training() {
    let mut examples = grouped(300);
    examples.extend((0..400).map(|row| example(&format!("more {row}"), false, "all")));

    for seed in 0..20 {
        let split = assign(
            &examples,
            &SplitSettings {
                seed,
                ..settings(SplitBy::Group)
            },
        )
        .unwrap();
        assert_eq!(
            subsets_of(&examples, &split, value)["all"],
            BTreeSet::from(["train"]),
            "seed {seed}"
        );
    }
}

#[test]
fn too_few_groups_are_an_error() {
    let examples: Vec<Example> = (0..300)
        .map(|row| example(&format!("text {row}"), row % 3 == 0, ["a", "b"][row % 2]))
        .collect();
    let message = assign(&examples, &settings(SplitBy::Group))
        .unwrap_err()
        .to_string();

    assert_parts(
        &message,
        &[
            "subset would have no Relevant text",
            "the number of groups or single texts with that label is 2",
        ],
    );
}

#[test]
fn oldest_rows_go_to_training_and_the_newest_to_the_test_subset() {
    let examples = dated(3000);
    let mut shuffled = examples.clone();
    shuffled.reverse();

    for (name, examples, want) in [
        ("in order", &examples, [0, 2100, 2400]),
        ("reversed", &shuffled, [900, 600, 0]),
    ] {
        let split = assign(examples, &settings(SplitBy::Time)).unwrap();
        for ((subset, rows), (first, count)) in subsets(&split)
            .into_iter()
            .zip(want.into_iter().zip([2100, 300, 600]))
        {
            assert!(
                rows.iter().copied().eq(first..first + count),
                "{subset} of {name}: {rows:?}"
            );
        }
    }
}

#[test]
fn copies_count_at_the_time_of_their_first_one() {
    let mut examples = dated(1000);
    examples.push(example("Text 3!", true, "2027-01-01"));
    let split = assign(&examples, &settings(SplitBy::Time)).unwrap();
    assert!(split.train.contains(&3) && split.train.contains(&1000));
}

#[test]
fn rows_of_one_time_stay_in_one_subset() {
    let examples: Vec<Example> = (0..1000)
        .map(|row| {
            example(
                &format!("text {row}"),
                row % 3 == 0,
                &(row / 40).to_string(),
            )
        })
        .collect();
    let split = assign(&examples, &settings(SplitBy::Time)).unwrap();
    for (time, subsets) in subsets_of(&examples, &split, value) {
        assert_eq!(subsets.len(), 1, "{time} is in {subsets:?}");
    }

    // The cuts are at 700 and 800: 17 times end at 680, and the middle of the 18th, which ends at
    // 720, is not before 700.
    assert_eq!(
        (split.train.len(), split.validation.len(), split.test.len()),
        (680, 120, 200)
    );
}

#[test]
fn times_are_compared_by_their_meaning() {
    for (name, [oldest, middle, newest]) in [
        ("numbers", ["9", "10", "11"]),
        (
            "numbers beyond the precision of floats",
            ["9007199254740992", "9007199254740993", "9007199254740994"],
        ),
        ("fractions", ["1.5", "2", "10"]),
        ("negative numbers", ["-10", "-9.5", "0"]),
        (
            "offsets",
            [
                "2026-01-01T00:00:00+02:00",
                "2025-12-31T23:00:00Z",
                "2026-01-01T00:00:00-05:00",
            ],
        ),
        (
            "dates and times",
            ["2026-01-01", "2026-01-01 00:00:01", " 2026-01-02T00:00 "],
        ),
        (
            "fractions of a second",
            [
                "2026-01-01T00:00:00.1",
                "2026-01-01T00:00:00.25",
                "2026-01-01T00:00:00.3",
            ],
        ),
    ] {
        let time = |row: usize| {
            [
                newest, oldest, newest, oldest, oldest, middle, oldest, oldest, oldest, oldest,
            ][row % 10]
        };
        let examples: Vec<Example> = (0..300)
            .map(|row| example(&format!("text {row}"), row / 10 % 2 == 0, time(row)))
            .collect();
        let split = assign(&examples, &settings(SplitBy::Time)).unwrap();
        let want = [oldest, middle, newest].map(|time| BTreeSet::from([time]));
        let got: [BTreeSet<&str>; 3] = subsets(&split).map(|(_, rows)| {
            rows.iter()
                .map(|&row| examples[row as usize].2.as_str())
                .collect()
        });
        assert_eq!(got, want, "{name}");
    }
}

#[test]
fn one_time_written_in_two_ways_is_one_time() {
    for (left, right) in [
        ("5", "5.0"),
        ("2026-01-01", "2026-01-01T01:00:00+01:00"),
        ("0.5", " .5 "),
    ] {
        let examples: Vec<Example> = (0..300)
            .map(|row| {
                example(
                    &format!("text {row}"),
                    row / 2 % 2 == 0,
                    [left, right][row % 2],
                )
            })
            .collect();
        let message = assign(&examples, &settings(SplitBy::Time))
            .unwrap_err()
            .to_string();
        assert_parts(
            &message,
            &[
                "validation subset",
                "it has no time",
                "rows of one time stay together",
            ],
        );
    }
}

#[test]
fn value_that_is_no_time_is_an_error_with_its_row() {
    let with = |row: usize, value: &str| {
        let mut examples = dated(300);
        examples[row].2 = value.to_owned();
        assign(&examples, &settings(SplitBy::Time))
            .unwrap_err()
            .to_string()
    };
    for (row, value, parts) in [
        (
            6,
            "",
            [
                "row 7 has no value in column `value`",
                "needs one in each row",
            ],
        ),
        (
            0,
            " ",
            [
                "row 1 has no value in column `value`",
                "needs one in each row",
            ],
        ),
        (
            8,
            "8/27/15 14:12",
            [
                "row 9 has `8/27/15 14:12` in column `value`",
                "as `2026-01-31` or",
            ],
        ),
        (
            9,
            "17",
            ["row 10 has `17` in column `value`", "numbers alone"],
        ),
        (
            9,
            "NaN",
            ["row 10 has `NaN` in column `value`", "numbers alone"],
        ),
        (
            9,
            "2026-02-30",
            [
                "row 10 has `2026-02-30` in column `value`",
                "dates and times alone",
            ],
        ),
    ] {
        assert_parts(&with(row, value), &parts);
    }
}

#[test]
fn subset_of_a_time_without_a_label_is_an_error_with_its_times() {
    let examples: Vec<Example> = (0..100)
        .map(|row| example(&format!("text {row}"), row < 75, &row.to_string()))
        .collect();
    let message = assign(&examples, &settings(SplitBy::Time))
        .unwrap_err()
        .to_string();

    assert_parts(
        &message,
        &[
            "column `value`",
            "the test subset would have no Relevant text",
            "its times are `80` to `99`",
        ],
    );
}

#[test]
fn column_is_required_exactly_where_one_is_needed() {
    for by in [SplitBy::Group, SplitBy::Time] {
        for column in [None, Some(String::new())] {
            let message = SplitSettings {
                column,
                ..settings(by)
            }
            .validate()
            .unwrap_err()
            .to_string();
            assert_parts(
                &message,
                &[&format!("a split by {} needs `split.column`", by.as_str())],
            );
        }
        settings(by).validate().unwrap();
    }

    let message = settings(SplitBy::Text).validate().unwrap_err().to_string();

    assert_parts(
        &message,
        &["`split.column` is `value`, but a split by text takes none"],
    );
}

#[test]
fn column_that_was_not_read_is_an_error() {
    let dataset = Dataset {
        texts: ["fire", "party"].into_iter().collect(),
        labels: [Label::Relevant, Label::NotRelevant].map(Some).to_vec(),
        ..Dataset::default()
    };
    for by in [SplitBy::Group, SplitBy::Time, SplitBy::Subset] {
        let message = Split::new(&dataset, &[0, 1], &settings(by), None)
            .unwrap_err()
            .to_string();
        assert_parts(&message, &["column `value`", "`source.columns`"]);
    }
}

#[test]
fn choices_are_parsed_by_name_and_others_are_errors() {
    for by in [
        SplitBy::Text,
        SplitBy::Group,
        SplitBy::Time,
        SplitBy::Subset,
    ] {
        assert_eq!(by.as_str().parse::<SplitBy>().unwrap(), by);
        assert_eq!(
            serde_json::to_string(&by).unwrap(),
            format!("\"{}\"", by.as_str())
        );
    }

    let message = "random".parse::<SplitBy>().unwrap_err().to_string();

    assert_eq!(
        message,
        "unknown choice `random`; accepted are `text`, `group`, `time` and `subset`"
    );
}

#[test]
fn folds_have_one_size_and_fraction_of_each_label() {
    let folds = fold(&grouped(3000), &SplitSettings::default(), 7).unwrap();
    assert_eq!(folds.len(), 7);

    for rows in folds {
        let relevant = rows.iter().filter(|&&row| row / 5 % 3 == 0).count();
        assert!(
            (427..=429).contains(&rows.len()) && (142..=143).contains(&relevant),
            "{} {relevant}",
            rows.len()
        );
    }
}

#[test]
fn fold_without_a_label_is_an_error() {
    let examples: Vec<Example> = (0..100)
        .map(|row| example(&format!("text {row}"), row < 3, ""))
        .collect();
    fold(&examples, &SplitSettings::default(), 3).unwrap();
    let message = fold(&examples, &SplitSettings::default(), 5)
        .unwrap_err()
        .to_string();

    assert_parts(
        &message,
        &["fold 4 of 5 would have no Relevant text", "fewer folds"],
    );
}

/// Rows with many equal texts, groups and times, and enough others that each subset has both
/// labels.
fn drawn_examples() -> impl Strategy<Value = Vec<Example>> {
    proptest::collection::vec(("[ab]{1,6}", any::<bool>(), 0_u32..40), 0..150).prop_map(|drawn| {
        let plain = (0..300).map(|row| {
            example(
                &format!("text {row}"),
                row % 3 == 0,
                &(100 + row).to_string(),
            )
        });
        let drawn = drawn
            .into_iter()
            .map(|(text, relevant, value)| example(&text, relevant, &(value * 10).to_string()));
        plain.chain(drawn).collect()
    })
}

fn threads(count: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new()
        .num_threads(count)
        .build()
        .unwrap()
}

proptest! {
    #[test]
    fn order_of_the_rows_and_number_of_threads_do_not_matter(
        (examples, shuffled) in drawn_examples()
            .prop_flat_map(|examples| (Just(examples.clone()), Just(examples).prop_shuffle())),
        seed in any::<u64>(),
        by in prop::sample::select(vec![SplitBy::Group, SplitBy::Time]),
    ) {
        let settings = SplitSettings { seed, ..settings(by) };
        let split = threads(1).install(|| assign(&examples, &settings)).unwrap();

        prop_assert_eq!(&split, &threads(4).install(|| assign(&examples, &settings)).unwrap());

        let of_shuffled = assign(&shuffled, &settings).unwrap();
        prop_assert_eq!(subsets_of(&examples, &split, text), subsets_of(&shuffled, &of_shuffled, text));
    }

    #[test]
    fn split_is_a_sorted_partition_that_keeps_copies_together(
        examples in drawn_examples(),
        seed in any::<u64>(),
        by in prop::sample::select(vec![SplitBy::Group, SplitBy::Time]),
    ) {
        let split = assign(&examples, &SplitSettings { seed, ..settings(by) }).unwrap();
        for (text, subsets) in subsets_of(&examples, &split, text) {
            prop_assert_eq!(subsets.len(), 1, "{}", text);
        }

        if by == SplitBy::Group {
            for (group, subsets) in subsets_of(&examples, &split, value) {
                prop_assert_eq!(subsets.len(), 1, "{}", group);
            }
        }

        for (_, rows) in subsets(&split) {
            prop_assert!(rows.is_sorted());
        }

        let mut all = [split.train, split.validation, split.test].concat();
        all.sort_unstable();

        prop_assert!(all.into_iter().eq(0..u32::try_from(examples.len()).unwrap()));
    }

    #[test]
    fn folds_are_a_sorted_partition_that_keeps_copies_and_groups_together(
        (examples, shuffled) in drawn_examples()
            .prop_flat_map(|examples| (Just(examples.clone()), Just(examples).prop_shuffle())),
        seed in any::<u64>(),
    ) {
        let settings = SplitSettings { seed, ..settings(SplitBy::Group) };
        let folds = fold(&examples, &settings, 4).unwrap();
        let of_shuffled = fold(&shuffled, &settings, 4).unwrap();
        for part in [text as fn(&Example) -> &str, value] {
            let of = |examples: &[Example], folds: &[Vec<u32>]| -> BTreeSet<(String, usize)> {
                let rows = folds.iter().enumerate().flat_map(|(fold, rows)| rows.iter().map(move |&row| (row, fold)));
                rows.map(|(row, fold)| (part(&examples[row as usize]).to_owned(), fold)).collect()
            };
            let folds_of_values = of(&examples, &folds);
            let distinct: BTreeSet<&str> = examples.iter().map(part).collect();
            prop_assert_eq!(folds_of_values.len(), distinct.len());
            prop_assert_eq!(folds_of_values, of(&shuffled, &of_shuffled));
        }

        prop_assert!(folds.iter().all(|rows| rows.is_sorted()));

        let mut all = folds.concat();
        all.sort_unstable();
        prop_assert!(all.into_iter().eq(0..u32::try_from(examples.len()).unwrap()));
    }
}

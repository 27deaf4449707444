//! Near duplicates across the subsets of a split, against the comparison of every pair.

use std::collections::BTreeSet;

use proptest::prelude::*;
use relevance_data::{Dataset, Label, NearDuplicates, Split, near_duplicates};

fn dataset<T: AsRef<str>>(texts: &[T]) -> Dataset {
    Dataset {
        source: "made up".to_owned(),
        texts: texts.iter().map(AsRef::as_ref).collect(),
        labels: vec![Some(Label::Relevant); texts.len()],
        ..Dataset::default()
    }
}

/// Returns a split with the even rows in training, and the others in validation and test in turn.
fn alternating(rows: u32) -> Split {
    let of = |rest: &[u32]| (0..rows).filter(|row| rest.contains(&(row % 4))).collect();
    Split {
        train: of(&[0, 2]),
        validation: of(&[1]),
        test: of(&[3]),
        ..Split::default()
    }
}

fn count<T: AsRef<str>>(texts: &[T]) -> NearDuplicates {
    near_duplicates(
        &dataset(texts),
        &alternating(u32::try_from(texts.len()).unwrap()),
    )
}

/// Returns 2,000 texts of ten words; 500 are copies of another with one word replaced.
fn noisy() -> Vec<String> {
    let word = |text: usize, index: usize| format!("w{}", (text * 10 + index) * 7919 % 100_003);
    let text = |text: usize| {
        (0..10)
            .map(|index| word(text, index))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let noisy = |row: usize| text(row - 1).replace(&word(row - 1, row % 10), "noise");

    (0..2000)
        .map(|row| if row % 4 == 3 { noisy(row) } else { text(row) })
        .collect()
}

#[test]
fn texts_with_four_of_five_words_in_common_are_counted() {
    for (name, trained, tested, similarity) in [
        (
            "order and repeats",
            "flood in the old town",
            "town the old IN flood, flood",
            Some(1.0),
        ),
        (
            "link and handle",
            "flood in town",
            "@a in town: flood http://t.co/1",
            Some(1.0),
        ),
        ("four of five", "a b c d e", "a b c d", Some(0.8)),
        (
            "nine of eleven",
            "a b c d e f g h i j",
            "a b c d e f g h i k",
            Some(9.0 / 11.0),
        ),
        ("three of five", "a b c d", "a b c e", None),
        ("three of four", "a b c d", "a b c", None),
        ("no words", "http://t.co/1", "http://t.co/2", None),
        ("nothing", "", "flood", None),
    ] {
        let near = count(&[trained, "other", "another one", tested]);
        assert_eq!(
            (near.validation, near.test),
            (0, usize::from(similarity.is_some())),
            "{name}"
        );
        let got = near
            .examples
            .first()
            .map(|pair| (pair.row, pair.train_row, pair.similarity));
        assert_eq!(
            got,
            similarity.map(|similarity| (4, 1, similarity)),
            "{name}"
        );
    }
}

#[test]
fn noise_in_one_word_of_ten_is_found() {
    let near = count(&noisy());
    assert_eq!(near.validation, 0);
    assert!((490..=500).contains(&near.test), "{} of 500", near.test);
    assert_eq!(near.examples.len(), 10);
    for pair in &near.examples {
        assert_eq!(pair.row, pair.train_row + 1);
        assert!((pair.similarity - 9.0 / 11.0).abs() < 1e-12);
    }
}

#[test]
fn number_of_threads_does_not_matter() {
    let texts = noisy();
    let of = |threads| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap()
            .install(|| count(&texts))
    };
    assert_eq!(of(1), of(4));
}

#[test]
fn empty_subsets_have_no_near_duplicates() {
    let near = near_duplicates(&dataset::<&str>(&[]), &Split::default());
    assert_eq!((near.validation, near.test, near.examples.len()), (0, 0, 0));
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split_whitespace().collect()
}

fn similarity(left: &str, right: &str) -> f64 {
    let (left, right) = (words(left), words(right));
    f64::from(u32::try_from(left.intersection(&right).count()).unwrap())
        / f64::from(u32::try_from(left.union(&right).count()).unwrap())
}

proptest! {
    #[test]
    fn every_counted_pair_is_a_near_duplicate(texts in prop::collection::vec("[a-h]( [a-h]){0,7}", 1..80)) {
        let near = count(&texts);
        let split = alternating(u32::try_from(texts.len()).unwrap());
        let has_one = |row: &&u32| {
            split.train.iter().any(|&train| similarity(&texts[**row as usize], &texts[train as usize]) >= 0.8)
        };

        prop_assert!(near.test <= split.test.iter().filter(has_one).count());
        prop_assert!(near.validation <= split.validation.iter().filter(has_one).count());

        for pair in near.examples {
            let text = |number: u64| &texts[usize::try_from(number).unwrap() - 1];
            prop_assert!((pair.similarity - similarity(text(pair.row), text(pair.train_row))).abs() < 1e-12);
            prop_assert!(pair.similarity >= 0.8);
        }
    }
}

//! Splits as partitions that depend on the texts, not on the rows' order.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use relevance_data::{DataError, Dataset, Label, Split, SplitSettings};

use crate::support::assert_parts;

/// A text and whether it is relevant.
type Example = (String, bool);

fn example(text: &str, relevant: bool) -> Example {
    (text.to_owned(), relevant)
}

/// `count` texts, every third one relevant.
fn examples(count: usize) -> Vec<Example> {
    (0..count)
        .map(|index| example(&format!("text {index}"), index % 3 == 0))
        .collect()
}

fn assign(examples: &[Example], settings: &SplitSettings) -> Result<Split, DataError> {
    let label = |&(_, relevant): &Example| {
        if relevant {
            Label::Relevant
        } else {
            Label::NotRelevant
        }
    };
    let dataset = Dataset {
        source: "made up".to_owned(),
        texts: examples.iter().map(|(text, _)| text.as_str()).collect(),
        labels: examples.iter().map(label).map(Some).collect(),
        ..Dataset::default()
    };
    let rows: Vec<u32> = (0..).zip(examples).map(|(row, _)| row).collect();

    Split::new(&dataset, &rows, settings, None)
}

fn subsets(split: &Split) -> [(&'static str, &Vec<u32>); 3] {
    [
        ("train", &split.train),
        ("validation", &split.validation),
        ("test", &split.test),
    ]
}

/// Returns the subset of each text.
fn subset_of_text<'a>(
    examples: &'a [Example],
    split: &Split,
) -> BTreeMap<&'a str, BTreeSet<&'static str>> {
    let mut subset_of_text = BTreeMap::<_, BTreeSet<_>>::new();
    for (subset, indices) in subsets(split) {
        for &index in indices {
            subset_of_text
                .entry(examples[index as usize].0.as_str())
                .or_default()
                .insert(subset);
        }
    }

    subset_of_text
}

#[test]
fn subsets_have_their_fraction_of_each_label() {
    let examples = examples(3000);
    let split = assign(&examples, &SplitSettings::default()).unwrap();

    for ((subset, indices), (rows, relevant)) in
        subsets(&split)
            .into_iter()
            .zip([(2100, 700), (300, 100), (600, 200)])
    {
        assert_eq!(indices.len(), rows, "{subset}");
        assert_eq!(
            indices
                .iter()
                .filter(|&&index| examples[index as usize].1)
                .count(),
            relevant,
            "{subset}"
        );
    }
}

#[test]
fn texts_with_equal_normalized_text_stay_in_one_subset() {
    let copies = [
        "Flood in {}!",
        "flood in {}",
        "@a FLOOD, in {} http://t.co/1",
        " flood\tin {} ",
    ];
    let mut examples = Vec::new();
    for town in 0..200 {
        for copy in copies {
            examples.push(example(
                &copy.replace("{}", &town.to_string()),
                town % 3 == 0,
            ));
        }
    }

    let split = assign(&examples, &SplitSettings::default()).unwrap();

    for (subset, indices) in subsets(&split) {
        let towns: BTreeSet<usize> = indices
            .iter()
            .map(|index| *index as usize / copies.len())
            .collect();
        assert_eq!(
            indices.len(),
            towns.len() * copies.len(),
            "{subset} has only some copies of a text"
        );
    }
}

#[test]
fn another_seed_gives_another_split() {
    let examples = examples(300);
    let split = |seed| {
        assign(
            &examples,
            &SplitSettings {
                seed,
                ..SplitSettings::default()
            },
        )
        .unwrap()
    };

    assert_eq!(split(1), split(1));
    assert_ne!(split(1), split(2));
}

#[test]
fn split_of_known_texts_is_unchanged() {
    let split = assign(&examples(30), &SplitSettings::default()).unwrap();
    assert_eq!(split.validation, [6, 10, 16]);
    assert_eq!(split.test, [4, 12, 14, 15, 17, 22]);
}

#[test]
fn few_texts_move_when_rows_are_added() {
    let more = examples(1100);
    let settings = SplitSettings::default();
    let before = assign(&more[..1000], &settings).unwrap();
    let after = assign(&more, &settings).unwrap();
    let after = subset_of_text(&more, &after);
    let moved = subset_of_text(&more[..1000], &before)
        .into_iter()
        .filter(|(text, subset)| after[text] != *subset)
        .count();

    assert!(moved < 50, "{moved} of 1000 texts moved");
}

#[test]
fn text_of_many_rows_leaves_rows_for_every_subset() {
    let mut examples = examples(120);
    for row in 0..60 {
        examples.push(example("repeated", row % 2 == 0));
    }

    for seed in 0..50 {
        assign(
            &examples,
            &SplitSettings {
                seed,
                ..SplitSettings::default()
            },
        )
        .unwrap();
    }
}

#[test]
fn text_with_two_labels_goes_with_its_majority_and_a_tie_is_relevant() {
    // The only relevant rows are in ties, so these must form the relevant stratum.
    let mut examples = Vec::new();
    for text in 0..40 {
        examples.push(example(&format!("tie {text}"), true));
        examples.push(example(&format!("tie {text}"), false));
        examples.push(example(&format!("plain {text}"), false));
    }

    let split = assign(&examples, &SplitSettings::default()).unwrap();

    for (subset, indices) in subsets(&split) {
        assert!(
            indices.iter().any(|&index| examples[index as usize].1),
            "{subset}"
        );
    }
}

#[test]
fn subset_without_a_label_is_an_error() {
    let mut examples = examples(300);
    for (name, keep, label, texts) in [
        ("no relevant", 0, "Relevant", 0),
        ("two relevant", 2, "Relevant", 2),
    ] {
        let mut left = keep;
        let mut few = examples.clone();
        few.retain(|example| {
            let stays = !example.1 || left > 0;
            left -= usize::from(example.1 && left > 0);
            stays
        });
        let message = assign(&few, &SplitSettings::default())
            .unwrap_err()
            .to_string();
        assert_parts(
            &message,
            &[
                "subset would have no",
                label,
                &format!("texts with that label is {texts}"),
            ],
        );
        assert!(!message.contains("Not Relevant"), "{name}: {message}");
    }

    examples.retain(|example| example.1);
    let message = assign(&examples, &SplitSettings::default())
        .unwrap_err()
        .to_string();

    assert_parts(&message, &["train subset", "Not Relevant"]);
    assert!(assign(&[], &SplitSettings::default()).is_err());
}

#[test]
fn fractions_that_do_not_add_up_are_errors() {
    let settings = |train, validation, test| SplitSettings {
        train,
        validation,
        test,
        ..SplitSettings::default()
    };
    for (fractions, part) in [
        (settings(1.0, 0.0, 0.0), "`split.train` is 1"),
        (settings(0.8, 0.0, 0.2), "`split.validation` is 0"),
        (settings(0.8, 0.3, -0.1), "`split.test` is -0.1"),
        (settings(f64::NAN, 0.1, 0.2), "`split.train` is NaN"),
        (settings(0.7, 0.1, 0.1), "add up to 0.8999"),
        (settings(0.7, 0.1, 0.200_000_01), "add up to 1.00000001"),
    ] {
        assert_parts(&fractions.validate().unwrap_err().to_string(), &[part]);
        assert!(matches!(
            assign(&examples(300), &fractions),
            Err(DataError::Fraction { .. } | DataError::FractionSum { .. })
        ));
    }

    settings(0.6, 0.2, 0.2 + 1e-10).validate().unwrap();
}

#[test]
fn a_text_with_many_copies_goes_to_training_and_leaves_the_others_their_fractions() {
    for copies in [60, 100, 250, 350, 900, 5000] {
        let mut examples: Vec<Example> = (0..100)
            .map(|index| example(&format!("relevant {index}"), true))
            .chain((0..300).map(|index| example(&format!("other {index}"), false)))
            .collect();
        examples.extend((0..copies).map(|_| example("copied", true)));

        for seed in 0..20 {
            let settings = SplitSettings {
                seed,
                ..SplitSettings::default()
            };
            let split = assign(&examples, &settings).unwrap();
            let relevant = |rows: &[u32]| {
                let texts = rows.iter().map(|&row| &examples[row as usize]);
                texts
                    .filter(|(text, _)| text.starts_with("relevant"))
                    .count()
            };
            let counts = [&split.train, &split.validation, &split.test].map(|rows| relevant(rows));
            assert_eq!(counts, [70, 10, 20], "{copies} copies, seed {seed}");
            let in_training = split.train.iter().filter(|&&row| row >= 400).count();
            assert_eq!(in_training, copies, "{copies} copies, seed {seed}");
        }
    }
}

/// Texts from a small alphabet, so that many are equal, with enough different ones of each label.
fn drawn_examples() -> impl Strategy<Value = Vec<Example>> {
    proptest::collection::vec(("[ab]{1,6}", any::<bool>()), 0..200).prop_map(|drawn| {
        let mut all = examples(120);
        all.extend(
            drawn
                .into_iter()
                .map(|(text, relevant)| example(&text, relevant)),
        );
        all
    })
}

proptest! {
    #[test]
    fn split_is_a_sorted_partition(examples in drawn_examples(), seed in any::<u64>()) {
        let split = assign(&examples, &SplitSettings { seed, ..SplitSettings::default() }).unwrap();
        for (_, indices) in subsets(&split) {
            prop_assert!(indices.is_sorted());
        }
        let mut all = [split.train, split.validation, split.test].concat();
        all.sort_unstable();
        prop_assert!(all.into_iter().eq(0..u32::try_from(examples.len()).unwrap()));
    }

    #[test]
    fn equal_texts_are_in_one_subset(examples in drawn_examples(), seed in any::<u64>()) {
        let split = assign(&examples, &SplitSettings { seed, ..SplitSettings::default() }).unwrap();
        for (text, subsets) in subset_of_text(&examples, &split) {
            prop_assert_eq!(subsets.len(), 1, "{}", text);
        }
    }

    #[test]
    fn order_of_the_rows_does_not_matter(
        (examples, shuffled) in drawn_examples()
            .prop_flat_map(|examples| (Just(examples.clone()), Just(examples).prop_shuffle())),
        seed in any::<u64>(),
    ) {
        let settings = SplitSettings { seed, ..SplitSettings::default() };
        let split = assign(&examples, &settings).unwrap();
        let split_of_shuffled = assign(&shuffled, &settings).unwrap();
        prop_assert_eq!(subset_of_text(&examples, &split), subset_of_text(&shuffled, &split_of_shuffled));
    }
}

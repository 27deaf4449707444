//! Splits as partitions that follow the texts, not the rows.

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

fn deal(examples: &[Example], settings: &SplitSettings) -> Result<Split, DataError> {
    let label = |&(_, relevant): &Example| {
        if relevant {
            Label::Relevant
        } else {
            Label::NotRelevant
        }
    };
    let dataset = Dataset {
        source: "made up".to_owned(),
        digest: String::new(),
        texts: examples.iter().map(|(text, _)| text.as_str()).collect(),
        labels: examples.iter().map(label).collect(),
        columns: Vec::new(),
    };
    let rows: Vec<u32> = (0..).zip(examples).map(|(row, _)| row).collect();
    Split::new(&dataset, &rows, settings, None)
}

fn sides(split: &Split) -> [(&'static str, &Vec<u32>); 3] {
    [
        ("train", &split.train),
        ("validation", &split.validation),
        ("test", &split.test),
    ]
}

/// Which side each text is on.
fn side_of_text<'a>(
    examples: &'a [Example],
    split: &Split,
) -> BTreeMap<&'a str, BTreeSet<&'static str>> {
    let mut side_of_text = BTreeMap::<_, BTreeSet<_>>::new();
    for (side, indices) in sides(split) {
        for &index in indices {
            side_of_text
                .entry(examples[index as usize].0.as_str())
                .or_default()
                .insert(side);
        }
    }
    side_of_text
}

#[test]
fn sides_have_their_share_of_each_label() {
    let examples = examples(3000);
    let split = deal(&examples, &SplitSettings::default()).unwrap();
    for ((side, indices), (rows, relevant)) in
        sides(&split)
            .into_iter()
            .zip([(2100, 700), (300, 100), (600, 200)])
    {
        assert_eq!(indices.len(), rows, "{side}");
        assert_eq!(
            indices
                .iter()
                .filter(|&&index| examples[index as usize].1)
                .count(),
            relevant,
            "{side}"
        );
    }
}

#[test]
fn texts_of_one_wording_stay_on_one_side() {
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
    let split = deal(&examples, &SplitSettings::default()).unwrap();
    for (side, indices) in sides(&split) {
        let towns: BTreeSet<usize> = indices
            .iter()
            .map(|index| *index as usize / copies.len())
            .collect();
        assert_eq!(
            indices.len(),
            towns.len() * copies.len(),
            "{side} has a part of the copies of a text"
        );
    }
}

#[test]
fn another_seed_draws_another_split() {
    let examples = examples(300);
    let split = |seed| {
        deal(
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
fn split_stays_what_it_was() {
    let split = deal(&examples(30), &SplitSettings::default()).unwrap();
    assert_eq!(split.validation, [6, 10, 16]);
    assert_eq!(split.test, [4, 12, 14, 15, 17, 22]);
}

#[test]
fn few_texts_move_when_rows_are_added() {
    let more = examples(1100);
    let settings = SplitSettings::default();
    let before = deal(&more[..1000], &settings).unwrap();
    let after = deal(&more, &settings).unwrap();
    let after = side_of_text(&more, &after);
    let moved = side_of_text(&more[..1000], &before)
        .into_iter()
        .filter(|(text, side)| after[text] != *side)
        .count();
    assert!(moved < 50, "{moved} of 1000 texts moved");
}

#[test]
fn text_of_many_rows_starves_no_side() {
    let mut examples = examples(120);
    for row in 0..60 {
        examples.push(example("repeated", row % 2 == 0));
    }
    for seed in 0..50 {
        deal(
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
    // The only relevant rows are ties, so they must be the relevant stratum.
    let mut examples = Vec::new();
    for text in 0..40 {
        examples.push(example(&format!("tie {text}"), true));
        examples.push(example(&format!("tie {text}"), false));
        examples.push(example(&format!("plain {text}"), false));
    }
    let split = deal(&examples, &SplitSettings::default()).unwrap();
    for (side, indices) in sides(&split) {
        assert!(
            indices.iter().any(|&index| examples[index as usize].1),
            "{side}"
        );
    }
}

#[test]
fn side_without_a_label_is_refused() {
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
        let message = deal(&few, &SplitSettings::default())
            .unwrap_err()
            .to_string();
        assert_parts(
            &message,
            &[
                "side would have no",
                label,
                &format!("there are {texts} different"),
            ],
        );
        assert!(!message.contains("Not Relevant"), "{name}: {message}");
    }
    examples.retain(|example| example.1);
    let message = deal(&examples, &SplitSettings::default())
        .unwrap_err()
        .to_string();
    assert_parts(&message, &["train side", "Not Relevant"]);
    assert!(deal(&[], &SplitSettings::default()).is_err());
}

#[test]
fn shares_that_are_no_partition_are_refused() {
    let settings = |train, validation, test| SplitSettings {
        train,
        validation,
        test,
        ..SplitSettings::default()
    };
    for (shares, part) in [
        (settings(1.0, 0.0, 0.0), "the train share is 1"),
        (settings(0.8, 0.0, 0.2), "the validation share is 0"),
        (settings(0.8, 0.3, -0.1), "the test share is -0.1"),
        (settings(f64::NAN, 0.1, 0.2), "the train share is NaN"),
        (settings(0.7, 0.1, 0.1), "add up to 0.8999"),
        (settings(0.7, 0.1, 0.200_000_01), "add up to 1.00000001"),
    ] {
        assert_parts(&shares.validate().unwrap_err().to_string(), &[part]);
        assert!(matches!(
            deal(&examples(300), &shares),
            Err(DataError::Share { .. } | DataError::ShareSum { .. })
        ));
    }
    settings(0.6, 0.2, 0.2 + 1e-10).validate().unwrap();
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
        let split = deal(&examples, &SplitSettings { seed, ..SplitSettings::default() }).unwrap();
        for (_, indices) in sides(&split) {
            prop_assert!(indices.is_sorted());
        }
        let mut all = [split.train, split.validation, split.test].concat();
        all.sort_unstable();
        prop_assert!(all.into_iter().eq(0..u32::try_from(examples.len()).unwrap()));
    }

    #[test]
    fn equal_texts_are_on_one_side(examples in drawn_examples(), seed in any::<u64>()) {
        let split = deal(&examples, &SplitSettings { seed, ..SplitSettings::default() }).unwrap();
        for (text, sides) in side_of_text(&examples, &split) {
            prop_assert_eq!(sides.len(), 1, "{}", text);
        }
    }

    #[test]
    fn order_of_the_rows_does_not_matter(
        (examples, shuffled) in drawn_examples()
            .prop_flat_map(|examples| (Just(examples.clone()), Just(examples).prop_shuffle())),
        seed in any::<u64>(),
    ) {
        let settings = SplitSettings { seed, ..SplitSettings::default() };
        let split = deal(&examples, &settings).unwrap();
        let split_of_shuffled = deal(&shuffled, &settings).unwrap();
        prop_assert_eq!(side_of_text(&examples, &split), side_of_text(&shuffled, &split_of_shuffled));
    }
}

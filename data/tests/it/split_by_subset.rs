//! Splits by a column that names the subset.

use relevance_data::{Dataset, DictionaryColumn, Label, Split, SplitBy, SplitSettings, Undecided};

/// A text, whether it is relevant, and the subset that the column names.
type Example<'a> = (&'a str, bool, &'a str);

const EXAMPLES: [Example; 6] = [
    ("flood", true, "train"),
    ("calm", false, "train"),
    ("fire", true, "Validation"),
    ("tea", false, " validation "),
    ("storm", true, "TEST"),
    ("cake", false, "test"),
];

fn assign(examples: &[Example]) -> Result<Split, String> {
    let mut column = DictionaryColumn::default();
    for (_, _, subset) in examples {
        column.push(subset);
    }
    let label = |&(_, relevant, _): &Example| {
        Some(if relevant {
            Label::Relevant
        } else {
            Label::NotRelevant
        })
    };
    let dataset = Dataset {
        texts: examples.iter().map(|(text, ..)| *text).collect(),
        labels: examples.iter().map(label).collect(),
        columns: vec![column],
        ..Dataset::default()
    };

    let settings = SplitSettings {
        by: SplitBy::Subset,
        column: Some("part".to_owned()),
        ..SplitSettings::default()
    };
    let rows = dataset.decided(Undecided::LeaveOut);
    Split::new(&dataset, &rows, &settings, dataset.columns.first())
        .map_err(|error| error.to_string())
}

#[test]
fn rows_go_where_the_column_says() {
    let want = Split {
        train: vec![0, 1],
        validation: vec![2, 3],
        test: vec![4, 5],
        moved: 0,
    };
    assert_eq!(assign(&EXAMPLES), Ok(want));
}

#[test]
fn an_equal_text_goes_to_the_earliest_of_its_subsets_and_is_counted() {
    let copies = [
        ("Flood!", true, "test"),
        ("FLOOD", true, "validation"),
        ("@a tea", false, "test"),
    ];
    let split = assign(&[&EXAMPLES[..], &copies].concat()).unwrap();

    assert_eq!(split.train, [0, 1, 6, 7]);
    assert_eq!(split.validation, [2, 3, 8]);
    assert_eq!(split.moved, 3);
}

#[test]
fn another_value_is_refused_with_its_row() {
    for (value, shown) in [("dev", "`dev`"), ("", "``")] {
        let error = assign(&[&EXAMPLES[..], &[("rain", true, value)]].concat()).unwrap_err();
        assert_eq!(
            error,
            format!(
                "row 7 has {shown} in column `part`; a split by subset takes `train`, `validation` \
                 and `test`"
            )
        );
    }
}

#[test]
fn a_subset_without_a_label_is_named() {
    let error = assign(&EXAMPLES[..5]).unwrap_err();
    assert!(
        error.contains("the test subset that column `part` names has no Not Relevant text"),
        "{error}"
    );
}

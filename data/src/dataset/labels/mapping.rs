//! Meaning of the values of a label column.

use std::collections::BTreeSet;

use relevance_pipeline::Labels;

use super::error::{Kind, LabelsError};
use super::label::Label;
use super::lists::Lists;
use super::pairs::relevant_of;
use super::settings::LabelSettings;
use super::values::LabelValue;

/// Labels of the values of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LabelMapping {
    /// Label of each value, none for a missing one: `[values]`.
    pub labels: Vec<Option<Label>>,
    /// Names and values of the classes.
    pub labelling: Labelling,
}

/// Names of the two classes, and the values that mean them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labelling {
    /// Names of the classes, as the source or the settings spell them.
    pub names: Labels,
    /// Origin of the meaning.
    pub origin: LabelOrigin,
    /// Labels that the values name by their numbers, without settings.
    pub numbers: Vec<Label>,
    /// Values of the settings that no row has.
    pub absent: Vec<String>,
    /// Settings with which other files with the same labels are read.
    pub settings: LabelSettings,
}

/// Origin of the meaning of label values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LabelOrigin {
    /// The values are names or numbers of [`Label`].
    #[default]
    Names,
    /// The values are a well-known pair.
    Pair,
    /// The settings name the values.
    Settings,
}

/// Finds what each value means.
///
/// # Errors
///
/// When the settings leave a value out, or name none and the values are neither names of labels
/// nor a well-known pair.
pub(crate) fn find_mapping(
    values: &[LabelValue],
    settings: &LabelSettings,
) -> Result<LabelMapping, LabelsError> {
    let lists = Lists { values, settings };
    let mut labels: Vec<_> = values.iter().map(|value| lists.label(value)).collect();
    let is_open = |index: &usize| labels[*index].is_none() && !values[*index].is_missing();
    let open: Vec<usize> = (0..values.len()).filter(is_open).collect();

    let has_labels = labels.iter().any(Option::is_some);
    let (found, names, origin) = if open.is_empty() && has_labels && !settings.names_a_class() {
        (Vec::new(), Labels::default(), LabelOrigin::Names)
    } else if settings.names_a_class() {
        let (found, names) = find_rest(&lists, &open)?;
        (found, names, LabelOrigin::Settings)
    } else {
        find_usual(values, &open)?
    };
    for (index, label) in found {
        labels[index] = Some(label);
    }

    let numbers = match origin {
        LabelOrigin::Names => numbers(values, &labels),
        LabelOrigin::Pair | LabelOrigin::Settings => Vec::new(),
    };
    let labelling = Labelling {
        names,
        origin,
        numbers,
        absent: lists.absent(),
        settings: match origin {
            LabelOrigin::Names => settings.clone(),
            LabelOrigin::Pair | LabelOrigin::Settings => lists.settings_of(&labels),
        },
    };
    Ok(LabelMapping { labels, labelling })
}

/// Returns what is known of the values when [`find_mapping`] fails with the error.
pub(crate) fn find_known(
    values: &[LabelValue],
    settings: &LabelSettings,
    error: &LabelsError,
) -> Vec<Option<Label>> {
    let lists = Lists { values, settings };
    let label = |value: &LabelValue| match lists.label(value) {
        None if error.is_beside_names() => value.text.parse().ok(),
        label => label,
    };
    values.iter().map(label).collect()
}

/// Returns the labels that values name by their numbers.
fn numbers(values: &[LabelValue], labels: &[Option<Label>]) -> Vec<Label> {
    let labels = labels.iter().zip(values);
    let named = labels.filter_map(|(label, value)| {
        label.filter(|label| value.text == label.number().to_string())
    });
    let mut numbers: Vec<_> = named.collect();
    numbers.sort_unstable();
    numbers
}

/// Finds the meaning of the values at the indices, which no list of the settings names.
fn find_rest(
    lists: &Lists<'_>,
    open: &[usize],
) -> Result<(Vec<(usize, Label)>, Labels), LabelsError> {
    let Lists { values, settings } = lists;
    let mut names = lists.names();
    let all = |label: Label| open.iter().map(|&index| (index, label)).collect();

    let found = match (lists.any_other(), &*distinct(values, open)) {
        (_, []) => Vec::new(),
        (Some(label), _) => all(label),
        (None, [other]) if settings.not_relevant.is_empty() => {
            names.not_relevant.clone_from(&values[*other].text);
            all(Label::NotRelevant)
        }
        (None, [other]) if settings.relevant.is_empty() => {
            names.relevant.clone_from(&values[*other].text);
            all(Label::Relevant)
        }
        _ => return Err(LabelsError::new(Kind::Unmapped, values, open)),
    };
    Ok((found, names))
}

/// Returns one of each of the values that differ in more than case.
fn distinct(values: &[LabelValue], indices: &[usize]) -> Vec<usize> {
    let mut known = BTreeSet::new();
    let is_new = |index: &&usize| known.insert(values[**index].text.to_lowercase());
    indices.iter().filter(is_new).copied().collect()
}

type Usual = (Vec<(usize, Label)>, Labels, LabelOrigin);

/// Finds the meaning of the values at the indices by their names or as a well-known pair.
fn find_usual(values: &[LabelValue], indices: &[usize]) -> Result<Usual, LabelsError> {
    let failed = |kind| Err(LabelsError::new(kind, values, indices));
    let different = distinct(values, indices);
    let text = |index: usize| values[index].text.as_str();

    let usual: Vec<_> = indices
        .iter()
        .filter_map(|&index| Some((index, text(index).parse().ok()?)))
        .collect();
    let numbers: BTreeSet<_> = different.iter().map(|&index| text(index)).collect();
    let is_one_and_two = numbers == BTreeSet::from(["1", "2"]);
    if usual.len() == indices.len() && !usual.is_empty() && !is_one_and_two {
        return Ok((usual, Labels::default(), LabelOrigin::Names));
    }

    let is_name = |&(index, label): &(usize, Label)| text(index) != label.number().to_string();
    let has_names = usual.iter().any(is_name);
    let pair = match different[..] {
        [first, second] => relevant_of([first, second].map(text)).map(|relevant| match relevant {
            0 => [first, second],
            _ => [second, first],
        }),
        _ => None,
    };
    let Some([relevant, not_relevant]) = pair else {
        let is_unknown = |index: &usize| text(*index).parse::<Label>().is_err();
        let unknown: Vec<_> = indices.iter().copied().filter(is_unknown).collect();
        // One value beside numbers of labels is rather a mistake than another class.
        let has_stray = usual.len() > 1 && distinct(values, &unknown).len() == 1;
        return match different.len() {
            0 => failed(Kind::NoLabels),
            1 => failed(Kind::OneValue),
            _ if has_names || has_stray => {
                Err(LabelsError::new(Kind::UnknownNames, values, &unknown))
            }
            2 => failed(Kind::UnknownPair),
            _ => Err(many_values(values, &different)),
        };
    };

    let label = |&index: &usize| {
        let is_relevant = text(index).to_lowercase() == text(relevant).to_lowercase();
        let label = if is_relevant {
            Label::Relevant
        } else {
            Label::NotRelevant
        };
        (index, label)
    };
    let names = Labels {
        relevant: text(relevant).to_owned(),
        not_relevant: text(not_relevant).to_owned(),
    };
    Ok((
        indices.iter().map(label).collect(),
        names,
        LabelOrigin::Pair,
    ))
}

/// Returns the error of more than two values, the well-known pair among them with the most rows first, if
/// there is one.
fn many_values(values: &[LabelValue], different: &[usize]) -> LabelsError {
    let pairs = different.iter().flat_map(|&first| {
        let others = different.iter().filter(move |&&other| other > first);
        others.filter_map(move |&second| {
            let relevant = relevant_of([first, second].map(|index| values[index].text.as_str()))?;
            let mut pair = [first, second];
            pair.rotate_left(relevant);
            Some(pair)
        })
    });
    let rows = |pair: &[usize; 2]| -> u64 { pair.iter().map(|&index| values[index].rows).sum() };
    let Some(pair) = pairs.max_by_key(rows) else {
        return LabelsError::new(Kind::ManyValues, values, different);
    };

    let others = different.iter().filter(|index| !pair.contains(index));
    let listed: Vec<_> = pair.iter().chain(others).copied().collect();
    LabelsError::new(Kind::PairAndOthers, values, &listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(rows: &[(&str, u64)]) -> Vec<LabelValue> {
        let value = |(index, &(text, rows)): (usize, &(&str, u64))| LabelValue {
            text: text.to_owned(),
            rows,
            first: format!("line {}", index + 2),
        };
        rows.iter().enumerate().map(value).collect()
    }

    fn settings(relevant: &[&str], not_relevant: &[&str], undecided: &[&str]) -> LabelSettings {
        let list = |values: &[&str]| values.iter().map(|&value| value.to_owned()).collect();
        LabelSettings {
            relevant: list(relevant),
            not_relevant: list(not_relevant),
            undecided: list(undecided),
            ..LabelSettings::default()
        }
    }

    /// Returns the label of each value as a letter, and the names of the classes.
    fn map(texts: &[&str], settings: &LabelSettings) -> (String, String) {
        let rows: Vec<_> = texts.iter().map(|&text| (text, 1)).collect();
        let mapping = find_mapping(&values(&rows), settings).unwrap();
        let letter = |label: &Option<Label>| match label {
            Some(Label::Relevant) => 'r',
            Some(Label::NotRelevant) => 'n',
            Some(Label::CantDecide) => 'u',
            None => '-',
        };
        let Labels {
            relevant,
            not_relevant,
        } = mapping.labelling.names;
        let labels = mapping.labels.iter().map(letter).collect();
        (labels, format!("{relevant}/{not_relevant}"))
    }

    #[test]
    fn values_without_settings_are_names_numbers_or_a_well_known_pair() {
        for (texts, want, names) in [
            (
                &["Relevant", "Not Relevant", "Can't Decide"][..],
                "rnu",
                "Relevant/Not Relevant",
            ),
            (&["0", "1", "", "2"], "nr-u", "Relevant/Not Relevant"),
            (&["1"], "r", "Relevant/Not Relevant"),
            (&["ham", "nan", "spam"], "n-r", "spam/ham"),
            (&["True", "False", "TRUE"], "rnr", "True/False"),
            (&["1", "2"], "nr", "2/1"),
            (&["1", "-1"], "rn", "1/-1"),
        ] {
            let got = map(texts, &LabelSettings::default());
            assert_eq!(got, (want.to_owned(), names.to_owned()), "{texts:?}");
        }
    }

    #[test]
    fn settings_name_values_and_the_rest() {
        let texts = ["sci.med", "sci.space", "Junk", "junk", "unsure", ""];
        for (relevant, not_relevant, undecided, want, names) in [
            (
                &["sci.med"][..],
                &["*"][..],
                &[][..],
                "rnnnn-",
                "sci.med/not sci.med",
            ),
            (&["*"], &["JUNK"], &["unsure"], "rrnnu-", "not JUNK/JUNK"),
            (
                &["sci.med", "sci.space"],
                &["junk", "*"],
                &["unsure"],
                "rrnnu-",
                "sci.med or sci.space/not sci.med or sci.space",
            ),
            (
                &["sci.med", "sci.space"],
                &[],
                &["junk", "Junk"],
                "rruun-",
                "sci.med or sci.space/unsure",
            ),
            (&["junk"], &["Junk"], &["*"], "uunru-", "junk/Junk"),
            // A value of another case is not one of the others.
            (&["junk"], &["*"], &[], "nnrrn-", "junk/not junk"),
            (
                &[],
                &["sci.space", "junk", "Junk", "sci.med"],
                &[],
                "nnnnr-",
                "unsure/sci.space or junk or Junk or sci.med",
            ),
        ] {
            let got = map(&texts, &settings(relevant, not_relevant, undecided));
            assert_eq!(got, (want.to_owned(), names.to_owned()), "{relevant:?}");
        }
    }

    #[test]
    fn undecided_values_leave_the_others_to_their_names() {
        let got = map(&["spam", "ham", "?"], &settings(&[], &[], &["?"]));
        assert_eq!(got, ("rnu".to_owned(), "spam/ham".to_owned()));
    }

    #[test]
    fn items_that_name_no_value_are_told() {
        let values = values(&[("spam", 1), ("ham", 1)]);
        let mapping = find_mapping(&values, &settings(&["spam", "phishing"], &["ham"], &[]));
        assert_eq!(mapping.unwrap().labelling.absent, ["phishing"]);
    }

    #[test]
    fn other_values_are_errors_that_lead_on() {
        let none = LabelSettings::default();
        for (rows, settings, want) in [
            (
                &[("", 3)][..],
                &none,
                "no row has a label: name the column that has them with `--label-column`",
            ),
            (
                &[("spam", 3)],
                &none,
                "every label is the same, `spam` (3); training needs two different ones",
            ),
            (
                &[("not so good", 2), ("-1", 3)],
                &none,
                "which of the labels `-1` (3), `not so good` (2) is the relevant one? Name it: \
                 `--relevant='not so good'` or `--relevant=-1`",
            ),
            (
                &[("a, b", 2), ("\"c\"", 3)],
                &none,
                "which of the labels `\"c\"` (3), `a, b` (2) is the relevant one? Name it: \
                 `--relevant='\"a, b\"'` or `--relevant='\"\"\"c\"\"\"'`",
            ),
            (
                &[("a", 1), ("b", 5), ("c", 2)],
                &none,
                "there are more than two labels, `b` (5), `c` (2), `a` (1): name the relevant ones and \
                 the others, as `--relevant=b --not-relevant='*'` for one against the rest",
            ),
            (
                &[("None", 1), ("maybe", 2), ("no", 9), ("Yes", 5)],
                &none,
                "there are more than two labels, `no` (9), `Yes` (5), `maybe` (2), `None` (1): \
                 `--relevant=Yes --not-relevant=no --undecided-values='*'` leaves out all but two, \
                 or name the values of each class with `--relevant` and `--not-relevant`",
            ),
            (
                &[("Relevant", 9), ("Not Relevant", 9), ("Perhaps", 1)],
                &none,
                "unknown labels `Perhaps` (1), the first in line 4; accepted are `Not Relevant` (or 0), \
                 `Relevant` (or 1) and `Can't Decide` (or 2): mend them, or name the values with \
                 `--relevant`, `--not-relevant` and `--undecided-values`",
            ),
            (
                &[("0", 9), ("1", 9), ("9", 1)],
                &none,
                "unknown labels `9` (1), the first in line 4; accepted are `Not Relevant` (or 0), \
                 `Relevant` (or 1) and `Can't Decide` (or 2): mend them, or name the values with \
                 `--relevant`, `--not-relevant` and `--undecided-values`",
            ),
            (
                &[("a", 1), ("b", 1), ("c", 2)],
                &settings(&["a"], &[], &[]),
                "no flag names the labels `c` (2), `b` (1), the first in line 3: add them to \
                 `--relevant`, `--not-relevant` or `--undecided-values`, of which one may be '*' for any \
                 other",
            ),
        ] {
            let error = find_mapping(&values(rows), settings).unwrap_err();
            assert_eq!(error.to_string(), want);
            let redacted = error.redacted().to_string();
            let shows = |text: &str| redacted.contains(&format!("`{text}`"));
            assert!(
                !rows
                    .iter()
                    .any(|(text, _)| shows(text) && *text != "Relevant" && *text != "Not Relevant"),
                "{redacted}"
            );
        }
    }
}

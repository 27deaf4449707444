//! Pairs of label values that are well known.

/// Values for relevant and for not relevant, in small letters.
const PAIRS: [(&str, &str); 21] = [
    ("true", "false"),
    ("t", "f"),
    ("yes", "no"),
    ("y", "n"),
    ("on", "off"),
    ("1", "-1"),
    ("2", "1"),
    ("positive", "negative"),
    ("pos", "neg"),
    ("spam", "ham"),
    ("spam", "not spam"),
    ("relevant", "irrelevant"),
    ("relevant", "not_relevant"),
    ("relevant", "other"),
    ("toxic", "non-toxic"),
    ("toxic", "not toxic"),
    ("hate", "not hate"),
    ("fake", "real"),
    ("accept", "reject"),
    ("include", "exclude"),
    ("included", "excluded"),
];

/// Returns the index of the relevant value of two, when they are a well-known pair.
pub(super) fn relevant_of(values: [&str; 2]) -> Option<usize> {
    let [first, second] = values.map(str::to_lowercase);
    PAIRS.iter().find_map(|&(relevant, not_relevant)| {
        if first == relevant && second == not_relevant {
            Some(0)
        } else if second == relevant && first == not_relevant {
            Some(1)
        } else {
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_known_in_any_order_and_case() {
        for (values, want) in [
            (["ham", "spam"], Some(1)),
            (["True", "False"], Some(0)),
            (["-1", "1"], Some(1)),
            (["1", "2"], Some(1)),
            (["Negative", "POSITIVE"], Some(1)),
            (["spam", "eggs"], None),
            (["spam", "spam"], None),
        ] {
            assert_eq!(relevant_of(values), want, "{values:?}");
        }
    }

    #[test]
    fn no_pair_is_listed_in_both_orders() {
        for (relevant, not_relevant) in PAIRS {
            assert!(!PAIRS.contains(&(not_relevant, relevant)), "{relevant}");
        }
    }
}

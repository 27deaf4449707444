//! The metrics that expressions name, and whether there are such.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};

/// What the names of the service's metrics begin with.
const PREFIXES: [&str; 2] = ["relevance_", "process_"];
/// Labels that Prometheus adds when it scrapes.
const SCRAPED: [&str; 2] = ["job", "instance"];

/// A metric with the labels that are asked of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Mention {
    name: String,
    labels: BTreeSet<String>,
}

/// Every metric of the service that a text names.
pub fn mentions(text: &str) -> Vec<Mention> {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_name) {
        let word = &rest[start..];
        let (name, after) = word.split_at(
            word.find(|letter: char| !is_name(letter))
                .unwrap_or(word.len()),
        );
        if PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
            let labels = after.strip_prefix('{').map(labels).unwrap_or_default();
            found.push(Mention {
                name: name.to_owned(),
                labels,
            });
        }
        rest = after;
    }
    found
}

/// The names before the signs of `name="value", other=~"value"}`.
fn labels(selector: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    // Every other part is a value in quotation marks, commas and braces and all.
    for outside in selector.split('"').step_by(2) {
        let end = outside.find('}');
        let name = outside[..end.unwrap_or(outside.len())]
            .trim_matches(|letter: char| ", =~!".contains(letter));
        if !name.is_empty() {
            names.insert(name.to_owned());
        }
        if end.is_some() {
            break;
        }
    }
    names
}

/// Fails when a metric, or a label of it, is not in what the service prints.
pub fn check(mentions: &[Mention], exposition: &str) -> Result<()> {
    let mut printed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for sample in exposition
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(self::mentions)
    {
        printed
            .entry(sample.name)
            .or_default()
            .extend(sample.labels);
    }
    for Mention { name, labels } in mentions {
        let known = printed.get(name);
        ensure!(
            known.is_some(),
            "`{name}` is asked for in `deploy/`, but the service does not print it"
        );
        for label in labels
            .iter()
            .filter(|label| !SCRAPED.contains(&label.as_str()))
        {
            let has = known.is_some_and(|known| known.contains(label));
            ensure!(
                has,
                "`{name}` has no label `{label}`, which `deploy/` asks for"
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mention(name: &str, labels: &[&str]) -> Mention {
        Mention {
            name: name.to_owned(),
            labels: labels.iter().map(|&label| label.to_owned()).collect(),
        }
    }

    #[test]
    fn metrics_are_found_with_their_labels() {
        let text = r#"sum by (le) (rate(relevance_score_bucket{job=~"{a},b", le!="1"}[5m])) / up{x="y"} + relevance_x
            and relevance:share1h > 1"#;
        assert_eq!(
            mentions(text),
            [
                mention("relevance_score_bucket", &["job", "le"]),
                mention("relevance_x", &[])
            ]
        );
    }

    #[test]
    fn what_is_not_printed_is_refused() {
        let printed =
            "# HELP relevance_a text\nrelevance_a{route=\"/x\"} 1\nprocess_threads 3\n# EOF\n";
        let check = |expression: &str| {
            check(&mentions(expression), printed).map_err(|error| error.to_string())
        };
        assert!(check(r#"relevance_a{route="/", instance="b"} + process_threads"#).is_ok());
        assert!(check("relevance_b").unwrap_err().contains("does not print"));
        assert!(
            check(r#"relevance_a{path="/"}"#)
                .unwrap_err()
                .contains("no label `path`")
        );
    }
}

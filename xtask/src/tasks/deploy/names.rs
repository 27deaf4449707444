//! Metrics and labels in queries, compared with those that the service exposes.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};

/// Prefixes of the service's metrics.
const PREFIXES: [&str; 2] = ["relevance_", "process_"];
/// Labels that Prometheus adds when it scrapes.
const SCRAPE_LABELS: [&str; 2] = ["job", "instance"];

/// A metric with some of its labels.
#[derive(Debug, PartialEq, Eq)]
pub struct Series {
    name: String,
    labels: BTreeSet<String>,
}

/// Finds every metric of the service in a text, with its label selectors.
pub fn parse(text: &str) -> Vec<Series> {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_name) {
        let word = &rest[start..];
        let end = word.find(|letter| !is_name(letter)).unwrap_or(word.len());
        let (name, after) = word.split_at(end);

        if PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
            let labels = after.strip_prefix('{').map(labels).unwrap_or_default();
            found.push(Series {
                name: name.to_owned(),
                labels,
            });
        }
        rest = after;
    }
    found
}

/// Returns the label names of a selector `name="value", other=~"value"}`.
fn labels(selector: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    // Every second part is a quoted value, which may contain commas and braces.
    for unquoted in selector.split('"').step_by(2) {
        let end = unquoted.find('}');
        let name = unquoted[..end.unwrap_or(unquoted.len())]
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

/// Fails when the service does not expose a queried metric or label.
pub fn check(queried: &[Series], exposition: &str) -> Result<()> {
    let mut exposed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let samples = exposition.lines().filter(|line| !line.starts_with('#'));
    for sample in samples.flat_map(parse) {
        exposed
            .entry(sample.name)
            .or_default()
            .extend(sample.labels);
    }

    for Series { name, labels } in queried {
        let Some(exposed_labels) = exposed.get(name) else {
            bail!("`deploy/` queries `{name}`, which the service does not expose");
        };
        let mut queried_labels = labels
            .iter()
            .filter(|label| !SCRAPE_LABELS.contains(&label.as_str()));
        if let Some(label) = queried_labels.find(|label| !exposed_labels.contains(*label)) {
            bail!("`deploy/` queries the label `{label}` of `{name}`, which has no such label");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(name: &str, labels: &[&str]) -> Series {
        Series {
            name: name.to_owned(),
            labels: labels.iter().map(|&label| label.to_owned()).collect(),
        }
    }

    #[test]
    fn metrics_are_found_with_their_labels() {
        let text = r#"sum by (le) (rate(relevance_score_bucket{job=~"{a},b", le!="1"}[5m])) / up{x="y"}
            + relevance_x and relevance:share1h > 1"#;
        assert_eq!(
            parse(text),
            [
                series("relevance_score_bucket", &["job", "le"]),
                series("relevance_x", &[])
            ]
        );
    }

    #[test]
    fn a_metric_or_label_that_is_not_exposed_is_an_error() {
        let exposed =
            "# HELP relevance_a text\nrelevance_a{route=\"/x\"} 1\nprocess_threads 3\n# EOF\n";
        let check = |expression: &str| {
            check(&parse(expression), exposed).map_err(|error| error.to_string())
        };
        assert!(check(r#"relevance_a{route="/", instance="b"} + process_threads"#).is_ok());
        assert!(
            check("relevance_b")
                .unwrap_err()
                .contains("does not expose")
        );
        assert!(
            check(r#"relevance_a{path="/"}"#)
                .unwrap_err()
                .contains("the label `path`")
        );
    }
}

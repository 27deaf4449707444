//! Text formats of the metrics, and the choice between them by `Accept`.

use std::fmt::Write as _;

use axum::http::{HeaderMap, header};

/// Text format of the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextFormat {
    /// `OpenMetrics` 1.0.0.
    OpenMetrics,
    /// Prometheus's text format 0.0.4.
    Prometheus,
}

impl TextFormat {
    /// Returns the format that the client prefers; Prometheus's without a preference.
    pub(crate) fn negotiate(headers: &HeaderMap) -> Self {
        let accepted: Vec<&str> = headers
            .get_all(header::ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .collect();
        let quality = |kinds: &[&str]| kinds.iter().find_map(|kind| find_quality(&accepted, kind));

        let open = quality(&["application/openmetrics-text"]).unwrap_or_default();
        let plain = quality(&["text/plain", "text/*", "*/*"]).unwrap_or_default();
        if open > 0.0 && open >= plain {
            Self::OpenMetrics
        } else {
            Self::Prometheus
        }
    }

    /// The media type.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
        }
    }
}

/// Returns the quality of a media type among the entries of `Accept`.
fn find_quality(accepted: &[&str], kind: &str) -> Option<f32> {
    accepted.iter().find_map(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        if !parts.next()?.eq_ignore_ascii_case(kind) {
            return None;
        }

        let quality = parts.find_map(|part| part.strip_prefix("q="));
        Some(quality.and_then(|text| text.parse().ok()).unwrap_or(1.0))
    })
}

/// Empties the label of the model, which then counts as missing; names consist of letters, digits,
/// `_` and `-`.
pub(crate) fn without_model(text: &str, name: &str) -> String {
    text.replace(&format!("model=\"{name}\""), "model=\"\"")
}

/// Converts `OpenMetrics` to Prometheus's format, in which the family of a counter has the name of
/// its samples, and units, the end and the type `info` do not exist.
pub(crate) fn to_prometheus(openmetrics: &str) -> String {
    let mut text = String::with_capacity(openmetrics.len());
    // The type follows the help, but decides its name.
    let mut help = None;

    for line in openmetrics.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            help = rest.split_once(' ');
        } else if let Some((name, kind)) = line
            .strip_prefix("# TYPE ")
            .and_then(|rest| rest.split_once(' '))
        {
            write_family(&mut text, name, kind, help.take());
        } else if !line.starts_with('#') {
            let _ = writeln!(text, "{line}");
        }
    }

    text
}

fn write_family(text: &mut String, name: &str, kind: &str, help: Option<(&str, &str)>) {
    let (suffix, kind) = match kind {
        "counter" => ("_total", "counter"),
        "info" => ("_info", "gauge"),
        "unknown" => ("", "untyped"),
        other => ("", other),
    };

    if let Some((_, help)) = help.filter(|(of, _)| *of == name) {
        let _ = writeln!(text, "# HELP {name}{suffix} {help}");
    }
    let _ = writeln!(text, "# TYPE {name}{suffix} {kind}");
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_client_chooses_the_format() {
        use TextFormat::{OpenMetrics, Prometheus};
        let scraper = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
                       text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
        for (accept, want) in [
            (scraper, OpenMetrics),
            ("application/openmetrics-text", OpenMetrics),
            (
                "text/plain;q=0.6, application/openmetrics-text;q=0.5",
                Prometheus,
            ),
            ("application/openmetrics-text;q=0", Prometheus),
            ("text/plain", Prometheus),
            ("*/*", Prometheus),
            ("text/html,application/xml;q=0.9,*/*;q=0.8", Prometheus),
        ] {
            let value = HeaderValue::from_str(accept).unwrap();
            let headers = HeaderMap::from_iter([(header::ACCEPT, value)]);
            assert_eq!(TextFormat::negotiate(&headers), want, "{accept}");
        }
        assert_eq!(TextFormat::negotiate(&HeaderMap::new()), Prometheus);
    }

    #[test]
    fn families_get_the_names_of_the_older_format() {
        let openmetrics = "# HELP a_seconds Time.\n# TYPE a_seconds counter\n\
                           # UNIT a_seconds seconds\na_seconds_total{b=\"# HELP\"} 1\n\
                           # HELP c Level.\n# TYPE c gauge\nc 2\n# EOF\n";
        assert_eq!(
            to_prometheus(openmetrics),
            "# HELP a_seconds_total Time.\n# TYPE a_seconds_total counter\n\
             a_seconds_total{b=\"# HELP\"} 1\n# HELP c Level.\n# TYPE c gauge\nc 2\n"
        );
    }
}

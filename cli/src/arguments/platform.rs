//! Flags of the routes that a platform names.

use clap::Args;

/// Flags of further paths.
#[derive(Debug, Args)]
#[command(next_help_heading = "Platform")]
pub struct PlatformArguments {
    /// Further path of POST `/invocations`, which Vertex AI names.
    #[arg(
        long,
        env = "AIP_PREDICT_ROUTE",
        value_name = "PATH",
        value_parser = parse_path
    )]
    pub predict_route: Option<String>,
    /// Further path of GET `/ping`, which Vertex AI names.
    #[arg(
        long,
        env = "AIP_HEALTH_ROUTE",
        value_name = "PATH",
        value_parser = parse_path
    )]
    pub health_route: Option<String>,
}

/// Parses the path of a request, without a query.
fn parse_path(text: &str) -> Result<String, String> {
    let is_letter = |letter: u8| letter.is_ascii_graphic() && !b"?#".contains(&letter);
    if text.starts_with('/') && text.bytes().all(is_letter) {
        Ok(text.to_owned())
    } else {
        Err("a path begins with `/`, and has neither a query nor spaces".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_begins_with_a_slash_and_has_no_query() {
        for (text, want) in [
            ("/ping", true),
            ("/v1/endpoints/1/deployedModels/2:predict", true),
            ("/", true),
            ("ping", false),
            ("/ping?a=1", false),
            ("/a b", false),
            ("/é", false),
        ] {
            assert_eq!(parse_path(text).is_ok(), want, "{text}");
        }
    }
}

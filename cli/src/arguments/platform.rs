//! Flags of the routes that a platform names.

use anyhow::anyhow;
use clap::Args;
use relevance_serve::is_route;

use crate::exit::WrongUsage;

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

/// Paths that a platform may name for predictions, in place of routes of ours with other bodies.
const OF_PREDICTIONS: [&str; 3] = ["/invocations", "/v1/predict", "/v1/predict/batch"];
/// Paths that a platform may name for the health.
const OF_HEALTH: [&str; 3] = ["/ping", "/v2/health/live", "/v2/health/ready"];

impl PlatformArguments {
    /// Rejects a further path of a route for something else, which it would hide.
    pub fn check(&self) -> Result<(), WrongUsage> {
        for (flag, path, alike) in [
            ("predict-route", &self.predict_route, OF_PREDICTIONS),
            ("health-route", &self.health_route, OF_HEALTH),
        ] {
            let other = path.as_deref().filter(|path| !alike.contains(path));
            let Some(path) = other else {
                continue;
            };
            if is_route(path) {
                return Err(WrongUsage(anyhow!(
                    "`--{flag}` is `{path}`, which is the path of another route: choose another one"
                )));
            }
        }
        if self.predict_route.is_some() && self.predict_route == self.health_route {
            return Err(WrongUsage(anyhow!(
                "`--predict-route` and `--health-route` are the same path: choose another one"
            )));
        }
        Ok(())
    }
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
    fn a_further_path_hides_no_other_route() {
        for (predict, health, want) in [
            (Some("/predict"), Some("/health"), true),
            (Some("/invocations"), Some("/ping"), true),
            (Some("/v1/predict"), Some("/v2/health/ready"), true),
            (None, Some("/v1/endpoints/1/ready"), true),
            (Some("/ping"), None, false),
            (Some("/v1/explain"), None, false),
            (None, Some("/v1/predict"), false),
            (Some("/v2/models/relevance/infer"), None, false),
            (None, Some("/metrics"), false),
            (None, Some("/"), false),
            (Some("/same"), Some("/same"), false),
        ] {
            let arguments = PlatformArguments {
                predict_route: predict.map(str::to_owned),
                health_route: health.map(str::to_owned),
            };
            assert_eq!(arguments.check().is_ok(), want, "{predict:?} {health:?}");
        }
    }

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

//! The hook `postcreate`, which configures the created service.

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::hook_case::HookCase;

/// Runs the hook of `app.json`.
pub fn check(app: &Value) -> Result<()> {
    let hook = hook(app)?;
    let instances = app
        .pointer("/options/max-instances")
        .and_then(Value::as_u64)
        .context("app.json has no `options.max-instances`")?;
    let update = format!(
        "gcloud run services update relevance --project some-project --region europe-west1 \
         --max-instances {instances} --update-env-vars \
         GOOGLE_CLOUD_PROJECT=some-project,RELEVANCE_HEADER_TIMEOUT_MS=620000 --quiet"
    );
    let example = "curl https://relevance.example/v1/predict -H 'authorization: Bearer some-key'";

    let case = HookCase::new;
    let cases = [
        case("the service is configured", &[&update]).prints(example),
        case("the service has no key", &[&update]).with_variable("RELEVANCE_API_KEY", None),
        case("the update fails", &[&update])
            .with_failing(&[&update])
            .fails_with("without a limit of instances"),
        case("no name of a service", &[])
            .with_variable("K_SERVICE", None)
            .fails_with("K_SERVICE is not set"),
    ];
    cases.iter().try_for_each(|case| case.check(hook))
}

/// Returns the only command of the hook.
fn hook(app: &Value) -> Result<&str> {
    let commands = app
        .pointer("/hooks/postcreate/commands")
        .and_then(Value::as_array);
    let command = match commands.map(Vec::as_slice) {
        Some([command]) => command.as_str(),
        _ => None,
    };
    command.context("app.json needs exactly one command in `hooks.postcreate.commands`")
}

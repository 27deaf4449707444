//! The hook `prebuild`, which provides the image when the button does not build it.

use std::fs;

use anyhow::Result;
use tempfile::TempDir;

use super::hook_case::{HookCase, IMAGE_URL};
use crate::command::root;
use crate::tasks::images;

const HOOK: &str = "./deploy/button/image.sh";
/// A manifest that names no repository of GitHub.
const OTHER_MANIFEST: &str =
    "[workspace.package]\nversion = \"1.0.0\"\nrepository = \"some-one/relevance\"\n";

/// Runs the hook with a published image, with one that has to be built, and with each failure.
pub fn check() -> Result<()> {
    check_published()?;
    check_build()?;
    check_settings()
}

fn check_published() -> Result<()> {
    let published = published()?;
    let pull = format!("docker pull --quiet {published}");
    let tag = format!("docker tag {published} {IMAGE_URL}");
    let inspect = inspect();

    let case = HookCase::new;
    let cases = [
        case("the image is published", &[&pull, &tag, &inspect]),
        case("the image gets no tag", &[&pull, &tag])
            .with_failing(&[&tag])
            .fails_with("cannot tag"),
        case("no image is there in the end", &[&pull, &tag, &inspect])
            .with_failing(&[&inspect])
            .fails_with("there is no image"),
    ];
    cases.iter().try_for_each(|case| case.check(HOOK))
}

fn check_build() -> Result<()> {
    let pull = format!("docker pull --quiet {}", published()?);
    let enable = "gcloud services enable cloudbuild.googleapis.com --project some-project";
    let submit = format!(
        "gcloud builds submit {} --project some-project --tag {IMAGE_URL} \
         --machine-type e2-highcpu-8 --timeout 1800",
        root().display()
    );
    let pull_result = format!("docker pull --quiet {IMAGE_URL}");
    let inspect = inspect();
    let calls = [&pull, enable, &submit, &pull_result, &inspect];

    let case = |name, length| HookCase::new(name, &calls[..length]);
    let cases = [
        case("the image is built", 5).with_failing(&[&pull]),
        case("Cloud Build cannot be enabled", 2)
            .with_failing(&[&pull, enable])
            .fails_with("cannot enable Cloud Build in the project some-project"),
        case("the build fails", 3)
            .with_failing(&[&pull, &submit])
            .fails_with("Cloud Build did not make the image"),
        case("the result cannot be pulled", 4)
            .with_failing(&[&pull, &pull_result])
            .fails_with("Docker cannot pull it"),
    ];
    cases.iter().try_for_each(|case| case.check(HOOK))
}

fn check_settings() -> Result<()> {
    let other = TempDir::new()?;
    let empty = TempDir::new()?;
    fs::write(other.path().join("Cargo.toml"), OTHER_MANIFEST)?;
    let folder = |folder: &TempDir| Some(folder.path().display().to_string());

    let case = |name| HookCase::new(name, &[]);
    let cases = [
        case("no name of an image")
            .with_variable("IMAGE_URL", None)
            .fails_with("IMAGE_URL is not set"),
        case("another repository")
            .with_variable("APP_DIR", folder(&other))
            .fails_with("'some-one/relevance' instead of"),
        case("no manifest")
            .with_variable("APP_DIR", folder(&empty))
            .fails_with("no Cargo.toml in"),
    ];
    cases.iter().try_for_each(|case| case.check(HOOK))
}

/// Returns the name of the published image of this version.
fn published() -> Result<String> {
    let image = images::published(env!("CARGO_PKG_REPOSITORY"))?;
    Ok(format!("{image}:{}", env!("CARGO_PKG_VERSION")))
}

fn inspect() -> String {
    format!("docker image inspect --format image: {{{{ .Id }}}} {IMAGE_URL}")
}

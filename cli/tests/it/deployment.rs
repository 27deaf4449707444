//! The files that build and run the service elsewhere: `app.json`, `Dockerfile`, the workflows.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::support::Workspace;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn app() -> Map<String, Value> {
    serde_json::from_str(&read("app.json")).unwrap()
}

fn object<'a>(location: &str, value: &'a Value) -> &'a Map<String, Value> {
    value
        .as_object()
        .unwrap_or_else(|| panic!("{location} is not an object: {value}"))
}

/// A key that may stand in an object, and the kind of its value.
type Known = (&'static str, fn(&Value) -> bool);

/// Asserts that a value is an object of known keys, each with a value of its kind.
#[track_caller]
fn assert_keys(location: &str, value: &Value, known: &[Known]) {
    for (key, value) in object(location, value) {
        let known = known.iter().find(|(name, _)| name == key);
        let (_, is_kind) =
            known.unwrap_or_else(|| panic!("{location} has the unknown key `{key}`"));
        assert!(is_kind(value), "{location}: `{key}` cannot be {value}");
    }
}

fn is_strings(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|values| values.iter().all(Value::is_string))
}

#[test]
fn app_json_has_only_keys_that_the_button_reads() {
    let app = app();
    assert_keys(
        "app.json",
        &Value::Object(app.clone()),
        &[
            ("name", Value::is_string),
            ("description", Value::is_string),
            ("keywords", is_strings),
            ("logo", Value::is_string),
            ("repository", Value::is_string),
            ("website", Value::is_string),
            ("stack", Value::is_string),
            ("formation", Value::is_object),
            ("env", Value::is_object),
            ("options", Value::is_object),
            ("build", Value::is_object),
            ("hooks", Value::is_object),
        ],
    );

    if let Some(options) = app.get("options") {
        let known: [Known; 7] = [
            ("allow-unauthenticated", Value::is_boolean),
            ("memory", Value::is_string),
            ("cpu", Value::is_string),
            ("port", Value::is_u64),
            ("http2", Value::is_boolean),
            ("concurrency", Value::is_u64),
            ("max-instances", Value::is_u64),
        ];
        assert_keys("options", options, &known);
    }

    if let Some(build) = app.get("build") {
        assert_keys(
            "build",
            build,
            &[
                ("skip", Value::is_boolean),
                ("buildpacks", Value::is_object),
            ],
        );
        if let Some(buildpacks) = build.get("buildpacks") {
            assert_keys("buildpacks", buildpacks, &[("builder", Value::is_string)]);
        }
    }

    if let Some(hooks) = app.get("hooks") {
        let names = ["prebuild", "postbuild", "precreate", "postcreate"];
        assert_keys(
            "hooks",
            hooks,
            &names.map(|name| (name, Value::is_object as fn(&Value) -> bool)),
        );
        for (name, hook) in object("hooks", hooks) {
            assert_keys(name, hook, &[("commands", is_strings)]);
        }
    }
}

#[test]
fn a_variable_of_app_json_that_is_not_asked_for_has_a_value() {
    let app = app();
    let known: [Known; 5] = [
        ("description", Value::is_string),
        ("value", Value::is_string),
        ("required", Value::is_boolean),
        ("generator", |value| value == "secret"),
        ("order", Value::is_u64),
    ];

    for (name, variable) in app
        .get("env")
        .map(|env| object("env", env))
        .into_iter()
        .flatten()
    {
        assert_keys(name, variable, &known);
        let is_required = variable
            .get("required")
            .is_none_or(|required| required == true);
        let value = variable
            .get("value")
            .and_then(Value::as_str)
            .unwrap_or_default();
        assert!(
            is_required || !value.is_empty(),
            "{name} is not required and has no value"
        );
        assert!(
            value.is_empty() || variable.get("generator").is_none(),
            "{name} has a value and a generator, which the button rejects"
        );
    }
}

#[test]
fn the_command_knows_the_variables_that_app_json_and_the_image_set() {
    let reference = Workspace::new().run(&["reference"]).succeeded().stdout;
    let app = app();
    let of_app = app
        .get("env")
        .map(|env| object("env", env))
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone());
    let names: Vec<String> = of_app.chain(image_variables()).collect();
    assert!(!names.is_empty());

    for name in names {
        assert!(
            reference.contains(&format!("`{name}`")),
            "the command does not know `{name}`"
        );
    }
}

/// The instructions of the Dockerfile with their arguments, continued lines joined and comments left out.
fn instructions() -> Vec<(String, String)> {
    let text = read("Dockerfile");
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .collect();
    let instructions = lines.join("\n").replace("\\\n", " ");
    let instructions = instructions
        .lines()
        .filter_map(|line| line.trim().split_once(' '));
    instructions
        .map(|(name, rest)| (name.to_uppercase(), rest.trim().to_owned()))
        .collect()
}

/// The instructions of the last stage, which is the image.
fn last_stage() -> Vec<(String, String)> {
    let instructions = instructions();
    let start = instructions
        .iter()
        .rposition(|(name, _)| name == "FROM")
        .unwrap();
    instructions[start..].to_vec()
}

/// The variables that the image sets.
fn image_variables() -> Vec<String> {
    let stage = last_stage();
    let values = stage
        .iter()
        .filter(|(name, _)| name == "ENV")
        .flat_map(|(_, rest)| rest.split_whitespace());
    values
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, _)| name.to_owned())
        .collect()
}

fn is_hexadecimal(digits: &str, length: usize) -> bool {
    digits.len() == length
        && digits
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_pinned_image(image: &str) -> bool {
    image
        .split_once("@sha256:")
        .is_some_and(|(_, digest)| is_hexadecimal(digest, 64))
}

#[test]
fn every_base_image_is_pinned_by_its_digest() {
    let mut stages = vec!["scratch".to_owned()];
    for (name, rest) in instructions() {
        let mut words = rest
            .split_whitespace()
            .filter(|word| !word.starts_with("--"));
        match name.as_str() {
            "FROM" => {
                let image = words.next().unwrap();
                assert!(
                    stages.iter().any(|stage| stage == image) || is_pinned_image(image),
                    "FROM {rest}"
                );
                stages.extend(words.nth(1).map(str::to_owned));
            }
            "COPY" => {
                let source = rest
                    .split_whitespace()
                    .find_map(|word| word.strip_prefix("--from="));
                let is_known = |image: &str| {
                    stages.iter().any(|stage| stage == image) || is_pinned_image(image)
                };
                assert!(source.is_none_or(is_known), "COPY {rest}");
            }
            _ => {}
        }
    }
    assert!(stages.len() > 1, "no stage has a name");
}

#[test]
fn the_image_runs_as_an_unprivileged_user_and_checks_its_health() {
    let stage = last_stage();
    let of = |wanted: &str| {
        stage
            .iter()
            .rev()
            .find(|(name, _)| name == wanted)
            .map(|(_, rest)| rest.as_str())
    };
    let user = of("USER").expect("the image sets no user");

    for number in user.split(':') {
        assert!(
            number.parse::<u32>().is_ok_and(|number| number > 0),
            "USER {user}"
        );
    }

    let health = of("HEALTHCHECK").expect("the image has no health check");
    let (_, command) = health.split_once("CMD ").unwrap();
    let command: Vec<String> = serde_json::from_str(command).unwrap();
    assert_eq!(
        command.last().map(String::as_str),
        Some("health"),
        "an image from scratch has no shell"
    );
}

#[test]
fn every_action_is_pinned_by_its_commit() {
    let mut actions = 0;
    for entry in fs::read_dir(root().join(".github/workflows")).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_none_or(|extension| extension != "yml" && extension != "yaml")
        {
            continue;
        }
        for line in read(&path).lines() {
            let Some(action) = line.trim().trim_start_matches("- ").strip_prefix("uses:") else {
                continue;
            };
            let action = action.split('#').next().unwrap_or_default().trim();
            let is_pinned = action
                .split_once('@')
                .is_some_and(|(_, commit)| is_hexadecimal(commit, 40));
            assert!(
                is_pinned || action.starts_with("./"),
                "{}: {action}",
                path.display()
            );
            actions += 1;
        }
    }
    assert!(actions > 0, "no workflow uses an action");
}

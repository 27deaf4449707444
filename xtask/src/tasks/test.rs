//! Tests of the whole workspace.

use anyhow::Result;

use crate::command::{cargo, run};
use crate::tools::{moto, onnxruntime};

/// Runs `cargo test` with `arguments`, on the whole workspace unless they select packages.
pub fn run_all(arguments: &[String]) -> Result<()> {
    let (library, moto) = (onnxruntime::library()?, moto::folder()?);
    let mut test = cargo();
    test.args(["test", "--locked"]);
    if !selects_packages(arguments) {
        test.arg("--workspace");
    }

    test.args(arguments)
        .env("ORT_DYLIB_PATH", library)
        .env("ORT_DISABLE_TELEMETRY", "1")
        .env("RELEVANCE_MOTO", moto);
    run(&mut test)
}

/// Whether arguments for cargo, not those after `--` for the tests, name a package.
fn selects_packages(arguments: &[String]) -> bool {
    arguments
        .iter()
        .take_while(|argument| *argument != "--")
        .any(|argument| argument.starts_with("-p") || argument.starts_with("--package"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_selected_by_arguments_for_cargo_only() {
        for (arguments, expected) in [
            (&["-p", "relevance-data"][..], true),
            (&["--package=relevance-data", "sqlite"], true),
            (&["sqlite"], false),
            (&["--", "-p"], false),
        ] {
            let arguments: Vec<_> = arguments.iter().map(ToString::to_string).collect();
            assert_eq!(selects_packages(&arguments), expected, "{arguments:?}");
        }
    }
}

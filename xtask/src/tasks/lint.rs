//! Format, lints with complexity, documentation.

use anyhow::Result;

use crate::command::{cargo, run};

/// Fails at the first that is not clean.
pub fn all() -> Result<()> {
    run(cargo().args(["fmt", "--all", "--check"]))?;
    run(cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "--deny",
        "warnings",
    ]))?;
    let mut documentation = cargo();
    documentation.args([
        "doc",
        "--workspace",
        "--no-deps",
        "--document-private-items",
        "--locked",
        "--quiet",
    ]);
    run(documentation.env("RUSTDOCFLAGS", "--deny warnings"))
}

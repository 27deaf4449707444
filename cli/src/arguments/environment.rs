//! Environment variables of flags.

use clap::Arg;

/// Makes a flag ignore its environment variable if that is empty, as if it were not set.
pub fn ignore_empty(flag: Arg) -> Arg {
    let is_empty = flag
        .get_env()
        .and_then(std::env::var_os)
        .is_some_and(|value| value.is_empty());

    if is_empty {
        flag.env(None::<&str>)
    } else {
        flag
    }
}

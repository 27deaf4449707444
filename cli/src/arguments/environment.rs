//! Environment variables of flags.

use clap::Arg;

/// Variable with the port of a container of Vertex AI.
const VERTEX_PORT: &str = "AIP_HTTP_PORT";

/// Reads the port of the service from the variable of Vertex AI if that is set.
pub fn prefer_vertex_port(flag: Arg) -> Arg {
    let is_set = std::env::var_os(VERTEX_PORT).is_some_and(|port| !port.is_empty());
    if is_set && flag.get_id() == "port" {
        flag.env(VERTEX_PORT)
    } else {
        flag
    }
}

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

//! The limit of open files, and the limits of the service that contradict it or each other.

use relevance_serve::Limits;

/// File descriptors that a service needs besides those of its connections.
const OTHER_FILES: usize = 64;

/// Raises the soft limit of open files to the hard one, as servers do.
pub fn raise_limit() {
    #[cfg(unix)]
    {
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
        let raised = rustix::process::Rlimit {
            current: limit.maximum,
            ..limit
        };

        if let Err(error) = rustix::process::setrlimit(rustix::process::Resource::Nofile, raised) {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "cannot raise the limit of open files"
            );
        }
    }
}

/// Lowers the limit of connections to what the process may open, so that the service stays the one
/// that decides which connection to close.
pub fn fit_connections(limits: &mut Limits) {
    let Some(files) = max_files().and_then(|files| usize::try_from(files).ok()) else {
        return;
    };
    let possible = files.saturating_sub(OTHER_FILES).max(1);
    if limits.max_connections <= possible {
        return;
    }

    tracing::warn!(
        max_connections = limits.max_connections,
        files,
        "`--max-connections` needs more files than the process may open: the limit is {possible}; \
         lower it, or raise the limit of files (`ulimit -n`)"
    );
    limits.max_connections = possible;
}

/// Warns of limits that contradict each other.
pub fn warn_of_contradictions(limits: &Limits) {
    if limits.max_text_bytes > limits.max_body_bytes {
        tracing::warn!(
            max_text_bytes = limits.max_text_bytes,
            max_body_bytes = limits.max_body_bytes,
            "no body can have a text of `--max-text-bytes`: raise `--max-body-bytes`"
        );
    }

    if limits.max_body_bytes > limits.max_bytes_in_flight {
        tracing::warn!(
            max_body_bytes = limits.max_body_bytes,
            max_bytes_in_flight = limits.max_bytes_in_flight,
            "a body of `--max-body-bytes` is served only alone: raise `--max-bytes-in-flight`"
        );
    }
}

/// The limit of open files, if there is one.
fn max_files() -> Option<u64> {
    #[cfg(unix)]
    {
        rustix::process::getrlimit(rustix::process::Resource::Nofile).current
    }
    #[cfg(not(unix))]
    {
        None
    }
}

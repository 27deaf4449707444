//! SIGINT, SIGTERM and SIGHUP.

use std::fs;
use std::future::poll_fn;
use std::io;
use std::task::Poll;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Field of `/proc/self/status` with the signals that the process ignores.
const IGNORED: &str = "SigIgn:";

/// Signals that end a command, or that the service acts on.
const SIGNALS: [fn() -> SignalKind; 3] = [
    SignalKind::interrupt,
    SignalKind::terminate,
    SignalKind::hangup,
];

/// Listeners of the signals that the process does not ignore.
pub(super) struct Signals(Vec<(SignalKind, Signal)>);

impl Signals {
    /// Starts to listen, in the context of a runtime.
    pub(super) fn listen() -> io::Result<Self> {
        let ignored = ignored_signals();
        let kinds = SIGNALS.map(|kind| kind()).into_iter();
        let signals = kinds
            .filter(|kind| !ignored.contains(kind))
            .map(|kind| Ok((kind, signal(kind)?)));
        signals.collect::<io::Result<_>>().map(Self)
    }

    /// Waits for the first of the signals, and returns its number; for ever without any.
    pub(super) async fn first(mut self) -> i32 {
        let kind = poll_fn(move |context| {
            let ready = self
                .0
                .iter_mut()
                .find_map(|(kind, signal)| signal.poll_recv(context).is_ready().then_some(*kind));
            ready.map_or(Poll::Pending, Poll::Ready)
        });
        kind.await.as_raw_value()
    }
}

/// Returns the signals that the process ignores; none where the system does not list them.
fn ignored_signals() -> Vec<SignalKind> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status
        .lines()
        .find_map(|line| u64::from_str_radix(line.strip_prefix(IGNORED)?.trim(), 16).ok())
        .unwrap_or_default();
    (1..=u64::BITS.cast_signed())
        .filter(|number| mask & (1 << (number - 1)) != 0)
        .map(SignalKind::from_raw)
        .collect()
}

//! Ctrl-C.

use std::future::pending;
use std::io;

use tokio::signal::windows::{CtrlC, ctrl_c};

/// Number of SIGINT, which Ctrl-C is elsewhere.
const INTERRUPT: i32 = 2;

/// Listener of Ctrl-C.
pub(super) struct Signals(CtrlC);

impl Signals {
    /// Starts to listen.
    pub(super) fn listen() -> io::Result<Self> {
        ctrl_c().map(Self)
    }

    /// Waits for Ctrl-C, and returns its number.
    pub(super) async fn first(mut self) -> i32 {
        match self.0.recv().await {
            Some(()) => INTERRUPT,
            None => pending().await,
        }
    }
}

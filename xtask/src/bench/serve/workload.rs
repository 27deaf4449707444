//! What servers are asked: how much at a time, in which form.

use super::bodies::Form;

/// How a server is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workload {
    /// One text a request over HTTP, over so many connections.
    Single(u32),
    /// Many texts a request over HTTP, over [`CONNECTIONS`].
    Batches,
    /// One text a call over gRPC.
    Calls,
}

/// How many texts a batch has.
pub const BATCH: u32 = 64;
/// Over how many connections batches are sent, and over how many the peers are asked.
pub const CONNECTIONS: u32 = 16;
/// Connections over gRPC, and calls that each has open at a time.
pub const CALLS: (u32, u32) = (4, 16);

impl Workload {
    pub const ALL: [Self; 5] = [
        Self::Single(1),
        Self::Single(CONNECTIONS),
        Self::Single(64),
        Self::Batches,
        Self::Calls,
    ];
    /// The one that the peers take too.
    pub const OF_PEERS: Self = Self::Single(CONNECTIONS);

    pub fn name(self) -> String {
        match self {
            Self::Single(1) => "1 connection".to_owned(),
            Self::Single(connections) => format!("{connections} connections"),
            Self::Batches => format!("batches of {BATCH}"),
            Self::Calls => "gRPC".to_owned(),
        }
    }

    /// What it is, as a heading.
    pub fn title(self) -> String {
        match self {
            Self::Single(_) => format!("{}, one sentence a request", self.name()),
            Self::Batches => format!("{CONNECTIONS} connections, {BATCH} sentences a request"),
            Self::Calls => {
                let (connections, calls) = CALLS;
                format!(
                    "gRPC: {connections} connections of {calls} calls at a time, one sentence a call"
                )
            }
        }
    }

    /// How many texts one answer judges.
    pub const fn texts(self) -> u32 {
        match self {
            Self::Batches => BATCH,
            Self::Single(_) | Self::Calls => 1,
        }
    }

    /// The form of its bodies at the service.
    pub const fn form(self) -> Form {
        match self {
            Self::Batches => Form::Texts,
            Self::Single(_) | Self::Calls => Form::Text,
        }
    }
}

//! A limit as a client is told of it: how much, and what moves it.

use std::fmt;
use std::time::Duration;

/// A limit that a request broke, and what moves it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    amount: usize,
    unit: Unit,
    flag: &'static str,
    variable: &'static str,
}

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Bytes,
    Texts,
    Milliseconds,
}

impl Limit {
    /// The limit of one text.
    pub(crate) const fn text(bytes: usize) -> Self {
        Self {
            amount: bytes,
            unit: Unit::Bytes,
            flag: "--max-text-bytes",
            variable: "RELEVANCE_MAX_TEXT_BYTES",
        }
    }

    /// The limit of a request's body.
    pub(crate) const fn body(bytes: usize) -> Self {
        Self {
            amount: bytes,
            unit: Unit::Bytes,
            flag: "--max-body-bytes",
            variable: "RELEVANCE_MAX_BODY_BYTES",
        }
    }

    /// The limit of a batch.
    pub(crate) const fn batch(texts: usize) -> Self {
        Self {
            amount: texts,
            unit: Unit::Texts,
            flag: "--max-batch-texts",
            variable: "RELEVANCE_MAX_BATCH_TEXTS",
        }
    }

    /// The limit of the texts that wait.
    pub(crate) const fn queue(texts: usize) -> Self {
        Self {
            amount: texts,
            unit: Unit::Texts,
            flag: "--max-queued-texts",
            variable: "RELEVANCE_MAX_QUEUED_TEXTS",
        }
    }

    /// The limit of a request's wait.
    pub(crate) fn wait(time: Duration) -> Self {
        Self::time(time, "--max-wait-ms", "RELEVANCE_MAX_WAIT_MS")
    }

    /// The limit of the time that a body takes.
    pub(crate) fn body_time(time: Duration) -> Self {
        Self::time(time, "--body-timeout-ms", "RELEVANCE_BODY_TIMEOUT_MS")
    }

    fn time(time: Duration, flag: &'static str, variable: &'static str) -> Self {
        let amount = usize::try_from(time.as_millis()).unwrap_or(usize::MAX);
        Self {
            amount,
            unit: Unit::Milliseconds,
            flag,
            variable,
        }
    }

    /// The limit, if it counts this.
    pub(crate) fn amount_in(self, unit: Unit) -> Option<usize> {
        (self.unit == unit).then_some(self.amount)
    }

    /// The flag of `relevance serve` that moves it.
    pub(crate) const fn flag(self) -> &'static str {
        self.flag
    }

    /// The environment variable that moves it.
    pub(crate) const fn variable(self) -> &'static str {
        self.variable
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            amount,
            unit,
            flag,
            variable,
        } = self;
        let unit = match unit {
            Unit::Bytes => "bytes",
            Unit::Texts => "texts",
            Unit::Milliseconds => "ms",
        };
        write!(
            formatter,
            "{amount} {unit}; `{flag}` or {variable} moves the limit"
        )
    }
}

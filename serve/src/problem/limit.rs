//! Limits as clients see them: the amount, its unit, and the setting that changes it.

use std::fmt;
use std::time::Duration;

/// A limit that a request exceeded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    amount: usize,
    unit: Unit,
    setting: Setting,
}

/// Unit of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Bytes,
    Texts,
    Milliseconds,
}

/// Name of a setting of `relevance serve`, in snake case with its unit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting(&'static str);

impl Setting {
    /// The flag of `relevance serve`.
    pub(crate) fn flag(self) -> String {
        format!("--{}", self.0.replace('_', "-"))
    }

    /// The environment variable.
    pub(crate) fn variable(self) -> String {
        format!("RELEVANCE_{}", self.0.to_ascii_uppercase())
    }
}

impl Limit {
    /// Size of one text.
    pub(crate) const fn text(bytes: usize) -> Self {
        Self::new(bytes, Unit::Bytes, "max_text_bytes")
    }

    /// Size of a request's body.
    pub(crate) const fn body(bytes: usize) -> Self {
        Self::new(bytes, Unit::Bytes, "max_body_bytes")
    }

    /// Number of texts in a batch.
    pub(crate) const fn batch(texts: usize) -> Self {
        Self::new(texts, Unit::Texts, "max_batch_texts")
    }

    /// Number of queued texts.
    pub(crate) const fn queue(texts: usize) -> Self {
        Self::new(texts, Unit::Texts, "max_queued_texts")
    }

    /// Bytes of request bodies and unsent responses.
    pub(crate) const fn bytes_in_flight(bytes: usize) -> Self {
        Self::new(bytes, Unit::Bytes, "max_bytes_in_flight")
    }

    /// Time that a request may be queued.
    pub(crate) fn wait(time: Duration) -> Self {
        Self::time(time, "max_wait_ms")
    }

    /// Time to receive a request's body.
    pub(crate) fn body_time(time: Duration) -> Self {
        Self::time(time, "body_timeout_ms")
    }

    fn time(time: Duration, setting: &'static str) -> Self {
        let amount = usize::try_from(time.as_millis()).unwrap_or(usize::MAX);
        Self::new(amount, Unit::Milliseconds, setting)
    }

    const fn new(amount: usize, unit: Unit, setting: &'static str) -> Self {
        Self {
            amount,
            unit,
            setting: Setting(setting),
        }
    }

    /// The amount, if the limit has this unit.
    pub(crate) fn amount_in(self, unit: Unit) -> Option<usize> {
        (self.unit == unit).then_some(self.amount)
    }

    /// The setting that changes the limit.
    pub(crate) const fn setting(self) -> Setting {
        self.setting
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Bytes => "bytes",
            Unit::Texts => "texts",
            Unit::Milliseconds => "ms",
        };
        let (amount, flag, variable) = (self.amount, self.setting.flag(), self.setting.variable());

        write!(
            formatter,
            "{amount} {unit}; change it with `{flag}` or {variable}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_names_its_flag_and_variable() {
        let limit = Limit::wait(Duration::from_secs(2));
        assert_eq!(
            limit.to_string(),
            "2000 ms; change it with `--max-wait-ms` or RELEVANCE_MAX_WAIT_MS"
        );
    }
}

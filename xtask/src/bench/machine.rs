//! What the figures were measured on.

use std::fmt;
use std::fs;
use std::thread::available_parallelism;

/// The machine that this runs on; what its system does not tell is left out.
pub struct Machine {
    cores: usize,
    processor: Option<String>,
    memory_gib: Option<u64>,
}

impl Machine {
    /// Reads `/proc`, where there is one.
    pub fn this() -> Self {
        let read = |path| fs::read_to_string(path).unwrap_or_default();
        Self {
            cores: available_parallelism().map_or(1, usize::from),
            processor: field(&read("/proc/cpuinfo"), "model name").map(str::to_owned),
            memory_gib: field(&read("/proc/meminfo"), "MemTotal").and_then(gibibytes),
        }
    }
}

/// The value of the first line `name : value`.
fn field<'a>(table: &'a str, name: &str) -> Option<&'a str> {
    let mut fields = table.lines().filter_map(|line| line.split_once(':'));
    fields
        .find(|(field, _)| field.trim() == name)
        .map(|(_, value)| value.trim())
}

/// `1048576 kB` to 1, rounded.
fn gibibytes(kibibytes: &str) -> Option<u64> {
    let kibibytes: u64 = kibibytes.split_whitespace().next()?.parse().ok()?;
    Some((kibibytes + (1 << 19)) >> 20)
}

impl fmt::Display for Machine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cores = if self.cores == 1 { "core" } else { "cores" };
        write!(formatter, "{} {cores}", self.cores)?;
        if let Some(processor) = &self.processor {
            write!(formatter, " of {processor}")?;
        }
        if let Some(memory) = self.memory_gib {
            write!(formatter, ", {memory} GiB of memory")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_linux_writes_them() {
        let processors =
            "processor\t: 0\nmodel name\t: A Processor @ 2.0: fast\n\nmodel name\t: Another\n";
        assert_eq!(
            field(processors, "model name"),
            Some("A Processor @ 2.0: fast")
        );
        assert_eq!(
            field("MemTotal:       24591108 kB\n", "MemTotal").and_then(gibibytes),
            Some(23)
        );
        assert_eq!(field("", "MemTotal"), None);
    }

    #[test]
    fn what_is_unknown_is_left_out() {
        let mut machine = Machine {
            cores: 1,
            processor: None,
            memory_gib: None,
        };
        assert_eq!(machine.to_string(), "1 core");
        machine = Machine {
            cores: 2,
            processor: Some("A Processor".to_owned()),
            memory_gib: Some(23),
        };
        assert_eq!(
            machine.to_string(),
            "2 cores of A Processor, 23 GiB of memory"
        );
    }
}

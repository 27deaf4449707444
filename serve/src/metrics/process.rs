//! Metrics of the process, under the names that Prometheus clients use.

use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;

/// Collector that reads the process's metrics on each scrape.
#[derive(Debug)]
pub(super) struct Process;

impl Collector for Process {
    #[cfg(target_os = "linux")]
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        // A system without /proc has no such metrics.
        let Ok(metrics) = linux::ProcessMetrics::read() else {
            return Ok(());
        };
        metrics.encode(&mut encoder)
    }

    #[cfg(not(target_os = "linux"))]
    fn encode(&self, _: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        Ok(())
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use procfs::process::Process;
    use procfs::{ProcResult, WithCurrentSystemInfo as _};
    use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
    use prometheus_client::metrics::counter::ConstCounter;
    use prometheus_client::metrics::gauge::ConstGauge;
    use prometheus_client::registry::Unit;

    /// The metrics of this process.
    pub(super) struct ProcessMetrics {
        processor_seconds: f64,
        start_seconds: f64,
        resident_bytes: u64,
        virtual_bytes: u64,
        threads: i64,
        open_files: usize,
    }

    impl ProcessMetrics {
        #[expect(
            clippy::cast_precision_loss,
            reason = "seconds of a process have fewer than 53 bits"
        )]
        pub(super) fn read() -> ProcResult<Self> {
            let process = Process::myself()?;
            let stat = process.stat()?;

            let ticks = procfs::ticks_per_second() as f64;
            let boot = procfs::boot_time_secs()? as f64;
            Ok(Self {
                processor_seconds: (stat.utime + stat.stime) as f64 / ticks,
                start_seconds: boot + stat.starttime as f64 / ticks,
                resident_bytes: stat.rss_bytes().get(),
                virtual_bytes: stat.vsize,
                threads: stat.num_threads,
                open_files: process.fd_count()?,
            })
        }

        #[expect(
            clippy::cast_precision_loss,
            reason = "bytes of memory have fewer than 53 bits"
        )]
        pub(super) fn encode(
            &self,
            encoder: &mut DescriptorEncoder<'_>,
        ) -> Result<(), std::fmt::Error> {
            let seconds = Some(&Unit::Seconds);
            let cpu = ConstCounter::new(self.processor_seconds);
            let descriptor = encoder.encode_descriptor(
                "process_cpu",
                "Processor time used",
                seconds,
                cpu.metric_type(),
            )?;
            cpu.encode(descriptor)?;

            let bytes = Some(&Unit::Bytes);
            for (name, help, unit, value) in [
                (
                    "process_start_time",
                    "Start of the process, in seconds since 1970",
                    seconds,
                    self.start_seconds,
                ),
                (
                    "process_resident_memory",
                    "Resident memory",
                    bytes,
                    self.resident_bytes as f64,
                ),
                (
                    "process_virtual_memory",
                    "Virtual memory",
                    bytes,
                    self.virtual_bytes as f64,
                ),
                ("process_threads", "Threads", None, self.threads as f64),
                (
                    "process_open_fds",
                    "Open file descriptors",
                    None,
                    self.open_files as f64,
                ),
            ] {
                let gauge = ConstGauge::new(value);
                gauge.encode(encoder.encode_descriptor(
                    name,
                    help,
                    unit,
                    gauge.metric_type(),
                )?)?;
            }
            Ok(())
        }
    }
}

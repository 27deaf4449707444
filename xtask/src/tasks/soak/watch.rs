//! Memory, file descriptors and metrics of the service.

use std::fs;

use anyhow::{Context as _, Result, bail, ensure};

use super::PERIOD_SECONDS;
use super::garbage::MAX_OPEN;
use super::load::agent;
use super::run::Run;

/// KiB of resident memory and number of file descriptors.
pub type Sample = [u64; 2];

/// Largest growth of a sample.
///
/// The memory is twice as much as the allocator of a service that does not leak takes after the
/// warm-up of one minute; it takes none after some minutes. The garbage opens and closes connections.
const MAX_GROWTH: Sample = [16 * 1024, MAX_OPEN as u64];
const UNITS: [&str; 2] = ["KiB of resident memory", "file descriptors"];

/// Reads the sample of a process from Linux.
pub fn sample(process: u32) -> Result<Sample> {
    let read = || -> Result<Sample> {
        let status = fs::read_to_string(format!("/proc/{process}/status"))?;
        let mut words = status
            .split_whitespace()
            .skip_while(|&word| word != "VmRSS:");
        let resident = words.nth(1).context("no VmRSS")?.parse()?;
        let descriptors = fs::read_dir(format!("/proc/{process}/fd"))?.count();
        Ok([resident, descriptors as u64])
    };
    read().with_context(|| format!("cannot read /proc/{process}"))
}

/// Prints the medians at the start, after the warm-up and at the end, and fails when the last one is
/// larger than the one before.
pub fn check(samples: &[Sample]) -> Result<()> {
    let periods: Vec<Sample> = samples.chunks_exact(PERIOD_SECONDS).map(median).collect();
    let [first, .., last] = periods[..] else {
        bail!("the run ended within two periods");
    };
    let warm = periods[periods.len() / 3];

    for (index, unit) in UNITS.into_iter().enumerate() {
        let [first, warm, last] = [first, warm, last].map(|sample| sample[index]);
        println!("{first}, {warm}, {last} {unit} at the start, after the warm-up, at the end");
        ensure!(
            last <= warm + MAX_GROWTH[index],
            "{unit} grew from {warm} to {last}"
        );
    }
    Ok(())
}

fn median(period: &[Sample]) -> Sample {
    [0, 1].map(|index| {
        let mut values: Vec<u64> = period.iter().map(|sample| sample[index]).collect();
        values.sort_unstable();
        values[values.len() / 2]
    })
}

/// Prints metrics, and fails when reloads failed or did not follow the alias.
pub fn check_metrics(run: &Run, seconds: u64) -> Result<()> {
    let url = format!("http://{}/metrics", run.address);
    let mut response = agent()
        .get(url)
        .call()
        .context("/metrics does not respond")?;
    let metrics = response.body_mut().read_to_string()?;
    let metric = |name: &str| {
        let value = metrics.lines().find_map(|line| line.strip_prefix(name));
        value.map_or(Ok(0), |value| value.trim().parse::<u64>())
    };

    let dropped = metric("relevance_log_lines_dropped_total")?;
    let left_out = metric("relevance_capture_left_out_total")?;
    let swapped = metric(r#"relevance_reloads_total{outcome="swapped"}"#)?;
    let failed = metric(r#"relevance_reloads_total{outcome="failed"}"#)?;
    println!("{dropped} dropped log lines, {left_out} requests not captured, {swapped} reloads");

    ensure!(failed == 0, "{failed} reloads failed");
    ensure!(
        swapped >= seconds / 2,
        "{swapped} reloads in {seconds} s, though the alias moves each second"
    );
    Ok(())
}

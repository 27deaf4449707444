//! Faults on the way, each in its seconds of a period.

use std::ops::Range;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::PERIOD_SECONDS;
use super::capture::Capture;
use super::log::Log;
use super::run::Run;
use super::watch::{Sample, sample};
use crate::tools::service::Service;

/// Seconds in which the log's reader stalls.
const STALL: Range<usize> = 5..15;
/// Seconds in which the service gets SIGHUP and the disk is full from then on.
const HANGUP: usize = 8;
const FULL: usize = 10;

/// Plays faults for a time or until a failure, and returns a sample of each second.
pub fn play(
    run: &Run,
    service: &mut Service,
    log: &Log,
    capture: &Capture,
    seconds: usize,
) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    let mut tick = Instant::now();
    for second in 0..seconds {
        tick += Duration::from_secs(1);
        thread::sleep(tick.saturating_duration_since(Instant::now()));
        if let Some(status) = service.process().try_wait()? {
            bail!("the service died: {status}");
        }
        if run.is_done() {
            break;
        }

        samples.push(sample(service.process().id())?);
        run.versions.promote(1 + second % 2)?;

        let second = second % PERIOD_SECONDS;
        log.stall(STALL.contains(&second));
        if second == HANGUP {
            service.signal("HUP")?;
        }
        if second == FULL {
            capture.fill()?;
        }
        if second == PERIOD_SECONDS - 1 {
            capture.make_room()?;
        }
    }
    Ok(samples)
}

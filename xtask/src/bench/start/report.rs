//! What was measured as the part of the page, and on standard output.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::StartArguments;
use super::image::Layer;
use super::measure::{CONNECTIONS, Contender, Started};
use crate::bench::aim::{self, Aim};
use crate::bench::chart::{Bar, Chart, Group, Scale};
use crate::bench::figures::mebibytes;
use crate::bench::page;
use crate::bench::table::Table;

const MOST_MILLISECONDS: f64 = 15.0;
const MOST_RESIDENT_MIB: f64 = 25.0;
const MOST_BINARY_MIB: f64 = 20.0;
const MOST_IMAGE_MIB: f64 = 25.0;

/// Everything that was found out.
pub struct Report<'a> {
    pub arguments: &'a StartArguments,
    pub started: &'a [Started],
    /// Of the command in release.
    pub binary_bytes: u64,
    pub layers: &'a [Layer],
}

impl Report<'_> {
    /// Prints the part, and unless it is a check puts it into the page with its charts.
    ///
    /// # Errors
    /// When the page cannot be written.
    pub fn publish(&self) -> Result<()> {
        let text = self.text()?;
        page::publish("start", &text, &self.chart(), self.arguments.check)
    }

    fn text(&self) -> Result<String> {
        let mut text = page::head("Starting", &self.arguments.line());
        self.write_head(&mut text)?;
        self.write_started(&mut text)?;
        self.write_sizes(&mut text)?;
        aim::write(&mut text, &self.aims()?)?;
        Ok(text)
    }

    fn write_head(&self, text: &mut String) -> Result<()> {
        writeln!(
            text,
            "`relevance serve` at its defaults on the committed model, its log to `/dev/null`, and the floor: axum and \
             tonic that answer constants. Both on all cores. From the start of the process, which loads and checks the \
             model, to the first 200 on `/v1/predict`: asked for as fast as connections are refused, {} times, in \
             turn. Memory is resident (`VmRSS`) after the first answer and after {} s under {CONNECTIONS} connections, \
             and its peak (`VmHWM`).\n",
            self.arguments.runs, self.arguments.seconds,
        )?;
        let alternative = "Time to the first answer, memory and sizes beside their aims, as bars; the tables below have the figures";
        writeln!(text, "{}", page::picture("start", alternative))?;
        Ok(())
    }

    fn write_started(&self, text: &mut String) -> Result<()> {
        let mut table = Table::new([
            "who",
            "best ms",
            "median ms",
            "at rest MiB",
            "after load MiB",
            "peak MiB",
        ]);
        for started in self.started {
            table.push([
                started.contender.name().to_owned(),
                figure(milliseconds(started.best())),
                figure(milliseconds(started.median())),
                figure(resident(started.at_rest.resident_kib)),
                figure(resident(started.loaded.resident_kib)),
                figure(resident(started.loaded.peak_kib)),
            ]);
        }
        writeln!(text, "### Time and memory\n\n{table}")?;
        Ok(())
    }

    fn write_sizes(&self, text: &mut String) -> Result<()> {
        let mut table = Table::new(["what", "MiB", "MiB compressed"]);
        for layer in self.layers {
            let sizes = [layer.bytes, layer.compressed].map(|bytes| figure(mebibytes(bytes)));
            let [bytes, compressed] = sizes;
            table.push([format!("`{}`", layer.source), bytes, compressed]);
        }
        let compressed = self.layers.iter().map(|layer| layer.compressed).sum();
        table.push([
            "image".to_owned(),
            figure(self.image_mib()),
            figure(mebibytes(compressed)),
        ]);
        writeln!(
            text,
            "### Sizes\n\nThe image is what the last stage of the Dockerfile copies onto nothing: the binary, here the one \
             that is built on this machine and links its C library, where that of the image contains it; and the model \
             as it is committed, with its reports and frozen rows. Certificates are within the binary. A registry keeps \
             layers compressed, here by gzip.\n\n{table}"
        )?;
        Ok(())
    }

    fn aims(&self) -> Result<Vec<Aim>> {
        let ours = self.of(Contender::Ours)?;
        let (time, memory) = (milliseconds(ours.median()), resident(ours.loaded.peak_kib));
        Ok(vec![
            Aim::most(
                format!("first answer within {MOST_MILLISECONDS} ms"),
                time,
                MOST_MILLISECONDS,
            ),
            Aim::most(
                format!("at most {MOST_RESIDENT_MIB} MiB resident under load"),
                memory,
                MOST_RESIDENT_MIB,
            ),
            Aim::most(
                format!("binary of at most {MOST_BINARY_MIB} MiB"),
                self.binary_mib(),
                MOST_BINARY_MIB,
            ),
            Aim::most(
                format!("image of at most {MOST_IMAGE_MIB} MiB"),
                self.image_mib(),
                MOST_IMAGE_MIB,
            ),
        ])
    }

    /// Milliseconds and MiB on one axis, since both have their aims between 15 and 25.
    fn chart(&self) -> Chart {
        let both = |name: &str, unit: &str, value: fn(&Started) -> f64, aim: f64| {
            let bars = self.started.iter().map(|started| {
                let contender = started.contender;
                bar(
                    contender.name(),
                    value(started),
                    unit,
                    contender == Contender::Ours,
                )
            });
            Group {
                name: name.to_owned(),
                bars: bars.chain([bar("aim", aim, unit, false)]).collect(),
            }
        };
        let size = |name: &str, mib: f64, aim: f64| Group {
            name: name.to_owned(),
            bars: vec![
                bar("relevance", mib, "MiB", true),
                bar("aim", aim, "MiB", false),
            ],
        };
        Chart {
            title: "Milliseconds to the first answer, MiB of memory and of files: less is better"
                .to_owned(),
            unit: "",
            scale: Scale::Linear,
            groups: vec![
                both(
                    "First answer",
                    "ms",
                    |started| milliseconds(started.median()),
                    MOST_MILLISECONDS,
                ),
                both(
                    "Memory under load",
                    "MiB",
                    |started| resident(started.loaded.peak_kib),
                    MOST_RESIDENT_MIB,
                ),
                size("Binary", self.binary_mib(), MOST_BINARY_MIB),
                size("Image", self.image_mib(), MOST_IMAGE_MIB),
            ],
        }
    }

    fn of(&self, contender: Contender) -> Result<&Started> {
        self.started
            .iter()
            .find(|started| started.contender == contender)
            .context("ours was not measured")
    }

    fn binary_mib(&self) -> f64 {
        mebibytes(self.binary_bytes)
    }

    fn image_mib(&self) -> f64 {
        mebibytes(self.layers.iter().map(|layer| layer.bytes).sum())
    }
}

fn bar(name: &str, value: f64, unit: &str, is_ours: bool) -> Bar {
    Bar {
        name: name.to_owned(),
        value,
        figure: format!("{} {unit}", figure(value)),
        is_ours,
    }
}

fn figure(value: f64) -> String {
    format!("{value:.1}")
}

fn milliseconds(time: Duration) -> f64 {
    1000.0 * time.as_secs_f64()
}

fn resident(kibibytes: u32) -> f64 {
    f64::from(kibibytes) / 1024.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::usage::Usage;

    fn started(contender: Contender, milliseconds: &[u64], mebibytes: u32) -> Started {
        let usage = |mebibytes: u32| {
            let resident_kib = mebibytes << 10;
            Usage {
                resident_kib,
                peak_kib: resident_kib + 1024,
                processor: Duration::ZERO,
            }
        };
        let times = milliseconds
            .iter()
            .copied()
            .map(Duration::from_millis)
            .collect();
        Started {
            contender,
            times,
            at_rest: usage(mebibytes),
            loaded: usage(2 * mebibytes),
        }
    }

    #[test]
    fn what_is_reached_is_told_by_median_peak_and_what_the_image_holds() {
        let started = [
            started(Contender::Ours, &[9, 15, 40], 12),
            started(Contender::Floor, &[1], 2),
        ];
        let layer = |source: &str, mebibytes: u64| Layer {
            source: source.to_owned(),
            bytes: mebibytes << 20,
            compressed: mebibytes << 19,
        };
        let layers = [layer("/relevance", 21), layer("models", 3)];
        let arguments = StartArguments::short();
        let report = Report {
            arguments: &arguments,
            started: &started,
            binary_bytes: 21 << 20,
            layers: &layers,
        };
        let aims: Vec<_> = report
            .aims()
            .unwrap()
            .into_iter()
            .map(|aim| (aim.got, aim.is_reached))
            .collect();
        assert_eq!(
            aims,
            [(15.0, true), (25.0, true), (21.0, false), (24.0, true)]
        );
        let text = report.text().unwrap();
        for want in [
            "| relevance |     9.0 |      15.0 |        12.0 |           24.0 |     25.0 |",
            "| image        | 24.0 |           12.0 |",
        ] {
            assert!(text.contains(want), "{want}: {text}");
        }
        let chart = report.chart();
        let figures: Vec<_> = chart.groups[0]
            .bars
            .iter()
            .map(|bar| bar.figure.as_str())
            .collect();
        assert_eq!(figures, ["15.0 ms", "1.0 ms", "15.0 ms"]);
    }
}

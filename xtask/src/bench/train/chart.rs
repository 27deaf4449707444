//! Wall time as bars on a logarithmic scale, one group a size.

use anyhow::{Context as _, Result};
use plotters::coord::types::RangedCoordu32;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::contender::Contender;
use super::measure::{Entry, Size};
use super::report::{grouped, seconds, times};
use super::targets::times_the_wall;

const WIDTH: u32 = 860;
const BAR: u32 = 16;
/// From one bar to the next.
const STEP: u32 = 22;
/// The line above each group, and the space below it.
const GROUP: u32 = 42;
const HEAD: u32 = 44;
const FOOT: u32 = 34;
/// plotters divides by 1.24 what it is given.
const FONT: (&str, u32) = ("sans-serif", 16);

/// The colours of a page.
pub struct Palette {
    paper: RGBColor,
    ink: RGBColor,
    rule: RGBColor,
    ours: RGBColor,
    theirs: RGBColor,
}

impl Palette {
    pub const LIGHT: Self = Self {
        paper: RGBColor(255, 255, 255),
        ink: RGBColor(31, 35, 40),
        rule: RGBColor(216, 222, 228),
        ours: RGBColor(191, 79, 22),
        theirs: RGBColor(120, 140, 163),
    };
    pub const DARK: Self = Self {
        paper: RGBColor(13, 17, 23),
        ink: RGBColor(230, 237, 243),
        rule: RGBColor(48, 54, 61),
        ours: RGBColor(240, 136, 62),
        theirs: RGBColor(101, 123, 148),
    };
}

type Plot<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<LogCoord<f64>, RangedCoordu32>>;

/// Words on one side of a place.
struct Words<'a> {
    text: String,
    place: (f64, u32),
    side: HPos,
    style: &'a TextStyle<'a>,
}

/// The chart as SVG.
///
/// # Errors
/// When nothing was measured.
pub fn draw(sizes: &[Size], palette: &Palette) -> Result<String> {
    let mut svg = String::new();
    draw_into(&mut svg, sizes, palette)?;
    Ok(svg)
}

fn draw_into(svg: &mut String, sizes: &[Size], palette: &Palette) -> Result<()> {
    let seconds = decades(sizes).context("nothing was measured, so there is no chart")?;
    let height: u32 = sizes.iter().map(group_height).sum();
    let area = SVGBackend::with_string(svg, (WIDTH, HEAD + height + FOOT)).into_drawing_area();
    area.fill(&palette.paper)?;
    let title = ("sans-serif", 20).into_font().style(FontStyle::Bold).color(&palette.ink);
    area.draw_text("Seconds from the source to a written model, logarithmic; less is better", &title, (16, 14))?;
    let mut plot = ChartBuilder::on(&area)
        .margin_top(HEAD)
        .margin_left(196)
        .margin_right(124)
        .x_label_area_size(FOOT)
        .build_cartesian_2d(seconds.log_scale(), height..0)?;
    plot.configure_mesh()
        .disable_y_mesh()
        .disable_y_axis()
        .axis_style(palette.rule)
        .bold_line_style(palette.rule)
        .light_line_style(TRANSPARENT)
        .label_style(FONT.into_font().color(&palette.ink))
        .x_label_formatter(&|seconds| format!("{seconds} s"))
        .draw()?;
    let mut top = 0;
    for size in sizes {
        draw_group(&mut plot, size, top, palette)?;
        top += group_height(size);
    }
    Ok(area.present()?)
}

fn group_height(size: &Size) -> u32 {
    GROUP + STEP * u32::try_from(size.entries.len()).unwrap_or(u32::MAX / STEP / 2)
}

/// Whole powers of ten around every wall time.
fn decades(sizes: &[Size]) -> Option<std::ops::Range<f64>> {
    let walls = || sizes.iter().flat_map(|size| &size.entries).map(|entry| entry.runs.best().wall.as_secs_f64());
    let (least, most) = (walls().reduce(f64::min)?, walls().reduce(f64::max)?);
    // A bar of the least time still has a length.
    Some(10_f64.powf((least / 1.5).log10().floor())..10_f64.powf(most.log10().ceil()))
}

fn draw_group(plot: &mut Plot<'_, '_>, size: &Size, top: u32, palette: &Palette) -> Result<()> {
    let start = plot.x_range().start;
    let style = FONT.into_font().color(&palette.ink);
    let bold = FONT.into_font().style(FontStyle::Bold).color(&palette.ink);
    let text = format!("{} rows", grouped(size.rows));
    Words { text, place: (start, top + GROUP / 2 + 4), side: HPos::Right, style: &bold }.draw(plot)?;
    for (entry, place) in size.entries.iter().zip(0..) {
        let middle = top + GROUP - 4 + place * STEP + BAR / 2;
        let wall = entry.runs.best().wall.as_secs_f64();
        let is_ours = entry.contender.ours() == entry.contender;
        let colour = if is_ours { palette.ours } else { palette.theirs };
        let corners = [(start, middle - BAR / 2), (wall, middle + BAR / 2)];
        plot.draw_series([Rectangle::new(corners, colour.filled())])?;
        let text = entry.contender.name().to_owned();
        Words { text, place: (start, middle), side: HPos::Right, style: &style }.draw(plot)?;
        Words { text: figure(size, entry), place: (wall, middle), side: HPos::Left, style: &style }.draw(plot)?;
    }
    Ok(())
}

impl Words<'_> {
    fn draw(self, plot: &mut Plot<'_, '_>) -> Result<()> {
        let offset = if matches!(self.side, HPos::Left) { 8 } else { -8 };
        let style = self.style.pos(Pos::new(self.side, VPos::Center));
        plot.draw_series([EmptyElement::at(self.place) + Text::new(self.text, (offset, 0), style)])?;
        Ok(())
    }
}

/// The time, and how many times ours that is.
fn figure(size: &Size, entry: &Entry) -> String {
    let time = format!("{} s", seconds(entry.runs.best().wall));
    let ours: Contender = entry.contender.ours();
    match size.entry(ours) {
        Some(reference) if ours != entry.contender => format!("{time}, {}×", times(times_the_wall(entry, reference))),
        _ => time,
    }
}

#[cfg(test)]
mod tests {
    use super::super::targets::tests::size;
    use super::*;

    #[test]
    fn every_bar_has_its_name_and_figure() {
        let sizes = [
            size(1, &[(Contender::Ours, 50, 30), (Contender::ScikitLearn, 1_250, 150)]),
            size(10, &[(Contender::Ours, 500, 60), (Contender::VowpalWabbit, 400, 63)]),
        ];
        for palette in [Palette::LIGHT, Palette::DARK] {
            let svg = draw(&sizes, &palette).unwrap();
            for want in
                ["9,000 rows", "90,000 rows", "scikit-learn", "1.25 s, 25.0×", "0.400 s, 0.80×", "0.050 s", "0.1 s"]
            {
                assert!(svg.contains(want), "{want} is missing: {svg}");
            }
            assert!(svg.trim_end().ends_with("</svg>"), "{svg}");
        }
    }

    #[test]
    fn nothing_measured_gives_no_chart() {
        assert!(draw(&[], &Palette::LIGHT).unwrap_err().to_string().contains("nothing was measured"));
    }
}

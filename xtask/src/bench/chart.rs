//! Figures as horizontal bars, in groups, for a page of light or dark paper.

use anyhow::{Context as _, Result};
use plotters::coord::ranged1d::{AsRangedCoord, Ranged, ValueFormatter};
use plotters::coord::types::RangedCoordu32;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::figures::rounded;

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

/// Bars under a title.
pub struct Chart {
    pub title: String,
    /// What stands behind a number of the axis.
    pub unit: &'static str,
    pub scale: Scale,
    pub groups: Vec<Group>,
}

/// How a figure becomes a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// From 0.
    Linear,
    /// Whole powers of ten around every figure.
    Logarithmic,
}

/// Bars that are compared with each other.
pub struct Group {
    pub name: String,
    pub bars: Vec<Bar>,
}

/// One figure.
#[derive(Clone)]
pub struct Bar {
    pub name: String,
    /// In the unit of the chart, more than 0.
    pub value: f64,
    /// What is written behind the bar.
    pub figure: String,
    pub is_ours: bool,
}

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

/// Words on one side of a place.
struct Words<'a> {
    text: &'a str,
    place: (f64, u32),
    side: HPos,
    style: &'a TextStyle<'a>,
}

impl Chart {
    /// The chart as SVG.
    ///
    /// # Errors
    /// When there is no bar.
    pub fn draw(&self, palette: &Palette) -> Result<String> {
        let (least, most) = self
            .extent()
            .context("nothing was measured, so there is no chart")?;
        let mut svg = String::new();
        match self.scale {
            Scale::Linear => self.draw_along(&mut svg, 0.0..1.05 * most, palette)?,
            Scale::Logarithmic => {
                // A bar of the least figure still has a length; a mark is drawn only inside of the range.
                let (first, end) = ((least / 1.5).log10().floor(), most.log10().ceil());
                let range = 0.999 * 10_f64.powf(first)..1.001 * 10_f64.powf(end);
                self.draw_along(&mut svg, range.log_scale(), palette)?;
            }
        }
        Ok(svg)
    }

    /// The least and the largest figure.
    fn extent(&self) -> Option<(f64, f64)> {
        let values = || {
            self.groups
                .iter()
                .flat_map(|group| &group.bars)
                .map(|bar| bar.value)
        };
        values().reduce(f64::min).zip(values().reduce(f64::max))
    }

    fn draw_along<X>(&self, svg: &mut String, axis: X, palette: &Palette) -> Result<()>
    where
        X: AsRangedCoord<Value = f64>,
        X::CoordDescType: Ranged<ValueType = f64> + ValueFormatter<f64>,
    {
        let height: u32 = self.groups.iter().map(Group::height).sum();
        let area = SVGBackend::with_string(svg, (WIDTH, HEAD + height + FOOT)).into_drawing_area();
        area.fill(&palette.paper)?;
        let title = ("sans-serif", 20)
            .into_font()
            .style(FontStyle::Bold)
            .color(&palette.ink);
        area.draw_text(&self.title, &title, (16, 14))?;
        let mut plot = ChartBuilder::on(&area)
            .margin_top(HEAD)
            .margin_left(196)
            .margin_right(124)
            .x_label_area_size(FOOT)
            .build_cartesian_2d(axis, height..0)?;
        plot.configure_mesh()
            .disable_y_mesh()
            .disable_y_axis()
            .axis_style(palette.rule)
            .bold_line_style(palette.rule)
            .light_line_style(TRANSPARENT)
            .label_style(FONT.into_font().color(&palette.ink))
            .x_label_formatter(&|value| format!("{} {}", mark(*value), self.unit))
            .draw()?;
        let mut top = 0;
        for group in &self.groups {
            group.draw(&mut plot, top, palette)?;
            top += group.height();
        }
        Ok(area.present()?)
    }
}

/// A number of the axis.
fn mark(value: f64) -> String {
    if value < 1000.0 {
        value.to_string()
    } else {
        rounded(value)
    }
}

impl Group {
    fn height(&self) -> u32 {
        GROUP + STEP * u32::try_from(self.bars.len()).unwrap_or(u32::MAX / STEP / 2)
    }

    fn draw<X: Ranged<ValueType = f64>>(
        &self,
        plot: &mut ChartContext<'_, SVGBackend<'_>, Cartesian2d<X, RangedCoordu32>>,
        top: u32,
        palette: &Palette,
    ) -> Result<()> {
        let start = plot.x_range().start;
        let style = FONT.into_font().color(&palette.ink);
        let bold = FONT.into_font().style(FontStyle::Bold).color(&palette.ink);
        Words {
            text: &self.name,
            place: (start, top + GROUP / 2 + 4),
            side: HPos::Right,
            style: &bold,
        }
        .draw(plot)?;
        for (bar, place) in self.bars.iter().zip(0..) {
            let middle = top + GROUP - 4 + place * STEP + BAR / 2;
            let colour = if bar.is_ours {
                palette.ours
            } else {
                palette.theirs
            };
            let corners = [(start, middle - BAR / 2), (bar.value, middle + BAR / 2)];
            plot.draw_series([Rectangle::new(corners, colour.filled())])?;
            Words {
                text: &bar.name,
                place: (start, middle),
                side: HPos::Right,
                style: &style,
            }
            .draw(plot)?;
            Words {
                text: &bar.figure,
                place: (bar.value, middle),
                side: HPos::Left,
                style: &style,
            }
            .draw(plot)?;
        }
        Ok(())
    }
}

impl Words<'_> {
    fn draw<X: Ranged<ValueType = f64>>(
        self,
        plot: &mut ChartContext<'_, SVGBackend<'_>, Cartesian2d<X, RangedCoordu32>>,
    ) -> Result<()> {
        let offset = if matches!(self.side, HPos::Left) {
            8
        } else {
            -8
        };
        let style = self.style.pos(Pos::new(self.side, VPos::Center));
        plot.draw_series([
            EmptyElement::at(self.place) + Text::new(self.text.to_owned(), (offset, 0), style)
        ])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(scale: Scale) -> Chart {
        let bar = |name: &str, value, is_ours| Bar {
            name: name.to_owned(),
            value,
            figure: format!("{value} ms, as told"),
            is_ours,
        };
        let groups = [("small", 0.5), ("large", 20.0)].map(|(name, times)| Group {
            name: name.to_owned(),
            bars: vec![bar("ours", times, true), bar("theirs", 7.0 * times, false)],
        });
        Chart {
            title: "Milliseconds".to_owned(),
            unit: "ms",
            scale,
            groups: groups.into(),
        }
    }

    #[test]
    fn every_bar_has_its_name_and_figure() {
        for (scale, mark) in [(Scale::Linear, "100 ms"), (Scale::Logarithmic, "0.1 ms")] {
            for palette in [Palette::LIGHT, Palette::DARK] {
                let svg = chart(scale).draw(&palette).unwrap();
                for want in [
                    "Milliseconds",
                    "small",
                    "large",
                    "theirs",
                    "0.5 ms, as told",
                    "140 ms, as told",
                    mark,
                ] {
                    assert!(svg.contains(want), "{want} is missing: {svg}");
                }
                assert!(svg.trim_end().ends_with("</svg>"), "{svg}");
            }
        }
    }

    #[test]
    fn large_numbers_of_the_axis_have_their_thousands_apart() {
        assert_eq!([0.1, 20.0, 160_000.0].map(mark), ["0.1", "20", "160,000"]);
    }

    #[test]
    fn nothing_measured_gives_no_chart() {
        let empty = Chart {
            groups: Vec::new(),
            ..chart(Scale::Linear)
        };
        assert!(
            empty
                .draw(&Palette::LIGHT)
                .unwrap_err()
                .to_string()
                .contains("nothing was measured")
        );
    }
}

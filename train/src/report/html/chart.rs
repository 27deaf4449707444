//! One frame for every chart: axes, marks, and a title that a screen reader finds.
//!
//! Charts are drawn in the colours of the light, and the style sheet lets them follow the page.

use maud::{Markup, PreEscaped, html};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::theme::{Ink, RULE, SOFT};

/// Units of the drawing in one of the page's pixels; plotters draws at whole units.
const UNITS: u32 = 4;
const WIDTH: u32 = 440 * UNITS;
const HEIGHT: u32 = 340 * UNITS;
/// plotters divides by 1.24 what it is given.
const FONT_SIZE: u32 = 62;

/// A chart over the unit interval.
pub(super) struct Chart<'a> {
    /// Tells the chart from the page's others.
    pub id: &'a str,
    /// Its name.
    pub title: &'a str,
    /// What it shows, for those who cannot see it.
    pub description: String,
    /// Name of the axis across, 0 to 1.
    pub across: &'a str,
    /// Name of the axis up, which begins at 0.
    pub up: &'a str,
    /// Where the axis up ends.
    pub top: f64,
    /// How a label of the axis up is written.
    pub label: fn(f64) -> String,
    /// What is drawn, the last on top.
    pub marks: Vec<Mark>,
}

/// A place in a chart: across, up.
pub(super) type Place = (f64, f64);

/// What is drawn in a chart.
pub(super) enum Mark {
    /// A line through places, as thick as `width` of the page's pixels.
    Line {
        places: Vec<Place>,
        ink: &'static Ink,
        width: u32,
    },
    /// A filled rectangle between two corners.
    Bar {
        corners: [Place; 2],
        ink: &'static Ink,
    },
    /// A filled point.
    Dot { place: Place, ink: &'static Ink },
    /// Words on one side of a place.
    Note {
        place: Place,
        text: String,
        side: Side,
        ink: &'static Ink,
    },
}

/// Where words stand, seen from their place.
#[derive(Clone, Copy)]
pub(super) enum Side {
    Right,
    RightBelow,
    LeftBelow,
    Center,
}

type Plot<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedF64, RangedF64>>;
type RangedF64 = plotters::coord::types::RangedCoordf64;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

impl Chart<'_> {
    /// The chart as a part of the page.
    pub(super) fn draw(&self) -> Markup {
        let mut svg = String::new();
        self.draw_into(&mut svg)
            .expect("a drawing in memory does not fail");
        let drawing = svg.split_once('>').map_or("", |(_, drawing)| drawing);
        let drawing = drawing.trim_end().trim_end_matches("</svg>");
        let (title, description) = (
            format!("{}-title", self.id),
            format!("{}-description", self.id),
        );
        html! {
            svg.chart viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img"
                aria-labelledby=(title) aria-describedby=(description) {
                title id=(title) { (self.title) }
                desc id=(description) { (self.description) }
                (PreEscaped(drawing))
            }
        }
    }

    fn draw_into(&self, svg: &mut String) -> Drawn {
        let area = SVGBackend::with_string(svg, (WIDTH, HEIGHT)).into_drawing_area();
        let mut plot = ChartBuilder::on(&area)
            .margin_top(10 * UNITS)
            .margin_right(12 * UNITS)
            .x_label_area_size(44 * UNITS)
            .y_label_area_size(52 * UNITS)
            .build_cartesian_2d(0.0..1.0, 0.0..self.top)?;
        let font = ("sans-serif", FONT_SIZE).into_font().color(&SOFT.color());
        plot.configure_mesh()
            .axis_style(RULE.color().stroke_width(UNITS))
            .bold_line_style(RULE.color().stroke_width(UNITS))
            .light_line_style(TRANSPARENT)
            .label_style(font.clone())
            .axis_desc_style(font)
            .set_all_tick_mark_size(5 * UNITS)
            .x_labels(6)
            .y_labels(6)
            .x_label_formatter(&|value| format!("{value:.1}"))
            .y_label_formatter(&|value| (self.label)(*value))
            .x_desc(self.across)
            .y_desc(self.up)
            .draw()?;
        self.marks
            .iter()
            .try_for_each(|mark| mark.draw(&mut plot))?;
        area.present()
    }
}

impl Mark {
    fn draw(&self, plot: &mut Plot<'_, '_>) -> Drawn {
        match self {
            Self::Line { places, ink, width } => {
                let style = ink.color().stroke_width(width * UNITS);
                plot.draw_series([PathElement::new(places.clone(), style)])?;
            }
            Self::Bar { corners, ink } => {
                plot.draw_series([Rectangle::new(*corners, ink.color().filled())])?;
            }
            Self::Dot { place, ink } => {
                plot.draw_series([Circle::new(*place, 5 * UNITS, ink.color().filled())])?;
            }
            Self::Note {
                place,
                text,
                side,
                ink,
            } => {
                let (offset, anchor) = side.layout();
                let style = ("sans-serif", FONT_SIZE)
                    .into_font()
                    .color(&ink.color())
                    .pos(anchor);
                plot.draw_series([
                    EmptyElement::at(*place) + Text::new(text.clone(), offset, style)
                ])?;
            }
        }
        Ok(())
    }
}

impl Side {
    /// Offset from the place in units, and the point of the words that is put there.
    const fn layout(self) -> ((i32, i32), Pos) {
        match self {
            Self::Right => (
                (32, 0),
                Pos {
                    h_pos: HPos::Left,
                    v_pos: VPos::Center,
                },
            ),
            Self::RightBelow => (
                (32, 56),
                Pos {
                    h_pos: HPos::Left,
                    v_pos: VPos::Center,
                },
            ),
            Self::LeftBelow => (
                (-32, 56),
                Pos {
                    h_pos: HPos::Right,
                    v_pos: VPos::Center,
                },
            ),
            Self::Center => (
                (0, 0),
                Pos {
                    h_pos: HPos::Center,
                    v_pos: VPos::Center,
                },
            ),
        }
    }
}

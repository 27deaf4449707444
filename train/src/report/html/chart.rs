//! A chart: axes, marks, and a title and description for screen readers.
//!
//! Charts are drawn in the colours of the light theme; the style sheet replaces them by those of
//! the page's theme.

use maud::{Markup, PreEscaped, html};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::theme::{Ink, RULE, SOFT};

/// Units of the drawing in a pixel of the page; plotters draws at whole units.
const UNITS: u32 = 4;
const WIDTH: u32 = 440 * UNITS;
const HEIGHT: u32 = 340 * UNITS;
/// Font size in units; plotters divides it by 1.24.
const FONT_SIZE: u32 = 62;

/// A chart over the unit interval.
pub(super) struct Chart<'a> {
    /// Identifier in the page.
    pub id: &'a str,
    /// Title.
    pub title: &'a str,
    /// Description for those who cannot see the chart.
    pub description: String,
    /// Name of the x-axis, from 0 to 1.
    pub x_name: &'a str,
    /// Name of the y-axis, from 0.
    pub y_name: &'a str,
    /// Upper end of the y-axis.
    pub y_max: f64,
    /// Formats a label of the y-axis.
    pub y_label: fn(f64) -> String,
    /// Marks, the last on top.
    pub marks: Vec<Mark>,
}

/// A point in a chart: x, y.
pub(super) type Point = (f64, f64);

/// An element of a chart.
pub(super) enum Mark {
    /// A line through points, `width` pixels of the page thick.
    Line {
        points: Vec<Point>,
        ink: &'static Ink,
        width: u32,
    },
    /// A filled rectangle between two corners.
    Bar {
        corners: [Point; 2],
        ink: &'static Ink,
    },
    /// A filled point.
    Dot { point: Point, ink: &'static Ink },
    /// Text next to a point.
    Note {
        point: Point,
        text: String,
        position: NotePosition,
        ink: &'static Ink,
    },
}

/// Position of a text relative to its point.
#[derive(Clone, Copy)]
pub(super) enum NotePosition {
    Right,
    RightBelow,
    LeftBelow,
    Center,
}

type Plot<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedF64, RangedF64>>;
type RangedF64 = plotters::coord::types::RangedCoordf64;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

impl Chart<'_> {
    /// Draws the chart as inline SVG.
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
            .build_cartesian_2d(0.0..1.0, 0.0..self.y_max)?;

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
            .y_label_formatter(&|value| (self.y_label)(*value))
            .x_desc(self.x_name)
            .y_desc(self.y_name)
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
            Self::Line { points, ink, width } => {
                let style = ink.color().stroke_width(width * UNITS);
                plot.draw_series([PathElement::new(points.clone(), style)])?;
            }
            Self::Bar { corners, ink } => {
                plot.draw_series([Rectangle::new(*corners, ink.color().filled())])?;
            }
            Self::Dot { point, ink } => {
                plot.draw_series([Circle::new(*point, 5 * UNITS, ink.color().filled())])?;
            }
            Self::Note {
                point,
                text,
                position,
                ink,
            } => {
                let (offset, anchor) = position.layout();
                let style = ("sans-serif", FONT_SIZE)
                    .into_font()
                    .color(&ink.color())
                    .pos(anchor);
                plot.draw_series([
                    EmptyElement::at(*point) + Text::new(text.clone(), offset, style)
                ])?;
            }
        }

        Ok(())
    }
}

impl NotePosition {
    /// Offset from the point in units, and the anchor of the text.
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

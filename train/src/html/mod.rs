//! The report as one page of HTML: figures, curves, words, errors, for a person with a browser and nothing else.
//!
//! No script, no address, no time: equal reports give equal bytes, and a content security policy holds the page to it.

mod appendix;
mod chart;
mod checks;
mod curves;
mod errors;
mod figures;
mod headline;
mod slices;
mod theme;
mod words;
mod write;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use relevance_pipeline::Pipeline;

use crate::{Report, Settings, TestSide};

/// Everything that `report.html` shows.
#[derive(Clone, Copy, Debug)]
pub struct ReportPage<'a> {
    /// What was measured.
    pub report: &'a Report,
    /// The settings of the run.
    pub settings: &'a Settings,
    /// What was trained.
    pub pipeline: &'a Pipeline,
    /// The side that measured; the worst errors show its texts.
    pub test: TestSide<'a>,
}

impl ReportPage<'_> {
    /// The page as one self-contained file.
    #[must_use]
    pub fn render(&self) -> String {
        let style = theme::style_sheet();
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(theme::policy(&style));
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.report.name) " \u{2013} training report" }
                    style { (PreEscaped(&style)) }
                }
                body { (self.body()) }
            }
        };
        page.into_string()
    }

    fn body(&self) -> Markup {
        html! {
            (headline::header(self.report))
            main {
                (headline::figures(self.report))
                (curves::section(self))
                (figures::section(self.report))
                (slices::section(&self.report.slices))
                (words::section(self.pipeline))
                (errors::section(self))
                (checks::section(&self.report.model_checks))
                (appendix::section(self))
            }
            footer { p { "Made by relevance " (self.report.tool_version) ". This page loads nothing and runs no script." } }
        }
    }
}

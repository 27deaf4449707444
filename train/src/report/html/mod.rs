//! The report as one page of HTML: figures, curves, words, errors, for a person with a browser and nothing else; and the part
//! of it that may be shown to anyone.
//!
//! No script, no address, no time: equal reports give equal bytes, and a content security policy holds the page to it.

mod appendix;
mod chart;
mod checks;
mod curves;
mod errors;
mod figures;
mod headline;
mod limits;
mod slices;
mod theme;
mod words;
mod write;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use relevance_pipeline::Pipeline;

use crate::report::training_report::Report;
use crate::settings::Settings;
use crate::subset::TestSubset;

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
    pub test: TestSubset<'a>,
}

impl ReportPage<'_> {
    /// The whole report as one self-contained file.
    #[must_use]
    pub fn render(&self) -> String {
        self.around("training report", &self.body())
    }

    /// What a visitor of the service may see: no text of the data, no value of its columns, no setting.
    #[must_use]
    pub fn render_card(&self) -> String {
        self.around("model card", &self.card())
    }

    fn around(&self, kind: &str, body: &Markup) -> String {
        let style = theme::style_sheet();
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(theme::policy(&style));
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.report.name) " \u{2013} " (kind) }
                    style { (PreEscaped(&style)) }
                }
                body { (body) }
            }
        };
        page.into_string()
    }

    fn body(&self) -> Markup {
        html! {
            (headline::header(self.report, "Training report"))
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
            (self.footer())
        }
    }

    fn card(&self) -> Markup {
        html! {
            (headline::header(self.report, "Model card"))
            main {
                (headline::figures(self.report))
                (curves::section(self))
                (figures::section(self.report))
                (words::section(self.pipeline))
                (appendix::data(self))
                (limits::section(self.pipeline))
            }
            (self.footer())
        }
    }

    fn footer(&self) -> Markup {
        html! {
            footer { p { "Made by relevance " (self.report.tool_version) ". This page loads nothing and runs no script." } }
        }
    }
}

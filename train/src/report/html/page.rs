//! Data of the page.

use relevance_pipeline::Pipeline;

use crate::report::training_report::Report;
use crate::settings::Settings;
use crate::subset::TestSubset;

/// Content of `report.html` and `card.html`.
#[derive(Clone, Copy, Debug)]
pub struct ReportPage<'a> {
    /// The report.
    pub report: &'a Report,
    /// The settings of the run.
    pub settings: &'a Settings,
    /// The trained pipeline.
    pub pipeline: &'a Pipeline,
    /// The test subset; the most confident errors show its texts.
    pub test: TestSubset<'a>,
    /// Reason why the model was not compared with the production model, for the report.
    pub uncompared: Option<&'a str>,
}

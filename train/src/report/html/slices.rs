//! Metrics of parts of the test subset, a table for each column.

use maud::{Markup, html};

use super::write::{count, fraction, metric, percent};
use crate::evaluate::slices::{SMALL_SLICE, Slice};

/// `relevant` is the name of the relevant class.
pub(super) fn section(slices: &[Slice], relevant: &str) -> Markup {
    if slices.is_empty() {
        return html! {};
    }
    html! {
        section {
            h2 { "Slices" }
            p.note {
                "Parts of the test subset at the same threshold. Metrics of fewer than " (SMALL_SLICE)
                " texts are unreliable; such parts are marked."
            }
            @for slices in slices.chunk_by(|left, right| left.name == right.name) {
                div.panel.scroll { (table(slices, relevant)) }
            }
        }
    }
}

fn table(slices: &[Slice], relevant: &str) -> Markup {
    html! {
        table.slices {
            caption { @if slices[0].name == "length" { "By length in tokens" } @else { "By " (slices[0].name) } }
            thead {
                tr {
                    th scope="col" { "Value" }
                    @for head in ["Texts", relevant, "Precision", "Recall", "ROC-AUC"] {
                        th.number scope="col" { (head) }
                    }
                }
            }
            tbody { @for slice in slices { (row(slice)) } }
        }
    }
}

fn row(slice: &Slice) -> Markup {
    html! {
        tr {
            th scope="row" {
                @if slice.value.is_empty() { span.sub { "empty" } } @else { (slice.value) }
                @if slice.folded_values > 0 { span.sub { (count(slice.folded_values)) " values" } }
                @if slice.small { span.sub { "few texts" } }
            }
            td.number { (count(slice.texts)) }
            td.number { (percent(fraction(slice.relevant as u64, slice.texts as u64))) }
            @for value in [slice.precision, slice.recall, slice.roc_auc] { td.number { (metric(value)) } }
        }
    }
}

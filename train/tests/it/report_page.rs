//! Content and safety of `report.html` and `card.html`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use relevance_data::Undecided;
use relevance_train::evaluate::cross_validation::{CrossValidation, Fold};
use relevance_train::evaluate::model_checks::{CheckFailure, CheckOutcome};
use relevance_train::evaluate::per_metric::PerMetric;
use relevance_train::evaluate::slices::{Slice, slices_by_column, slices_by_length};
use relevance_train::{Report, ReportPage, Settings, TestSubset, Trained, train};
use sha2::{Digest as _, Sha256};

use crate::archive;

const MARKUP: &str = "<script>alert(\"x\")</script>";
const ESCAPED: &str = "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;";

/// A model of the embedded archive with its predictions for some of the texts.
struct Fixture {
    settings: Settings,
    trained: Trained,
    texts: Vec<String>,
    labels: Vec<bool>,
    probabilities: Vec<f32>,
}

static FIXTURE: LazyLock<Fixture> = LazyLock::new(|| {
    let settings = Settings::default();
    let trained = train(&archive(), &settings, &()).unwrap();
    let dataset = archive();
    let indexes = dataset.decided(Undecided::LeaveOut).into_iter().step_by(5);
    let (texts, labels): (Vec<_>, Vec<_>) = indexes
        .map(|index| (dataset.text(index).to_owned(), dataset.is_relevant(index)))
        .unzip();
    let probabilities = texts
        .iter()
        .map(|text| trained.pipeline.predict(text).probability)
        .collect();
    Fixture {
        settings,
        trained,
        texts,
        labels,
        probabilities,
    }
});

/// The page with a column of slices, a check that passed and one that failed.
fn render(change: impl FnOnce(&mut Vec<&str>, &mut Trained, &mut Vec<Slice>)) -> String {
    let Fixture {
        settings,
        trained,
        texts,
        labels,
        probabilities,
    } = &*FIXTURE;
    let mut texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let test = TestSubset {
        texts: &texts,
        labels,
        probabilities,
    };
    let threshold = trained.pipeline.threshold();
    let mut slices = slices_by_length(settings.features.token_characters, test, threshold);
    let columns: Vec<&str> = labels
        .iter()
        .map(|&label| if label { "north" } else { "south" })
        .collect();
    slices.extend(slices_by_column("region", &columns, test, threshold));
    let failure = CheckFailure {
        text: MARKUP.into(),
        expected: MARKUP.into(),
        got: MARKUP.into(),
    };
    let checks = [
        CheckOutcome {
            name: "direction".into(),
            checked: 3,
            failed: 0,
            failures: Vec::new(),
        },
        CheckOutcome {
            name: "must pass".into(),
            checked: 9,
            failed: 1,
            failures: vec![failure],
        },
    ];
    let mut trained = trained.clone();
    change(&mut texts, &mut trained, &mut slices);
    (trained.report.slices, trained.report.model_checks) = (slices, checks.into());
    let Trained {
        report, pipeline, ..
    } = &trained;

    ReportPage {
        report,
        settings,
        pipeline,
        test: TestSubset {
            texts: &texts,
            labels,
            probabilities,
        },
        uncompared: None,
    }
    .render()
}

fn page() -> String {
    render(|_, _, _| ())
}

/// The content between the angle brackets of each tag of `page`.
fn tags(page: &str) -> impl Iterator<Item = &str> {
    page.split('<')
        .skip(1)
        .map(|rest| rest.split_once('>').unwrap().0)
}

fn between<'p>(page: &'p str, start: &str, end: &str) -> &'p str {
    page.split_once(start).unwrap().1.split_once(end).unwrap().0
}

#[test]
fn equal_reports_give_equal_pages() {
    assert_eq!(page(), page());
}

#[test]
fn the_page_loads_nothing_and_runs_nothing() {
    let page = page();

    for tag in tags(&page) {
        assert!(
            !["script", "link", "img", "iframe", "a "]
                .iter()
                .any(|name| tag.starts_with(name)),
            "{tag}"
        );
        assert!(
            ![" src=", " href=", " style=", " on"]
                .iter()
                .any(|attribute| tag.contains(attribute)),
            "{tag}"
        );
    }
    let style = between(&page, "<style>", "</style>");
    assert!(!style.contains("url(") && !style.contains("@import"));
    let digest = STANDARD.encode(Sha256::digest(style));
    let policy = between(
        &page,
        "http-equiv=\"Content-Security-Policy\" content=\"",
        "\"",
    );
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
        )
    );
}

#[test]
fn texts_and_names_are_escaped() {
    let Fixture {
        labels,
        probabilities,
        ..
    } = &*FIXTURE;
    // The most confident error is always shown.
    let worst = (0..labels.len())
        .filter(|&index| !labels[index])
        .max_by(|&left, &right| probabilities[left].total_cmp(&probabilities[right]))
        .unwrap();
    let page = render(|texts, trained, slices| {
        texts[worst] = MARKUP;
        trained.report.name = MARKUP.to_owned();
        trained.report.baselines[0].rule = MARKUP.to_owned();
        slices[0].value = MARKUP.to_owned();
        slices.last_mut().unwrap().name = MARKUP.to_owned();
    });

    assert!(!page.contains("<script"));
    // Twice the name, the text, the rule, two slices, and three cells of a failed check.
    assert_eq!(page.matches(ESCAPED).count(), 9);
}

#[test]
fn every_tag_is_closed_in_its_order() {
    let page = page();
    let mut open = Vec::new();

    for tag in tags(&page) {
        let name = tag.split([' ', '\n']).next().unwrap();
        if let Some(name) = name.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "</{name}>");
        } else if !tag.ends_with('/') && !["!DOCTYPE", "meta"].contains(&name) {
            open.push(name);
        }
    }
    assert_eq!(open, Vec::<&str>::new());
}

#[test]
fn charts_and_tables_have_accessible_names() {
    let page = page();
    let charts: Vec<&str> = page.split("<svg class=\"chart\"").skip(1).collect();

    assert_eq!(charts.len(), 4);
    for chart in charts {
        let (tag, rest) = chart.split_once('>').unwrap();
        assert!(tag.contains("role=\"img\""), "{tag}");
        let named = between(tag, "aria-labelledby=\"", "\"");
        let described = between(tag, "aria-describedby=\"", "\"");
        assert!(
            rest.starts_with(&format!("<title id=\"{named}\">")),
            "{named}"
        );
        assert!(between(rest, &format!("<desc id=\"{described}\">"), "</desc>").len() > 40);
    }
    let identifiers: Vec<&str> = page
        .split(" id=\"")
        .skip(1)
        .map(|rest| rest.split_once('"').unwrap().0)
        .collect();
    assert_eq!(
        identifiers.iter().collect::<BTreeSet<_>>().len(),
        identifiers.len()
    );
    for table in page.split("<table").skip(1) {
        assert!(table.split_once('>').unwrap().1.starts_with("<caption>"));
    }
    assert!(
        tags(&page)
            .filter(|tag| tag.starts_with("th "))
            .all(|tag| tag.contains("scope="))
    );
    assert!(!page.contains("<th>"));
}

#[test]
fn the_page_shows_the_metrics_of_the_report() {
    let page = page();
    let report = &FIXTURE.trained.report;
    let (metrics, intervals) = (&report.test_metrics, &report.test_intervals);

    for (name, value, interval) in [
        ("Precision", metrics.precision, intervals.precision),
        ("Recall", metrics.recall, intervals.recall),
        ("F1", metrics.f1, intervals.f1),
        ("ROC-AUC", metrics.roc_auc, intervals.roc_auc),
        ("PR-AUC", metrics.pr_auc, intervals.pr_auc),
    ] {
        let want = format!(
            "<dt>{name}</dt><dd class=\"value\">{value:.3}</dd><dd class=\"interval\">{:.3} to \
             {:.3}</dd>",
            interval.low, interval.high
        );
        assert!(page.contains(&want), "{want}");
    }
    for texts in [
        metrics.confusion.true_positives,
        metrics.confusion.false_negatives,
    ] {
        assert!(
            page.contains(&format!("<span class=\"value\">{texts}</span>")),
            "{texts}"
        );
    }
    for shown in [
        &report.data_digest,
        &report.settings_digest,
        "By region",
        "By length in tokens",
        "must pass",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    let near = report.near_duplicates.test;
    assert!(page.contains(&format!("Near duplicates: at least {near} of ")));
    assert!(!page.contains("Cross-validation"));
}

#[test]
fn folds_are_shown_when_cross_validation_is_on() {
    let per_metric = |roc_auc| PerMetric {
        precision: 0.5,
        recall: 0.5,
        f1: 0.5,
        accuracy: 0.5,
        roc_auc,
        pr_auc: 0.5,
    };
    let page = render(|_, trained, _| {
        let metrics = trained.report.test_metrics.clone();
        trained.report.cross_validation = Some(CrossValidation {
            folds: vec![Fold {
                threshold: 0.5,
                metrics,
            }],
            mean: per_metric(0.8123),
            standard_deviation: per_metric(0.0123),
        });
    });

    assert!(page.contains("Cross-validation without the test subset, 1 folds"));
    let row = "<th scope=\"row\">ROC-AUC</th><td class=\"number\">0.8123</td><td class=\"number\">0.0123</td>";
    assert!(page.contains(row));
}

#[test]
fn empty_parts_have_no_section() {
    let Fixture {
        settings, trained, ..
    } = &*FIXTURE;

    for (labels, probabilities) in [(vec![], vec![]), (vec![true, true], vec![0.2, 1.0])] {
        let texts = vec!["text"; labels.len()];
        let test = TestSubset {
            texts: &texts,
            labels: &labels,
            probabilities: &probabilities,
        };
        let report = &Report {
            slices: Vec::new(),
            model_checks: Vec::new(),
            ..trained.report.clone()
        };
        let page = ReportPage {
            report,
            settings,
            pipeline: &trained.pipeline,
            test,
            uncompared: None,
        }
        .render();
        assert!(!page.contains("<h2>Slices</h2>") && !page.contains("<h2>Model checks</h2>"));
        assert!(page.contains("<h2>Curves</h2>") && !page.contains("NaN"));
    }
}

#[test]
fn the_public_card_has_curves_and_no_text_of_the_data() {
    let Fixture {
        settings,
        trained,
        texts,
        labels,
        probabilities,
    } = &*FIXTURE;
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let test = TestSubset {
        texts: &texts,
        labels,
        probabilities,
    };
    let page = ReportPage {
        report: &trained.report,
        settings,
        pipeline: &trained.pipeline,
        test,
        uncompared: Some("nothing <left>"),
    };
    let (report, card) = (page.render(), page.render_card());

    for section in ["<h2>Curves</h2>", "<h2>Data</h2>"] {
        assert!(
            report.contains(section) && card.contains(section),
            "{section}"
        );
    }
    assert!(
        texts.iter().any(|text| report.contains(text)),
        "the report shows the most confident errors"
    );
    assert!(!texts.iter().any(|text| card.contains(text)));
    let warning = "Not compared with the production model: </strong>nothing &lt;left&gt;.";
    assert!(report.contains(warning) && !card.contains("Not compared"));
    assert!(card.contains("<h2>Limits</h2>") && !card.contains("<summary>Settings</summary>"));
}

//! The workflow through the library: from a table to a version in the store, without a process.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use relevance::Progress;
use relevance::workflow::{Candidate, GateFailed, Published, ShownTexts, TrainingRun};
use relevance_data::Label;
use relevance_models::{CANDIDATE, PREVIOUS, PRODUCTION, Store};
use relevance_train::{GateFailure, Settings};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::support::{Example, csv, few_rows};

/// A store and a table in a temporary folder.
struct Fixture {
    folder: TempDir,
    store: Store,
    settings: Settings,
    runtime: Runtime,
}

impl Fixture {
    /// A fixture whose gate accepts a model of few rows.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path().join("models").to_str().unwrap()).unwrap();
        let mut settings = Settings::default();
        settings.gate.min_precision = 0.5;
        settings.gate.min_recall = 0.5;
        // The measured time of a text depends on what else the machine does.
        settings.gate.max_slowdown = 1000.0;
        Self {
            folder,
            store,
            settings,
            runtime: Runtime::new().unwrap(),
        }
    }

    fn write(&self, rows: &[Example]) -> PathBuf {
        let path = self.folder.path().join("rows.csv");
        fs::write(&path, csv(rows)).unwrap();
        path
    }

    fn prepare(&self, rows: &[Example]) -> anyhow::Result<Candidate> {
        let tables = [self.write(rows).into_os_string()];
        let run = self.training_run(&tables);
        self.runtime.block_on(run.prepare())
    }

    fn publish(&self, candidate: &Candidate) -> Published {
        let run = self.training_run(&[]);
        self.runtime.block_on(run.publish(candidate)).unwrap()
    }

    fn promote(&self, published: &Published) {
        let run = self.training_run(&[]);
        self.runtime.block_on(run.promote(published)).unwrap();
    }

    fn training_run<'a>(&'a self, locations: &'a [OsString]) -> TrainingRun<'a> {
        TrainingRun {
            locations,
            settings: &self.settings,
            fitted: None,
            store: &self.store,
            onnxruntime: None,
            progress: Progress::Hidden,
            texts: ShownTexts::default(),
        }
    }

    /// The versions that `production`, `previous` and `candidate` name.
    fn aliases(&self) -> [Option<u64>; 3] {
        let aliases = self.store.aliases(&self.settings.name);
        let aliases = self.runtime.block_on(aliases).unwrap();
        [PRODUCTION, PREVIOUS, CANDIDATE].map(|alias| aliases.version(alias))
    }

    fn versions(&self) -> Vec<u64> {
        let versions = self.store.versions(&self.settings.name);
        self.runtime.block_on(versions).unwrap()
    }
}

/// The rules that the gate found broken.
#[track_caller]
fn failures(result: anyhow::Result<Candidate>) -> Vec<GateFailure> {
    let Err(error) = result else {
        panic!("the gate let the model pass");
    };
    error.downcast::<GateFailed>().unwrap().failures
}

/// Rows with every third label turned round.
fn mislabelled(mut rows: Vec<Example>) -> Vec<Example> {
    for row in rows.iter_mut().step_by(3) {
        row.label = match row.label {
            Label::Relevant => Label::NotRelevant,
            Label::NotRelevant => Label::Relevant,
            Label::CantDecide => Label::CantDecide,
        };
    }
    rows
}

#[test]
fn a_table_becomes_the_champion_once_the_gate_passes_and_a_worse_challenger_changes_nothing() {
    let mut fixture = Fixture::new();
    let rows = few_rows();

    fixture.settings.gate.min_precision = 0.99;
    let failures_of_floor = failures(fixture.prepare(&rows));
    assert!(
        matches!(
            failures_of_floor[..],
            [GateFailure::Floor {
                setting: "gate.min_precision",
                floor: 0.99,
                ..
            }]
        ),
        "{failures_of_floor:?}"
    );
    assert!(fixture.versions().is_empty());

    fixture.settings.gate.min_precision = 0.5;
    let champion = fixture.prepare(&rows).unwrap();
    let published = fixture.publish(&champion);
    assert!(published.is_new);
    assert_eq!(fixture.aliases(), [None, None, Some(1)]);

    fixture.promote(&published);
    assert_eq!(fixture.aliases(), [Some(1), None, Some(1)]);

    fixture.settings.gate.min_precision = 0.0;
    fixture.settings.gate.min_recall = 0.0;
    let failures_of_challenger = failures(fixture.prepare(&mislabelled(rows)));
    assert!(
        failures_of_challenger
            .iter()
            .any(|failure| matches!(failure, GateFailure::Drop { .. })),
        "{failures_of_challenger:?}"
    );
    assert_eq!(fixture.versions(), [1]);
    assert_eq!(fixture.aliases(), [Some(1), None, Some(1)]);
}

#[test]
fn an_update_with_new_rows_replaces_the_champion_and_one_without_changes_nothing() {
    let mut fixture = Fixture::new();
    // New rows move the model either way; this test is about the versions.
    fixture.settings.gate.max_drop = 1.0;
    fixture.settings.gate.significance = 0.0;
    let rows = few_rows();
    let (old_rows, _) = rows.split_at(rows.len() * 2 / 3);

    let first = fixture.publish(&fixture.prepare(old_rows).unwrap());
    fixture.promote(&first);

    let challenger = fixture.prepare(&rows).unwrap();
    let second = fixture.publish(&challenger);
    assert!(second.is_new);
    assert_eq!(fixture.aliases(), [Some(1), None, Some(2)]);

    fixture.promote(&second);
    assert_eq!(fixture.aliases(), [Some(2), Some(1), Some(2)]);

    let again = fixture.prepare(&rows).unwrap();
    assert_eq!(again.file, challenger.file);
    let unchanged = fixture.publish(&again);
    assert!(!unchanged.is_new);
    assert_eq!(unchanged.manifest.version, 2);
    assert_eq!(fixture.versions(), [1, 2]);
}

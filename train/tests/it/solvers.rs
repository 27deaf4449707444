//! Ours and linfa-logistic have one optimum.

use linfa::DatasetBase;
use relevance_data::Undecided;
use relevance_train::SolverKind;
use relevance_train::fit::settings::{FeatureTraining, SolverSettings};
use relevance_train::fit::solver::{LabelledRows, SolverError, fit, objective};
use relevance_train::fit::vectorizer::Vectorizer;

use crate::archive;

/// Five hundred texts of the archive.
fn rows() -> LabelledRows {
    let dataset = archive();
    let places: Vec<u32> = dataset
        .decided(Undecided::LeaveOut)
        .into_iter()
        .step_by(12)
        .take(500)
        .collect();
    assert_eq!(places.len(), 496);
    let texts: Vec<&str> = places.iter().map(|&place| dataset.text(place)).collect();
    let settings = FeatureTraining {
        max_features: 400,
        ..FeatureTraining::default()
    };
    let vectorizer = Vectorizer::fit(&texts, &settings).unwrap();
    DatasetBase::new(
        vectorizer.rows,
        places
            .iter()
            .map(|&place| dataset.is_relevant(place))
            .collect(),
    )
}

fn settings(kind: SolverKind, alpha: f64) -> SolverSettings {
    SolverSettings {
        kind,
        alpha,
        max_iterations: 2000,
        tolerance: 1e-16,
        gradient_tolerance: 1e-8,
    }
}

#[test]
fn both_solvers_give_the_same_coefficients() {
    let rows = rows();
    for alpha in [0.1, 1.0, 10.0] {
        let [sparse, dense] = [SolverKind::Sparse, SolverKind::Linfa]
            .map(|kind| fit(&rows, &settings(kind, alpha)).unwrap());
        let largest = sparse
            .coefficients
            .iter()
            .fold(0.0_f64, |largest, value| largest.max(value.abs()));
        assert!(
            largest > 0.1,
            "alpha {alpha}: the coefficients are all small, {largest}"
        );
        let differences = sparse
            .coefficients
            .iter()
            .zip(&dense.coefficients)
            .map(|(left, right)| (left - right).abs());
        let difference = differences.fold((sparse.intercept - dense.intercept).abs(), f64::max);
        assert!(
            difference < 1e-6,
            "alpha {alpha}: {difference} apart, largest {largest}"
        );
        let [ours, linfa] = [&sparse, &dense].map(|model| objective(&rows, model, alpha));
        assert!(
            (ours - linfa).abs() < 1e-9 * linfa,
            "alpha {alpha}: objectives {ours} and {linfa}"
        );
    }
}

#[test]
fn the_rarer_label_does_not_turn_the_coefficients() {
    let rows = rows();
    let turned = DatasetBase::new(
        rows.records.clone(),
        rows.targets.mapv(|is_relevant| !is_relevant),
    );
    for kind in [SolverKind::Sparse, SolverKind::Linfa] {
        let [model, opposite] =
            [&rows, &turned].map(|rows| fit(rows, &settings(kind, 1.0)).unwrap());
        let sums = model
            .coefficients
            .iter()
            .zip(&opposite.coefficients)
            .map(|(left, right)| (left + right).abs());
        let sum = sums.fold((model.intercept + opposite.intercept).abs(), f64::max);
        assert!(
            sum < 1e-6 && model.intercept.abs() > 0.1,
            "{kind:?}: {sum} left, {model:?}"
        );
    }
}

#[test]
fn another_penalty_gives_other_coefficients() {
    let rows = rows();
    let [weak, strong] =
        [0.1, 10.0].map(|alpha| fit(&rows, &settings(SolverKind::Sparse, alpha)).unwrap());
    let norm = |coefficients: &[f64]| coefficients.iter().map(|value| value * value).sum::<f64>();
    assert!(norm(&weak.coefficients) > 4.0 * norm(&strong.coefficients));
}

#[test]
fn a_fit_that_runs_out_of_iterations_says_so() {
    let settings = SolverSettings {
        max_iterations: 2,
        ..settings(SolverKind::Sparse, 1.0)
    };
    let error = fit(&rows(), &settings).unwrap_err();
    assert!(
        matches!(error, SolverError::NotConverged { iterations: 2 }),
        "{error}"
    );
}

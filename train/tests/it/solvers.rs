//! The sparse solver and linfa-logistic have the same optimum.

use relevance_data::Undecided;
use relevance_train::SolverKind;
use relevance_train::fit::rows::SparseRows;
use relevance_train::fit::settings::{FeatureTraining, SolverSettings};
use relevance_train::fit::solver::{SolverError, fit, objective};
use relevance_train::fit::vectorizer::Vectorizer;

use crate::archive;

/// Rows of about five hundred texts of the archive, with their labels.
fn rows() -> (SparseRows, Vec<bool>) {
    let dataset = archive();
    let indexes: Vec<u32> = dataset
        .decided(Undecided::LeaveOut)
        .into_iter()
        .step_by(12)
        .take(500)
        .collect();
    assert_eq!(indexes.len(), 496);

    let texts: Vec<&str> = indexes.iter().map(|&index| dataset.text(index)).collect();
    let settings = FeatureTraining {
        max_features: 400,
        ..FeatureTraining::default()
    };
    let vectorizer = Vectorizer::fit(&texts, &settings).unwrap();
    let labels = indexes.iter().map(|&index| dataset.is_relevant(index));
    (vectorizer.rows, labels.collect())
}

fn settings(kind: SolverKind, alpha: f64) -> SolverSettings {
    SolverSettings {
        kind,
        alpha,
        max_iterations: 2000,
        tolerance: 1e-16,
        gradient_tolerance: 1e-8,
        ..SolverSettings::default()
    }
}

#[test]
fn both_solvers_give_the_same_coefficients() {
    let (rows, labels) = rows();

    for alpha in [0.1, 1.0, 10.0] {
        let [sparse, dense] = [SolverKind::Sparse, SolverKind::Linfa]
            .map(|kind| fit(&rows, (&labels).into(), &settings(kind, alpha)).unwrap());
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
        let [ours, linfa] =
            [&sparse, &dense].map(|model| objective(&rows, (&labels).into(), model, alpha));
        assert!(
            (ours - linfa).abs() < 1e-9 * linfa,
            "alpha {alpha}: objectives {ours} and {linfa}"
        );
    }
}

#[test]
fn opposite_labels_give_opposite_coefficients() {
    let (rows, labels) = rows();
    let opposite_labels: Vec<bool> = labels.iter().map(|label| !label).collect();

    for kind in [SolverKind::Sparse, SolverKind::Linfa] {
        let [model, opposite] = [&labels, &opposite_labels]
            .map(|labels| fit(&rows, labels.into(), &settings(kind, 1.0)).unwrap());
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
fn a_stronger_penalty_gives_smaller_coefficients() {
    let (rows, labels) = rows();
    let [weak, strong] = [0.1, 10.0].map(|alpha| {
        fit(
            &rows,
            (&labels).into(),
            &settings(SolverKind::Sparse, alpha),
        )
        .unwrap()
    });
    let norm = |coefficients: &[f64]| coefficients.iter().map(|value| value * value).sum::<f64>();
    assert!(norm(&weak.coefficients) > 4.0 * norm(&strong.coefficients));
}

#[test]
fn running_out_of_iterations_is_an_error() {
    let settings = SolverSettings {
        max_iterations: 2,
        ..settings(SolverKind::Sparse, 1.0)
    };
    let (rows, labels) = rows();
    let error = fit(&rows, (&labels).into(), &settings).unwrap_err();

    assert!(
        matches!(error, SolverError::NotConverged { iterations: 2 }),
        "{error}"
    );
}

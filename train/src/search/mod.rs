//! Search for the settings of terms and solver by cross-validation on the training subset.
//!
//! Candidates are drawn at random (Bergstra and Bengio 2012) and tried in rounds: each has three
//! times the rows of the one before, and the best third of its candidates (successive halving,
//! Jamieson and Talwalkar 2016). The validation and test subsets are not used, so that threshold
//! and metrics stay honest.

mod candidates;
mod metric;
mod report;
mod rounds;
pub(crate) mod settings;
mod trial;

use std::time::{Duration, Instant};

use relevance_data::{Dataset, stratified_part};

pub use self::report::{Score, SearchReport, Trial};
pub use self::settings::{ParseSearchBudgetError, SearchBudget, SearchMetric, SearchSettings};

use self::candidates::{Candidate, Space};
use self::rounds::{FACTOR, divisors};
use self::trial::Trials;
use crate::error::TrainError;
use crate::progress::Observer;
use crate::settings::Settings;
use crate::split::{assign_folds, split};

/// Folds of each trial.
const FOLDS: u32 = 5;
/// Candidates of a search that ends by time.
const MAX_CANDIDATES: usize = 500;

/// Result of a search.
#[derive(Clone, Debug)]
pub struct Searched {
    /// The given settings with those that were chosen, and without a search.
    pub settings: Settings,
    /// Table of the trials.
    pub report: SearchReport,
}

/// Searches for settings when the given ones have a section `search`.
///
/// Equal examples, settings and numbers of trials give equal results, for any number of threads.
///
/// # Errors
/// When a setting is out of range, the examples cannot be split or divided into folds, no candidate
/// has a frequent term, or the solver fails.
pub fn search(
    dataset: &Dataset,
    settings: &Settings,
    observer: &dyn Observer,
) -> Result<Option<Searched>, TrainError> {
    let Some(search) = settings.search else {
        return Ok(None);
    };
    settings.validate()?;
    let search = Search::new(dataset, settings, search)?;

    // Entered once, the pool keeps its threads busy.
    let (tried, score) = rayon::scope(|_| search.run(observer))?;
    let mut chosen = tried[0].candidate.apply(settings);
    chosen.solver.alpha = score.alpha;
    Ok(Some(Searched {
        settings: chosen,
        report: SearchReport {
            metric: search.trials.metric,
            trials: tried.into_iter().map(Trial::from).collect(),
        },
    }))
}

/// The inputs of a search.
struct Search<'a> {
    trials: Trials<'a>,
    /// Rows of the training subset.
    folds: Vec<Vec<u32>>,
    candidates: Vec<Candidate>,
    /// Time after which no trial begins.
    time: Option<Duration>,
}

/// A candidate and how it did in its last round.
struct Tried {
    candidate: Candidate,
    /// Rows in the folds of the round, 0 before the first one.
    rows: usize,
    score: Option<Score>,
}

impl<'a> Search<'a> {
    fn new(
        dataset: &'a Dataset,
        settings: &'a Settings,
        search: SearchSettings,
    ) -> Result<Self, TrainError> {
        let split = split(dataset, settings)?;
        let folds = assign_folds(dataset, &split.train, settings, FOLDS)?;

        let mut texts = split.train.iter().map(|&row| dataset.text(row));
        let space = Space {
            given: settings,
            has_unicode_letters: texts.any(has_unicode_letters),
            varies_class_weight: search.metric != SearchMetric::LogLoss,
        };
        let (count, time) = match search.budget {
            SearchBudget::Trials(trials) => (trials as usize, None),
            SearchBudget::Time(time) => (MAX_CANDIDATES, Some(time)),
        };

        Ok(Self {
            trials: Trials {
                dataset,
                settings,
                alphas: space.alphas(),
                metric: search.metric,
            },
            folds,
            candidates: space.candidates(count, settings.split.seed),
            time,
        })
    }

    /// Runs all rounds: what was tried, those on the most rows first and of these the best first,
    /// and the score of the first.
    fn run(&self, observer: &dyn Observer) -> Result<(Vec<Tried>, Score), TrainError> {
        let (dataset, seed) = (self.trials.dataset, self.trials.settings.split.seed);
        let untried = |candidate: &Candidate| Tried {
            candidate: candidate.clone(),
            rows: 0,
            score: None,
        };
        let divisors = divisors(dataset, &self.folds);
        let mut round = Round {
            trials: &self.trials,
            tried: self.candidates.iter().map(untried).collect(),
            left_out: Vec::new(),
            failure: None,
        };
        let mut progress =
            Progress::new(observer, self.candidates.len(), divisors.len(), self.time);

        for (number, &divisor) in (1..).zip(&divisors) {
            if number > 1 {
                round.leave_out();
            }
            let part =
                |fold: &Vec<u32>| stratified_part(dataset, fold, 1.0 / f64::from(divisor), seed);
            let folds: Vec<Vec<u32>> = self.folds.iter().map(part).collect();
            round.run(&folds, &mut progress, number)?;
        }
        round.finish()
    }
}

/// The candidates of a round, and those that earlier rounds left out.
struct Round<'a> {
    trials: &'a Trials<'a>,
    tried: Vec<Tried>,
    left_out: Vec<Tried>,
    /// Error of the first candidate without a frequent term.
    failure: Option<TrainError>,
}

impl Round<'_> {
    /// Tries the candidates on `folds`, until the time of the round is over, and sorts them.
    fn run(
        &mut self,
        folds: &[Vec<u32>],
        progress: &mut Progress<'_>,
        number: u32,
    ) -> Result<(), TrainError> {
        let rows = folds.iter().map(Vec::len).sum();
        for index in 0..self.tried.len() {
            if index > 0 && progress.is_over(number) {
                break;
            }

            let tried = &mut self.tried[index];
            tried.rows = rows;
            tried.score = match self.trials.run(&tried.candidate, folds) {
                Ok(score) => Some(score),
                Err(error) if error.is_without_terms() => {
                    self.failure.get_or_insert(error);
                    None
                }
                Err(error) => return Err(error),
            };
            progress.advance();
        }

        // Those that no round tried are not part of the result.
        self.tried.retain(|tried| tried.rows > 0);
        let metric = self.trials.metric;
        self.tried.sort_by(|left, right| {
            right
                .rows
                .cmp(&left.rows)
                .then(metric.order(left.value(), right.value()))
        });
        Ok(())
    }

    /// Leaves out all but the best candidates, one of [`FACTOR`].
    fn leave_out(&mut self) {
        let kept = self.tried.len().div_ceil(FACTOR as usize);
        let worse = self.tried.split_off(kept);
        self.left_out.splice(0..0, worse);
    }

    /// Returns everything that was tried, and the score of the best.
    fn finish(mut self) -> Result<(Vec<Tried>, Score), TrainError> {
        self.tried.append(&mut self.left_out);
        match (self.tried[0].score, self.failure) {
            (Some(score), _) => Ok((self.tried, score)),
            (None, Some(failure)) => Err(failure),
            (None, None) => unreachable!("a trial has a score or fails"),
        }
    }
}

/// Progress of a search, and its time.
struct Progress<'a> {
    observer: &'a dyn Observer,
    start: Instant,
    time: Option<Duration>,
    rounds: u32,
    /// Number of trials, when it is known before.
    all: Option<usize>,
    done: usize,
}

impl<'a> Progress<'a> {
    fn new(
        observer: &'a dyn Observer,
        candidates: usize,
        rounds: usize,
        time: Option<Duration>,
    ) -> Self {
        let sizes = std::iter::successors(Some(candidates), |size| {
            Some(size.div_ceil(FACTOR as usize))
        });
        Self {
            observer,
            start: Instant::now(),
            time,
            rounds: u32::try_from(rounds).expect("there are few rounds"),
            all: time.is_none().then(|| sizes.take(rounds).sum()),
            done: 0,
        }
    }

    /// Whether the time of a round is over; each has an equal part of it.
    fn is_over(&self, round: u32) -> bool {
        self.time
            .is_some_and(|time| self.start.elapsed() >= time / self.rounds * round)
    }

    fn advance(&mut self) {
        self.done += 1;
        self.observer.tried(self.done, self.all);
    }
}

impl Tried {
    fn value(&self) -> Option<f64> {
        self.score.map(|score| score.value)
    }
}

impl From<Tried> for Trial {
    fn from(tried: Tried) -> Self {
        Self {
            features: tried.candidate.features,
            class_weight: tried.candidate.class_weight,
            rows: tried.rows,
            score: tried.score,
        }
    }
}

fn has_unicode_letters(text: &str) -> bool {
    let is_letter = |character: char| !character.is_ascii() && character.is_alphanumeric();
    !text.is_ascii() && text.contains(is_letter)
}

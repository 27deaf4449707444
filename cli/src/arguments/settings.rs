//! The settings of training: a file, and a flag for each.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use relevance_data::{SplitBy, Undecided};
use relevance_pipeline::TokenCharacters;
use relevance_train::{Settings, SolverKind, ThresholdRule};

use super::{SourceFlags, choice};
use crate::exit::WrongUsage;

/// The settings of a training run.
#[derive(Debug, Args)]
pub struct SettingsArguments {
    /// A TOML file of settings; what it leaves out has its default, and a flag goes before the file.
    #[arg(long, env = "RELEVANCE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Name of the model, in its file and in the store [default: relevance].
    #[arg(long, env = "RELEVANCE_NAME", value_name = "NAME")]
    name: Option<String>,
    /// Licence of the model, written into its file [default: not stated].
    #[arg(long, env = "RELEVANCE_LICENCE", value_name = "TEXT")]
    licence: Option<String>,
    /// What becomes of rows that no one could decide on: `leave-out` or `not-relevant` [default: leave-out].
    #[arg(long, env = "RELEVANCE_UNDECIDED", value_name = "CHOICE", value_parser = choice::<Undecided>)]
    undecided: Option<Undecided>,
    #[command(flatten)]
    source: SourceFlags,
    /// Share of the rows that is trained on [default: 0.7].
    #[arg(long, env = "RELEVANCE_SPLIT_TRAIN", value_name = "SHARE")]
    split_train: Option<f64>,
    /// Share of the rows that chooses the threshold [default: 0.1].
    #[arg(long, env = "RELEVANCE_SPLIT_VALIDATION", value_name = "SHARE")]
    split_validation: Option<f64>,
    /// Share of the rows that measures the result [default: 0.2].
    #[arg(long, env = "RELEVANCE_SPLIT_TEST", value_name = "SHARE")]
    split_test: Option<f64>,
    /// Another seed draws another split [default: 42].
    #[arg(long, env = "RELEVANCE_SEED", value_name = "NUMBER")]
    seed: Option<u64>,
    /// What decides the side of a row: `wording`, `group` or `time` [default: wording].
    #[arg(long, env = "RELEVANCE_SPLIT_BY", value_name = "CHOICE", value_parser = choice::<SplitBy>)]
    split_by: Option<SplitBy>,
    /// The source's column that holds the group or the time.
    #[arg(long, env = "RELEVANCE_SPLIT_COLUMN", value_name = "COLUMN")]
    split_column: Option<String>,
    /// Folds of a cross-validation on the training and validation sides; 0 for none [default: 0].
    #[arg(long, env = "RELEVANCE_FOLDS", value_name = "NUMBER")]
    folds: Option<u32>,
    /// Which characters tokens are made of: `ascii` or `unicode` [default: ascii].
    #[arg(long, env = "RELEVANCE_TOKEN_CHARACTERS", value_name = "CHOICE", value_parser = choice::<TokenCharacters>)]
    token_characters: Option<TokenCharacters>,
    /// The longest run of tokens that makes a term, 1 to 5 [default: 2].
    #[arg(long, env = "RELEVANCE_NGRAM_MAX", value_name = "TOKENS")]
    ngram_max: Option<usize>,
    /// In how many training texts a term must stand to be kept [default: 2].
    #[arg(long, env = "RELEVANCE_MIN_DOCUMENT_FREQUENCY", value_name = "TEXTS")]
    min_document_frequency: Option<u32>,
    /// How many terms are kept at most, those in the most training texts [default: 20000].
    #[arg(long, env = "RELEVANCE_MAX_FEATURES", value_name = "TERMS")]
    max_features: Option<usize>,
    /// Which implementation fits: `sparse` or `linfa` [default: sparse].
    #[arg(long, env = "RELEVANCE_SOLVER", value_name = "CHOICE", value_parser = choice::<SolverKind>)]
    solver: Option<SolverKind>,
    /// Weight of the L2 penalty [default: 1].
    #[arg(long, env = "RELEVANCE_ALPHA", value_name = "NUMBER")]
    alpha: Option<f64>,
    /// Iterations after which the fit is given up [default: 500].
    #[arg(long, env = "RELEVANCE_MAX_ITERATIONS", value_name = "NUMBER")]
    max_iterations: Option<u64>,
    /// The fit of `sparse` ends when what a step leaves to gain is less than this share of the objective [default: 1e-9].
    #[arg(long, env = "RELEVANCE_TOLERANCE", value_name = "SHARE")]
    tolerance: Option<f64>,
    /// The fit of `linfa` ends when the norm of the gradient is below this [default: 0.0001].
    #[arg(long, env = "RELEVANCE_GRADIENT_TOLERANCE", value_name = "NUMBER")]
    gradient_tolerance: Option<f64>,
    /// Calibrate the probabilities on the validation side, inside the linear model [default: false].
    #[arg(long, env = "RELEVANCE_CALIBRATE", value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    calibrate: Option<bool>,
    /// What the threshold is chosen for: `max-f1`, `precision>=0.9`, `recall>=0.8` or `cost:FP:FN` [default: max-f1].
    #[arg(long, env = "RELEVANCE_THRESHOLD_RULE", value_name = "RULE")]
    threshold_rule: Option<ThresholdRule>,
    /// Lowest precision on the test side that the gate lets through, 0 to 1 [default: 0.65].
    #[arg(long, env = "RELEVANCE_MIN_PRECISION", value_name = "SHARE")]
    min_precision: Option<f64>,
    /// Lowest recall on the test side that the gate lets through, 0 to 1 [default: 0.65].
    #[arg(long, env = "RELEVANCE_MIN_RECALL", value_name = "SHARE")]
    min_recall: Option<f64>,
    /// Longest model file in bytes that the gate lets through [default: 67108864].
    #[arg(long, env = "RELEVANCE_MAX_MODEL_BYTES", value_name = "BYTES")]
    max_model_bytes: Option<u64>,
    /// How far F1 and ROC-AUC may fall below the production model's on its frozen test rows, 0 to 1 [default: 0.02].
    #[arg(long, env = "RELEVANCE_MAX_DROP", value_name = "SHARE")]
    max_drop: Option<f64>,
    /// With what probability chance may make so many more wrong verdicts than right ones, 0 to 1 [default: 0.01].
    #[arg(long, env = "RELEVANCE_SIGNIFICANCE", value_name = "SHARE")]
    significance: Option<f64>,
    /// How many times the production model's time a text may take [default: 3].
    #[arg(long, env = "RELEVANCE_MAX_SLOWDOWN", value_name = "FACTOR")]
    max_slowdown: Option<f64>,
    /// File of sentences that must get their labels: CSV or JSON lines with `text` and `choose_one` or `class_label`.
    #[arg(long, env = "RELEVANCE_MUST_PASS", value_name = "FILE")]
    must_pass: Option<PathBuf>,
}

impl SettingsArguments {
    /// The file's settings, or the defaults, changed by the flags and checked.
    pub fn read(&self) -> anyhow::Result<Settings> {
        self.merge().map_err(|error| WrongUsage(error).into())
    }

    fn merge(&self) -> anyhow::Result<Settings> {
        let mut settings = match &self.config {
            None => Settings::default(),
            Some(path) => {
                let place = || format!("settings file `{}`", path.display());
                let text = std::fs::read_to_string(path).with_context(place)?;
                Settings::from_toml(&text).with_context(place)?
            }
        };
        self.apply(&mut settings);
        settings.keep_split_column();
        settings.validate()?;
        Ok(settings)
    }

    fn apply(&self, settings: &mut Settings) {
        self.source.apply(&mut settings.source);
        let Settings {
            split,
            features,
            solver,
            gate,
            ..
        } = settings;
        set(&mut split.train, self.split_train);
        set(&mut split.validation, self.split_validation);
        set(&mut split.test, self.split_test);
        set(&mut split.seed, self.seed);
        set(&mut split.by, self.split_by);
        set(&mut settings.cross_validation.folds, self.folds);
        set(&mut split.column, self.split_column.clone().map(Some));
        set(&mut features.token_characters, self.token_characters);
        set(&mut features.ngram_max, self.ngram_max);
        set(
            &mut features.min_document_frequency,
            self.min_document_frequency,
        );
        set(&mut features.max_features, self.max_features);
        set(&mut solver.kind, self.solver);
        set(&mut solver.alpha, self.alpha);
        set(&mut solver.max_iterations, self.max_iterations);
        set(&mut solver.tolerance, self.tolerance);
        set(&mut solver.gradient_tolerance, self.gradient_tolerance);
        set(&mut gate.min_precision, self.min_precision);
        set(&mut gate.min_recall, self.min_recall);
        set(&mut gate.max_model_bytes, self.max_model_bytes);
        set(&mut gate.max_drop, self.max_drop);
        set(&mut gate.significance, self.significance);
        set(&mut gate.max_slowdown, self.max_slowdown);
        if self.must_pass.is_some() {
            settings.model_checks.must_pass.clone_from(&self.must_pass);
        }
        set(&mut settings.undecided, self.undecided);
        set(&mut settings.calibrate, self.calibrate);
        set(&mut settings.threshold, self.threshold_rule);
        set(&mut settings.name, self.name.clone());
        set(&mut settings.licence, self.licence.clone());
    }
}

fn set<T>(setting: &mut T, flag: Option<T>) {
    if let Some(value) = flag {
        *setting = value;
    }
}

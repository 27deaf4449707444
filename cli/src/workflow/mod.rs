//! The workflow from labelled sentences to a published model, as a library.
//!
//! [`TrainingRun`] calls the steps in their order; a [`Candidate`] carries their results to the next ones.
//!
//! ```text
//! read → train → export ─┬─ gate → compare → publish
//!                verify ─┘
//! ```
//!
//! | module | content |
//! | --- | --- |
//! | `training_run` | the inputs of a run, and the order of the steps |
//! | `read` | source to rows |
//! | `train` | rows to a fitted pipeline and its report |
//! | `export` | pipeline to a verified model file, and the frozen test rows |
//! | `verify` | a model file on every engine |
//! | `gate` | the rules that stop a model |
//! | `compare` | the candidate against the model in production |
//! | `publish` | candidate to a version in the store |
//! | `candidate` | the results of the steps |
//! | `compared_rows` | the rows on which two models may be compared |
//! | `frozen_rows` | the test rows that a version keeps |
//! | `model_file` | a model file, parsed or exported |
//! | `training_record` | the record of a run in a version's manifest |
//! | `messages` | progress, and the texts of the data in messages |

pub(crate) mod candidate;
pub(crate) mod challenger;
pub(crate) mod compare;
pub(crate) mod compared_rows;
pub(crate) mod export;
pub(crate) mod frozen_rows;
pub(crate) mod gate;
pub(crate) mod messages;
pub(crate) mod model_file;
pub(crate) mod publish;
pub(crate) mod read;
pub(crate) mod train;
pub(crate) mod training_record;
pub(crate) mod training_run;
pub(crate) mod verify;
pub(crate) mod warnings;

pub use candidate::Candidate;
pub use compare::ProductionComparison;
pub use gate::GateFailed;
pub use messages::ShownTexts;
pub use publish::Published;
pub use training_run::TrainingRun;

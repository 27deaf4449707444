//! Who answers: ours, the floor, and what one would use instead.

use std::path::Path;
use std::process::Command;

use super::bodies::Form;
use super::peers::{BENTO_ML, FAST_API_ONNXRUNTIME, FAST_API_SCIKIT_LEARN, FLASK, ML_SERVER};
use super::workload::Workload;
use crate::bench::environment::Environment;
use crate::bench::programs::Programs;

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contender {
    Ours,
    /// Ours without a line of log for each request.
    OursQuiet,
    Floor,
    FastApiOnnxruntime,
    FastApiScikitLearn,
    Flask,
    MlServer,
    BentoMl,
}

/// What a server needs to run.
pub struct Job<'a> {
    pub programs: &'a Programs,
    /// Where the peers' models are.
    pub models: &'a Path,
    pub port: u16,
}

impl Contender {
    pub const OURS_AND_FLOOR: [Self; 3] = [Self::Ours, Self::OursQuiet, Self::Floor];
    pub const PEERS: [Self; 5] = [
        Self::FastApiOnnxruntime,
        Self::FastApiScikitLearn,
        Self::Flask,
        Self::MlServer,
        Self::BentoMl,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Ours => "relevance",
            Self::OursQuiet => "relevance, errors logged",
            Self::Floor => "floor",
            Self::FastApiOnnxruntime => "FastAPI, onnxruntime",
            Self::FastApiScikitLearn => "FastAPI, scikit-learn",
            Self::Flask => "Flask, gunicorn",
            Self::MlServer => "MLServer",
            Self::BentoMl => "BentoML",
        }
    }

    /// What it is, in a sentence's words.
    pub const fn work(self) -> &'static str {
        match self {
            Self::Ours => {
                "`relevance serve` at its defaults on the committed model; its log, a line of JSON a request, goes to \
                 `/dev/null`"
            }
            Self::OursQuiet => "the same with `--log error`, which logs none of these requests",
            Self::Floor => {
                "axum and tonic with the same routers and serialisers: reads the same bodies and answers constants of \
                 the same shape, without model, limits, ids, log and metrics"
            }
            Self::FastApiOnnxruntime => {
                "uvicorn with one worker, onnxruntime with one thread on skl2onnx's graph"
            }
            Self::FastApiScikitLearn => {
                "uvicorn with one worker, scikit-learn's pipeline in an `async def`"
            }
            Self::Flask => "gunicorn with one worker, scikit-learn's pipeline",
            Self::MlServer => {
                "its scikit-learn runtime in the server's process, over the Open Inference Protocol"
            }
            Self::BentoMl => {
                "one worker, scikit-learn's pipeline, no batching, access log and metrics off"
            }
        }
    }

    pub const fn is_ours(self) -> bool {
        matches!(self, Self::Ours | Self::OursQuiet)
    }

    pub fn is_peer(self) -> bool {
        self.environment().is_some()
    }

    /// Whether it is loaded so.
    pub fn takes(self, workload: Workload) -> bool {
        !self.is_peer() || workload == Workload::OF_PEERS
    }

    /// The packages that it needs.
    pub const fn environment(self) -> Option<&'static Environment> {
        match self {
            Self::FastApiOnnxruntime => Some(&FAST_API_ONNXRUNTIME),
            Self::FastApiScikitLearn => Some(&FAST_API_SCIKIT_LEARN),
            Self::Flask => Some(&FLASK),
            Self::MlServer => Some(&ML_SERVER),
            Self::BentoMl => Some(&BENTO_ML),
            Self::Ours | Self::OursQuiet | Self::Floor => None,
        }
    }

    /// Where it takes bodies of which form.
    pub fn address(self, workload: Workload) -> (&'static str, Form) {
        match self {
            Self::MlServer => ("/v2/models/text/infer", Form::Tensor),
            _ if self.is_peer() => ("/predict", Form::Text),
            _ if workload.form() == Form::Texts => ("/v1/predict/batch", Form::Texts),
            _ => ("/v1/predict", Form::Text),
        }
    }

    /// Where its answer to one text has the probability.
    pub const fn probability(self) -> &'static str {
        match self {
            Self::MlServer => "/outputs/0/data/1",
            _ => "/probability",
        }
    }

    pub fn command(self, job: &Job<'_>) -> Command {
        let program = match self {
            Self::Ours => return job.programs.serve(job.port),
            Self::OursQuiet => {
                let mut quiet = job.programs.serve(job.port);
                quiet.args(["--log", "error"]);
                return quiet;
            }
            Self::Floor => return job.programs.floor(job.port),
            Self::FastApiOnnxruntime => {
                FAST_API_ONNXRUNTIME.program("serve/fast_api_onnxruntime.py")
            }
            Self::FastApiScikitLearn => {
                FAST_API_SCIKIT_LEARN.program("serve/fast_api_scikit_learn.py")
            }
            Self::Flask => FLASK.program("serve/flask_gunicorn.py"),
            Self::MlServer => ML_SERVER.program("serve/ml_server.py"),
            Self::BentoMl => BENTO_ML.program("serve/bento_ml.py"),
        };
        let mut program = program;
        program.arg(job.models).arg(job.port.to_string());
        program
    }
}

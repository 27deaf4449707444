//! What the peers need: their packages, and a model that scikit-learn trained on the same archive.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use relevance_data::{Dataset, Undecided};
use serde_json::json;

use super::contender::Contender;
use crate::bench::environment::Environment;
use crate::command::run;

pub const FAST_API_ONNXRUNTIME: Environment = Environment {
    name: "fast-api-onnxruntime",
    packages: &[
        "fastapi==0.165.0",
        "uvicorn==0.54.0",
        "uvloop==0.23.0",
        "httptools==0.9.0",
        "onnxruntime==1.32.0",
        "numpy==2.4.6",
    ],
};
pub const FAST_API_SCIKIT_LEARN: Environment = Environment {
    name: "fast-api-scikit-learn",
    packages: &[
        "fastapi==0.165.0",
        "uvicorn==0.54.0",
        "uvloop==0.23.0",
        "httptools==0.9.0",
        "scikit-learn==1.9.1",
        "numpy==2.4.6",
    ],
};
pub const FLASK: Environment = Environment {
    name: "flask",
    packages: &[
        "flask==3.1.3",
        "gunicorn==27.0.1",
        "scikit-learn==1.9.1",
        "numpy==2.4.6",
    ],
};
pub const ML_SERVER: Environment = Environment {
    name: "ml-server",
    packages: &[
        "mlserver==1.7.1",
        "mlserver-sklearn==1.7.1",
        "scikit-learn==1.9.1",
        "numpy==2.4.6",
    ],
};
pub const BENTO_ML: Environment = Environment {
    name: "bento-ml",
    packages: &["bentoml==1.4.39", "scikit-learn==1.9.1", "numpy==2.4.6"],
};
/// What trains and exports the peers' model; its scikit-learn is theirs, since they load what it wrote.
const TRAINER: Environment = Environment {
    name: "serve-trainer",
    packages: &[
        "scikit-learn==1.9.1",
        "skl2onnx==1.20.0",
        "onnx==1.23.2",
        "numpy==2.4.6",
    ],
};

/// Installs the packages of these contenders, and trains their model into `folder`.
pub fn prepare(contenders: &[Contender], archive: &Dataset, folder: &Path) -> Result<()> {
    let environments: Vec<_> = contenders
        .iter()
        .filter_map(|contender| contender.environment())
        .collect();
    if environments.is_empty() {
        return Ok(());
    }
    environments
        .into_iter()
        .chain([&TRAINER])
        .try_for_each(Environment::install)?;
    let examples = folder.join("examples.jsonl");
    let rows = archive.decided(Undecided::LeaveOut).into_iter();
    let lines = rows.map(|row| {
        format!(
            "{}\n",
            json!({ "text": archive.text(row), "relevant": archive.is_relevant(row) })
        )
    });
    fs::write(&examples, lines.collect::<String>())
        .with_context(|| format!("cannot write {}", examples.display()))?;
    run(TRAINER.program("serve/train.py").arg(&examples).arg(folder))
}

//! The third step: a fitted pipeline to a verified model file, and the test rows that its version keeps.

use std::path::Path;

use bytes::Bytes;
use relevance_data::{Dataset, Split};
use relevance_pipeline::Pipeline;
use relevance_train::{Gate, TrainedTexts};

use crate::progress::{Elapsed, Progress};
use crate::workflow::frozen_rows::freeze;
use crate::workflow::gate;
use crate::workflow::model_file::ModelFile;
use crate::workflow::verify::{EngineAgreement, Extent, ensure_agreement, verify};

/// An exported model, before its size and the agreement of the engines are checked.
pub(crate) struct Exported {
    /// The model file.
    pub(crate) file: Bytes,
    /// Test rows to be frozen, packed.
    pub(crate) test_rows: Bytes,
    /// Texts that the pipeline was trained on.
    pub(crate) trained_texts: TrainedTexts,
    agreements: Vec<EngineAgreement>,
    export_time: Elapsed,
    verify_time: Elapsed,
}

impl Exported {
    /// Exports the pipeline, compares the engines on a sample of the texts, and packs the test rows and records the trained texts beside that.
    pub(crate) fn new(
        pipeline: &Pipeline,
        dataset: &Dataset,
        split: &Split,
        onnxruntime: Option<&Path>,
        progress: Progress,
    ) -> anyhow::Result<Self> {
        let export_and_verify = || {
            let (file, export_time) = progress.time("export", || ModelFile::export(pipeline));
            let file = file?;

            let texts: Vec<&str> = dataset.texts.iter().collect();
            let (agreements, verify_time) = progress.time("verify", || {
                verify(&file, &texts, onnxruntime, Extent::Sample)
            });
            anyhow::Ok((file.bytes, export_time, agreements?, verify_time))
        };
        let record = || (freeze(dataset, split), TrainedTexts::new(dataset, split));
        let (verified, (test_rows, trained_texts)) = rayon::join(export_and_verify, record);

        let (file, export_time, agreements, verify_time) = verified?;
        Ok(Self {
            file,
            test_rows: test_rows?,
            trained_texts,
            agreements,
            export_time,
            verify_time,
        })
    }

    /// Reports both steps, and fails when the file is too large or an engine differs from the reference.
    pub(crate) fn check(self, gate: &Gate) -> anyhow::Result<CheckedExport> {
        let bytes = self.file.len();
        self.export_time.done(format_args!("{bytes} bytes of ONNX"));
        gate::ensure_passed(gate.check_model_size(bytes as u64))?;

        ensure_agreement(&self.agreements)?;
        let engines = self
            .agreements
            .iter()
            .map(|EngineAgreement { engine, agreement }| {
                let texts = agreement.texts;
                format!("{engine} ({texts} texts)")
            });
        self.verify_time.done(format_args!(
            "the reference agrees with {}",
            engines.collect::<Vec<_>>().join("; ")
        ));

        Ok(CheckedExport {
            file: self.file,
            test_rows: self.test_rows,
            trained_texts: self.trained_texts,
        })
    }
}

/// An exported model on which every engine agrees.
pub(crate) struct CheckedExport {
    /// The model file.
    pub(crate) file: Bytes,
    /// Test rows to be frozen, packed.
    pub(crate) test_rows: Bytes,
    /// Texts that the pipeline was trained on.
    pub(crate) trained_texts: TrainedTexts,
}

//! The archive's texts as bodies of requests, in files that both load generators read.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::workload::BATCH;

/// The fields of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `{"text": …}`.
    Text,
    /// `{"texts": […]}`, a batch.
    Texts,
    /// The Open Inference Protocol, over HTTP.
    Tensor,
}

/// A file for each form, one body a line.
pub struct Bodies {
    folder: PathBuf,
    /// What the files are of.
    pub texts: Vec<String>,
}

impl Form {
    const ALL: [Self; 3] = [Self::Text, Self::Texts, Self::Tensor];

    const fn file(self) -> &'static str {
        match self {
            Self::Text => "text.jsonl",
            Self::Texts => "texts.jsonl",
            Self::Tensor => "tensor.jsonl",
        }
    }

    /// How many texts a body has.
    const fn texts(self) -> usize {
        match self {
            Self::Texts => BATCH as usize,
            Self::Text | Self::Tensor => 1,
        }
    }

    /// The body of a request for these texts.
    pub fn body(self, texts: &[String]) -> Value {
        match self {
            Self::Text => json!({ "text": texts[0] }),
            Self::Texts => json!({ "texts": texts }),
            Self::Tensor => json!({
                "inputs": [{ "name": "text", "shape": [texts.len()], "datatype": "BYTES", "data": texts }],
                "outputs": [{ "name": "predict_proba" }],
            }),
        }
    }
}

impl Bodies {
    /// Writes the files; blank texts, which the service refuses, are left out.
    pub fn write<'a>(texts: impl Iterator<Item = &'a str>, folder: &Path) -> Result<Self> {
        // U+0000 cannot be an argument of `relevance predict`, which the answers are compared with.
        let texts = texts.filter(|text| !text.trim().is_empty() && !text.contains('\0'));
        let texts: Vec<_> = texts.map(str::to_owned).collect();
        ensure!(
            texts.len() >= BATCH as usize,
            "a batch is {BATCH} texts, and the archive has {}",
            texts.len()
        );
        for form in Form::ALL {
            let bodies = texts
                .chunks_exact(form.texts())
                .map(|texts| format!("{}\n", form.body(texts)));
            let path = folder.join(form.file());
            fs::write(&path, bodies.collect::<String>())
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(Self {
            folder: folder.to_owned(),
            texts,
        })
    }

    /// The file of a form.
    pub fn file(&self, form: Form) -> PathBuf {
        self.folder.join(form.file())
    }

    /// The first line of the file.
    pub fn first(&self, form: Form) -> String {
        form.body(&self.texts[..form.texts()]).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_has_the_texts_that_the_service_takes() {
        let folder = tempfile::tempdir().unwrap();
        let texts: Vec<_> = (0..130).map(|number| format!("text\n{number}")).collect();
        let bodies = Bodies::write(
            texts.iter().map(String::as_str).chain([" ", "a\0b"]),
            folder.path(),
        )
        .unwrap();
        for (form, want) in [(Form::Text, 130), (Form::Texts, 2), (Form::Tensor, 130)] {
            let file = fs::read_to_string(bodies.file(form)).unwrap();
            assert_eq!(file.lines().count(), want);
            assert_eq!(file.lines().next().unwrap(), bodies.first(form));
        }
    }

    #[test]
    fn an_archive_smaller_than_a_batch_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let error = Bodies::write(["one"].into_iter(), folder.path())
            .err()
            .unwrap()
            .to_string();
        assert!(error.contains("the archive has 1"), "{error}");
    }
}

//! The size of the image, from what the last stage of the Dockerfile copies into it.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::command::root;

const DOCKERFILE: &str = "Dockerfile";
/// The binary as the stage before makes it.
const BUILT_BINARY: &str = "/relevance";

/// What one instruction copies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// What is copied, as the Dockerfile says it.
    pub source: String,
    pub bytes: u64,
    /// Compressed with gzip, as a registry keeps it.
    pub compressed: u64,
}

/// The layers of an image with this binary.
pub fn layers(binary: &Path) -> Result<Vec<Layer>> {
    let dockerfile =
        fs::read_to_string(root().join(DOCKERFILE)).context("cannot read the Dockerfile")?;
    let sources = copied(&dockerfile)?;
    let layers = sources.into_iter().map(|(source, is_built)| {
        let path = if is_built {
            built(&source, binary)?.to_owned()
        } else {
            root().join(&source)
        };
        let mut layer = GzEncoder::new(Vec::new(), Compression::default());
        let bytes =
            add(&path, &mut layer).with_context(|| format!("cannot read {}", path.display()))?;
        anyhow::Ok(Layer {
            source,
            bytes,
            compressed: layer.finish()?.len() as u64,
        })
    });
    layers.collect()
}

/// What the last stage copies, and whether another stage made it.
///
/// # Errors
/// When that stage begins with something or runs something, whose size would be unknown.
fn copied(dockerfile: &str) -> Result<Vec<(String, bool)>> {
    let (_, stage) = dockerfile
        .rsplit_once("\nFROM ")
        .context("the Dockerfile has no stage")?;
    let (base, instructions) = stage.split_once('\n').context("the last stage is empty")?;
    ensure!(
        base == "scratch",
        "the last stage begins with `{base}`, whose size is not known here"
    );
    let mut sources = Vec::new();
    for instruction in instructions.lines() {
        match instruction.split_whitespace().collect::<Vec<_>>()[..] {
            ["COPY", from, source, _] if from.starts_with("--from=") => {
                sources.push((source.to_owned(), true))
            }
            ["COPY", source, _] => sources.push((source.to_owned(), false)),
            ["COPY" | "ADD" | "RUN", ..] => {
                bail!("`{instruction}` adds to the image what is not known here")
            }
            _ => {}
        }
    }
    Ok(sources)
}

/// The file of this machine that stands for one of another stage.
fn built<'a>(source: &str, binary: &'a Path) -> Result<&'a Path> {
    ensure!(
        source == BUILT_BINARY,
        "`{source}` of another stage has no counterpart here"
    );
    Ok(binary)
}

/// Adds a file, or all files of a folder, but hidden ones: `.dockerignore` leaves them out.
fn add(path: &Path, layer: &mut GzEncoder<Vec<u8>>) -> Result<u64> {
    if path.is_file() {
        return Ok(std::io::copy(&mut fs::File::open(path)?, layer)?);
    }
    let mut bytes = 0;
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            bytes += add(&entry.path(), layer)?;
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layers_are_those_of_the_committed_dockerfile() {
        let binary = tempfile::NamedTempFile::new().unwrap();
        fs::write(&binary, vec![b'a'; 100_000]).unwrap();
        let layers = layers(binary.path()).unwrap();
        assert_eq!(
            layers
                .iter()
                .map(|layer| layer.source.as_str())
                .collect::<Vec<_>>(),
            ["/relevance", "models/relevance"]
        );
        assert_eq!(layers[0].bytes, 100_000);
        assert!(layers[0].compressed < 1000, "{layers:?}");
        assert!(
            layers[1].bytes > 400_000 && layers[1].compressed < layers[1].bytes,
            "{layers:?}"
        );
    }

    #[test]
    fn a_stage_whose_size_is_unknown_is_refused() {
        let stage = |text: &str| copied(&format!("FROM a AS b\nFROM {text}\n"));
        assert_eq!(
            stage("scratch\nCOPY --from=b /relevance /x\nCOPY a /b")
                .unwrap()
                .len(),
            2
        );
        for (text, want) in [
            ("debian", "`debian`"),
            ("scratch\nRUN make", "`RUN make`"),
            ("scratch\nCOPY a b c", "`COPY a b c`"),
        ] {
            assert!(
                stage(text).unwrap_err().to_string().contains(want),
                "{text}"
            );
        }
        assert!(
            built("/other", Path::new("x"))
                .unwrap_err()
                .to_string()
                .contains("`/other`")
        );
    }
}

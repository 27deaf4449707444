//! Plays runs of the workflow in a clone, and checks how they end.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use tempfile::TempDir;

use super::repository::Repository;
use super::workflow::{Job, Outcome, Workflow};
use crate::command::{clean, command, root, run};
use crate::tasks::generated;
use crate::tools::system;

/// Minimum number of sentences that are looked for.
const MIN_SENTENCES: usize = 1000;

/// A clone, the workflow, the data and the program.
pub struct Player {
    pub repository: Repository,
    workflow: Workflow,
    program: PathBuf,
    folder: TempDir,
    sentences: Sentences,
}

/// Sentences of the data, which no log and no summary may have.
#[derive(Default)]
struct Sentences {
    /// Those of the archive, which the repository has.
    archive: Vec<String>,
    /// Those of `private.csv` alone.
    private: Vec<String>,
}

/// A run that ended, with its folder.
pub struct Played {
    pub outcome: Outcome,
    title: String,
    _folder: TempDir,
}

impl Player {
    /// Makes a clone, and the tables to train on.
    pub fn new(program: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        for name in ["data", "programs"] {
            fs::create_dir(folder.path().join(name))?;
        }
        system::link(program, &folder.path().join("programs/relevance"))?;

        let mut player = Self {
            repository: Repository::new(program)?,
            workflow: Workflow::read()?,
            program: program.to_owned(),
            folder,
            sentences: Sentences::default(),
        };
        player.write_data()?;
        player.sentences = Sentences {
            archive: player.read_sentences("archive.txt")?,
            private: player.read_sentences("private.txt")?,
        };
        Ok(player)
    }

    fn write_data(&self) -> Result<()> {
        let database = self.folder.path().join("archive.sqlite");
        let mut unpack = clean(&self.program);
        unpack
            .args(["data", "unpack", "data/db.sqlite.base64.tar.gz"])
            .arg(&database);
        run(&mut unpack)?;

        let mut python = command("python3");
        python
            .arg(root().join("xtask/src/tasks/life/data.py"))
            .arg(&database)
            .arg(self.folder.path().join("data"));
        run(&mut python)
    }

    fn read_sentences(&self, name: &str) -> Result<Vec<String>> {
        let text = fs::read_to_string(self.data(name))?;
        let sentences: Vec<String> = text.lines().map(str::to_owned).collect();
        let number = sentences.len();
        ensure!(number >= MIN_SENTENCES, "{name} has {number} sentences");
        Ok(sentences)
    }

    /// Returns a sentence of `private.csv` that a text has.
    pub fn find_private(&self, text: &str) -> Option<&str> {
        find(text, &self.sentences.private)
    }

    /// Returns the path of a table.
    pub fn data(&self, name: &str) -> String {
        let path = self.folder.path().join("data").join(name);
        path.to_string_lossy().into_owned()
    }

    /// Returns the path of a store that is not in the clone.
    pub fn private_store(&self) -> PathBuf {
        self.folder.path().join("private")
    }

    /// Runs the workflow in a new checkout with variables and inputs, such as `vars.RELEVANCE_DATA`.
    pub fn run(&self, title: &str, values: &[(&str, &str)]) -> Result<Played> {
        println!("\n-- {title}");
        self.repository.reset()?;
        let folder = tempfile::tempdir()?;
        let values = values.iter();
        let outcome = self.workflow.run(Job {
            repository: self.repository.path(),
            programs: &self.folder.path().join("programs"),
            temporary: folder.path(),
            contexts: values
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        })?;

        print!("{}", outcome.log);
        for (name, text) in [("log", &outcome.log), ("summary", &outcome.summary)] {
            let Sentences { archive, private } = &self.sentences;
            let found = find(text, archive).or_else(|| find(text, private));
            ensure!(
                found.is_none(),
                "{title}: the {name} has the sentence {found:?}"
            );
        }
        Ok(Played {
            outcome,
            title: title.to_owned(),
            _folder: folder,
        })
    }

    /// Merges the pull request of a run, and checks the model as continuous integration does.
    pub fn merge(&self, played: &Played) -> Result<()> {
        self.repository.merge(&played.outcome.proposal)?;
        self.check_model()
    }

    /// Checks the committed model as continuous integration does.
    pub fn check_model(&self) -> Result<()> {
        generated::check_model(&self.program, self.repository.path(), false)
    }

    /// Generates the committed model again, as `cargo xtask generated --write` does.
    pub fn write_model(&self) -> Result<()> {
        generated::check_model(&self.program, self.repository.path(), true)
    }
}

impl Played {
    /// Checks that the run ended without a failure and without a proposal, and said why.
    pub fn proposes_nothing(&self, reason: &str) -> Result<()> {
        self.succeeded()?;
        let version = self.outcome.version;
        ensure!(
            version.is_none() && !self.outcome.proposal.exists(),
            "{}: version {version:?} is proposed",
            self.title
        );
        self.says(reason)
    }

    /// Checks that the run proposes a version.
    pub fn proposes(&self, version: u64) -> Result<()> {
        self.succeeded()?;
        ensure!(
            self.outcome.version == Some(version),
            "{}: {:?} is proposed instead of version {version}",
            self.title,
            self.outcome.version
        );
        Ok(())
    }

    /// Checks that a step failed, and said why.
    pub fn fails(&self, step: &str, reason: &str) -> Result<()> {
        ensure!(
            self.outcome.failed.as_deref() == Some(step),
            "{}: {:?} failed instead of the step `{step}`",
            self.title,
            self.outcome.failed
        );
        self.says(reason)
    }

    /// Checks that the log has a text.
    pub fn says(&self, text: &str) -> Result<()> {
        let says = self.outcome.log.contains(text);
        ensure!(says, "{}: the log does not say `{text}`", self.title);
        Ok(())
    }

    /// Checks that the run has no annotation of an error or a warning.
    pub fn warns_of_nothing(&self) -> Result<()> {
        let annotated = ["::warning", "::error"]
            .iter()
            .any(|annotation| self.outcome.log.contains(annotation));
        ensure!(!annotated, "{}: the log has an annotation", self.title);
        Ok(())
    }

    fn succeeded(&self) -> Result<()> {
        let failed = self.outcome.failed.as_deref();
        ensure!(
            failed.is_none(),
            "{}: the step {failed:?} failed",
            self.title
        );
        Ok(())
    }
}

fn find<'s>(text: &str, sentences: &'s [String]) -> Option<&'s str> {
    let mut sentences = sentences.iter().map(String::as_str);
    sentences.find(|sentence| text.contains(sentence))
}

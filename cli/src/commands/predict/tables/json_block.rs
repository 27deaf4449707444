//! Blocks of JSON: objects, parsed on the thread that scores them.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use anyhow::anyhow;
use relevance_data::table::{
    JsonObject, JsonText, ObjectLines, Objects, SEARCHED_OBJECTS, find_text, read_text,
};
use relevance_data::{DataError, SourceSettings};
use serde_json::value::RawValue;

use super::super::input::input_error;
use super::columns::existing;
use super::fast_text::KnownKeys;
use super::text_block::TextBlock;
use crate::exit::WrongUsage;

/// Settings that all objects of a table share.
#[derive(Clone, Debug)]
pub struct JsonTable {
    /// Key of the texts, or path to them.
    pub text: String,
    pub settings: SourceSettings,
    /// Keys that are added, and that no object may have.
    pub added: [String; 3],
    /// Keys that are kept; all without any.
    pub keep: Vec<String>,
    pub found: Arc<FoundKeys>,
    /// Whether objects are written as they are, so that nothing but their texts is needed of them.
    pub are_copied: bool,
    /// Name of the file in messages.
    pub name: Arc<str>,
}

/// Keys that objects had so far.
#[derive(Debug)]
pub struct FoundKeys {
    /// Whether an object has the text.
    text: AtomicBool,
    /// Whether an object has each of the keys that are kept.
    kept: Vec<AtomicBool>,
    /// Line and keys of an object without the text.
    without_text: OnceLock<(u64, Vec<String>)>,
    /// Number of objects without the text.
    lacking: AtomicU64,
}

impl FoundKeys {
    /// None of so many kept keys, and no text.
    pub fn new(kept: usize) -> Self {
        Self {
            text: AtomicBool::default(),
            kept: (0..kept).map(|_| AtomicBool::default()).collect(),
            without_text: OnceLock::new(),
            lacking: AtomicU64::default(),
        }
    }
}

/// Objects of a block.
#[derive(Default)]
pub struct JsonRows<'a> {
    rows: Vec<JsonRow<'a>>,
}

/// An object.
pub struct JsonRow<'a> {
    /// Its bytes.
    pub raw: &'a str,
    /// Keys and values; none when they are not needed.
    pub object: JsonObject<'a>,
    text: Cow<'a, str>,
}

impl<'a> JsonRows<'a> {
    /// Parses a block, up to the first object that cannot be read.
    pub fn parse(block: &'a TextBlock, table: &JsonTable) -> (Self, Option<anyhow::Error>) {
        let mut rows = Self::default();
        if block.objects.get().is_none() {
            match rows.push_lines((block.first_line..).zip(block.text().lines()), table) {
                Ok(true) => return (rows, None),
                Ok(false) => rows = Self::default(),
                Err(error) => return (rows, Some(error)),
            }
        }

        let mut failure = None;
        let ObjectLines { text, lines } = block.objects.get_or_init(|| {
            let mut lines = ObjectLines::default();
            let text = block.text().as_bytes();
            let mut objects = Objects::new(&table.name, text, block.first_line);
            failure = lines.read(&mut objects, usize::MAX).err().map(Into::into);
            lines
        });
        let pushed = rows.push_lines(lines.iter().copied().zip(text.lines()), table);
        (rows, pushed.err().or(failure))
    }

    /// Adds the objects of lines with their numbers, and returns whether each line that is not blank is a whole object.
    fn push_lines(
        &mut self,
        lines: impl Iterator<Item = (u64, &'a str)>,
        table: &JsonTable,
    ) -> anyhow::Result<bool> {
        let mut known_keys = None::<KnownKeys>;
        for (line, raw) in lines {
            let raw = raw.trim_ascii();
            if raw.is_empty() {
                continue;
            }
            if let Some(text) = known_keys.as_ref().and_then(|keys| keys.read_text(raw)) {
                let object = JsonObject(Vec::new());
                self.rows.push(JsonRow { raw, object, text });
                continue;
            }

            let Ok(object) = serde_json::from_str::<JsonObject<'_>>(raw) else {
                return Ok(false);
            };
            let last = self.rows.last().map(|row| &row.object);
            let has_keys_of_last = last.is_some_and(|last| object.keys().eq(last.keys()));
            if !has_keys_of_last {
                table.check_keys(&object, line)?;
            }
            known_keys = if table.are_copied && has_keys_of_last {
                KnownKeys::new(&object, &table.text)
            } else {
                None
            };
            let text = table.find_text(&object, line)?;
            self.rows.push(JsonRow { raw, object, text });
        }
        Ok(true)
    }

    pub fn texts(&self) -> Vec<&str> {
        self.rows.iter().map(|row| row.text.as_ref()).collect()
    }

    pub fn iter(&self) -> impl Iterator<Item = &JsonRow<'a>> {
        self.rows.iter()
    }

    pub const fn count(&self) -> usize {
        self.rows.len()
    }
}

impl JsonTable {
    /// Checks that the text and each key that is kept was in an object, once all are read.
    pub fn check_found(&self) -> anyhow::Result<()> {
        self.check_text()?;

        let mut kept = self.keep.iter().zip(&self.found.kept);
        match kept.find(|(_, is_found)| !is_found.load(Ordering::Relaxed)) {
            None => Ok(()),
            Some((name, _)) => Err(WrongUsage(anyhow!(
                "`{}`: no object has the key `{name}` that `--keep` names",
                self.name
            ))
            .into()),
        }
    }

    /// Checks that the text was in an object so far.
    fn check_text(&self) -> anyhow::Result<()> {
        let has_text = self.found.text.load(Ordering::Relaxed);
        if let (false, Some((line, keys))) = (has_text, self.found.without_text.get()) {
            let keys: Vec<_> = keys.iter().map(String::as_str).collect();
            let location = format!("line {line}");
            find_text(&keys, &self.settings, &self.name, &location).map_err(input_error)?;
        }
        Ok(())
    }

    /// Checks that no key is there twice, and none that is added, and notes those that are kept.
    fn check_keys(&self, object: &JsonObject<'_>, line: u64) -> anyhow::Result<()> {
        object.check_keys(&self.name, line)?;
        for (kept, is_found) in self.keep.iter().zip(&self.found.kept) {
            if object.keys().any(|key| key == kept) {
                is_found.store(true, Ordering::Relaxed);
            }
        }
        let is_kept = |key: &&String| self.keep.is_empty() || self.keep.contains(key);
        let is_there = |added: &&String| object.keys().any(|key| key == *added);
        match self.added.iter().filter(is_kept).find(is_there) {
            Some(added) => Err(existing(added).context(format!("`{}`, line {line}", self.name))),
            None => Ok(()),
        }
    }

    /// Returns the text of an object; a key that is missing is as one with null.
    fn find_text<'a>(&self, object: &JsonObject<'a>, line: u64) -> anyhow::Result<Cow<'a, str>> {
        let malformed = |cause| DataError::Malformed {
            file: self.name.to_string(),
            location: format!("line {line}"),
            cause,
        };
        let Some(value) = object.find(&self.text).map_err(malformed)? else {
            let keys = || object.keys().map(str::to_owned).collect();
            self.found.without_text.get_or_init(|| (line, keys()));
            let lacking = self.found.lacking.fetch_add(1, Ordering::Relaxed) + 1;
            if lacking == SEARCHED_OBJECTS {
                self.check_text()?;
            }
            return Ok("".into());
        };
        if !self.found.text.load(Ordering::Relaxed) {
            self.found.text.store(true, Ordering::Relaxed);
        }
        Ok(read_text(value).map_err(|cause| malformed(format!("the text {cause}")))?)
    }
}

impl<'a> JsonRow<'a> {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&'a RawValue> {
        let mut found = self.object.0.iter();
        found
            .find(|(JsonText(name), _)| name == key)
            .map(|&(_, value)| value)
    }
}

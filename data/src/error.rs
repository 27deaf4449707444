//! Errors of reading, packing, checking and splitting data, each with its location.

use std::io;

#[cfg(feature = "dataset")]
use crate::dataset::labels::error::LabelsError;
use crate::excerpt::excerpt;

/// Error of reading, packing, checking or splitting data.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// A file operation failed.
    #[error("cannot {action} `{file}`")]
    File {
        /// The operation: `open`, `read`, `write`, …
        action: &'static str,
        /// The file.
        file: String,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// A temporary copy cannot be written.
    #[error(
        "`{file}` needs a temporary copy, which cannot be written to `{folder}`: name a folder with \
         enough space in the variable `{variable}`"
    )]
    TemporaryCopy {
        /// The file.
        file: String,
        /// The system's folder of temporary files.
        folder: String,
        /// Environment variable that names the folder.
        variable: &'static str,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// The file has no bytes, or only line breaks.
    #[error("`{file}` is empty")]
    Empty {
        /// The file.
        file: String,
    },
    /// The location is of no known kind.
    #[error(
        "`{location}` is of no known kind; accepted are `embedded`, a gzip tarball (.tar.gz, .tgz) \
         of a base64 SQLite file, a SQLite file, a Parquet file, a .csv, .tsv or .tab file, a \
         .json, .jsonl or .ndjson file, these compressed (.gz, .zst, .bz2, .xz, .zip), and a \
         `postgres://` URL; rename the file if its name has another ending"
    )]
    UnknownKind {
        /// The location as given.
        location: String,
    },
    /// The file is of a kind that cannot be read.
    #[error("`{location}` is {kind}; {advice}")]
    UnsupportedKind {
        /// The location as given.
        location: String,
        /// The kind, as `an Excel workbook`.
        kind: &'static str,
        /// How to get a file that can be read.
        advice: &'static str,
    },
    /// The location is a folder.
    #[error("`{location}` is a folder; name a file in it, or several with a pattern as `*.csv`")]
    Folder {
        /// The location as given.
        location: String,
    },
    /// A folder of Parquet files has a table of another kind.
    #[error(
        "`{folder}` is a folder of Parquet files, and has `{other}` too: name the files that are \
         meant, as `--data '{folder}/*.parquet'`"
    )]
    MixedFolder {
        /// The location as given.
        folder: String,
        /// The other table.
        other: String,
    },
    /// No file matches a pattern.
    #[error("no file matches `{pattern}`")]
    NoMatch {
        /// The pattern.
        pattern: String,
    },
    /// A location is there twice.
    #[error("`{location}` is there twice; name it once")]
    SameLocation {
        /// The location as given.
        location: String,
    },
    /// A setting of the file's format has a value that is not accepted.
    #[error("the {setting} is {}; expected {expected}", excerpt(value))]
    Setting {
        /// The setting.
        setting: &'static str,
        /// Its value.
        value: String,
        /// Description of the accepted values.
        expected: &'static str,
    },

    /// The location is a URL that cannot be used.
    #[error("`{location}` is not a location: {cause}")]
    InvalidLocation {
        /// The URL without credentials.
        location: String,
        /// Description of the error.
        cause: String,
    },
    /// The location is a URL of an unsupported scheme.
    #[error(
        "`{location}`: unknown scheme `{scheme}`; accepted are `file`, `s3`, `gs`, `az`, `https`, \
         `http` and `postgres`"
    )]
    UnknownScheme {
        /// The URL without credentials.
        location: String,
        /// Its scheme.
        scheme: String,
    },
    /// The location needs a feature that this build lacks.
    #[error(
        "`{location}` cannot be read: this build lacks the feature `{feature}` of `relevance-data`"
    )]
    FeatureDisabled {
        /// The location, without credentials.
        location: String,
        /// The feature: `compression`, `object-store`, `parquet` or `postgres`.
        feature: &'static str,
    },
    /// The settings have a query, which only a database takes.
    #[error(
        "`{location}` takes no query; `query` is for SQLite files, archives of one and \
         `postgres://` URLs"
    )]
    QueryOnFile {
        /// The location.
        location: String,
    },
    /// A request to the object store failed.
    #[cfg(feature = "object-store")]
    #[error("cannot {action} `{file}`{}", advise(action, source))]
    Object {
        /// The operation.
        action: &'static str,
        /// The URL without credentials.
        file: String,
        /// The store's error.
        #[source]
        source: Box<object_store::Error>,
    },

    /// The gzip or tar layer of an archive is damaged.
    #[error("archive `{archive}`{entry} cannot be read at byte {offset} of the tarball")]
    ArchiveRead {
        /// The archive.
        archive: String,
        /// `, entry …`, or nothing between entries.
        entry: String,
        /// Bytes of the tarball read before the failure.
        offset: u64,
        /// The decoder's error.
        #[source]
        source: io::Error,
    },
    /// The archive is truncated.
    #[error("archive `{archive}`{entry} is truncated: it ends at byte {offset} of the tarball")]
    ArchiveTruncated {
        /// The archive.
        archive: String,
        /// `, entry …`, or nothing between entries.
        entry: String,
        /// Length of the tarball in bytes.
        offset: u64,
    },
    /// The archive has bytes after its gzip stream.
    #[error(
        "archive `{archive}` has bytes after its end that are not part of it, as when a file was \
         appended or it was written over a longer file; copy it again, or unpack it with `tar -xf` and use the \
         extracted file"
    )]
    ArchiveTrailingBytes {
        /// The archive.
        archive: String,
    },
    /// The file in the archive is of another kind.
    #[error(
        "archive `{archive}`, entry `{entry}` is {kind}; expected a SQLite file or its base64 text: \
         extract it with `tar -xf`, and use the extracted file"
    )]
    ArchiveContent {
        /// The archive.
        archive: String,
        /// Name of the entry.
        entry: String,
        /// Kind of the file.
        kind: &'static str,
    },
    /// The archive unpacks to more than the limit.
    #[error(
        "archive `{archive}`{entry} unpacks to more than {max_unpacked_bytes} bytes, the limit \
         `max_unpacked_bytes`"
    )]
    ArchiveTooLarge {
        /// The archive.
        archive: String,
        /// `, entry …`, or nothing between entries.
        entry: String,
        /// The limit, in bytes of the decoded database.
        max_unpacked_bytes: u64,
    },
    /// The archive holds no file.
    #[error("archive `{archive}` holds no file; expected one, a SQLite file or its base64 text")]
    ArchiveEmpty {
        /// The archive.
        archive: String,
    },
    /// The archive holds more than one file.
    #[error("archive `{archive}` holds a second file, `{second}`, after `{first}`; expected one")]
    ArchiveSecondFile {
        /// The archive.
        archive: String,
        /// Name of the first file.
        first: String,
        /// Name of the second file.
        second: String,
    },
    /// The archive holds a link, a device or another entry that is not a plain file.
    #[error("archive `{archive}`, entry `{entry}` is {kind}; expected a plain file")]
    ArchiveEntryKind {
        /// The archive.
        archive: String,
        /// Name of the entry.
        entry: String,
        /// Kind of the entry.
        kind: &'static str,
    },
    /// The name of an entry leads out of the archive.
    #[error("archive `{archive}`, entry `{entry}` has `..` in its path")]
    ArchivePath {
        /// The archive.
        archive: String,
        /// Name of the entry.
        entry: String,
    },
    /// The text in the archive is not base64.
    #[error("archive `{archive}`{entry}: bad base64 in line {line}, at byte {offset}: {cause}")]
    Base64 {
        /// The archive.
        archive: String,
        /// `, entry …`.
        entry: String,
        /// Line of the text, from 1.
        line: u64,
        /// Byte of the text, from 0.
        offset: u64,
        /// Description of the error.
        cause: String,
    },
    /// The file is not a Parquet file.
    #[error("`{file}` is no Parquet file: {cause}")]
    NotParquet {
        /// The file.
        file: String,
        /// Description of its first bytes.
        cause: &'static str,
    },
    /// The file is empty.
    #[error("{location} is empty; expected a SQLite database")]
    DatabaseEmpty {
        /// The file, or the archive and its entry.
        location: String,
    },
    /// The file is not a SQLite database.
    #[error(
        "{location} is not a SQLite database: it does not begin with `SQLite format 3`; it may be \
         encrypted"
    )]
    NotSqlite {
        /// The file, or the archive and its entry.
        location: String,
    },
    /// The database is truncated.
    #[error(
        "{location} is truncated: it has {length} of the {stated} bytes that its header states"
    )]
    DatabaseTruncated {
        /// The file, or the archive and its entry.
        location: String,
        /// Length in bytes.
        length: u64,
        /// Page size × pages.
        stated: u64,
    },
    /// The database has changes that are not in its main file yet.
    #[error(
        "`{file}` has changes that are still in `{journal}`; close the program that writes it, \
         then try again"
    )]
    PendingChanges {
        /// The database.
        file: String,
        /// The journal beside it.
        journal: String,
    },
    /// The database grew or shrank while it was packed.
    #[error("`{file}` changed while it was packed")]
    Changed {
        /// The database.
        file: String,
    },

    /// An operation of SQLite failed.
    #[cfg(feature = "dataset")]
    #[error("cannot {action} SQLite file `{file}`")]
    Sqlite {
        /// The operation.
        action: &'static str,
        /// The database.
        file: String,
        /// SQLite's error.
        #[source]
        source: rusqlite::Error,
    },
    /// SQLite could not read a row.
    #[cfg(feature = "dataset")]
    #[error("cannot read row {row} of SQLite file `{file}`")]
    SqliteRow {
        /// The database.
        file: String,
        /// Number of the row, from 1.
        row: u64,
        /// SQLite's error.
        #[source]
        source: rusqlite::Error,
    },
    /// Another program writes the database.
    #[error(
        "`{file}` cannot be read: another program has it locked; close that program, or wait until \
         it is done, then try again"
    )]
    DatabaseLocked {
        /// The database.
        file: String,
    },
    /// A request to a PostgreSQL server failed.
    #[cfg(feature = "postgres")]
    #[error("cannot {action} `{file}`")]
    Postgres {
        /// The operation.
        action: &'static str,
        /// The URL without user, password and parameters.
        file: String,
        /// The server's error.
        #[source]
        source: Box<tokio_postgres::Error>,
    },
    /// The database has no such table.
    #[error("`{file}` has no table `{table}`; it has {existing}: name one with `--table`")]
    MissingTable {
        /// The database.
        file: String,
        /// The configured table.
        table: String,
        /// The tables that exist.
        existing: String,
    },
    /// A column of the table, the header or the object is missing or ambiguous.
    #[error("`{file}`, {location}: {cause}")]
    Columns {
        /// The file.
        file: String,
        /// The table or the line.
        location: String,
        /// Description of the error.
        cause: String,
        /// Names of all columns.
        existing: Vec<String>,
    },
    /// A text is not in the encoding in which it was read.
    #[error("`{file}`, {location}: {cause}")]
    Encoding {
        /// The file.
        file: String,
        /// The line and the byte, from 1.
        location: String,
        /// Description of the error.
        cause: String,
        /// Encoding that the text is probably in.
        guess: String,
    },
    /// An object has a key twice.
    #[error("`{file}`, line {line}: the key {} is there twice", excerpt(key))]
    DuplicateKey {
        /// The file.
        file: String,
        /// The object's line, from 1.
        line: u64,
        /// The key.
        key: String,
    },
    /// A row, line or value is malformed.
    #[error("`{file}`, {location}: {cause}")]
    Malformed {
        /// The file.
        file: String,
        /// The row or the line, from 1.
        location: String,
        /// Description of the error.
        cause: String,
    },

    /// The values of the label column do not say what they mean.
    #[cfg(feature = "dataset")]
    #[error("`{file}`: {labels}")]
    Labels {
        /// The source's name.
        file: String,
        /// The values, and the flags that name their meaning.
        labels: LabelsError,
    },
    /// The settings name a label value twice.
    #[error(
        "the label `{value}` is named twice in `labels.relevant`, `labels.not_relevant` and \
         `labels.undecided`; name it once"
    )]
    LabelNamedTwice {
        /// The value.
        value: String,
    },
    /// The settings name every value for one class, and none for the other.
    #[error(
        "`labels.{list}` takes every label by '*', and nothing is left for `labels.{other}`: name the \
         labels of one of the two"
    )]
    EveryLabel {
        /// Name of the list.
        list: &'static str,
        /// Name of the list of the other class.
        other: &'static str,
    },
    /// The settings name an empty label among others.
    #[error(
        "`labels.{list}` has an empty label, as a comma at the end gives: remove it; `--unlabelled` \
         says what becomes of rows without a label"
    )]
    EmptyLabel {
        /// Name of the list.
        list: &'static str,
    },
    /// The source has more rows than a row index can count.
    #[error("`{file}` has more than {limit} rows, the limit", limit = u32::MAX)]
    TooManyRows {
        /// The source's name.
        file: String,
    },
    /// The source has no rows.
    #[error("`{file}` has no rows")]
    NoRows {
        /// The source's name.
        file: String,
    },

    /// A fraction of the split is not between 0 and 1.
    #[error("`split.{subset}` is {fraction}; expected more than 0 and less than 1")]
    Fraction {
        /// `train`, `validation` or `test`.
        subset: &'static str,
        /// The configured fraction.
        fraction: f64,
    },
    /// The fractions of the split do not add up to 1.
    #[error("`split.train`, `split.validation` and `split.test` add up to {sum}; expected 1")]
    FractionSum {
        /// Their sum.
        sum: f64,
    },
    /// The split needs a column, but the settings name none.
    #[error("a split by {by} needs `split.column`, the source's column that holds the {by}")]
    SplitColumnMissing {
        /// `group`, `time` or `subset`.
        by: &'static str,
    },
    /// The settings name a column, but the split needs none.
    #[error(
        "`split.column` is `{column}`, but a split by text takes none: set `split.by` to `group`, \
         `time` or `subset`, or leave the column out"
    )]
    SplitColumnUnused {
        /// The column.
        column: String,
    },
    /// The column of the split was not read.
    #[error(
        "column `{column}`, which the split goes by, was not read: name it in `source.columns`"
    )]
    SplitColumnUnread {
        /// The column.
        column: String,
    },
    /// A row has no time.
    #[error("{row} has no value in column `{column}`; a split by time needs one in each row")]
    TimeMissing {
        /// The column.
        column: String,
        /// Place of the row: its line or its number, from 1.
        row: String,
    },
    /// The time of a row cannot be parsed.
    #[error(
        "{row} has `{value}` in column `{column}`; a split by time takes either numbers alone, \
         or dates and times alone, as `2026-01-31` or `2026-01-31T18:00:00Z`"
    )]
    Time {
        /// The column.
        column: String,
        /// Place of the row: its line or its number, from 1.
        row: String,
        /// The value.
        value: String,
    },
    /// The subset of a row is unknown.
    #[error(
        "{row} has {} in column `{column}`; a split by subset takes `train`, `validation` and \
         `test`",
        excerpt(value)
    )]
    Subset {
        /// The column.
        column: String,
        /// Place of the row: its line or its number, from 1.
        row: String,
        /// The value.
        value: String,
    },
    /// A subset of the split would lack a label.
    #[error(
        "the {subset} subset would have no {label} text: the number of {kind} with that label is \
         {groups}, too few for the fraction of {fraction}; add {label} texts"
    )]
    LabelMissing {
        /// `train`, `validation` or `test`.
        subset: &'static str,
        /// Name of the label.
        label: String,
        /// Number of groups of rows that have a text of that label.
        groups: usize,
        /// Description of these groups.
        kind: &'static str,
        /// The subset's fraction.
        fraction: f64,
    },
    /// A fold of the cross-validation would lack a label.
    #[error("fold {fold} of {folds} would have no {label} text: use fewer folds or more texts")]
    FoldLabelMissing {
        /// Number of the fold, from 1.
        fold: u32,
        /// Number of folds.
        folds: u32,
        /// Name of the label.
        label: String,
    },
    /// A subset of a split by time would lack a label.
    #[error(
        "by the times in column `{column}`, the {subset} subset would have no {label} text; \
         {times}: change the fractions, or split by text or group"
    )]
    LabelMissingInTime {
        /// The column.
        column: String,
        /// `train`, `validation` or `test`.
        subset: &'static str,
        /// Name of the label.
        label: String,
        /// The subset's times.
        times: String,
    },
    /// A subset of a split by subset would lack a label.
    #[error(
        "the {subset} subset that column `{column}` names has no {label} text that is not in an \
         earlier subset too: add {label} texts to it"
    )]
    LabelMissingInSubset {
        /// The column.
        column: String,
        /// `train`, `validation` or `test`.
        subset: &'static str,
        /// Name of the label.
        label: String,
    },
}

/// Environment variable of the folder of temporary files.
const TEMPORARY_FOLDER: &str = if cfg!(windows) { "TMP" } else { "TMPDIR" };

/// Replaces a value in a message.
const NOT_SHOWN: &str = "…";

impl DataError {
    /// Returns the error without values of the data and names of its columns, which are texts when
    /// columns are confused.
    #[must_use]
    pub fn redacted(self) -> Self {
        match self {
            #[cfg(feature = "dataset")]
            Self::Labels { file, labels } => Self::Labels {
                file,
                labels: labels.redacted(),
            },
            Self::Columns {
                file,
                location,
                existing,
                ..
            } => Self::Columns {
                file,
                location,
                cause: format!(
                    "among {} columns, whose names are not shown, one that is needed is missing or \
                     there twice: check the flags that name columns, as `--text-column`",
                    existing.len()
                ),
                existing: Vec::new(),
            },
            Self::DuplicateKey { file, line, .. } => Self::DuplicateKey {
                file,
                line,
                key: NOT_SHOWN.to_owned(),
            },
            Self::Time { column, row, .. } => Self::Time {
                column,
                row,
                value: NOT_SHOWN.to_owned(),
            },
            Self::Subset { column, row, .. } => Self::Subset {
                column,
                row,
                value: NOT_SHOWN.to_owned(),
            },
            error => error,
        }
    }

    /// Returns whether the error is about the content of a file, which other bytes would not have.
    pub(crate) const fn is_of_content(&self) -> bool {
        matches!(
            self,
            Self::Malformed { .. }
                | Self::Encoding { .. }
                | Self::DuplicateKey { .. }
                | Self::Columns { .. }
        )
    }

    /// Returns the error of a malformed line of a file.
    pub(crate) fn malformed_at(file: &str, line: u64, cause: String) -> Self {
        Self::Malformed {
            file: file.to_owned(),
            location: format!("line {line}"),
            cause,
        }
    }

    /// Returns a conversion for `map_err` of a failed `action` on `file`.
    pub(crate) fn file(
        action: &'static str,
        file: impl Into<String>,
    ) -> impl FnOnce(io::Error) -> Self {
        let file = file.into();
        move |source| match source.downcast::<ReadError>() {
            Ok(ReadError::Malformed { location, cause }) => Self::Malformed {
                file,
                location,
                cause,
            },
            Ok(ReadError::Encoding {
                location,
                cause,
                guess,
            }) => Self::Encoding {
                file,
                location,
                cause,
                guess,
            },
            Ok(ReadError::TemporaryCopy(source)) => Self::TemporaryCopy {
                file,
                folder: std::env::temp_dir().display().to_string(),
                variable: TEMPORARY_FOLDER,
                source,
            },
            Err(source) => Self::File {
                action,
                file,
                source,
            },
        }
    }

    /// Returns the error of a reader of `file`'s content.
    #[must_use]
    pub fn from_reader(file: &str, error: io::Error) -> Self {
        Self::file("read", file)(error)
    }
}

/// Error in the content of a file, which its reader gives as an [`io::Error`].
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error("{location}: {cause}")]
    Malformed { location: String, cause: String },
    /// The text is not in its encoding, and probably in another.
    #[error("{location}: {cause}")]
    Encoding {
        location: String,
        cause: String,
        guess: String,
    },
    /// A temporary copy of the file cannot be written.
    #[error("a temporary copy cannot be written")]
    TemporaryCopy(#[source] io::Error),
}

impl ReadError {
    /// Returns the error of writing a temporary copy as an error of its reader.
    pub(crate) fn temporary_copy(error: io::Error) -> io::Error {
        Self::TemporaryCopy(error).into()
    }
}

impl From<ReadError> for io::Error {
    fn from(error: ReadError) -> Self {
        Self::new(io::ErrorKind::InvalidData, error)
    }
}

/// Writer of a temporary copy, whose errors are told from those of the reader that is copied.
pub(crate) struct CopyWriter<W>(pub W);

impl<W: io::Write> io::Write for CopyWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).map_err(ReadError::temporary_copy)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(ReadError::temporary_copy)
    }
}

/// Returns advice on a store's error after a colon, or nothing.
#[cfg(feature = "object-store")]
fn advise(action: &str, error: &object_store::Error) -> String {
    relevance_storage::advice(action, "read it", error)
        .map_or_else(String::new, |advice| format!(": {advice}"))
}

//! Opens a table: its compression, its kind and its columns.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use flate2::read::MultiGzDecoder;

use super::super::encoding::{BOM, check_utf_16, not_utf_8, shell_name};
use super::super::endings::{Compression, Ending, TableKind, is_parquet};
use super::super::input::open_input;
use super::super::table_arguments::TableArguments;
use super::batches::BatchReader;
use super::columns::{check_added, find};
use super::csv_block::{CsvTable, unquote};
use super::json_block::JsonTable;
use super::records::{End, Scanner};
use super::table_block::{Table, TableInput, TableReader};
use super::text_block::{RecordEnds, TextReader};
use crate::exit::WrongUsage;
use crate::progress::Step;

/// Bytes that tell Parquet and compressions.
const MAGIC_BYTES: u64 = 4;

/// A table that is read, and its kind.
pub struct OpenTable {
    pub input: TableInput,
    pub kind: TableKind,
}

/// How a table is read.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    pub path: &'a Path,
    pub arguments: &'a TableArguments,
    /// Column of the texts.
    pub text: &'a str,
    /// Columns that are added.
    pub added: &'a [String; 3],
    /// Minimum size of the blocks of a text file.
    pub min_bytes: usize,
}

/// Opens the table in the file.
pub fn open_table(mut file: File, reading: Reading<'_>, step: &Step) -> anyhow::Result<OpenTable> {
    let Reading {
        path,
        arguments,
        text,
        added,
        min_bytes,
    } = reading;
    let mut start = Vec::new();
    Read::by_ref(&mut file)
        .take(MAGIC_BYTES)
        .read_to_end(&mut start)?;
    let ending = Ending::of(path);
    let is_compressed = Compression::by_magic(&start) != Compression::None;

    if is_parquet(&start) || (ending.table() == Some(TableKind::Parquet) && !is_compressed) {
        no_delimiter(arguments, "Parquet")?;
        let read = i64::try_from(start.len())?;
        file.seek(SeekFrom::Current(-read))
            .context("Parquet is not read from a pipe: save it as a file first")?;
        let (reader, table) = BatchReader::open(file, text, &arguments.keep, added, step.clone())?;
        return Ok(OpenTable {
            input: TableInput {
                reader: TableReader::Batches(reader),
                table: Table::Batches(Arc::new(table)),
            },
            kind: TableKind::Parquet,
        });
    }

    let mut reader = text_reader(file, start, step, min_bytes)?;
    let (kind, bom) = check_text(reader.peek()?, path, &ending, arguments)?;
    reader.skip(bom.len());
    let table = if kind == TableKind::Jsonl {
        no_delimiter(arguments, "JSON lines")?;
        Table::Json(Arc::new(JsonTable {
            text: text.to_owned(),
            added: added.clone(),
            keep: arguments.keep.clone(),
            file: shell_name(path).into(),
        }))
    } else {
        let default = if kind == TableKind::Tsv { b'\t' } else { b',' };
        let delimiter = arguments.delimiter.unwrap_or(default);
        reader.set_ends(RecordEnds::Csv(Scanner::new(delimiter)));
        let header = reader.read_first()?;
        let mut table = csv_table(&header, delimiter, text, path)?;
        check_csv(&table, arguments, added)?;
        table.header.insert_str(0, bom);
        Table::Csv(Arc::new(table))
    };
    let reader = TableReader::Text(reader);
    Ok(OpenTable {
        input: TableInput { reader, table },
        kind,
    })
}

/// Opens a file of JSON lines once more, to be read before the rows are.
pub fn reopen(path: &Path, step: &Step) -> anyhow::Result<TextReader> {
    if path.as_os_str() == "-" || !path.metadata().is_ok_and(|metadata| metadata.is_file()) {
        return Err(WrongUsage(anyhow!(
            "JSON lines become CSV or Parquet from a file only, which is read twice for its columns: save them as a file, or write `--format jsonl`"
        ))
        .into());
    }
    let mut reader = text_reader(open_input(path)?, Vec::new(), step, 0)?;
    let bom = if reader.peek()?.starts_with(BOM) {
        BOM.len()
    } else {
        0
    };
    reader.skip(bom);
    Ok(reader)
}

/// A reader of the text that the file contains, decompressed; `start` are bytes that were read from it already.
fn text_reader(
    mut file: File,
    mut start: Vec<u8>,
    step: &Step,
    min_bytes: usize,
) -> anyhow::Result<TextReader> {
    if start.is_empty() {
        Read::by_ref(&mut file)
            .take(MAGIC_BYTES)
            .read_to_end(&mut start)?;
    }
    let compression = Compression::by_magic(&start);
    let file = Counted {
        file,
        step: step.clone(),
    };
    let bytes = Cursor::new(start).chain(file);
    let input: Box<dyn Read + Send> = match compression {
        Compression::None => Box::new(bytes),
        Compression::Gzip => Box::new(MultiGzDecoder::new(bytes)),
        Compression::Zstd => Box::new(zstd::Decoder::new(bytes)?),
    };
    Ok(TextReader::new(input, RecordEnds::LineFeed, min_bytes))
}

/// The kind of a text file, and its byte order mark.
fn check_text(
    start: &[u8],
    path: &Path,
    ending: &Ending,
    arguments: &TableArguments,
) -> anyhow::Result<(TableKind, &'static str)> {
    if is_parquet(start) || ending.table() == Some(TableKind::Parquet) {
        return Err(anyhow!(
            "a compressed file of Parquet is not read, since Parquet is compressed inside: unpack it first"
        ));
    }
    check_utf_16(start, &shell_name(path))?;

    let (start, bom) = match start.strip_prefix(BOM) {
        Some(rest) => (rest, "\u{feff}"),
        None => (start, ""),
    };
    let is_object = start.trim_ascii_start().starts_with(b"{") && arguments.delimiter.is_none();
    let found = if is_object {
        TableKind::Jsonl
    } else {
        TableKind::Csv
    };
    Ok((ending.table().unwrap_or(found), bom))
}

/// Parses the header.
fn csv_table(header: &[u8], delimiter: u8, text: &str, path: &Path) -> anyhow::Result<CsvTable> {
    let file: Arc<str> = shell_name(path).into();
    let header = str::from_utf8(header).map_err(|_| not_utf_8(&file).context("line 1"))?;
    let line_break = if header.ends_with("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let header = header.trim_matches(['\r', '\n']);
    if header.is_empty() {
        return Err(anyhow!("it is empty: a table of CSV begins with a header"));
    }

    let (mut scanner, mut columns, mut start) = (Scanner::new(delimiter), Vec::new(), 0);
    for (index, byte) in header.bytes().enumerate() {
        if scanner.advance(byte) == End::Field {
            columns.push(unquote(&header[start..index]).into_owned());
            start = index + 1;
        }
    }
    if scanner.is_quoted() {
        return Err(anyhow!("line 1: a quote of the header is never closed"));
    }
    columns.push(unquote(&header[start..]).into_owned());

    Ok(CsvTable {
        delimiter,
        text: find(text, &columns)?,
        columns,
        header: header.to_owned(),
        line_break,
        file,
    })
}

/// Checks the columns that are kept and added.
fn check_csv(
    table: &CsvTable,
    arguments: &TableArguments,
    added: &[String; 3],
) -> anyhow::Result<()> {
    if arguments.keep.is_empty() {
        return check_added(added, &table.columns);
    }
    for name in &arguments.keep {
        find(name, &table.columns)?;
    }
    check_added(added, &arguments.keep)
}

fn no_delimiter(arguments: &TableArguments, kind: &str) -> anyhow::Result<()> {
    if arguments.delimiter.is_some() {
        return Err(
            WrongUsage(anyhow!("`--delimiter` is for CSV, and the input is {kind}")).into(),
        );
    }
    Ok(())
}

/// A file whose bytes are counted for the progress.
struct Counted {
    file: File,
    step: Step,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer);
        if let Ok(bytes) = read {
            self.step.add_bytes(bytes);
        }
        read
    }
}

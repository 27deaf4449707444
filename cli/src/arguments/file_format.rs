//! Flags of the format of a file, for training and prediction alike.

use clap::Args;
use relevance_data::SourceSettings;

use super::setting::set;

/// Format of a file with texts or a table.
#[derive(Debug, Args)]
pub struct FileFormatArguments {
    /// Delimiter of a CSV file, `\t` for a tab; without it the one that the first records have.
    #[arg(
        long,
        env = "RELEVANCE_DELIMITER",
        value_name = "CHARACTER",
        value_parser = parse_character
    )]
    delimiter: Option<char>,
    /// Quote of a CSV file; without it `"`.
    #[arg(
        long,
        env = "RELEVANCE_QUOTE",
        value_name = "CHARACTER",
        value_parser = parse_character
    )]
    quote: Option<char>,
    /// Character that escapes a quote in a CSV file, as `\`; without it a quote is doubled.
    #[arg(
        long,
        env = "RELEVANCE_ESCAPE",
        value_name = "CHARACTER",
        value_parser = parse_character
    )]
    escape: Option<char>,
    /// Name the columns of a CSV file by number, `1` for the first: its first record is not a header.
    #[arg(long, env = "RELEVANCE_NO_HEADER")]
    no_header: bool,
    /// Encoding of a CSV or JSON file or of lines, as `windows-1252`; without it UTF-8, or UTF-16 after a byte order mark.
    #[arg(long, env = "RELEVANCE_ENCODING", value_name = "NAME")]
    encoding: Option<String>,
    /// Maximum size of the database in an archive, of a compressed file's content and of a download.
    #[arg(long, env = "RELEVANCE_MAX_UNPACKED_BYTES", value_name = "BYTES")]
    max_unpacked_bytes: Option<u64>,
}

impl FileFormatArguments {
    /// Changes the settings whose flag is given.
    pub fn apply(&self, settings: &mut SourceSettings) {
        set(&mut settings.delimiter, self.delimiter.map(Some));
        set(&mut settings.quote, self.quote.map(Some));
        set(&mut settings.escape, self.escape.map(Some));
        set(&mut settings.header, self.no_header.then_some(false));
        set(&mut settings.encoding, self.encoding.clone().map(Some));
        set(&mut settings.max_unpacked_bytes, self.max_unpacked_bytes);
    }
}

/// Parses one character; `\t` is a tab, which is hard to type.
fn parse_character(text: &str) -> Result<char, String> {
    if text == r"\t" {
        return Ok('\t');
    }
    text.parse()
        .map_err(|_| "expected one character, or `\\t` for a tab".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn character_is_one_or_a_tab() {
        for (text, want) in [
            (";", Some(';')),
            (r"\", Some('\\')),
            (r"\t", Some('\t')),
            ("\t", Some('\t')),
            ("", None),
            (";;", None),
        ] {
            assert_eq!(parse_character(text).ok(), want, "{text}");
        }
    }
}

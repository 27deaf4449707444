//! Pages of a column, checked before the decoder allocates memory for them.

use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};

/// Reader of pages that refuses a dictionary which states more values than it has bytes.
///
/// The decoder allocates the stated number of values before it reads one, so that a file of a kilobyte
/// could take all memory.
pub(super) struct CheckedPages(pub Box<dyn PageReader>);

impl Iterator for CheckedPages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Result<Page>> {
        self.get_next_page().transpose()
    }
}

impl PageReader for CheckedPages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        self.0.get_next_page()?.map(checked).transpose()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.0.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.0.skip_next_page()
    }

    fn supports_deferred_dictionary(&self) -> bool {
        self.0.supports_deferred_dictionary()
    }

    fn take_deferred_dictionary(&mut self) -> Result<Option<Page>> {
        self.0.take_deferred_dictionary()?.map(checked).transpose()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.0.at_record_boundary()
    }
}

fn checked(page: Page) -> Result<Page> {
    match &page {
        // A value takes a byte at least.
        Page::DictionaryPage {
            buf, num_values, ..
        } if *num_values as usize > buf.len() => Err(ParquetError::General(format!(
            "a dictionary of {} bytes states {num_values} values",
            buf.len()
        ))),
        _ => Ok(page),
    }
}

#[cfg(test)]
mod tests {
    use parquet::basic::Encoding;

    use super::*;

    fn dictionary(bytes: usize, num_values: u32) -> Page {
        Page::DictionaryPage {
            buf: vec![0; bytes].into(),
            num_values,
            encoding: Encoding::PLAIN,
            is_sorted: false,
        }
    }

    #[test]
    fn a_dictionary_has_no_more_values_than_bytes() {
        for (bytes, values, is_accepted) in [
            (0, 0, true),
            (8, 2, true),
            (8, 8, true),
            (8, 9, false),
            (8, u32::MAX, false),
        ] {
            let page = checked(dictionary(bytes, values));
            assert_eq!(
                page.is_ok(),
                is_accepted,
                "{values} values in {bytes} bytes"
            );
        }
    }
}

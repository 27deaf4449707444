//! Checks of a source's settings, before it is opened.

use super::csv::Dialect;
use super::file::check_encoding;
use super::settings::SourceSettings;
use crate::error::DataError;

impl SourceSettings {
    /// Checks that the settings can be used with some source.
    ///
    /// # Errors
    ///
    /// [`DataError::Setting`] with the first one that cannot.
    pub fn validate(&self) -> Result<(), DataError> {
        check_encoding(self)?;
        Dialect::find(b"", self, None)?;

        if self.max_unpacked_bytes == 0 {
            return Err(DataError::Setting {
                setting: "limit of unpacked bytes",
                value: "0".to_owned(),
                expected: "1 or more",
            });
        }
        let mut columns = (0..).zip(&self.columns);
        match columns.find(|&(index, name)| self.columns[..index].contains(name)) {
            None => Ok(()),
            Some((_, name)) => Err(DataError::Setting {
                setting: "list of columns",
                value: format!("{name},{name}"),
                expected: "each column once",
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_no_source_takes_are_refused() {
        let usual = SourceSettings::default();
        usual.validate().unwrap();

        for (settings, want) in [
            (
                SourceSettings {
                    encoding: Some("latin".to_owned()),
                    ..usual.clone()
                },
                "the encoding is `latin`",
            ),
            (
                SourceSettings {
                    delimiter: Some('é'),
                    ..usual.clone()
                },
                "the delimiter is `é`; expected one ASCII character",
            ),
            (
                SourceSettings {
                    quote: Some(','),
                    delimiter: Some(','),
                    ..usual.clone()
                },
                "the delimiter is `,`; expected another character than the quote",
            ),
            (
                SourceSettings {
                    max_unpacked_bytes: 0,
                    ..usual.clone()
                },
                "the limit of unpacked bytes is `0`; expected 1 or more",
            ),
            (
                SourceSettings {
                    columns: ["id", "day", "id"].map(str::to_owned).to_vec(),
                    ..usual
                },
                "the list of columns is `id,id`; expected each column once",
            ),
        ] {
            let error = settings.validate().unwrap_err().to_string();
            assert!(error.contains(want), "{error}");
        }
    }
}

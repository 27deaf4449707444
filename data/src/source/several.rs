//! Several sources as one.

use super::row::{Row, Source, Visit};
use crate::error::DataError;

/// Maximum number of names in the name of several sources.
const NAMED: usize = 3;

/// Source of the rows of several sources, one after the other.
pub(super) struct Several {
    /// Name of all of them together, as that of their folder; their own names without one.
    pub name: Option<String>,
    pub sources: Vec<Box<dyn Source>>,
}

impl Several {
    /// Returns the name of a source without that of the folder.
    fn short_name<'n>(&self, name: &'n str) -> &'n str {
        let folder = self.name.as_deref();
        let inside = folder.and_then(|folder| name.strip_prefix(folder));
        inside.map_or(name, |inside| inside.trim_start_matches('/'))
    }
}

impl Source for Several {
    fn name(&self) -> String {
        if let Some(name) = &self.name {
            return name.clone();
        }
        let first = self.sources.iter().take(NAMED);
        let names: Vec<_> = first.map(|each| each.name()).collect();
        let names = names.join(", ");
        match self.sources.len().saturating_sub(NAMED) {
            0 => names,
            more => format!("{names} and {more} more"),
        }
    }

    fn read(&self, visit: &mut Visit<'_>) -> Result<(), DataError> {
        let mut before = 0;
        for source in &self.sources {
            let name = source.name();
            let file = self.short_name(&name);
            let mut last = before;
            source.read(&mut |row| {
                last = before + row.number;
                visit(Row {
                    number: last,
                    file: row.file.or(Some(file)),
                    ..row
                })
            })?;
            before = last;
        }
        Ok(())
    }
}

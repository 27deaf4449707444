//! Columns by their names, and errors for those that are missing or taken.

use anyhow::anyhow;

use crate::exit::WrongUsage;

/// Columns that an error lists.
const LISTED: usize = 20;

/// Finds the column with this name, once.
pub fn find(name: &str, columns: &[String]) -> anyhow::Result<usize> {
    let mut found = columns
        .iter()
        .enumerate()
        .filter(|(_, column)| *column == name);
    let (index, _) = found
        .next()
        .ok_or_else(|| missing(name, columns.iter().map(String::as_str)))?;
    if found.next().is_some() {
        return Err(anyhow!(
            "the column `{name}` is there twice: rename one of them"
        ));
    }
    Ok(index)
}

/// Checks that none of the added columns is in the table.
pub fn check_added(added: &[String], columns: &[String]) -> anyhow::Result<()> {
    match added.iter().find(|added| columns.contains(added)) {
        Some(taken) => Err(existing(taken)),
        None => Ok(()),
    }
}

/// The error for an added column that the table has.
pub fn existing(added: &str) -> anyhow::Error {
    WrongUsage(anyhow!(
        "the table has a column `{added}` already: add `--prefix NAME`, as in `--prefix predicted_`, or leave it out by `--keep`"
    ))
    .into()
}

/// The error for a column that the table lacks.
pub fn missing<'a>(name: &str, columns: impl Iterator<Item = &'a str>) -> anyhow::Error {
    let names: Vec<_> = columns
        .map(|column| format!("`{}`", excerpt(column)))
        .collect();
    let more = match names.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let listed = names[..names.len().min(LISTED)].join(", ");
    let listed = if listed.is_empty() { "none" } else { &listed };
    WrongUsage(anyhow!(
        "there is no column `{}`; the columns are {listed}{more} (choose one with `--text-column` and others with `--keep`)",
        excerpt(name)
    ))
    .into()
}

/// The start of a name.
fn excerpt(name: &str) -> String {
    const LONGEST: usize = 40;
    if name.chars().count() <= LONGEST {
        return name.to_owned();
    }
    name.chars().take(LONGEST).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_columns_are_listed() {
        let columns: Vec<String> = (0..25).map(|number| format!("c{number}")).collect();
        let error = find("text", &columns).unwrap_err().to_string();
        assert!(error.contains("`c19` and 5 more"), "{error}");
    }
}

//! Split by time: the oldest rows go to training, the newest to the test subset.

use std::cmp::Ordering;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use rayon::prelude::*;

use super::groups::RowGroups;
use super::settings::SplitSettings;
use super::subsets::{Split, TEST, TRAIN, VALIDATION, rows_of_fraction};
use crate::dataset::dictionary_column::DictionaryColumn;
use crate::dataset::rows::Dataset;
use crate::error::DataError;

/// Rank of a value that no row of the split has.
const UNUSED: u32 = u32::MAX;

/// Assigns rows in the order of their times; equal normalised texts count at the time of their
/// first row.
///
/// Rows of one time stay in one subset, the one that holds the middle of them, so that no training
/// row is as new as a validation or test row.
pub(super) fn assign(
    dataset: &Dataset,
    rows: &[u32],
    settings: &SplitSettings,
    column: &DictionaryColumn,
) -> Result<Split, DataError> {
    let ranks = ranks(rows, column)
        .map_err(|row| unreadable(dataset, row, column, settings.column_name()))?;
    let dated = dated_rows(dataset, rows, settings.seed, column, &ranks);
    let cuts = [
        rows_of_fraction(settings.train, rows.len()),
        rows_of_fraction(settings.train + settings.validation, rows.len()),
    ];

    let mut split = Split::default();
    let mut older = 0;
    for moment in dated.chunk_by(|left, right| left.0 == right.0) {
        let subset = subset(cuts, 2 * older + moment.len());
        split.subsets()[subset].extend(moment.iter().map(|&(_, row)| row));
        older += moment.len();
    }
    Ok(split)
}

/// Returns rows with the rank of their time, or of their first copy's, sorted by both.
fn dated_rows(
    dataset: &Dataset,
    rows: &[u32],
    seed: u64,
    column: &DictionaryColumn,
    ranks: &[u32],
) -> Vec<(Option<u32>, u32)> {
    let mut dated = Vec::with_capacity(rows.len());
    for copies in RowGroups::by_text(dataset, rows, seed).iter() {
        let first = copies
            .iter()
            .map(|&(_, row)| ranks[column.code(row) as usize])
            .min();
        dated.extend(copies.iter().map(|&(_, row)| (first, row)));
    }

    dated.par_sort_unstable();
    dated
}

/// Returns the subset for rows whose middle, doubled, lies between the cuts.
const fn subset(cuts: [usize; 2], doubled_middle: usize) -> usize {
    match doubled_middle {
        middle if middle < 2 * cuts[0] => TRAIN,
        middle if middle < 2 * cuts[1] => VALIDATION,
        _ => TEST,
    }
}

/// Describes the times of a subset, for a message.
pub(super) fn range(rows: &[u32], column: &DictionaryColumn) -> String {
    let ranks = ranks(rows, column).unwrap_or_default();
    let rank = |row: &&u32| ranks.get(column.code(**row) as usize);

    match (rows.iter().min_by_key(rank), rows.iter().max_by_key(rank)) {
        (Some(&oldest), Some(&newest)) => {
            let (oldest, newest) = (column.value(oldest), column.value(newest));
            format!("its times are `{oldest}` to `{newest}`")
        }
        _ => "it has no time, since rows of one time stay together".to_owned(),
    }
}

/// Returns the rank of each of the column's values among the times of the rows; equal times have
/// one rank. The error is the first row without a time.
fn ranks(rows: &[u32], column: &DictionaryColumn) -> Result<Vec<u32>, u32> {
    let mut is_used = vec![false; column.values().len()];
    for &row in rows {
        is_used[column.code(row) as usize] = true;
    }
    let used: Vec<(usize, &str)> = column
        .values()
        .iter()
        .enumerate()
        .filter(|&(code, _)| is_used[code])
        .map(|(code, value)| (code, value.trim()))
        .collect();

    let codes = is_used.len();
    ranked(&used, codes, |value| value.parse::<i128>().ok(), i128::cmp)
        .or_else(|| ranked(&used, codes, decimal, f64::total_cmp))
        .or_else(|| ranked(&used, codes, instant, Timestamp::cmp))
        .ok_or_else(|| first_unreadable(rows, column))
}

/// Returns the ranks of the values if all can be parsed.
fn ranked<T: Send>(
    used: &[(usize, &str)],
    codes: usize,
    parse: impl Fn(&str) -> Option<T> + Sync,
    compare: impl Fn(&T, &T) -> Ordering + Sync,
) -> Option<Vec<u32>> {
    let parse = |&(code, value): &(usize, &str)| Some((parse(value)?, code));
    let mut times: Vec<(T, usize)> = used.par_iter().map(parse).collect::<Option<_>>()?;
    times.par_sort_unstable_by(|left, right| compare(&left.0, &right.0));

    let mut ranks = vec![UNUSED; codes];
    let moments = times.chunk_by(|left, right| compare(&left.0, &right.0).is_eq());
    for (rank, moment) in (0..).zip(moments) {
        for &(_, code) in moment {
            ranks[code] = rank;
        }
    }
    Some(ranks)
}

fn decimal(value: &str) -> Option<f64> {
    let number = value.parse::<f64>().ok()?;

    // Adding zero turns negative zero into zero, which `total_cmp` orders apart.
    number.is_finite().then_some(number + 0.0)
}

/// Parses an RFC 3339 or ISO 8601 date or time, in UTC unless it has an offset.
fn instant(value: &str) -> Option<Timestamp> {
    if let Ok(with_offset) = value.parse::<Timestamp>() {
        return Some(with_offset);
    }

    let in_utc = value.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok();
    in_utc.as_ref().map(Zoned::timestamp)
}

/// Returns the first row that has no time at all, else the first without a date among dates.
fn first_unreadable(rows: &[u32], column: &DictionaryColumn) -> u32 {
    let find = |is_wrong: &(dyn Fn(&str) -> bool + Sync)| {
        rows.par_iter()
            .copied()
            .filter(|&row| is_wrong(column.value(row).trim()))
            .min()
    };
    find(&|value| instant(value).is_none() && decimal(value).is_none())
        .or_else(|| find(&|value| instant(value).is_none()))
        .expect("values that are all dates were parsed")
}

fn unreadable(dataset: &Dataset, row: u32, column: &DictionaryColumn, name: &str) -> DataError {
    let value = column.value(row);
    let (column, row) = (name.to_owned(), dataset.place(row));
    if value.trim().is_empty() {
        DataError::TimeMissing { column, row }
    } else {
        DataError::Time {
            column,
            row,
            value: value.to_owned(),
        }
    }
}

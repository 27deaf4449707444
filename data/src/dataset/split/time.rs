//! The split by time: the oldest rows are trained on, the newest measure.

use std::cmp::Ordering;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use rayon::prelude::*;

use super::groups::Units;
use super::settings::SplitSettings;
use super::subsets::{Split, TEST, TRAIN, VALIDATION, quota};
use crate::dataset::dictionary_column::DictionaryColumn;
use crate::dataset::rows::Dataset;
use crate::error::DataError;

/// Stands for a value that no row of the split has.
const UNUSED: u32 = u32::MAX;

/// Deals rows in the order of their times; copies of one wording count at the time of their first one.
///
/// Rows of one time stay on one side, the one in which the middle of them falls, so that nothing that is trained on is as
/// new as what chooses the threshold or measures.
pub(super) fn deal(
    dataset: &Dataset,
    rows: &[u32],
    settings: &SplitSettings,
    column: &DictionaryColumn,
) -> Result<Split, DataError> {
    let ranks = ranks(rows, column, settings.column_name())?;
    let mut dated = Vec::with_capacity(rows.len());
    for copies in Units::by_wording(dataset, rows, settings.seed).iter() {
        let first = copies
            .iter()
            .map(|&(_, row)| ranks[column.code(row) as usize])
            .min();
        dated.extend(copies.iter().map(|&(_, row)| (first, row)));
    }
    dated.par_sort_unstable();
    let cuts = [
        quota(settings.train, rows.len()),
        quota(settings.train + settings.validation, rows.len()),
    ];
    let mut split = Split::default();
    let mut older = 0;
    for moment in dated.chunk_by(|left, right| left.0 == right.0) {
        split.sides()[side(cuts, 2 * older + moment.len())]
            .extend(moment.iter().map(|&(_, row)| row));
        older += moment.len();
    }
    Ok(split)
}

/// The side for rows whose middle, doubled, is at a place between the cuts.
const fn side(cuts: [usize; 2], doubled_middle: usize) -> usize {
    match doubled_middle {
        middle if middle < 2 * cuts[0] => TRAIN,
        middle if middle < 2 * cuts[1] => VALIDATION,
        _ => TEST,
    }
}

/// Which times a side has, for a message.
pub(super) fn span(rows: &[u32], column: &DictionaryColumn) -> String {
    let ranks = ranks(rows, column, "").unwrap_or_default();
    let rank = |row: &&u32| ranks.get(column.code(**row) as usize);
    match (rows.iter().min_by_key(rank), rows.iter().max_by_key(rank)) {
        (Some(&oldest), Some(&newest)) => {
            format!(
                "its times are `{}` to `{}`",
                column.value(oldest),
                column.value(newest)
            )
        }
        _ => "no time falls to it, since rows of one time stay together".to_owned(),
    }
}

/// For each code of the column, the place of its value among the times of the rows; equal times share a place.
fn ranks(rows: &[u32], column: &DictionaryColumn, name: &str) -> Result<Vec<u32>, DataError> {
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
    let ranked = ranked(
        &used,
        is_used.len(),
        |value| value.parse::<i128>().ok(),
        i128::cmp,
    )
    .or_else(|| ranked(&used, is_used.len(), decimal, f64::total_cmp))
    .or_else(|| ranked(&used, is_used.len(), instant, Timestamp::cmp));
    ranked.ok_or_else(|| unreadable(rows, column, name))
}

/// The ranks of the values if all can be read.
fn ranked<T: Send>(
    used: &[(usize, &str)],
    codes: usize,
    read: impl Fn(&str) -> Option<T> + Sync,
    compare: impl Fn(&T, &T) -> Ordering + Sync,
) -> Option<Vec<u32>> {
    let read = |&(code, value): &(usize, &str)| Some((read(value)?, code));
    let mut times: Vec<(T, usize)> = used.par_iter().map(read).collect::<Option<_>>()?;
    times.par_sort_unstable_by(|left, right| compare(&left.0, &right.0));
    let mut ranks = vec![UNUSED; codes];
    for (rank, equal) in (0..).zip(times.chunk_by(|left, right| compare(&left.0, &right.0).is_eq()))
    {
        for &(_, code) in equal {
            ranks[code] = rank;
        }
    }
    Some(ranks)
}

fn decimal(value: &str) -> Option<f64> {
    // Adding zero makes one of the two zeros.
    value
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite())
        .map(|number| number + 0.0)
}

/// An RFC 3339 or ISO 8601 date or time; without an offset it is taken as UTC.
fn instant(value: &str) -> Option<Timestamp> {
    let with_offset = value.parse::<Timestamp>().ok();
    let in_utc = || {
        value
            .parse::<DateTime>()
            .ok()?
            .to_zoned(TimeZone::UTC)
            .ok()
            .as_ref()
            .map(Zoned::timestamp)
    };
    with_offset.or_else(in_utc)
}

/// The first row that is to blame: one that is no time at all, else one that is no date among dates.
fn unreadable(rows: &[u32], column: &DictionaryColumn, name: &str) -> DataError {
    let find = |is_wrong: &(dyn Fn(&str) -> bool + Sync)| {
        rows.par_iter()
            .copied()
            .filter(|&row| is_wrong(column.value(row).trim()))
            .min()
    };
    let row = find(&|value| instant(value).is_none() && decimal(value).is_none())
        .or_else(|| find(&|value| instant(value).is_none()))
        .expect("values that are all dates were read");
    let (column, row, value) = (name.to_owned(), u64::from(row) + 1, column.value(row));
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

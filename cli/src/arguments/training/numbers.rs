//! Flags of settings that are numbers.

use std::any::TypeId;

use clap::Arg;
use clap::builder::ValueParser;

use super::help::is_setting;
use crate::arguments::number::{number, whole_number};

/// Gives the flag of a setting that is a number a parser with errors in plain words.
pub fn describe_numbers(flag: Arg) -> Arg {
    let parsed = flag.get_value_parser().type_id();
    let parser = if !is_setting(&flag) {
        return flag;
    } else if parsed == TypeId::of::<f64>() {
        ValueParser::new(number)
    } else if parsed == TypeId::of::<u32>() {
        ValueParser::new(whole_number::<u32>)
    } else if parsed == TypeId::of::<u64>() {
        ValueParser::new(whole_number::<u64>)
    } else if parsed == TypeId::of::<usize>() {
        ValueParser::new(whole_number::<usize>)
    } else {
        return flag;
    };
    flag.value_parser(parser)
}

//! Numbers of settings, with errors that name the accepted ones.

use std::any::TypeId;
use std::fmt::Display;
use std::str::FromStr;

use clap::Arg;
use clap::builder::ValueParser;

use super::help::is_setting;

/// Gives the flag of a setting that is a number a parser with errors in plain words.
pub fn describe_numbers(flag: Arg) -> Arg {
    let parsed = flag.get_value_parser().type_id();
    let parser = if !is_setting(&flag) {
        return flag;
    } else if parsed == TypeId::of::<f64>() {
        ValueParser::new(parse_number)
    } else if parsed == TypeId::of::<u32>() {
        ValueParser::new(|text: &str| parse_whole(text, &u32::MAX))
    } else if parsed == TypeId::of::<u64>() {
        ValueParser::new(|text: &str| parse_whole(text, &u64::MAX))
    } else if parsed == TypeId::of::<usize>() {
        ValueParser::new(|text: &str| parse_whole(text, &usize::MAX))
    } else {
        return flag;
    };
    flag.value_parser(parser)
}

fn parse_number(text: &str) -> Result<f64, String> {
    text.parse()
        .map_err(|_| "expected a number, as `0.5`".to_owned())
}

fn parse_whole<N: FromStr + Display>(text: &str, max: &N) -> Result<N, String> {
    text.parse()
        .map_err(|_| format!("expected a whole number from 0 to {max}"))
}

//! Flags of the meaning of labels.

use clap::Args;
use relevance_data::{Undecided, Unlabelled};
use relevance_train::Settings;

use super::choice::parse_choice;
use crate::arguments::CommaList;
use crate::arguments::setting::set;

/// Flags for the section `labels` of the settings, and for undecided rows.
#[derive(Debug, Args)]
#[command(next_help_heading = "Labels")]
pub struct LabelArguments {
    /// Label values of relevant sentences, with commas between several; `*` for any that no flag names. One that has a comma
    /// is between double quotes: `'"a,b",c'`.
    ///
    /// Without it labels are `Relevant`, `Not Relevant` and `Can't Decide`, or 1, 0 and 2, or a well-known pair as spam and
    /// ham, true and false, yes and no, positive and negative, 1 and -1
    #[arg(
        long,
        env = "RELEVANCE_RELEVANT",
        value_name = "VALUE",
        allow_hyphen_values = true
    )]
    relevant: Vec<CommaList>,
    /// Label values of the other sentences; without it the only other value.
    #[arg(
        long,
        env = "RELEVANCE_NOT_RELEVANT",
        value_name = "VALUE",
        allow_hyphen_values = true
    )]
    not_relevant: Vec<CommaList>,
    /// Label values of sentences that a person could not decide on.
    #[arg(
        long,
        env = "RELEVANCE_UNDECIDED_VALUES",
        value_name = "VALUE",
        allow_hyphen_values = true
    )]
    undecided_values: Vec<CommaList>,
    /// How to treat undecided rows: `leave-out` or `not-relevant`.
    #[arg(
        long,
        env = "RELEVANCE_UNDECIDED",
        value_name = "CHOICE",
        value_parser = parse_choice::<Undecided>
    )]
    undecided: Option<Undecided>,
    /// How to treat rows whose label is empty, NULL or NaN: `leave-out` or `refuse`.
    #[arg(
        long,
        env = "RELEVANCE_UNLABELLED",
        value_name = "CHOICE",
        value_parser = parse_choice::<Unlabelled>
    )]
    unlabelled: Option<Unlabelled>,
}

impl LabelArguments {
    /// Changes the settings whose flag is given.
    pub fn apply(&self, settings: &mut Settings) {
        set(&mut settings.undecided, self.undecided);

        let labels = &mut settings.labels;
        set(&mut labels.unlabelled, self.unlabelled);
        for (list, flag) in [
            (&mut labels.relevant, &self.relevant),
            (&mut labels.not_relevant, &self.not_relevant),
            (&mut labels.undecided, &self.undecided_values),
        ] {
            if !flag.is_empty() {
                *list = CommaList::values(flag);
            }
        }
    }
}

//! Flags of training and its data.

mod choice;
mod fit;
mod flag_names;
mod gate;
mod help;
mod labels;
mod numbers;
mod search;
mod settings;
mod source;
mod split;

pub use help::{append_help, show_default};
pub use numbers::describe_numbers;
pub use settings::SettingsArguments;
pub use source::{DataArguments, ExamplesArguments, SourceArguments};

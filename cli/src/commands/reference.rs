//! The reference of the command line in Markdown.

use clap::{Arg, Command};

use super::flags::map_flags;
use crate::arguments::training::append_help;

/// Every command and flag, with its environment variable.
pub fn markdown(command: Command) -> String {
    let options = clap_markdown::MarkdownOptions::new()
        .title("Command reference".to_owned())
        .show_footer(false)
        .show_table_of_contents(false);
    clap_markdown::help_markdown_command_custom(&map_flags(command, name_variable), &options)
}

/// Adds the environment variable of a flag to its help.
fn name_variable(flag: Arg) -> Arg {
    let Some(variable) = flag.get_env().map(|name| name.display().to_string()) else {
        return flag;
    };
    append_help(flag, &format!("; `{variable}` in the environment"))
}

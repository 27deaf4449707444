//! `relevance man`: the manual, as one page or as one page per command.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Command};
use clap_mangen::{Man, generate_to};

use crate::output;

#[derive(Debug, Args)]
pub struct ManArguments {
    /// Folder that gets a page for each command, instead of the main page on standard output.
    #[arg(long, short, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

/// Prints the main page, or writes the pages of the commands of this build.
pub fn run(arguments: &ManArguments, command: Command) -> anyhow::Result<()> {
    let Some(folder) = &arguments.output else {
        let mut page = Vec::new();
        Man::new(command).render(&mut page)?;
        return output::print(&String::from_utf8(page)?);
    };

    fs::create_dir_all(folder)
        .and_then(|()| generate_to(command, folder))
        .with_context(|| format!("cannot write the pages to `{}`", folder.display()))
}

//! Names of flags beside those of settings.

use clap::{Args, Command};

use super::help::SETTINGS;

/// Adds to each setting that a message names its flag among `A`, unless the message does.
pub fn name_flags<A: Args>(message: &str) -> String {
    let command = A::augment_args(Command::new("train"));
    let mut named = message.to_owned();
    for flag in command.get_arguments() {
        let id = flag.get_id().as_str();
        let setting = SETTINGS.iter().find(|(name, _)| *name == id);
        let (Some((_, pointer)), Some(long)) = (setting, flag.get_long()) else {
            continue;
        };

        let key = format!("`{}`", pointer[1..].replace('/', "."));
        if key.contains('.') && !named.contains(&format!("{key} (`--")) {
            named = named.replace(&key, &format!("{key} (`--{long}`)"));
        }
    }
    named
}

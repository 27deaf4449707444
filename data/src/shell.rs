//! Words of a shell's command line, for messages that propose one.

/// Quotes a value of a flag that takes several, with commas between them, for the flag and for a shell.
pub(crate) fn list_word(value: &str) -> Option<String> {
    if value.contains(',') || value.starts_with('"') {
        shell_word(&format!("\"{}\"", value.replace('"', "\"\"")))
    } else {
        shell_word(value)
    }
}

/// Quotes a value for a shell; none for a value that is long.
pub(crate) fn shell_word(value: &str) -> Option<String> {
    /// Maximum number of characters of a value that is worth typing.
    const MAX_CHARS: usize = 40;

    let is_plain = |character: char| character.is_alphanumeric() || "-_.:/".contains(character);
    if value.chars().count() > MAX_CHARS || value.contains(char::is_control) {
        None
    } else if value.chars().all(is_plain) {
        Some(value.to_owned())
    } else {
        Some(format!("'{}'", value.replace('\'', r"'\''")))
    }
}

//! Values of the data in messages.

/// Maximum number of characters of a value in a message.
const EXCERPT_CHARS: usize = 40;

/// Formats a value of the data for a message: its first characters in backticks.
#[must_use]
pub fn excerpt(value: &str) -> String {
    match value.char_indices().nth(EXCERPT_CHARS) {
        None => format!("`{}`", escaped(value)),
        Some((end, _)) => format!("`{}…`", escaped(&value[..end])),
    }
}

/// Escapes control characters, and leaves quotes as they are.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '\'' | '"' => text.push(character),
            _ => text.extend(character.escape_debug()),
        }
    }
    text
}

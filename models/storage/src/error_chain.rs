//! Errors as one line of text.

use std::error::Error;

/// Joins the messages of an error and its sources with `: `.
///
/// A message that the one before it contains is left out, since some errors repeat their source.
#[must_use]
pub fn error_chain(error: &(dyn Error + 'static)) -> String {
    let mut messages: Vec<String> = Vec::new();
    for error in std::iter::successors(Some(error), |&error| error.source()) {
        let message = error.to_string();
        let is_repeated = messages.last().is_some_and(|last| last.contains(&message));
        if !is_repeated {
            messages.push(message);
        }
    }
    messages.join(": ")
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::*;

    #[derive(Debug)]
    struct Layer(&'static str, Option<Box<Layer>>);

    impl fmt::Display for Layer {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str(self.0)
        }
    }

    impl Error for Layer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|layer| layer as _)
        }
    }

    #[test]
    fn a_cause_that_the_message_before_contains_is_left_out() {
        let root = Layer("timed out", None);
        let request = Layer("request failed: timed out", Some(Box::new(root)));
        let error = Layer("cannot read `x`", Some(Box::new(request)));
        assert_eq!(
            error_chain(&error),
            "cannot read `x`: request failed: timed out"
        );
    }
}

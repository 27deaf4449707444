//! Panics of the decoder on damaged files, caught without a message on standard error.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    /// Whether panics of this thread are caught and so not reported.
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Calls the function; none if it panics.
pub(super) fn catch_quietly<T>(call: impl FnOnce() -> T) -> Option<T> {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !IS_QUIET.get() {
                previous(panic);
            }
        }));
    });

    let outer = IS_QUIET.replace(true);
    let result = catch_unwind(AssertUnwindSafe(call));
    IS_QUIET.set(outer);
    result.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panic_is_caught_and_other_panics_are_still_reported() {
        assert_eq!(catch_quietly(|| 7), Some(7));
        let caught = catch_quietly(|| {
            assert!(IS_QUIET.get());
            panic!("not reported");
        });
        assert_eq!(caught.map(|(): ()| ()), None);
        assert!(!IS_QUIET.get());
    }
}

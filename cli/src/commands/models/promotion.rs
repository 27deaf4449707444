//! The message of a promotion.

use relevance_models::Promotion;

/// Returns the line about a promotion.
pub(super) fn promotion_line(promotion: &Promotion) -> String {
    let Promotion {
        production,
        previous,
        changed,
    } = promotion;
    let previous = previous.map_or_else(|| "none".to_owned(), |version| version.to_string());
    let verb = if *changed { "is now" } else { "was already" };
    format!("production {verb} version {production}, previous is {previous}\n")
}

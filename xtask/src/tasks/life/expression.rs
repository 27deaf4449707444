//! Expressions of GitHub workflows, as far as `train.yml` uses them: values of contexts, `||`, `&&`,
//! `==`, `!=`, texts and booleans.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

/// Values of the contexts by their path, such as `vars.RELEVANCE_DATA`.
pub type Contexts = BTreeMap<String, String>;

/// Contexts in which a missing value is empty, as on GitHub.
const SPARSE: [&str; 4] = ["inputs.", "vars.", "secrets.", "steps."];

/// Replaces every `${{ … }}` in a text by its value.
pub fn expand(text: &str, contexts: &Contexts) -> Result<String> {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${{") {
        let Some((expression, remaining)) = after.split_once("}}") else {
            bail!("`{text}` has no end of an expression");
        };
        expanded += before;
        expanded += &evaluate(expression, contexts)?;
        rest = remaining;
    }

    Ok(expanded + rest)
}

/// Returns the value of an expression; a comparison is `true` or `false`.
pub fn evaluate(expression: &str, contexts: &Contexts) -> Result<String> {
    let mut value = String::new();
    for alternative in expression.split("||") {
        value = conjunction(alternative, contexts)?;
        if is_true(&value) {
            break;
        }
    }
    Ok(value)
}

/// Whether a value counts as true in a condition.
pub fn is_true(value: &str) -> bool {
    !matches!(value, "" | "false")
}

fn conjunction(expression: &str, contexts: &Contexts) -> Result<String> {
    let mut value = String::new();
    for part in expression.split("&&") {
        value = comparison(part, contexts)?;
        if !is_true(&value) {
            break;
        }
    }
    Ok(value)
}

fn comparison(expression: &str, contexts: &Contexts) -> Result<String> {
    for (operator, is_equal) in [("==", true), ("!=", false)] {
        if let Some((left, right)) = expression.split_once(operator) {
            let equal = operand(left, contexts)? == operand(right, contexts)?;
            return Ok((equal == is_equal).to_string());
        }
    }
    operand(expression, contexts)
}

fn operand(text: &str, contexts: &Contexts) -> Result<String> {
    let text = text.trim();
    if let Some(literal) = text
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''))
    {
        return Ok(literal.to_owned());
    }
    if matches!(text, "true" | "false") {
        return Ok(text.to_owned());
    }
    if let Some(value) = contexts.get(text) {
        return Ok(value.clone());
    }
    if SPARSE.iter().any(|context| text.starts_with(context)) {
        return Ok(String::new());
    }
    bail!("the expression `{text}` is not known here: extend xtask/src/tasks/life/expression.rs")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contexts() -> Contexts {
        [("vars.DATA", "a.csv"), ("steps.one.outputs.train", "true")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    }

    #[test]
    fn expressions_have_the_values_of_github() {
        for (text, want) in [
            ("0", "0"),
            ("${{ vars.DATA }}", "a.csv"),
            ("${{ inputs.data || vars.DATA }}", "a.csv"),
            ("${{ inputs.promote || false }}", "false"),
            ("x-${{ secrets.KEY }}-y", "x--y"),
            ("${{ steps.one.outputs.train == 'true' }}", "true"),
            (
                "${{ steps.one.outputs.train == 'true' && vars.NONE != '' }}",
                "false",
            ),
            ("${{ vars.NONE == '' || vars.DATA }}", "true"),
        ] {
            assert_eq!(expand(text, &contexts()).unwrap(), want, "{text}");
        }
    }

    #[test]
    fn an_unknown_expression_is_an_error() {
        for text in [
            "${{ fromJSON(vars.DATA) }}",
            "${{ github.actor }}",
            "${{ vars.DATA",
        ] {
            assert!(expand(text, &contexts()).is_err(), "{text}");
        }
    }
}

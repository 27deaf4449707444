"""Messages of the trainer and the command, in words of Python."""

from __future__ import annotations

import re

#: Parameters whose settings or flags have another name.
_PARAMETERS = {
    "budget": "search",
    "metric": "search_metric",
    "search.budget": "search",
    "search.metric": "search_metric",
    "solver.weight_column": "sample_weight",
    "split.test": "test_fraction",
    "split.validation": "validation_fraction",
    "search-budget": "search",
    "split-test": "test_fraction",
    "split-validation": "validation_fraction",
    "weight-column": "sample_weight",
}

#: The beginning of an error in the settings, with an excerpt of a file that the user has not written.
_EXCERPT = re.compile(
    r"the settings cannot be read: TOML parse error at line [^\n]*\n *\|\n\d+ \| (\w+) = [^\n]*\n *\|[ ^]*\n"
)
#: A setting, with the flag for it or without.
_SETTING = re.compile(r"(?:setting )?`((?:features|labels|search|solver|split)\.\w+)`(?: \(`--[a-z-]+`\))?")
#: A flag, with a value or without.
_FLAG = re.compile(r"`--([a-z][a-z-]*)(?:[ =]([^`]+))?`")


def in_python(message: str) -> str:
    """Returns a message with the names of parameters in place of settings and flags.

    >>> in_python("setting `solver.alpha` is 0; it must be over 0 and finite")
    '`alpha` is 0; it must be over 0 and finite'
    >>> in_python("set `features.analyzer` (`--analyzer`) to `char`, or choose `--analyzer both`")
    'set `analyzer` to `char`, or choose `analyzer="both"`'
    """
    message = _EXCERPT.sub(lambda found: f"`{_parameter(found[1])}`: ", message)
    message = _SETTING.sub(lambda found: f"`{_parameter(found[1])}`", message)
    message = message.replace("in the column of `sample_weight`", "in `sample_weight`")
    return _FLAG.sub(_with_value, message)


def _parameter(name: str) -> str:
    return _PARAMETERS.get(name, name.rpartition(".")[2].replace("-", "_"))


def _with_value(flag: re.Match[str]) -> str:
    name, value = _parameter(flag[1]), flag[2]
    if value is None:
        return f"`{name}`"
    value = value.strip("'")
    return f'`{name}="{value}"`'

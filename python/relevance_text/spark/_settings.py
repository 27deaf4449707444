"""Settings of a training run on Spark, and the meaning of its labels."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypedDict

from .. import _native
from .._messages import in_python

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

#: Section of each setting in the settings of `relevance train`; "" is the top.
_SECTIONS = {
    "name": "",
    "licence": "",
    "relevant": "labels",
    "not_relevant": "labels",
    "undecided": "labels",
    "analyzer": "features",
    "token_characters": "features",
    "ngram_max": "features",
    "min_document_frequency": "features",
    "max_features": "features",
    "alpha": "solver",
    "seed": "split",
}
#: Value of a label in a column of strings, numbers or booleans.
Value: TypeAlias = "str | int | float | bool"

#: Largest number of different labels.
_MAX_LABELS = 1000
#: Labels that a message lists.
_LISTED = 10


class Settings(TypedDict, total=False):
    """Settings of `fit`, with the names, meanings and defaults of those of `relevance train`."""

    #: Values of the labels of relevant texts; "*" for any that no list names.
    relevant: Value | Sequence[Value]
    #: Values of the labels of other texts; without it the only other value.
    not_relevant: Value | Sequence[Value]
    #: Values of the labels of texts that a person could not decide on.
    undecided: Value | Sequence[Value]
    #: Kinds of terms: only "word".
    analyzer: str
    #: Characters of a token: "ascii" or "unicode".
    token_characters: str
    #: Maximum number of tokens of a term, 1 to 5.
    ngram_max: int
    #: Minimum number of training texts in which a term must occur.
    min_document_frequency: int
    #: Maximum number of terms.
    max_features: int
    #: Weight of the L2 penalty.
    alpha: float
    #: Part of the texts in the validation subset.
    validation_fraction: float
    #: Part of the texts in the test subset.
    test_fraction: float
    #: Seed of the split.
    seed: int
    #: Name of the model.
    name: str
    #: Licence of the model.
    licence: str


class Labels(NamedTuple):
    """Meaning of the values of a label column."""

    #: 0 for not relevant, 1 for relevant, 2 for undecided, none for a missing label.
    numbers: dict[str | None, int | None]
    #: Names of the classes: first that of texts that are not relevant.
    names: tuple[str, str]


def complete_settings(settings: Settings) -> str:
    """Returns every setting of `relevance train` as JSON.

    Raises `TypeError` for a name that is none of `Settings`, and `ValueError` for a value out of range.
    """
    sections: dict[str, Any] = {}
    values = dict(settings)
    fractions = {subset: values.pop(f"{subset}_fraction", None) for subset in ("validation", "test")}
    if fractions != {"validation": None, "test": None}:
        sections["split"] = _fractions(fractions)

    for name, value in values.items():
        if name not in _SECTIONS:
            known = ", ".join(f"`{known}`" for known in Settings.__annotations__)
            raise TypeError(f"`{name}` is not a setting of `fit`, which has {known}")
        section = _SECTIONS[name]
        target = sections.setdefault(section, {}) if section else sections
        target[name] = _label_values(value) if section == "labels" else value

    complete = _complete(sections)
    analyzer = json.loads(complete)["features"].get("analyzer", "word")
    if analyzer != "word":
        raise ValueError(
            f"`analyzer` is {analyzer!r}, and a fit on Spark has only 'word': take a sample by `split_keys`, and train "
            f"with `relevance train --analyzer {analyzer}`"
        )
    return complete


def _complete(sections: dict[str, Any]) -> str:
    """Returns every setting as JSON; errors are in words of the parameters."""
    try:
        return _native.complete_settings(json.dumps(sections))
    except ValueError as error:
        raise ValueError(in_python(str(error))) from None


def _label_values(values: Any) -> list[str]:
    """Returns one value or several as Spark makes strings of them."""
    values = [values] if isinstance(values, (str, int, float)) else values
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in values]


def _fractions(given: Mapping[str, Any]) -> dict[str, float]:
    """Returns the fractions of all subsets from those that are given."""
    defaults = json.loads(_native.complete_settings("{}"))["split"]
    fractions = {subset: defaults[subset] if given[subset] is None else given[subset] for subset in given}
    return {**fractions, "train": round(1.0 - sum(fractions.values()), 12)}


def read_labels(rows: DataFrame, label: str, settings: str) -> Labels:
    """Finds what the values of the column `label` mean; messages have the column's name in the caller's frame."""
    counted = rows.groupBy("label").count().orderBy("count", ascending=False).limit(_MAX_LABELS + 1).collect()
    if not counted:
        raise ValueError("the data frame has no rows")
    counts: dict[str | None, int] = {row["label"]: row["count"] for row in counted}
    if len(counts) > _MAX_LABELS:
        raise ValueError(
            f"the column `{label}` has more than {_MAX_LABELS} different labels, as {_list(counts)}: name the column "
            "with the labels, or add one of two labels to the data frame"
        )

    meaning = _native.label_numbers([value or "" for value in counts], settings)
    if meaning is None:
        raise ValueError(
            f"the column `{label}` has the labels {_list(counts)}, whose meaning is not known: name those of relevant "
            "texts, as in relevant=['spam'], and the others, as in not_relevant=['ham'] or not_relevant=['*'] for any; "
            "undecided=['unsure'] are left out"
        )
    numbers, names = meaning
    return Labels(dict(zip(counts, numbers, strict=True)), names)


def _list(counts: Mapping[str | None, int]) -> str:
    listed = [f"`{str(value)[:40]}` ({count})" for value, count in list(counts.items())[:_LISTED]]
    if len(counts) > _LISTED:
        listed.append(f"{len(counts) - _LISTED} more")
    return ", ".join(listed)

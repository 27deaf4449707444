"""Labels of a training run: the two classes of Python, and their names in the model file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import type_of_target

from . import _native

if TYPE_CHECKING:
    import numpy.typing as npt

#: Spellings of a missing label in tables, and the item of a list that stands for any other label.
_RESERVED = ("", "null", "nan", "<na>", "na", "n/a", "#n/a", "*")
#: Whole numbers that tables write with a fraction.
_WHOLE = re.compile(r"[+-]?[0-9]+\.0*")
#: Rows that nobody could decide on have this label, unless it is named as one of a class.
_UNDECIDED = "can't decide"
#: Whole floats from here on are written with an exponent.
_LONGEST_WHOLE = 1e16


class Labels(NamedTuple):
    """The two classes, sorted, with the class of each text."""

    classes: npt.NDArray[Any]
    is_second: npt.NDArray[np.bool_]
    """Whether the class of each text is the second one: `[texts]`."""


class Meaning(NamedTuple):
    """Names of the two classes in the model file, and which of them is relevant."""

    names: tuple[str, str]
    """Different names, in the order of the classes."""
    is_second_relevant: bool
    settings: dict[str, list[str]]
    """Section of the labels in the settings of the training; empty where the names have a usual meaning."""


def read_labels(y: npt.ArrayLike) -> Labels:
    """Returns the classes of a one-dimensional array of labels, or of a column vector, with a warning.

    Raises `ValueError` for a missing label, and for more than two classes.
    """
    labels = column_or_1d(_array(y), warn=True)
    if not len(labels):
        raise ValueError("there are no texts to train on")
    kind = type_of_target(labels, input_name="y", raise_unknown=True)
    if kind != "binary":
        raise ValueError(f"Only binary classification is supported. The type of the target is {kind}.")

    classes, codes = np.unique(labels, return_inverse=True)
    return Labels(classes, codes == 1)


def check_classes(labels: Labels, weights: npt.NDArray[np.float64] | None) -> None:
    """Raises `ValueError` unless both classes have texts with a weight."""
    classes, is_second = labels
    weighted = is_second if weights is None else is_second[weights > 0]
    if weighted.all() or not weighted.any():
        present = classes[np.unique(weighted).astype(int)].tolist()
        raise ValueError(f"Classifier can't train when only one class has texts with a weight over 0: {present}")


def _array(y: Any) -> Any:
    """Returns labels as an array without missing ones, and with a type of numpy where all have it."""
    is_of_pandas = type(getattr(y, "dtype", None)).__module__.startswith("pandas")
    # Without it, numpy makes strings and numbers of missing labels.
    as_objects = isinstance(y, (list, tuple)) or is_of_pandas
    labels = np.asarray(y, dtype=object if as_objects else None)

    if labels.dtype.kind in "fmM":
        _refuse_missing(np.isnan(labels), labels)
    if labels.dtype != object or not labels.ndim:
        return y

    _refuse_missing(np.array([_is_missing(label) for label in labels.flat], bool), labels)
    has_strings = _has_strings(labels)
    if isinstance(y, (list, tuple)):
        return y
    return labels if has_strings else np.array(labels.tolist())


def _has_strings(labels: npt.NDArray[Any]) -> bool:
    """Returns whether labels are strings, and raises `TypeError` when only some are."""
    are_strings = [isinstance(label, str) for label in labels.flat]
    if len(set(are_strings)) == 2:
        first, other = labels.flat[0], labels.flat[are_strings.index(not are_strings[0])]
        raise TypeError(f"the labels have several types, as {first!r} and {other!r}: convert them to one")
    return any(are_strings)


def _is_missing(label: object) -> bool:
    """Returns whether a label is `None`, NaN, NaT or `pandas.NA`, which pandas alone can import."""
    if label is None or type(label).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(label, (float, np.floating)) and bool(np.isnan(label))


def _refuse_missing(is_missing: npt.NDArray[np.bool_], labels: npt.NDArray[Any]) -> None:
    rows = np.flatnonzero(is_missing)
    if rows.size:
        label = labels.ravel()[rows[0]]
        others = f", and {rows.size - 1} more" if rows.size > 1 else ""
        raise ValueError(f"Input y contains NaN: the label at index {rows[0]} is missing ({label}){others}")


def find_meaning(classes: npt.NDArray[Any], relevant: object) -> Meaning:
    """Returns the names of the classes, and which of them is relevant: a given one, the usual one, or the second.

    Raises `ValueError` when the given one is none of the classes.
    """
    names = _names(*classes.tolist())
    usual = _usual(names)
    if relevant is not None:
        is_second = _is_second(classes, relevant)
    elif usual is not None:
        is_second, has_its_names = usual
        if has_its_names:
            return Meaning(names, is_second, {})
    else:
        is_second = True
    return Meaning(names, is_second, _settings(names, is_second))


def _names(first: object, second: object) -> tuple[str, str]:
    """Returns different names of two classes: their texts, but for those that a table of labels cannot have.

    Such a class is named as Python writes it: `''`, `'NA'`, `' spam'`.
    """
    names = _name(first), _name(second)
    return names if names[0] != names[1] else (_quoted(first), _quoted(second))


def _name(label: object) -> str:
    if isinstance(label, float) and label.is_integer() and abs(label) < _LONGEST_WHOLE:
        return str(int(label))
    text = str(label)
    is_plain = text == text.strip() and text.isprintable() and text.lower() not in _RESERVED
    return text if is_plain and not _WHOLE.fullmatch(text) else _quoted(label)


def _quoted(label: object) -> str:
    return repr(str(label)) if isinstance(label, str) else repr(label)


def _usual(names: tuple[str, str]) -> tuple[bool, bool] | None:
    """Returns whether the second of two names is relevant by its usual meaning, and whether the file keeps the names.

    The result is `None` for names without a usual meaning. The file of 0 and 1 would have the names of their meaning.
    """
    found = _native.label_numbers(list(names), "{}")
    if found is None or sorted(map(str, found[0])) != ["0", "1"]:
        return None
    numbers, kept = found
    return numbers == [0, 1], set(kept) == set(names)


def _is_second(classes: npt.NDArray[Any], relevant: object) -> bool:
    """Returns whether the relevant class is the second one."""
    is_equal = [type(label == relevant) in (bool, np.bool_) and bool(label == relevant) for label in classes.tolist()]
    if sum(is_equal) != 1:
        first, second = classes.tolist()
        raise ValueError(f"`relevant` is {relevant!r}, the classes are {first!r} and {second!r}")
    return is_equal[1]


def _settings(names: tuple[str, str], is_second_relevant: bool) -> dict[str, list[str]]:
    """Returns the settings that name the relevant class, and the other one where that is not enough."""
    other, relevant = names if is_second_relevant else names[::-1]
    is_enough = other.lower() != relevant.lower() and other.lower().replace("\u2019", "'") != _UNDECIDED
    return {"relevant": [relevant]} if is_enough else {"relevant": [relevant], "not_relevant": [other]}

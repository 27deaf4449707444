"""scikit-learn's checks of estimators.

Most of them fit on tables of numbers. An adapter writes each row as a text, so that they check the estimator too.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.exceptions import SkipTestWarning
from sklearn.utils.estimator_checks import parametrize_with_checks
from sklearn.utils.validation import check_is_fitted, validate_data

from relevance_text import RelevanceClassifier


class NumbersAsTexts(RelevanceClassifier):
    """The classifier on tables of numbers: a row is the text of its rounded numbers, each with its column."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> NumbersAsTexts:
        """Fits on the texts of the rows."""
        X, y = validate_data(self, X, y)
        super().fit(texts_of(X), y, sample_weight)
        return self

    def predict_proba(self, X: Any) -> npt.NDArray[np.float64]:
        """Returns the probabilities of the texts of the rows."""
        check_is_fitted(self)
        return super().predict_proba(texts_of(validate_data(self, X, reset=False)))

    def decision_function(self, X: Any) -> npt.NDArray[np.float64]:
        """Returns the log-odds of the texts of the rows."""
        check_is_fitted(self)
        return super().decision_function(texts_of(validate_data(self, X, reset=False)))

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Returns the classes of the texts of the rows."""
        check_is_fitted(self)
        return super().predict(texts_of(validate_data(self, X, reset=False)))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = False
        tags.input_tags.one_d_array = False
        tags.input_tags.two_d_array = True
        return tags


def texts_of(rows: npt.NDArray[Any]) -> list[str]:
    """Returns a text for each row: two tokens for each number, its rounded value and a finer one."""
    numbers = np.asarray(rows, dtype=np.float64)
    return [" ".join(tokens(column, number) for column, number in enumerate(row)) for row in numbers.tolist()]


def tokens(column: int, number: float) -> str:
    """Returns the tokens of a number in a column."""
    sign = "n" if number < 0 else "p"
    return f"c{column}{sign}{round(abs(number))} c{column}{sign}{abs(number):.3e}"


FEW_TEXTS = "the data has two different rows of each class, too few for three subsets"
#: Checks that the estimator cannot meet, with the reasons.
EXPECTED = {
    "check_class_weight_classifiers": "the threshold follows the labels of the validation subset, not the weights",
    "check_sample_weight_equivalence_on_dense_data": "texts without weight count in split, threshold and metrics",
    "check_sample_weights_not_overwritten": FEW_TEXTS,
    "check_sample_weights_shape": FEW_TEXTS,
}


with warnings.catch_warnings():
    # scikit-learn has no texts for its checks, and leaves out those that fit.
    warnings.simplefilter("ignore", SkipTestWarning)
    without_data = parametrize_with_checks([RelevanceClassifier()])


@without_data  # type: ignore[untyped-decorator]
def test_checks_without_data(estimator: Any, check: Callable[[Any], None]) -> None:
    check(estimator)


@parametrize_with_checks(  # type: ignore[untyped-decorator]
    [
        NumbersAsTexts(
            min_document_frequency=1,
            alpha=0.01,
            validation_fraction=0.2,
            unknown_texts="by-probability",
        )
    ],
    expected_failed_checks=lambda _: EXPECTED,
)
def test_checks_with_data(estimator: Any, check: Callable[[Any], None]) -> None:
    check(estimator)

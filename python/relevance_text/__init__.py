"""Classifiers of texts: trained by `RelevanceClassifier` or `relevance train`, scored at native speed.

>>> from relevance_text import Model
>>> model = Model("models/relevance/1/model.onnx")
>>> model.predict(["flood waters are rising, families evacuated", "what a day"])
['Relevant', 'Not Relevant']
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._explanation import Explanation, Term, Token
from ._model import Model
from ._scores import Scores

if TYPE_CHECKING:
    from ._classifier import RelevanceClassifier

__all__ = ["Explanation", "Model", "RelevanceClassifier", "Scores", "Term", "Token"]


def __getattr__(name: str) -> Any:
    # Only the classifier needs scikit-learn.
    if name == "RelevanceClassifier":
        from ._classifier import RelevanceClassifier

        return RelevanceClassifier
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

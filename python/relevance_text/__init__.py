"""Classifiers of texts: trained by `RelevanceClassifier` or `relevance train`, scored at native speed.

>>> from relevance_text import Model
>>> model = Model("models/relevance/1/model.onnx")
>>> model.predict(["flood waters are rising, families evacuated", "what a day"])
['Relevant', 'Not Relevant']
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._explanation import Explanation, Term, Token
from ._model import Model
from ._scores import Score, Scores

__all__ = ["Explanation", "Model", "RelevanceClassifier", "Score", "Scores", "Term", "Token", "__version__"]

if TYPE_CHECKING:
    from ._classifier import RelevanceClassifier

    __version__: str
else:

    def __getattr__(name: str) -> object:
        # Only the classifier needs scikit-learn, and only the version the metadata of the package.
        if name == "RelevanceClassifier":
            return _load_classifier()
        if name == "__version__":
            from importlib.metadata import version

            return version("relevance-text")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _load_classifier() -> type:
    """Returns the classifier, or a class that names what it needs where that is not installed."""
    try:
        from ._classifier import RelevanceClassifier
    except ModuleNotFoundError as error:
        if str(error.name).startswith(__name__):
            raise
        from ._without_sklearn import RelevanceClassifier as Substitute

        return Substitute
    return RelevanceClassifier

"""Names of the package where scikit-learn is not installed."""

from __future__ import annotations


class RelevanceClassifier:
    """Stands for the classifier, which needs scikit-learn."""

    def __init__(self, **parameters: object) -> None:
        raise ImportError("`RelevanceClassifier` needs scikit-learn: pip install relevance-text[sklearn]")

"""A scikit-learn estimator over the trainer of `relevance`."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import effective_n_jobs
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import _check_sample_weight, check_consistent_length, check_is_fitted

from . import _command, _native
from ._model import Model
from ._texts import Texts, convert

if TYPE_CHECKING:
    import numpy.typing as npt
    from sklearn.utils import Tags

#: Section of the settings of each parameter that is one; "" is the top.
_SECTIONS = {
    "name": "",
    "licence": "",
    "calibrate": "",
    "threshold": "",
    "unknown_texts": "",
    "analyzer": "features",
    "token_characters": "features",
    "ngram_max": "features",
    "min_document_frequency": "features",
    "max_features": "features",
    "char_ngram_min": "features",
    "char_ngram_max": "features",
    "char_min_document_frequency": "features",
    "char_max_features": "features",
    "alpha": "solver",
    "seed": "split",
}
#: Column of the weights in the settings.
_WEIGHT_COLUMN = "weight"


class RelevanceClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier of texts in two classes, trained as `relevance train` trains.

    `fit` splits the texts: the training subset fits the model, the validation subset calibrates its probabilities and
    chooses the threshold, and the test subset gives the metrics of `report_`. Equal texts, labels and parameters give
    the file that `relevance train` writes, byte for byte, for any number of threads.

    >>> from relevance_text import RelevanceClassifier
    >>> texts = [f"{word} report {number}" for number in range(50) for word in ("flood", "picnic")]
    >>> labels = ["alert", "other"] * 50
    >>> classifier = RelevanceClassifier(relevant="alert").fit(texts, labels)
    >>> classifier.predict(["a flood", "a picnic"])
    array(['alert', 'other'], dtype='<U5')
    >>> classifier.predict_proba(["a flood"]).shape
    (1, 2)

    Parameters have the names, meanings and defaults of the settings of `relevance train`, which its guide explains.

    Args:
        relevant: The class that is relevant. By default that of a well-known pair, as "spam" of "spam" and "ham", else
            the second in sorted order.
        analyzer: Kinds of terms: "word", "char" or "both".
        token_characters: Characters of a token: "ascii" or "unicode".
        ngram_max: Maximum number of tokens of a term, 1 to 5.
        min_document_frequency: Minimum number of training texts in which a term must occur.
        max_features: Maximum number of terms.
        char_ngram_min: Number of characters of the shortest character n-gram.
        char_ngram_max: Number of characters of the longest one, at most 8.
        char_min_document_frequency: As `min_document_frequency`, for character n-grams.
        char_max_features: As `max_features`, for character n-grams.
        alpha: Weight of the L2 penalty; `LogisticRegression` has it as `C = 1 / alpha`.
        class_weight: Weights of the classes: `None`, "balanced", or a dictionary by class.
        calibrate: Whether to calibrate the probabilities on the validation subset.
        threshold: Rule that chooses the threshold: "max-f0.6", "precision>=0.9", "recall>=0.8", "cost:1:5".
        unknown_texts: How texts without known terms are predicted: "not-relevant", by a threshold above their
            probability, or "by-probability".
        search: Budget of a search for the settings, as a number of trials or a time ("60s"); `None` for no search.
        search_metric: Metric that decides in the search: "log-loss", "roc-auc" or "pr-auc".
        validation_fraction: Part of the texts in the validation subset.
        test_fraction: Part of the texts in the test subset.
        seed: Seed of the split.
        name: Name of the model in its file.
        licence: Licence of the model in its file.
        n_jobs: Number of threads: `None` for 1, -1 for all processors.

    Attributes:
        classes_: The two classes, sorted: `[2]`.
        model_: The `Model` of the file.
        report_: Metrics, intervals and checks, as in the `metrics.json` of `relevance train`.
    """

    classes_: npt.NDArray[Any]
    model_: Model
    report_: dict[str, Any]

    def __init__(
        self,
        *,
        relevant: object = None,
        analyzer: str = "word",
        token_characters: str = "ascii",
        ngram_max: int = 2,
        min_document_frequency: int = 2,
        max_features: int = 20_000,
        char_ngram_min: int = 2,
        char_ngram_max: int = 5,
        char_min_document_frequency: int = 2,
        char_max_features: int = 50_000,
        alpha: float = 0.3,
        class_weight: str | dict[Any, float] | None = None,
        calibrate: bool = True,
        threshold: str = "max-f0.6",
        unknown_texts: str = "not-relevant",
        search: int | str | None = None,
        search_metric: str = "log-loss",
        validation_fraction: float = 0.1,
        test_fraction: float = 0.2,
        seed: int = 42,
        name: str = "relevance",
        licence: str = "not stated",
        n_jobs: int | None = None,
    ) -> None:
        self.relevant = relevant
        self.analyzer = analyzer
        self.token_characters = token_characters
        self.ngram_max = ngram_max
        self.min_document_frequency = min_document_frequency
        self.max_features = max_features
        self.char_ngram_min = char_ngram_min
        self.char_ngram_max = char_ngram_max
        self.char_min_document_frequency = char_min_document_frequency
        self.char_max_features = char_max_features
        self.alpha = alpha
        self.class_weight = class_weight
        self.calibrate = calibrate
        self.threshold = threshold
        self.unknown_texts = unknown_texts
        self.search = search
        self.search_metric = search_metric
        self.validation_fraction = validation_fraction
        self.test_fraction = test_fraction
        self.seed = seed
        self.name = name
        self.licence = licence
        self.n_jobs = n_jobs

    def fit(self, X: Texts, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> RelevanceClassifier:
        """Fits on texts and their classes; weights count in the fit, not in the metrics.

        Raises `ValueError` when a text is missing, there are not two classes, or there are too few texts of one.
        """
        texts = convert(X)
        labels = column_or_1d(y, warn=True)
        check_consistent_length(texts, labels)
        weights = None
        if sample_weight is not None:
            weights = _check_sample_weight(sample_weight, labels, dtype=np.float64, ensure_non_negative=True)

        classes, is_second = _classes(labels, weights)
        names = (str(classes[0]), str(classes[1]))
        named_relevant, is_second_relevant = self._relevant(classes, names)
        settings = self._settings(classes, named_relevant, is_second_relevant, has_weights=weights is not None)
        content, report = _native.train(
            texts,
            (names, is_second.tolist()),
            None if weights is None else weights.tolist(),
            json.dumps(settings, default=_item),
            effective_n_jobs(self.n_jobs),
        )

        self.classes_ = classes
        self.model_ = Model(content)
        self.report_ = json.loads(report)
        self._is_second_relevant = is_second_relevant
        return self

    def predict(self, X: Texts) -> npt.NDArray[Any]:
        """Returns the class of each text, by the threshold of the model: `[X]`."""
        is_relevant = self._probabilities(X) >= np.float32(self.model_.threshold)
        classes: npt.NDArray[Any] = self.classes_[(is_relevant == self._is_second_relevant).astype(int)]
        return classes

    def predict_proba(self, X: Texts) -> npt.NDArray[np.float64]:
        """Returns the probability of each class, in the order of `classes_`: `[X, 2]`."""
        relevant = self._probabilities(X).astype(np.float64)
        columns = [1.0 - relevant, relevant] if self._is_second_relevant else [relevant, 1.0 - relevant]
        return np.column_stack(columns)

    def to_onnx(self, path: str | os.PathLike[str]) -> Path:
        """Writes the model file, which takes raw texts in every runtime, and returns its path."""
        check_is_fitted(self)
        path = Path(path)
        path.write_bytes(self.model_.content)
        return path

    def save(self, store: str | os.PathLike[str], *, promote: bool = False) -> int:
        """Publishes the model with its report in a store, and returns the version.

        The store is a folder, or a URL with `s3://`, `gs://` or `az://`; the name of the model in it is the parameter
        `name`. The alias `candidate` names the version, with `promote` also `production`, which `relevance serve`
        follows. A model that is in the store already is not published again.

        Needs the command `relevance`: `pip install relevance-text[command]`. Raises `RuntimeError` when the store
        cannot be written.
        """
        check_is_fitted(self)
        with tempfile.TemporaryDirectory() as folder:
            model, report = Path(folder, "model.onnx"), Path(folder, "metrics.json")
            model.write_bytes(self.model_.content)
            report.write_text(json.dumps(self.report_, indent=2), encoding="utf-8")
            flags = ["--metrics", str(report), "--store", os.fspath(store), "--name", self.name, "--json"]
            output = _command.run(["models", "add", str(model), *flags, *["--promote"] * promote])
        version: int = json.loads(output)["version"]
        return version

    def _probabilities(self, texts: Texts) -> npt.NDArray[np.float32]:
        check_is_fitted(self)
        probabilities = self.model_.predict_proba(texts, threads=effective_n_jobs(self.n_jobs))
        missing = np.flatnonzero(np.isnan(probabilities))
        if missing.size:
            raise ValueError(f"the text at index {missing[0]} is missing")
        return probabilities

    def _relevant(self, classes: npt.NDArray[Any], names: tuple[str, str]) -> tuple[str | None, bool]:
        """Returns the name of the relevant class, unless it is usual, and whether that is the second class."""
        if self.relevant is not None:
            [positions] = np.nonzero(classes == self.relevant)
            if positions.size != 1:
                raise ValueError(f"`relevant` is {self.relevant!r}, the classes are {names[0]!r} and {names[1]!r}")
            return names[positions[0]], bool(positions[0])

        usual = _native.is_second_relevant(names)
        return (names[1], True) if usual is None else (None, usual)

    def _settings(
        self, classes: npt.NDArray[Any], relevant: str | None, is_second_relevant: bool, has_weights: bool
    ) -> dict[str, Any]:
        """Returns the settings of the training, as its TOML file has them."""
        train_fraction = round(1.0 - self.validation_fraction - self.test_fraction, 12)
        settings: dict[str, Any] = {
            "features": {},
            "solver": {"class_weight": self._class_weight(classes, is_second_relevant)},
            "split": {
                "train": train_fraction,
                "validation": self.validation_fraction,
                "test": self.test_fraction,
            },
        }
        for parameter, section in _SECTIONS.items():
            target = settings[section] if section else settings
            target[parameter] = getattr(self, parameter)

        if relevant is not None:
            settings["labels"] = {"relevant": [relevant]}
        if has_weights:
            settings["solver"]["weight_column"] = _WEIGHT_COLUMN
        if self.search is not None:
            settings["search"] = {"budget": self.search, "metric": self.search_metric}
        return settings

    def _class_weight(self, classes: npt.NDArray[Any], is_second_relevant: bool) -> str:
        """Returns the weights of the classes as the settings have them."""
        if self.class_weight is None:
            return "equal"
        if not isinstance(self.class_weight, dict):
            return self.class_weight

        unknown = [label for label in self.class_weight if label not in classes.tolist()]
        if unknown:
            raise ValueError(f"`class_weight` has {unknown[0]!r}, the classes are {classes[0]!r} and {classes[1]!r}")
        other, relevant = classes if is_second_relevant else classes[::-1]
        return f"{self.class_weight.get(relevant, 1.0)}:{self.class_weight.get(other, 1.0)}"

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.input_tags.string = True
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        return tags


def _classes(
    labels: npt.NDArray[Any], weights: npt.NDArray[np.float64] | None
) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
    """Returns the two classes, and whether each label is the second one."""
    if not len(labels):
        raise ValueError("there are no texts to train on")
    kind = type_of_target(labels, input_name="y", raise_unknown=True)
    if kind != "binary":
        raise ValueError(f"Only binary classification is supported. The type of the target is {kind}.")

    classes, codes = np.unique(labels, return_inverse=True)
    weighted = classes if weights is None else np.unique(labels[weights > 0])
    if len(weighted) < 2:
        raise ValueError(
            f"Classifier can't train when only one class has texts with a weight over 0: {weighted.tolist()}"
        )
    return classes, codes == 1


def _item(value: Any) -> Any:
    """Returns the Python number of a numpy scalar."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"a parameter is of type `{type(value).__name__}`: {value!r}")

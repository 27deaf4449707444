"""A scikit-learn estimator over the trainer of `relevance`."""

from __future__ import annotations

import json
import os
import tempfile
import warnings
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from joblib import effective_n_jobs
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import _check_sample_weight, check_consistent_length, check_is_fitted

from . import _command, _native
from ._labels import Labels, Meaning, check_classes, find_meaning, read_labels
from ._messages import in_python
from ._model import Model
from ._store import check_name
from ._texts import Texts, convert
from ._threads import MAX_THREADS

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
#: Parameters that an analyzer does not read.
_WORD_PARAMETERS = ("token_characters", "ngram_max", "min_document_frequency", "max_features")
_CHAR_PARAMETERS = ("char_ngram_min", "char_ngram_max", "char_min_document_frequency", "char_max_features")
_UNREAD: dict[str, tuple[str, ...]] = {"word": _CHAR_PARAMETERS, "char": _WORD_PARAMETERS, "both": ()}
#: Largest weight of a class.
_MAX_WEIGHT = 1e9
#: Ranges of the trainer's numbers.
_COUNT = Interval(Integral, 1, 2**32 - 1, closed="both")
_LIMIT = Interval(Integral, 1, 2**63 - 1, closed="both")
_FRACTION = Interval(Real, 0, 1, closed="neither")
#: Smallest probability, and smallest difference from 1, in log-odds: half a step of 32 bits there.
_LEAST, _LEAST_BELOW_1 = 2.0**-150, 2.0**-25


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

    Parameters have the names, meanings and defaults of the settings of `relevance train`, which its guide explains. One
    that has no effect beside the others, such as `char_ngram_max` for words alone, is a warning.

    Labels are any two strings, numbers or booleans. The model file has them as texts; one that a table cannot have,
    such as `""`, `"NA"` or `" spam"`, as Python writes it: `' spam'`.

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
        name: Name of the model in its file and in stores: 1 to 64 lower-case letters, digits, `_` and `-`.
        licence: Licence of the model in its file.
        n_jobs: Number of threads, at most 1024: `None` for 1, -1 for all processors.

    Attributes:
        classes_: The two classes, sorted: `[2]`.
        model_: The `Model` of the file.
        report_: Metrics, intervals and checks, as in the `metrics.json` of `relevance train`.
    """

    classes_: npt.NDArray[Any]
    model_: Model
    report_: dict[str, Any]

    #: Accepted values, which scikit-learn checks; the trainer checks the syntax of rules and times.
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "analyzer": [StrOptions({"word", "char", "both"})],
        "token_characters": [StrOptions({"ascii", "unicode"})],
        "ngram_max": [Interval(Integral, 1, 5, closed="both")],
        "min_document_frequency": [_COUNT],
        "max_features": [_LIMIT],
        "char_ngram_min": [Interval(Integral, 1, 8, closed="both")],
        "char_ngram_max": [Interval(Integral, 1, 8, closed="both")],
        "char_min_document_frequency": [_COUNT],
        "char_max_features": [_LIMIT],
        "alpha": [Interval(Real, 0, None, closed="neither")],
        "class_weight": [StrOptions({"balanced"}), dict, None],
        "calibrate": ["boolean"],
        "threshold": [str],
        "unknown_texts": [StrOptions({"not-relevant", "by-probability"})],
        "search": [_COUNT, str, None],
        "search_metric": [StrOptions({"log-loss", "roc-auc", "pr-auc"})],
        "validation_fraction": [_FRACTION],
        "test_fraction": [_FRACTION],
        "seed": [Interval(Integral, 0, 2**63 - 1, closed="both")],
        "licence": [str],
        "n_jobs": [Interval(Integral, -MAX_THREADS, MAX_THREADS, closed="both"), None],
    }

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

        Raises `ValueError` when a parameter is out of range, a text or a label is missing, there are not two classes,
        or there are too few texts of one.
        """
        self._check_parameters()
        threads = self._threads()
        texts = convert(X)
        labels = read_labels(y)
        check_consistent_length(texts, labels.is_second)
        weights = None
        if sample_weight is not None:
            weights = _check_sample_weight(sample_weight, labels.is_second, dtype=np.float64, ensure_non_negative=True)
        check_classes(labels, weights)

        meaning = find_meaning(labels.classes, self.relevant)
        settings = self._settings(labels, meaning, has_weights=weights is not None)
        content, report = _train(texts, labels, meaning, weights, settings, threads)

        self.classes_ = labels.classes
        self.model_ = Model(content)
        self.report_ = json.loads(report)
        self._is_second_relevant = meaning.is_second_relevant
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

    def decision_function(self, X: Texts) -> npt.NDArray[np.float64]:
        """Returns the log-odds of `classes_[1]` of each text, less those at the threshold: `[X]`.

        They are over 0 exactly where `predict` gives `classes_[1]`, and sort as the probabilities do.
        """
        probabilities = self._probabilities(X).astype(np.float64)
        threshold = np.float32(self.model_.threshold)
        # Between the threshold, from which on texts are relevant, and the number before it.
        middle = (float(threshold) + float(np.nextafter(threshold, np.float32(0)))) / 2

        relevant: npt.NDArray[np.float64] = _log_odds(probabilities) - _log_odds(middle)
        return relevant if self._is_second_relevant else -relevant

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
        check_name(self.name)
        with tempfile.TemporaryDirectory() as folder:
            model, report = Path(folder, "model.onnx"), Path(folder, "metrics.json")
            model.write_bytes(self.model_.content)
            report.write_text(json.dumps(self.report_, indent=2), encoding="utf-8")
            # One word for flag and value, as a value may begin with a dash.
            flags = [f"--metrics={report}", f"--store={os.fspath(store)}", f"--name={self.name}", "--json"]
            output = _command.run(["models", "add", *flags, *["--promote"] * promote, "--", str(model)])
        version: int = json.loads(output)["version"]
        return version

    def _probabilities(self, texts: Texts) -> npt.NDArray[np.float32]:
        check_is_fitted(self)
        probabilities = self.model_.predict_proba(texts, threads=self._threads())
        missing = np.flatnonzero(np.isnan(probabilities))
        if missing.size:
            raise ValueError(f"the text at index {missing[0]} is missing")
        return probabilities

    def _threads(self) -> int:
        threads: int = effective_n_jobs(self.n_jobs)
        return min(threads, MAX_THREADS)

    def _check_parameters(self) -> None:
        """Raises `ValueError` or `TypeError` for a parameter out of range, and warns of one without effect."""
        self._validate_params()
        check_name(self.name)
        if self.char_ngram_min > self.char_ngram_max:
            raise ValueError(
                f"`char_ngram_min` is {self.char_ngram_min}, it must be at most `char_ngram_max`, {self.char_ngram_max}"
            )
        fractions = self.validation_fraction + self.test_fraction
        if fractions >= 1:
            raise ValueError(f"`validation_fraction` and `test_fraction` add up to {fractions}, it must be less than 1")

        defaults = RelevanceClassifier().get_params()
        for name, reason in self._unread().items():
            if getattr(self, name) != defaults[name]:
                warnings.warn(f"`{name}` has no effect {reason}", UserWarning, stacklevel=3)

    def _unread(self) -> dict[str, str]:
        """Returns the parameters that have no effect beside the others, with the reasons."""
        unread = dict.fromkeys(_UNREAD[self.analyzer], f"with analyzer={str(self.analyzer)!r}")
        return unread if self.search is not None else {**unread, "search_metric": "without `search`"}

    def _settings(self, labels: Labels, meaning: Meaning, has_weights: bool) -> dict[str, Any]:
        """Returns the settings of the training, as its TOML file has them."""
        train_fraction = round(1.0 - self.validation_fraction - self.test_fraction, 12)
        settings: dict[str, Any] = {
            "features": {},
            "solver": {"class_weight": self._class_weight(labels.classes, meaning.is_second_relevant)},
            "split": {
                "train": train_fraction,
                "validation": self.validation_fraction,
                "test": self.test_fraction,
            },
        }
        unread = self._unread()
        for parameter, section in _SECTIONS.items():
            if parameter not in unread:
                target = settings[section] if section else settings
                target[parameter] = getattr(self, parameter)

        if meaning.settings:
            settings["labels"] = meaning.settings
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

        first, second = classes.tolist()
        for label, weight in self.class_weight.items():
            if label not in (first, second):
                raise ValueError(f"`class_weight` has {label!r}, the classes are {first!r} and {second!r}")
            if not _is_weight(weight):
                raise ValueError(f"`class_weight` of {label!r} is {weight!r}, it must be over 0 and at most 1e9")

        other, relevant = (first, second) if is_second_relevant else (second, first)
        weights = (float(self.class_weight.get(label, 1.0)) for label in (relevant, other))
        return ":".join(map(str, weights))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.input_tags.string = True
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        return tags


def _train(
    texts: object,
    labels: Labels,
    meaning: Meaning,
    weights: npt.NDArray[np.float64] | None,
    settings: dict[str, Any],
    threads: int,
) -> tuple[bytes, str]:
    """Returns model file and report; errors are in words of the parameters."""
    classes = (meaning.names, labels.is_second.tolist())
    listed = None if weights is None else weights.tolist()
    try:
        return _native.train(texts, classes, listed, json.dumps(settings, default=_item), threads)
    except ValueError as error:
        raise ValueError(in_python(str(error))) from None


def _is_weight(value: object) -> bool:
    return isinstance(value, Real) and 0 < float(value) <= _MAX_WEIGHT


def _log_odds(probabilities: Any) -> Any:
    """Returns finite log-odds."""
    return np.log(np.maximum(probabilities, _LEAST)) - np.log(np.maximum(1.0 - probabilities, _LEAST_BELOW_1))


def _item(value: Any) -> Any:
    """Returns the Python number of a numpy scalar."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"a parameter is of type `{type(value).__name__}`: {value!r}")

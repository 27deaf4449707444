"""Model files."""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, SupportsFloat

from . import _native
from ._explanation import Explanation, Term, Token
from ._scores import Scores
from ._store import open_store, read_model
from ._texts import Texts, convert
from ._threads import check_threads

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Model:
    """A text classifier from a model file, `model.onnx`, given as its path or its bytes.

    Loading answers the golden sentences of the file and raises `ValueError` when a probability differs from that in
    the file by more than 1e-6, or when the bytes are not a text model.

    >>> from relevance_text import Model
    >>> model = Model("models/relevance/1/model.onnx")
    >>> model
    <relevance_text.Model relevance: Not Relevant / Relevant from 0.5...>

    Texts are a list, tuple or other iterable of `str`, a numpy array, a pandas or Polars series, or any object with
    the Arrow PyCapsule interface: an array, a chunked array, a reader, or a table with a single column. `None`, NaN,
    NaT, `pandas.NA` and Arrow's null are missing texts, and give missing results.

    A model never changes. Threads share it, and score in parallel, since the interpreter's lock is released.
    """

    __slots__ = ("_native", "_threshold")

    def __init__(self, source: str | os.PathLike[str] | bytes | bytearray | memoryview) -> None:
        self._native = _native.Model(_read(source))
        self._threshold = self._native.threshold

    @classmethod
    def from_store(
        cls, location: str | os.PathLike[str], name: str = "relevance", version: int | str = "production"
    ) -> Model:
        """Returns a version of a model, by number or alias, from a store.

        The location is a folder, or the URL of an object store: `s3://`, `gs://` or `az://`. URLs need the package
        obstore, which takes credentials from the variables that `relevance serve` reads.

        Raises `ValueError` for a file that is not the one of the version's manifest, `FileNotFoundError` for a model or
        version that the store lacks, and `KeyError` for an alias that the model lacks.

        >>> from relevance_text import Model
        >>> Model.from_store("models").labels
        ('Not Relevant', 'Relevant')
        """
        return cls(read_model(open_store(location), name, version))

    def predict(self, texts: Texts, *, threads: int = 1) -> list[str | None]:
        """Returns the label of each text; `None` for a missing text.

        >>> from relevance_text import Model
        >>> Model("models/relevance/1/model.onnx").predict(["families evacuated", None])
        ['Relevant', None]
        """
        return self.score(texts, threads=threads).label

    def predict_proba(self, texts: Texts, *, threads: int = 1) -> npt.NDArray[np.float32]:
        """Returns the probability that each text is relevant; NaN for a missing text.

        The array has one dimension: there are two classes, and the other probability is 1 minus this one. It is a
        numpy array, or `array.array("f")` where numpy is not installed.

        >>> from relevance_text import Model
        >>> Model("models/relevance/1/model.onnx").predict_proba(["families evacuated", None])
        array([0.8505029,       nan], dtype=float32)
        """
        return self.score(texts, threads=threads).probability

    def score(self, texts: Texts, *, threads: int = 1) -> Scores:
        """Returns probability, label and number of known terms of each text, as columns that Arrow libraries read.

        The texts are divided among 1 to 1024 threads, which changes no result.

        >>> from relevance_text import Model
        >>> model = Model("models/relevance/1/model.onnx")
        >>> model.score(["families evacuated", "zzz"]).known_terms
        [2, 0]
        """
        return Scores(self._native.score(convert(texts), self._threshold, check_threads(threads)))

    def explain(self, text: str) -> Explanation:
        """Returns the contributions of the terms and tokens of a text to its logit.

        Spans count characters, so that `text[start:end]` is the token or term.

        >>> from relevance_text import Model
        >>> text = "café evacuated"
        >>> explanation = Model("models/relevance/1/model.onnx").explain(text)
        >>> [text[start:end] for term in explanation.terms for start, end in term.spans]
        ['evacuated']
        """
        if not isinstance(text, str):
            raise TypeError(f"the text is of type `{type(text).__name__}`, not `str`")
        scores = self.score([text])
        logit, intercept, terms, tokens = self._native.explain(text)
        [label] = scores.label
        assert label is not None
        return Explanation(
            logit=logit,
            intercept=intercept,
            probability=float(scores.probability[0]),
            label=label,
            terms=tuple(Term(kind, term, contribution, tuple(spans)) for kind, term, contribution, spans in terms),
            tokens=tuple(Token(*span, contribution, is_known) for span, contribution, is_known in tokens),
        )

    def with_threshold(self, threshold: float) -> Model:
        """Returns the model with another threshold, which shares everything else with this one.

        >>> from relevance_text import Model
        >>> Model("models/relevance/1/model.onnx").with_threshold(0.9).predict(["families evacuated"])
        ['Not Relevant']
        """
        if not isinstance(threshold, SupportsFloat):
            raise TypeError(f"`threshold` must be a number, not `{type(threshold).__name__}`")
        rounded = _rounded(float(threshold))
        if not 0.0 < rounded < 1.0:
            raise ValueError(f"`threshold` is {threshold}, it must be more than 0 and less than 1")
        return _with_native(self._native, rounded)

    @property
    def content(self) -> bytes:
        """The bytes of the model file."""
        return self._native.content

    @property
    def labels(self) -> tuple[str, str]:
        """Labels below the threshold and from it on: not relevant, relevant."""
        return self._native.labels

    @property
    def threshold(self) -> float:
        """Smallest probability of a relevant text."""
        return self._threshold

    @property
    def metadata(self) -> dict[str, str]:
        """Every entry of the file's metadata, such as `name` and `version`; the threshold is that of the file."""
        return self._native.metadata

    def __repr__(self) -> str:
        name = self.metadata.get("name", "")
        return f"<relevance_text.Model {name}: {' / '.join(self.labels)} from {self._threshold:.4f}>"

    def __reduce__(self) -> tuple[Callable[[bytes, float], Model], tuple[bytes, float]]:
        return _restore, (self._native.content, self._threshold)


def _read(source: str | os.PathLike[str] | bytes | bytearray | memoryview) -> bytes:
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source)
    if not isinstance(source, (str, os.PathLike)):
        raise TypeError(f"a model is read from a path or from bytes, not from `{type(source).__name__}`")
    return Path(source).read_bytes()


def _rounded(threshold: float) -> float:
    """Returns the nearest number of 32 bits, infinity for one that is too large."""
    try:
        [rounded] = array("f", [threshold])
    except OverflowError:
        return inf
    return rounded


def _restore(content: bytes, threshold: float) -> Model:
    return _with_native(_native.Model(content), threshold)


def _with_native(native: _native.Model, threshold: float) -> Model:
    model = Model.__new__(Model)
    model._native = native
    model._threshold = threshold
    return model

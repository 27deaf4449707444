"""Results of scoring: one row a text."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from . import _native

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Score(NamedTuple):
    """Result of a text; all three are `None` for a missing text."""

    probability: float | None
    """Probability that the text is relevant."""
    label: str | None
    """Label by the threshold."""
    known_terms: int | None
    """Number of different terms that the model knows."""


class Scores:
    """Probability, label and number of known terms of each text, in the order of the texts.

    Iteration gives the rows, each a `Score`:

    >>> from relevance_text import Model
    >>> model = Model("models/relevance/1/model.onnx")
    >>> [score.label for score in model.score(["families evacuated", None])]
    ['Relevant', None]

    Libraries with the Arrow PyCapsule interface read it without a copy, as a table with the columns `probability`
    (float32), `label` (string) and `known_terms` (uint32):

    >>> import pyarrow as pa
    >>> pa.table(model.score(["flood waters are rising", None])).column_names
    ['probability', 'label', 'known_terms']

    The row of a missing text is null.
    """

    __slots__ = ("_known_terms", "_label", "_native")

    def __init__(self, native: _native.Scores) -> None:
        self._native = native
        self._label: list[str | None] | None = None
        self._known_terms: list[int | None] | None = None

    def __len__(self) -> int:
        return len(self._native)

    def __iter__(self) -> Iterator[Score]:
        for probability, label, known_terms in zip(
            self.probability.tolist(), self.label, self.known_terms, strict=True
        ):
            yield Score(None if label is None else probability, label, known_terms)

    def __repr__(self) -> str:
        return f"<relevance_text.Scores of {len(self)} texts>"

    def __reduce__(self) -> tuple[Callable[..., Scores], tuple[Any, ...]]:
        return _restore, self._native.rows()

    @property
    def probability(self) -> npt.NDArray[np.float32]:
        """Probabilities that the texts are relevant; NaN for a missing text.

        A one-dimensional numpy array, or `array.array("f")` where numpy is not installed.
        """
        content = self._native.probability_bytes()
        try:
            import numpy
        except ImportError:
            values = array("f")
            values.frombytes(content)
            return cast("npt.NDArray[np.float32]", values)
        return numpy.frombuffer(content, dtype=numpy.float32)

    @property
    def label(self) -> list[str | None]:
        """Labels of the texts, the same list at each access; `None` for a missing text."""
        if self._label is None:
            self._label = self._native.labels()
        return self._label

    @property
    def known_terms(self) -> list[int | None]:
        """Numbers of different terms that the model knows, the same list at each access; `None` for a missing text.

        A text without known terms has the probability of the model's intercept.
        """
        if self._known_terms is None:
            self._known_terms = self._native.known_terms()
        return self._known_terms

    def __arrow_c_schema__(self) -> Any:
        """Returns a capsule with the type of the columns."""
        return self._native.__arrow_c_schema__()

    def __arrow_c_array__(self, requested_schema: Any = None) -> tuple[Any, Any]:
        """Returns capsules with the rows as one array of structures; a request for other types is left out of account."""
        return self._native.__arrow_c_array__()

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Returns a capsule with the rows as a stream of one batch; a request for other types is left out of account."""
        return self._native.__arrow_c_stream__()


def _restore(*rows: Any) -> Scores:
    """Returns the scores of a pickle."""
    return Scores(_native.Scores(*rows))

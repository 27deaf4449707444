"""Results of scoring: one row a text."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, cast

from . import _native

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Scores:
    """Probability, label and number of known terms of each text, in the order of the texts.

    Libraries with the Arrow PyCapsule interface read it without a copy, as a table with the columns `probability`
    (float32), `label` (string) and `known_terms` (uint32):

    >>> import pyarrow as pa
    >>> from relevance_text import Model
    >>> model = Model("models/relevance/1/model.onnx")
    >>> pa.table(model.score(["flood waters are rising", None])).column_names
    ['probability', 'label', 'known_terms']

    The row of a missing text is null.
    """

    __slots__ = ("_native",)

    def __init__(self, native: _native.Scores) -> None:
        self._native = native

    def __len__(self) -> int:
        return len(self._native)

    def __repr__(self) -> str:
        return f"<relevance_text.Scores of {len(self)} texts>"

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
        """Labels of the texts; `None` for a missing text."""
        return self._native.labels()

    @property
    def known_terms(self) -> list[int | None]:
        """Numbers of different terms that the model knows; `None` for a missing text.

        A text without known terms has the probability of the model's intercept.
        """
        return self._native.known_terms()

    def __arrow_c_schema__(self) -> Any:
        """Returns a capsule with the type of the columns."""
        return self._native.__arrow_c_schema__()

    def __arrow_c_array__(self, requested_schema: Any = None) -> tuple[Any, Any]:
        """Returns capsules with the rows as one array of structures; a request for other types is left out of account."""
        return self._native.__arrow_c_array__()

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Returns a capsule with the rows as a stream of one batch; a request for other types is left out of account."""
        return self._native.__arrow_c_stream__()

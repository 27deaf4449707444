"""Arguments with texts, in the forms that the compiled part takes: a list or Arrow data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class ArrowArray(Protocol):
    """Object with one Arrow array, such as a `pyarrow.Array`."""

    def __arrow_c_array__(self, requested_schema: Any = None) -> tuple[Any, Any]:
        """Returns capsules of schema and array."""


class ArrowStream(Protocol):
    """Object with Arrow arrays, such as a `polars.Series` or a `pyarrow.ChunkedArray`."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Returns a capsule of a stream."""


#: Texts in any of the forms that `Model` takes.
Texts: TypeAlias = "Iterable[str | None] | npt.NDArray[np.object_] | npt.NDArray[np.str_] | ArrowArray | ArrowStream"


def convert(texts: Texts) -> object:
    """Returns a list, or an object that exports Arrow data.

    Raises `TypeError` for a value that is not a collection of texts.
    """
    if isinstance(texts, (str, bytes, bytearray, memoryview, Mapping)):
        kind = type(texts).__name__
        message = f"texts must be a collection of strings, not one `{kind}`"
        raise TypeError(f"{message}: pass [text]" if isinstance(texts, str) else message)
    if isinstance(texts, list):
        return texts

    dimensions = getattr(texts, "ndim", 1)
    if _exports_arrow(texts):
        return _validated(texts)
    if dimensions != 1:
        raise ValueError(f"texts must have one dimension, not {dimensions}")
    if hasattr(texts, "tolist"):
        return list(texts.tolist())
    if isinstance(texts, Iterable):
        return list(texts)
    raise TypeError(f"texts must be a collection of strings, not `{type(texts).__name__}`")


def _exports_arrow(texts: object) -> bool:
    """Returns whether texts are taken as Arrow data.

    pandas exports columns of Python objects by looking at each, and needs pyarrow for it: they are taken as a list,
    which names the item that is not a text.
    """
    if not hasattr(texts, "__arrow_c_stream__") and not hasattr(texts, "__arrow_c_array__"):
        return False
    if _package(texts) != "pandas":
        return True

    # A column without any text is one of NaN.
    has_items = str(getattr(texts, "dtype", "")) in ("object", "float64")
    return not has_items and find_spec("pyarrow") is not None


def _validated(texts: Any) -> object:
    """Returns texts after pyarrow compared the offsets of its own arrays with the sizes of their buffers.

    The C data interface does not carry these sizes, and pyarrow makes arrays of the buffers of a file without a look
    at them.
    """
    if _package(texts) != "pyarrow":
        return texts
    if hasattr(texts, "read_all"):
        texts = texts.read_all()
    if hasattr(texts, "validate"):
        texts.validate()
    return texts


def _package(value: object) -> str:
    return type(value).__module__.partition(".")[0]

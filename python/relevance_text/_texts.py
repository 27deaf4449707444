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


#: Types of pandas whose columns are exported without a look at each item.
_EXPORTED = ("StringDtype", "ArrowDtype")


def convert(texts: Texts) -> object:
    """Returns a list, or an object that exports Arrow data.

    A frame with one column, and an array of shape `[n, 1]`, is taken as that column. Raises `TypeError` for a value
    that is not a collection of texts in an order.
    """
    _refuse_other_collections(texts)
    if isinstance(texts, list):
        return texts

    column = _only_column(texts)
    if _exports_arrow(column):
        return _validated(column)
    if hasattr(column, "tolist"):
        return list(column.tolist())
    if isinstance(column, Iterable):
        return list(column)
    raise TypeError(f"texts must be a collection of strings, not `{type(texts).__name__}`")


def _refuse_other_collections(texts: object) -> None:
    """Raises `TypeError` for iterables that are no texts in an order."""
    kind = type(texts).__name__
    if isinstance(texts, str):
        raise TypeError(f"texts must be a collection of strings, not one `{kind}`: pass [text]")
    if isinstance(texts, (bytes, bytearray, memoryview, Mapping)):
        raise TypeError(f"texts must be a collection of strings, not one `{kind}`")
    if isinstance(texts, (set, frozenset)):
        raise TypeError(f"texts must have an order, which a `{kind}` lacks: pass a list")


def _only_column(texts: Any) -> Any:
    """Returns the column of a frame with a single one, or of an array of shape `[n, 1]`; other values as they are.

    The index of a pandas frame is not one of its columns, though pandas exports it as one.
    """
    shape = getattr(texts, "shape", None)
    if not isinstance(shape, tuple) or len(shape) == 1:
        return _listed(texts)

    if not hasattr(texts, "reshape"):
        return _listed(_only_column_of_frame(texts, shape))
    if len(shape) == 2 and shape[1] == 1:
        return texts.reshape(-1)
    raise ValueError(f"texts must have one dimension, or the shape [n, 1], not the shape {list(shape)}")


def _only_column_of_frame(frame: Any, shape: tuple[int, ...]) -> Any:
    """Returns the column of a frame of pandas or Polars; those of other packages are read as Arrow data."""
    package = _package(frame)
    if package not in ("pandas", "polars"):
        return frame
    if shape[1] != 1:
        raise TypeError(f"the table has {shape[1]} columns: pass the one with the texts")
    return frame.iloc[:, 0] if package == "pandas" else frame.to_series(0)


def _listed(column: Any) -> Any:
    """Returns a column of Polars as a list where its export to Arrow is not one of texts or nulls."""
    if _package(column) == "polars" and str(getattr(column, "dtype", "")) in ("Null", "Object"):
        return column.to_list()
    return column


def _exports_arrow(texts: object) -> bool:
    """Returns whether texts are taken as Arrow data.

    pandas exports columns of Python objects by looking at each, needs pyarrow for it, and does not export every type:
    columns other than strings are taken as a list, which names the item that is not a text.
    """
    if not hasattr(texts, "__arrow_c_stream__") and not hasattr(texts, "__arrow_c_array__"):
        return False
    if _package(texts) != "pandas":
        return True

    dtype = getattr(texts, "dtype", None)
    categories = getattr(dtype, "categories", None)
    kind = type(dtype if categories is None else categories.dtype).__name__
    return kind in _EXPORTED and find_spec("pyarrow") is not None


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

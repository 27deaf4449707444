"""Keys by which training assigns texts to its subsets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from .._training_batches import add_keys
from ._columns import check_names, find_text

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

#: Largest seed of a split.
MAX_SEED = 2**64 - 1


def split_keys(frame: DataFrame, *, text: str = "text", seed: int = 42, name: str = "split_key") -> DataFrame:
    """Returns the data frame with the key by which training assigns the text of each row to a subset.

    The key, a binary of 16 bytes in the added column `name`, is a hash of the seed and of the text in lower case
    without links, handles and punctuation. A range of keys is a random sample that keeps all copies of a text together:
    `split_key < X'10'` is one text in sixteen. It is null for a text that is missing, empty or not UTF-8.

    Raises `ValueError` for a column that is missing, occurs twice or would be replaced, and `TypeError` for one that
    holds no texts.
    """
    from pyspark.sql.types import BinaryType, StructField, StructType

    index = find_text(frame, text)
    check_names(frame.columns, [name], "another name, as in name='sample_key'")
    if not 0 <= seed <= MAX_SEED:
        raise ValueError(f"the seed is {seed}: it must be 0 to {MAX_SEED}")
    schema = StructType([*frame.schema.fields, StructField(name, BinaryType())])

    def keys_of_partition(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return add_keys(batches, index, name, seed)

    return frame.mapInArrow(keys_of_partition, schema)

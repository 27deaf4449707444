"""Scoring and training on Spark's data frames, in Spark's own processes.

The driver and the workers need this package and pyarrow; `fit` needs numpy on the driver, as Spark's MLlib does.
"""

from ._fit import fit
from ._fitted import Fitted
from ._keys import split_keys
from ._score import score

__all__ = ["Fitted", "fit", "score", "split_keys"]

"""Scoring of Spark's data frames, in Spark's own Python workers.

The driver and the workers need this package and pyarrow.
"""

from ._score import score

__all__ = ["score"]

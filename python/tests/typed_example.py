"""Use of every part of the interface, which mypy checks and the tests run."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl
import pyarrow as pa

from relevance_text import Explanation, Model, Score, Scores, Term, Token, __version__


def main(source: str | os.PathLike[str]) -> None:
    """Scores texts of every kind with the model of a file."""
    model: Model = Model(source)
    labels: list[str | None] = model.predict(["flood", None], threads=2)
    probabilities: npt.NDArray[np.float32] = model.predict_proba(("flood", "fire"))
    assert len(labels) == len(probabilities) == 2

    scores: Scores = model.score(np.array(["flood", None], dtype=object))
    table: pa.Table = pa.table(scores)
    frame: pl.DataFrame = pl.DataFrame(scores)
    assert table.num_rows == frame.height == len(scores)
    known: list[int | None] = scores.known_terms
    assert known[1] is None
    rows: list[Score] = list(scores)
    probability: float | None = rows[0].probability
    assert probability and rows[1].label is None and __version__

    model.predict(pd.Series(["flood"]))
    model.predict(pl.Series(["flood"]))
    model.predict(pa.array(["flood"]))
    model.predict(text for text in ("flood", "fire"))

    explanation: Explanation = model.with_threshold(0.5).explain("flood waters")
    term: Term = explanation.terms[0]
    token: Token = explanation.tokens[0]
    start, end = term.spans[0]
    assert start <= token.start < token.end <= end

    not_relevant, relevant = model.labels
    name: str = Model(Path(source).read_bytes()).metadata["name"]
    assert not_relevant != relevant and name and 0 < model.threshold < 1


if __name__ == "__main__":
    main(sys.argv[1])

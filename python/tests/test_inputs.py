"""Texts in every form that callers have, and values that are not texts."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import OrderedDict
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import relevance_text
from relevance_text import Model, Score

from conftest import MODEL

TEXTS = [
    "flood waters are rising",
    None,
    "zzz",
    "caf\u00e9 \U0001f525 evacuated",
    "",
    "a text that no view holds inline",
]
WHOLE = [text for text in TEXTS if text is not None]


class Text(str):
    """A string of a class of its own."""


def arrow(kind: pa.DataType) -> pa.Array:
    return pa.array(TEXTS, kind)


FORMS: dict[str, Any] = {
    "list": TEXTS,
    "tuple": tuple(TEXTS),
    "generator": iter(TEXTS),
    "dictionary's values": dict(enumerate(TEXTS)).values(),
    "subclass of str": [None if text is None else Text(text) for text in TEXTS],
    "numpy, object": np.array(TEXTS, dtype=object),
    "numpy, every second": np.array([part for text in TEXTS for part in (text, 1)], dtype=object)[::2],
    "pandas": pd.Series(TEXTS),
    "pandas, object": pd.Series(TEXTS, dtype=object),
    "pandas, NaN": pd.Series([np.nan if text is None else text for text in TEXTS], dtype=object),
    "pandas, NA": pd.Series([pd.NA if text is None else text for text in TEXTS], dtype=object),
    "pandas, string": pd.Series(TEXTS, dtype="string"),
    "pandas, pyarrow": pd.Series(TEXTS, dtype=pd.ArrowDtype(pa.string())),
    "pandas, category": pd.Series(TEXTS, dtype="category"),
    "pandas, index": pd.Series(TEXTS, index=range(10, 16)),
    "pandas, one column": pd.DataFrame({"text": TEXTS}),
    "pandas, one column, filtered": pd.DataFrame({"text": ["x", *TEXTS]}).iloc[1:],
    "pandas, one column, named index": pd.DataFrame({"text": TEXTS, "id": range(6)}).set_index("id"),
    "pandas, one column, two indexes": pd.DataFrame({"text": TEXTS, "a": 1, "b": 2}).set_index(["a", "b"]),
    "pandas, one column, object": pd.DataFrame({"text": TEXTS}, dtype=object),
    "numpy, one column": np.array(TEXTS, dtype=object).reshape(-1, 1),
    "Polars": pl.Series(TEXTS),
    "Polars, Object": pl.Series(TEXTS, dtype=pl.Object),
    "Polars, chunks": pl.concat([pl.Series(TEXTS[:2]), pl.Series(TEXTS[2:])], rechunk=False),
    "Polars, Categorical": pl.Series(TEXTS, dtype=pl.Categorical),
    "Polars, Enum": pl.Series(TEXTS, dtype=pl.Enum(WHOLE)),
    "Polars, one column": pl.DataFrame({"text": TEXTS}),
    "string": arrow(pa.string()),
    "large_string": arrow(pa.large_string()),
    "string_view": arrow(pa.string_view()),
    "dictionary": arrow(pa.string()).dictionary_encode(),
    "dictionary, null value": pa.DictionaryArray.from_arrays([0, 1, 2, 3, 4, 5], arrow(pa.string())),
    "slice": pa.array(["x", None, *TEXTS, "y"]).slice(2, len(TEXTS)),
    "chunked": pa.chunked_array([TEXTS[:2], [], TEXTS[2:]]),
    "record batch": pa.record_batch({"text": TEXTS}),
    "table": pa.table({"text": TEXTS}),
    "reader": pa.table({"text": TEXTS}).to_reader(max_chunksize=2),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_the_same_results(model: Model, form: str) -> None:
    scores = model.score(FORMS[form])

    expected = [None if text is None else model.predict([text])[0] for text in TEXTS]
    assert scores.label == expected
    assert [count is None for count in scores.known_terms] == [text is None for text in TEXTS]
    np.testing.assert_array_equal(scores.probability, model.predict_proba(TEXTS))


@pytest.mark.parametrize("form", [form for form in FORMS if form.startswith("pandas")])
def test_pandas_columns_need_no_pyarrow(model: Model, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("relevance_text._texts.find_spec", lambda name: None)
    np.testing.assert_array_equal(model.predict_proba(FORMS[form]), model.predict_proba(TEXTS))


@pytest.mark.parametrize("texts", [np.array(WHOLE), np.array(WHOLE, dtype=np.dtypes.StringDType()), pd.Index(WHOLE)])
def test_arrays_of_strings_are_texts(model: Model, texts: Any) -> None:
    np.testing.assert_array_equal(model.predict_proba(texts), model.predict_proba(WHOLE))


@pytest.mark.parametrize(
    "texts",
    [
        [],
        (),
        np.array([], dtype=object),
        pd.Series([], dtype="str"),
        pl.Series([], dtype=pl.String),
        pa.array([], pa.string()),
        pa.array([], pa.string()).dictionary_encode(),
        pa.chunked_array([], pa.string()),
    ],
)
def test_no_texts_have_no_results(model: Model, texts: Any) -> None:
    assert model.predict(texts) == []
    assert model.predict_proba(texts).shape == (0,)
    assert pa.table(model.score(texts)).num_rows == 0


@pytest.mark.parametrize(
    "texts",
    [
        [None, None],
        pa.nulls(2),
        pa.nulls(2, pa.string()),
        pa.nulls(2, pa.string()).dictionary_encode(),
        pl.Series([None, None], dtype=pl.Categorical),
        pl.Series([None, None]),
        pl.DataFrame({"text": [None, None]}),
        pa.table({"text": pa.nulls(2)}),
        pa.chunked_array([pa.nulls(1), pa.nulls(1)]),
        pd.Series([np.nan, np.nan]),
        pd.Series([pd.NaT, pd.NaT]),
        pd.Series([pd.NA, pd.NA], dtype="Int64"),
        pd.Series([None, None], dtype="category"),
        pd.DataFrame({"text": [None, None]}),
        [float("nan"), np.float32("nan")],
        [pd.NaT, Decimal("nan")],
        [np.datetime64("NaT"), pd.NA],
    ],
)
def test_missing_texts_have_missing_results(model: Model, texts: Any) -> None:
    scores = model.score(texts)

    assert np.isnan(scores.probability).all()
    assert scores.label == [None, None]
    assert scores.known_terms == [None, None]
    assert pa.table(scores).to_pylist() == [{"probability": None, "label": None, "known_terms": None}] * 2


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ("flood", r"not one `str`: pass \[text\]"),
        (b"flood", "not one `bytes`"),
        ({"text": "flood"}, "not one `dict`"),
        (OrderedDict(text="flood"), "not one `OrderedDict`"),
        (None, "not `NoneType`"),
        (3, "not `int`"),
        ({"flood"}, "must have an order, which a `set` lacks"),
        (frozenset(["flood"]), "must have an order, which a `frozenset` lacks"),
        (["flood", 3], "text 1 is of type `int`, not `str`"),
        (["flood", b"x"], "text 1 is of type `bytes`, not `str`"),
        ([["flood"]], "text 0 is of type `list`, not `str`"),
        (("flood", Path("x")), r"text 1 is of type `pathlib.\w+`, not `str`"),
        (np.array([1.5, 2]), "text 0 is of type `float`, not `str`"),
        (np.array([b"x"]), "text 0 is of type `bytes`, not `str`"),
        (pd.Series(["flood", 1], dtype=object), "text 1 is of type `int`, not `str`"),
        (pa.array([1]), "of type `Int64`, not strings"),
        (pa.array([b"x"]), "of type `Binary`, not strings"),
        (pa.array([["x"]]), "not strings"),
        (pl.Series([1]), "of type `Int64`, not strings"),
        (pa.table({"id": [1], "text": ["x"]}), "the table has 2 columns: pass the one with the texts"),
        (pd.Series([1j]), "text 0 is of type `complex`, not `str`"),
        (pd.Series(pd.arrays.SparseArray([1, 0])), "text 0 is of type `numpy.int64`, not `str`"),
        (pd.Series(pd.interval_range(0, 2)), r"text 0 is of type `pandas[.\w]*Interval`, not `str`"),
        (pd.Series(["a", 2], dtype="category"), "text 1 is of type `int`, not `str`"),
        (pd.DataFrame({"text": ["a", 2]}, dtype=object), "text 1 is of type `int`, not `str`"),
        (pl.Series([object()], dtype=pl.Object), "text 0 is of type `object`, not `str`"),
        (pd.DataFrame({"id": [1], "text": ["x"]}), "the table has 2 columns: pass the one with the texts"),
        (pl.DataFrame({"id": [1], "text": ["x"]}), "the table has 2 columns: pass the one with the texts"),
    ],
)
def test_other_values_are_refused_by_index_and_type(model: Model, texts: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        model.predict(texts)


@pytest.mark.parametrize("shape", [(), (1, 2), (2, 1, 1)])
def test_arrays_of_other_shapes_are_refused(model: Model, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="must have one dimension"):
        model.predict(np.full(shape, "flood", dtype=object))


def test_lone_surrogates_are_refused_by_index(model: Model) -> None:
    with pytest.raises(ValueError, match="text 1 has a lone surrogate"):
        model.predict(["flood", "x\ud800"])
    with pytest.raises(ValueError):
        model.explain("\udfff")


def test_an_error_of_an_iterable_or_a_reader_is_raised(model: Model) -> None:
    def batches() -> Any:
        yield pa.record_batch({"text": ["flood"]})
        raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError, match="the disk is gone"):
        model.predict(batch for batch in batches())
    with pytest.raises((RuntimeError, ValueError), match="the disk is gone"):
        model.predict(pa.RecordBatchReader.from_batches(pa.schema({"text": pa.string()}), batches()))


def test_explanations_take_a_single_text(model: Model) -> None:
    with pytest.raises(TypeError, match="of type `list`, not `str`"):
        model.explain(["flood"])  # type: ignore[arg-type]


def test_columns_go_to_arrow_libraries(model: Model) -> None:
    scores = model.score(TEXTS)
    table = pa.table(scores)

    assert table.schema == pa.schema({"probability": pa.float32(), "label": pa.string(), "known_terms": pa.uint32()})
    assert pa.schema(scores) == table.schema
    table.validate(full=True)
    assert table["label"].to_pylist() == scores.label
    assert pa.record_batch(scores).to_pylist() == table.to_pylist()
    assert pl.DataFrame(scores).to_dicts() == table.to_pylist()
    assert len(scores) == len(TEXTS)


def test_probabilities_may_be_changed_by_the_caller(model: Model) -> None:
    scores = model.score(TEXTS)
    scores.probability[:] = 0
    assert scores.probability[0] > 0


def test_rows_are_iterated_and_counted(model: Model) -> None:
    scores = model.score(TEXTS)
    rows = pa.table(scores).to_pylist()

    assert [score._asdict() for score in scores] == rows
    assert list(scores)[1] == Score(None, None, None)
    assert len(scores) == len(TEXTS)
    assert repr(scores) == "<relevance_text.Scores of 6 texts>"
    assert list(model.score([])) == []


def test_lists_are_made_once(model: Model) -> None:
    scores = model.score(TEXTS)
    assert scores.label is scores.label
    assert scores.known_terms is scores.known_terms


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_keeps_the_rows(model: Model, protocol: int) -> None:
    for texts in (TEXTS, WHOLE, []):
        scores = model.with_threshold(0.3).score(texts)
        restored = pickle.loads(pickle.dumps(scores, protocol))

        assert pa.table(restored).equals(pa.table(scores))
        np.testing.assert_array_equal(restored.probability, scores.probability)
        assert list(restored) == list(scores)


def test_neither_numpy_nor_pyarrow_is_needed() -> None:
    program = (
        "import sys; from relevance_text import Model; model = Model(sys.argv[1])\n"
        "probabilities = model.predict_proba(['flood', None]); assert probabilities.typecode == 'f'\n"
        "assert model.predict(['flood', None])[1] is None and probabilities[0] > 0 and 'numpy' not in sys.modules\n"
        "[score, missing] = model.score(['flood', None]); assert score.probability == probabilities[0]\n"
    )
    run_alone(program, str(MODEL))


def run_alone(program: str, *arguments: str) -> None:
    """Runs a program without the folders of installed packages."""
    package = Path(relevance_text.__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": str(package)}
    subprocess.run([sys.executable, "-S", "-c", program, *arguments], env=environment, check=True)


def test_names_are_there_without_what_they_need() -> None:
    run_alone(
        "import relevance_text; from relevance_text import *\n"
        "assert 'RelevanceClassifier' in dir(relevance_text) and hasattr(relevance_text, 'RelevanceClassifier')\n"
        "assert not hasattr(relevance_text, 'Relevance') and Model and Scores\n"
        "try: RelevanceClassifier(alpha=1.0)\n"
        "except ImportError as error: assert 'pip install relevance-text[sklearn]' in str(error)\n"
        "else: raise AssertionError"
    )


def test_every_public_name_is_listed_and_has_a_value() -> None:
    assert set(relevance_text.__all__) <= set(dir(relevance_text))
    assert all(getattr(relevance_text, name) is not None for name in relevance_text.__all__)
    assert relevance_text.__version__ == version("relevance-text")
    with pytest.raises(AttributeError, match="module 'relevance_text' has no attribute 'Relevance'"):
        _ = relevance_text.Relevance  # type: ignore[attr-defined]

"""One model in many threads."""

from __future__ import annotations

import resource
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from relevance_text import Model

TEXTS = [f"flood waters are rising, {index} families evacuated" if index % 7 else None for index in range(2_000)]


def test_threads_share_a_model(model: Model) -> None:
    expected = model.predict_proba(TEXTS)
    forms = [TEXTS, pa.array(TEXTS), np.array(TEXTS, dtype=object)]

    with ThreadPoolExecutor(8) as pool:
        for result in pool.map(model.predict_proba, forms * 40):
            np.testing.assert_array_equal(result, expected)


@pytest.mark.parametrize("threads", [1, 2, 3, 64, 1_024])
def test_the_number_of_threads_changes_no_result(model: Model, threads: int) -> None:
    scores = model.score(TEXTS, threads=threads)

    np.testing.assert_array_equal(scores.probability, model.predict_proba(TEXTS))
    assert scores.label == model.predict(TEXTS, threads=1)


@pytest.mark.parametrize("threads", [0, -1, 1_025, 10**9, 10**30])
def test_a_number_of_threads_out_of_range_is_refused(model: Model, threads: int) -> None:
    with pytest.raises(ValueError, match=f"`threads` must be 1 to 1024, not {threads}"):
        model.predict(TEXTS, threads=threads)


@pytest.mark.parametrize("threads", ["2", 1.5, None])
def test_threads_are_a_whole_number(model: Model, threads: object) -> None:
    with pytest.raises(TypeError, match=f"`threads` must be a whole number, not `{type(threads).__name__}`"):
        model.score(TEXTS, threads=threads)  # type: ignore[arg-type]


def test_other_threads_run_while_texts_are_scored(model: Model) -> None:
    texts = pa.array(["flood waters are rising, families evacuated " * 20] * 100_000)
    spans: list[tuple[float, float]] = []

    def score() -> None:
        begin = time.perf_counter()
        model.score(texts)
        spans.append((begin, time.perf_counter()))

    thread = threading.Thread(target=score)
    thread.start()
    ticks = []
    while thread.is_alive():
        time.sleep(0.001)
        ticks.append(time.perf_counter())
    [(begin, end)] = spans

    # With the interpreter's lock held, none would fall into the middle of the call.
    third = (end - begin) / 3
    assert sum(begin + third < tick < end - third for tick in ticks) >= 3


def test_a_list_may_change_while_it_is_scored(model: Model) -> None:
    texts: list[str | None] = [f"flood {index} \u00e9" for index in range(20_000)]

    with ThreadPoolExecutor(2) as pool:
        result = pool.submit(model.predict_proba, texts)
        while not result.done():
            texts[::2] = [None] * len(texts[::2])
            texts.extend(["x"] * 10)
            del texts[20_000:]
    assert len(result.result()) >= 20_000


def test_memory_does_not_grow_with_the_number_of_calls(model: Model) -> None:
    texts = pa.array(TEXTS)

    def resident_bytes() -> int:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize()

    def score(calls: int) -> None:
        for _ in range(calls):
            pa.table(model.score(texts))
            model.predict_proba(TEXTS)

    score(50)
    before = resident_bytes()
    score(500)
    assert resident_bytes() - before < 10_000_000

"""Loading, properties, thresholds and pickles of models."""

from __future__ import annotations

import json
import pickle
import shutil
import struct
from pathlib import Path

import numpy as np
import obstore
import pytest
from obstore.store import from_url

from relevance_text import Model

from conftest import MODEL, ROOT

TEXTS = ["flood waters are rising, families evacuated", "what a lovely day", ""]


@pytest.mark.parametrize("source", [str(MODEL), MODEL, MODEL.read_bytes(), bytearray(MODEL.read_bytes())])
def test_a_model_is_read_from_path_or_bytes(model: Model, source: object) -> None:
    loaded = Model(source)  # type: ignore[arg-type]
    assert loaded.predict(TEXTS) == model.predict(TEXTS)


def test_properties_are_those_of_the_file(model: Model) -> None:
    metadata = model.metadata

    assert model.labels == (metadata["label.not_relevant"], metadata["label.relevant"])
    assert model.threshold == np.float32(metadata["threshold"])
    assert repr(model) == f"<relevance_text.Model relevance: Not Relevant / Relevant from {model.threshold:.4f}>"


def test_golden_sentences_have_the_probabilities_of_the_reference(model: Model) -> None:
    golden = json.loads(model.metadata["golden"])
    got = model.predict_proba([sentence["text"] for sentence in golden])
    np.testing.assert_array_equal(got, np.array([sentence["probability"] for sentence in golden], np.float32))


def test_labels_follow_the_threshold(model: Model) -> None:
    not_relevant, relevant = model.labels
    for text, probability in zip(TEXTS, model.predict_proba(TEXTS).tolist(), strict=True):
        at = model.with_threshold(probability)
        above = model.with_threshold(float(np.nextafter(np.float32(probability), np.float32(1))))
        assert at.predict([text]) == [relevant]
        assert above.predict([text]) == [not_relevant]


@pytest.mark.parametrize("threshold", [0.0, 1.0, -1.0, float("nan"), 1e-60])
def test_a_threshold_outside_0_to_1_is_refused(model: Model, threshold: float) -> None:
    with pytest.raises(ValueError, match="must be more than 0 and less than 1"):
        model.with_threshold(threshold)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_keeps_probabilities_and_threshold(model: Model, protocol: int) -> None:
    restored = pickle.loads(pickle.dumps(model.with_threshold(0.9), protocol))

    assert restored.threshold == np.float32(0.9)
    assert restored.metadata == model.metadata
    np.testing.assert_array_equal(restored.predict_proba(TEXTS), model.predict_proba(TEXTS))


def test_a_store_resolves_aliases_and_numbers(model: Model, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "models/relevance", tmp_path / "spam")
    (tmp_path / "spam/1").rename(tmp_path / "spam/7")
    (tmp_path / "spam/aliases.json").write_text('{"production": "7"}')

    for location in (tmp_path, str(tmp_path), tmp_path.as_uri()):
        for version in ("production", "7", 7):
            assert Model.from_store(location, "spam", version).metadata == model.metadata
    with pytest.raises(KeyError, match="no alias `candidate`, only production"):
        Model.from_store(tmp_path, "spam", "candidate")
    for location in (tmp_path, tmp_path.as_uri()):
        with pytest.raises(FileNotFoundError):
            Model.from_store(location, "ham")


def test_a_store_of_a_url_is_read_from_s3(model: Model, s3: str) -> None:
    store = from_url("s3://bucket/models", endpoint=s3, client_options={"allow_http": True})
    for path in ("aliases.json", "1/model.onnx"):
        obstore.put(store, f"relevance/{path}", ROOT / "models/relevance" / path)

    assert Model.from_store("s3://bucket/models").metadata == model.metadata
    with pytest.raises(FileNotFoundError):
        Model.from_store("s3://bucket/models", "ham")
    with pytest.raises(Exception, match=r"(?i)unknown|recogni[sz]e"):
        Model.from_store("ftp://bucket/models")


def test_a_missing_file_is_an_error_of_the_system() -> None:
    with pytest.raises(FileNotFoundError):
        Model("missing.onnx")


@pytest.mark.parametrize("part", [b"", b"text", b"\x08\x07", MODEL.read_bytes()[:1000], MODEL.read_bytes()[:-100_000]])
def test_bytes_that_are_no_text_model_are_refused(part: bytes) -> None:
    with pytest.raises(ValueError):
        Model(part)


def test_a_model_with_changed_numbers_misses_its_golden_sentences(content: bytes, model: Model) -> None:
    [explanation] = [model.explain("")]
    intercept = struct.pack("<f", explanation.intercept)
    start = content.rindex(intercept)
    changed = content[:start] + struct.pack("<f", explanation.intercept + 0.01) + content[start + 4 :]

    with pytest.raises(ValueError, match="for its golden sentence"):
        Model(changed)


def test_a_model_with_another_graph_is_refused(content: bytes) -> None:
    assert content.count(b"Sigmoid") == 1
    with pytest.raises(ValueError, match="the graph of the model is not the one"):
        Model(content.replace(b"Sigmoid", b"Softmax"))


def test_damaged_files_are_refused_or_answer_the_golden_sentences(content: bytes) -> None:
    random = np.random.default_rng(1)
    for _ in range(60):
        damaged = bytearray(content)
        for position in random.integers(len(damaged), size=random.integers(1, 20)):
            damaged[position] = random.integers(256)
        try:
            loaded = Model(damaged)
        except ValueError:
            continue
        golden = json.loads(loaded.metadata["golden"])
        got = loaded.predict_proba([sentence["text"] for sentence in golden])
        np.testing.assert_allclose(got, [sentence["probability"] for sentence in golden], rtol=0, atol=1e-6)

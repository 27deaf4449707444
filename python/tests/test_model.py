"""Loading, properties, thresholds and pickles of models."""

from __future__ import annotations

import hashlib
import json
import pickle
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


@pytest.mark.parametrize("source", [None, 123, 1.5, ["model.onnx"], {}])
def test_a_source_that_is_neither_path_nor_bytes_is_refused(source: object) -> None:
    with pytest.raises(TypeError, match=f"from a path or from bytes, not from `{type(source).__name__}`"):
        Model(source)  # type: ignore[arg-type]


@pytest.mark.parametrize("threshold", ["0.5", None, [0.5]])
def test_a_threshold_that_is_no_number_is_refused(model: Model, threshold: object) -> None:
    with pytest.raises(TypeError, match=f"`threshold` must be a number, not `{type(threshold).__name__}`"):
        model.with_threshold(threshold)  # type: ignore[arg-type]


@pytest.mark.parametrize("threshold", [0.0, 1.0, -1.0, float("nan"), 1e-60, 1e300])
def test_a_threshold_outside_0_to_1_is_refused(model: Model, threshold: float) -> None:
    with pytest.raises(ValueError, match="must be more than 0 and less than 1"):
        model.with_threshold(threshold)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_keeps_probabilities_and_threshold(model: Model, protocol: int) -> None:
    restored = pickle.loads(pickle.dumps(model.with_threshold(0.9), protocol))

    assert restored.threshold == np.float32(0.9)
    assert restored.metadata == model.metadata
    np.testing.assert_array_equal(restored.predict_proba(TEXTS), model.predict_proba(TEXTS))


def publish(store: Path, name: str, version: int, content: bytes = MODEL.read_bytes()) -> Path:
    """Writes a version as the command does, and returns its model file."""
    folder = store / name / str(version)
    folder.mkdir(parents=True)
    entry = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    manifest = {"name": name, "version": version, "files": {"model.onnx": entry}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "model.onnx").write_bytes(content)
    return folder / "model.onnx"


def test_a_store_resolves_aliases_and_numbers(model: Model, tmp_path: Path) -> None:
    publish(tmp_path, "spam", 7)
    (tmp_path / "spam/aliases.json").write_text('{"production": "7", "_pruned": [[1, 6]]}')

    for location in (tmp_path, str(tmp_path), tmp_path.as_uri()):
        for version in ("production", "7", 7, np.int64(7)):
            assert Model.from_store(location, "spam", version).metadata == model.metadata  # type: ignore[arg-type]


def test_what_a_store_lacks_is_named_with_what_it_has(tmp_path: Path) -> None:
    publish(tmp_path, "spam", 2)
    publish(tmp_path, "spam", 10)
    (tmp_path / "spam/aliases.json").write_text('{"candidate": "10", "_pruned": [[1, 1]]}')
    publish(tmp_path, "eggs", 1)
    publish(tmp_path, "spam", 11).with_name("manifest.json").unlink()

    unknown: list[int | str] = ["production", 1]
    for location in (tmp_path, tmp_path.as_uri()):
        with pytest.raises(KeyError, match=r"no alias `previous`, its aliases are: candidate \(10\)"):
            Model.from_store(location, "spam", "previous")
        with pytest.raises(
            KeyError, match=r"relevance models promote 1. --store=.* --name=spam`, or pass .* version=1"
        ):
            Model.from_store(location, "spam")
        with pytest.raises(KeyError, match="its aliases are: none"):
            Model.from_store(location, "eggs")
        with pytest.raises(FileNotFoundError, match=r"has no version 11, its versions are: 2, 10$"):
            Model.from_store(location, "spam", 11)
        for version in unknown:
            with pytest.raises(FileNotFoundError, match="has no model `ham`, its models are: eggs, spam"):
                Model.from_store(location, "ham", version)


def test_a_name_or_a_version_that_no_store_has_is_refused(tmp_path: Path) -> None:
    for name in ("", "../spam", "Spam", "-spam"):
        with pytest.raises(ValueError, match=r"`name` is .*, it must be 1 to 64 lower-case letters"):
            Model.from_store(tmp_path, name)
    with pytest.raises(TypeError, match="`name` must be a string, not `int`"):
        Model.from_store(tmp_path, 3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="`version` must be a number or an alias, not `float`"):
        Model.from_store(tmp_path, "spam", 1.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a store is a path or a URL, not `NoneType`"):
        Model.from_store(None)  # type: ignore[arg-type]


def test_a_file_that_is_not_the_one_of_its_manifest_is_refused(content: bytes, tmp_path: Path) -> None:
    # The name of the producer, so that the file is still a model.
    altered = content.replace(b"relevance", b"relevancy", 1)
    file = publish(tmp_path, "spam", 1)
    file.write_bytes(altered)
    assert Model(file).content == altered

    expected, got = (hashlib.sha256(file).hexdigest() for file in (content, altered))
    for location in (tmp_path, tmp_path.as_uri()):
        with pytest.raises(ValueError, match=f"`model.onnx` of version 1 of `spam` was altered: .*{got}.*{expected}"):
            Model.from_store(location, "spam", 1)


def test_a_manifest_that_is_not_the_one_of_the_version_is_refused(tmp_path: Path) -> None:
    manifest = publish(tmp_path, "spam", 1).with_name("manifest.json")
    publish(tmp_path, "spam", 2).with_name("manifest.json").replace(manifest)
    with pytest.raises(ValueError, match="manifest of version 1 of `spam` is that of version 2 of `spam`"):
        Model.from_store(tmp_path, "spam", 1)

    for damaged in ("", "[]", '{"name": "spam", "version": 1, "files": {}}'):
        manifest.write_text(damaged)
        with pytest.raises(ValueError, match="manifest of version 1 of `spam` cannot be read"):
            Model.from_store(tmp_path, "spam", 1)


def test_a_store_of_a_url_is_read_from_s3(model: Model, s3: str) -> None:
    store = from_url("s3://bucket/models", endpoint=s3, client_options={"allow_http": True})
    for path in ("aliases.json", "1/model.onnx", "1/manifest.json"):
        obstore.put(store, f"relevance/{path}", ROOT / "models/relevance" / path)

    assert Model.from_store("s3://bucket/models").metadata == model.metadata
    with pytest.raises(FileNotFoundError, match="has no model `ham`, its models are: relevance"):
        Model.from_store("s3://bucket/models", "ham")
    with pytest.raises(FileNotFoundError, match="has no version 2, its versions are: 1"):
        Model.from_store("s3://bucket/models", version=2)
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

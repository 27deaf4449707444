"""The scikit-learn estimator: the trainer's bytes, scikit-learn's own checks, and tools built on estimators."""

from __future__ import annotations

import csv
import json
import multiprocessing
import pickle
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from cleanlab.classification import CleanLearning
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from relevance_text import Model, RelevanceClassifier

ALARMS = ["river", "flood", "storm", "fire", "quake", "shelter", "road", "bridge"]
WORDS = [*ALARMS, "picnic", "concert", "holiday", "garden", "dinner", "movie", "football", "music"]


def table(rows: int = 600) -> tuple[list[str], list[str]]:
    """Returns texts of random words, and labels that alarming words make likely."""
    random = np.random.default_rng(7)
    drawn = random.integers(len(WORDS), size=(rows, 8))
    alarms = (drawn < len(ALARMS)).mean(axis=1)
    is_spam = alarms + random.normal(0, 0.05, rows) > 0.5
    texts = [" ".join(WORDS[word] for word in words) + f" n{row}" for row, words in enumerate(drawn)]
    return texts, np.where(is_spam, "spam", "ham").tolist()


TEXTS, LABELS = table()


def trained_file(program: Path, folder: Path, rows: list[tuple[Any, ...]], flags: list[str]) -> bytes:
    """Trains on a CSV file with the command, and returns the model file."""
    with open(folder / "rows.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    command = [str(program), "train", "--data", "rows.csv", "--store", "store", *flags]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return (folder / "store/relevance/1/model.onnx").read_bytes()


def test_equal_rows_and_settings_give_the_bytes_of_the_command(program: Path, tmp_path: Path) -> None:
    rows = [("text", "label"), *zip(TEXTS, LABELS, strict=True)]
    expected = trained_file(program, tmp_path, rows, [])

    for jobs in (1, 3):
        assert RelevanceClassifier(n_jobs=jobs).fit(TEXTS, LABELS).model_.content == expected


def test_a_model_is_saved_in_a_store_once(program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(program.parent))
    classifier = RelevanceClassifier(name="spam").fit(TEXTS, LABELS)
    store = tmp_path / "store"

    assert [classifier.save(store), classifier.save(str(store), promote=True)] == [1, 1]
    assert Model.from_store(store, "spam").content == classifier.model_.content
    metrics = json.loads((store / "spam/1/metrics.json").read_text(encoding="utf-8"))
    assert metrics == classifier.report_
    for command in (["models", "check"], ["models", "list"], ["verify"]):
        subprocess.run([program, *command, "--store", store, "--name", "spam"], check=True, capture_output=True)

    RelevanceClassifier(name="spam", alpha=2.0).fit(TEXTS, LABELS).save(store)
    assert Model.from_store(store, "spam", "candidate").content != classifier.model_.content


def test_a_store_that_cannot_be_written_and_a_missing_command_are_named(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    classifier = RelevanceClassifier().fit(TEXTS, LABELS)
    monkeypatch.setenv("PATH", str(program.parent))
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(RuntimeError, match="file"):
        classifier.save(file / "store")

    monkeypatch.setenv("PATH", "")
    with pytest.raises(FileNotFoundError, match="pip install relevance-text-command"):
        classifier.save(tmp_path)


def test_weights_classes_and_search_are_those_of_the_command(program: Path, tmp_path: Path) -> None:
    colours = ["red" if label == "spam" else "blue" for label in LABELS]
    weights = [0.13 * (row % 7 + 1) for row in range(len(TEXTS))]
    rows = [("text", "label", "weight"), *zip(TEXTS, colours, weights, strict=True)]
    flags = ["--relevant=blue", "--weight-column=weight", "--class-weight=2:0.5", "--analyzer=both", "--seed=7"]
    flags += ["--search", "--search-budget=2", "--search-metric=roc-auc", "--config=fractions.toml"]
    (tmp_path / "fractions.toml").write_text("split = { train = 0.6, validation = 0.15, test = 0.25 }")
    expected = trained_file(program, tmp_path, rows, flags)

    classifier = RelevanceClassifier(
        relevant="blue",
        class_weight={"red": 0.5, "blue": 2.0},
        analyzer="both",
        seed=7,
        search=2,
        search_metric="roc-auc",
        validation_fraction=0.15,
        test_fraction=0.25,
    )
    classifier.fit(np.array(TEXTS), pd.Series(colours), sample_weight=weights)
    assert classifier.model_.content == expected
    assert classifier.report_["search"]["trials"]


@pytest.fixture(scope="module")
def fitted() -> RelevanceClassifier:
    """A classifier of the table."""
    return RelevanceClassifier().fit(TEXTS, LABELS)


def test_probabilities_follow_the_classes(fitted: RelevanceClassifier) -> None:
    probabilities = fitted.predict_proba(TEXTS)

    assert fitted.classes_.tolist() == ["ham", "spam"]
    assert probabilities.shape == (len(TEXTS), 2)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    np.testing.assert_array_equal(probabilities[:, 1], fitted.model_.predict_proba(TEXTS))
    assert roc_auc_score(np.array(LABELS) == "spam", probabilities[:, 1]) > 0.95
    assert fitted.predict(TEXTS).tolist() == fitted.model_.predict(TEXTS)


def test_the_relevant_class_may_be_the_first() -> None:
    first = RelevanceClassifier(relevant="ham").fit(TEXTS, LABELS)

    assert first.model_.labels == ("spam", "ham")
    np.testing.assert_array_equal(first.predict_proba(TEXTS)[:, 0], first.model_.predict_proba(TEXTS))
    assert first.predict(TEXTS).tolist() == first.model_.predict(TEXTS)


@pytest.mark.parametrize(
    "classes",
    [(False, True), (0, 1), (-1, 1), (1, 2), (0.0, 1.0), ("apples", "pears"), (3, 17), (0, 2)],
    ids=str,
)
def test_classes_keep_their_type(classes: tuple[Any, Any]) -> None:
    labels = np.where(np.array(LABELS) == "spam", classes[1], classes[0])
    classifier = RelevanceClassifier().fit(TEXTS, labels)

    assert classifier.classes_.tolist() == list(classes)
    assert classifier.predict(TEXTS).dtype == labels.dtype
    assert classifier.score(TEXTS, labels) > 0.9
    assert roc_auc_score(labels, classifier.predict_proba(TEXTS)[:, 1]) > 0.95


def test_the_file_has_everything(fitted: RelevanceClassifier, tmp_path: Path) -> None:
    model = Model(fitted.to_onnx(tmp_path / "model.onnx"))

    assert model.predict(TEXTS) == fitted.predict(TEXTS).tolist()
    assert fitted.report_["test_metrics"]["roc_auc"] > 0.9
    assert model.metadata["name"] == fitted.report_["name"] == "relevance"


def test_pickles_and_clones_keep_what_they_should(fitted: RelevanceClassifier) -> None:
    restored = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(restored.predict_proba(TEXTS), fitted.predict_proba(TEXTS))

    other = RelevanceClassifier(alpha=2.0, class_weight="balanced")
    assert clone(other).get_params() == other.get_params()
    assert not hasattr(clone(fitted), "model_")


@pytest.mark.parametrize("jobs", [None, 2])
def test_cross_validation_and_grids(jobs: int | None) -> None:
    scores = cross_val_score(RelevanceClassifier(), TEXTS, LABELS, scoring="roc_auc", cv=3, n_jobs=jobs)
    assert scores.min() > 0.9

    grid = GridSearchCV(RelevanceClassifier(), {"alpha": np.array([1, 100_000]), "ngram_max": [1]}, cv=3, n_jobs=jobs)
    grid.fit(TEXTS, LABELS)
    assert grid.best_params_["alpha"] == 1
    assert grid.best_estimator_.report_["fit"]["vocabulary"] == len(WORDS)


def test_calibration_pipelines_and_label_cleaning() -> None:
    calibrated = CalibratedClassifierCV(RelevanceClassifier(calibrate=False), cv=3).fit(TEXTS, LABELS)
    assert roc_auc_score(np.array(LABELS) == "spam", calibrated.predict_proba(TEXTS)[:, 1]) > 0.9

    lower = FunctionTransformer(lambda texts: [text.lower() for text in texts])
    pipeline = make_pipeline(lower, RelevanceClassifier()).fit(TEXTS, LABELS)
    assert pipeline.score(TEXTS, LABELS) > 0.9

    labels = (np.array(LABELS) == "spam").astype(int)
    flipped = labels.copy()
    wrong = [row for row, text in enumerate(TEXTS) if abs(share(text) - 0.5) > 0.3][:15]
    flipped[wrong] = 1 - flipped[wrong]
    cleaning = CleanLearning(RelevanceClassifier(), cv_n_folds=3, verbose=False)
    issues = cleaning.find_label_issues(X=np.array(TEXTS), labels=flipped)
    assert issues["is_label_issue"].to_numpy()[wrong].mean() > 0.8


def share(text: str) -> float:
    """Returns the part of the words of a text that make spam likely."""
    return float(np.mean([word in ALARMS for word in text.split()[:-1]]))


def test_a_forked_process_trains_too(fitted: RelevanceClassifier) -> None:
    RelevanceClassifier(n_jobs=2).fit(TEXTS, LABELS)
    with multiprocessing.get_context("fork").Pool(1) as pool:
        content = pool.apply_async(refit).get(timeout=60)
    assert content == fitted.model_.content


def refit() -> bytes:
    """Returns the file of a classifier of the table."""
    content: bytes = RelevanceClassifier().fit(TEXTS, LABELS).model_.content
    return content


@pytest.mark.parametrize(
    ("parameters", "texts", "labels", "message"),
    [
        ({}, [*TEXTS[:-1], None], LABELS, "the text at index 599 is missing"),
        ({}, TEXTS, LABELS[:-1], "inconsistent numbers of samples"),
        ({}, TEXTS, ["spam"] * len(TEXTS), "only one class has texts .*spam"),
        ({}, TEXTS, [*LABELS[:-1], "eggs"], "Only binary classification is supported. .* multiclass"),
        ({}, TEXTS[:6], LABELS[:6], "too few|subset|rows"),
        ({}, [], [], "there are no texts"),
        ({"relevant": "eggs"}, TEXTS, LABELS, "`relevant` is 'eggs', the classes are 'ham' and 'spam'"),
        ({"class_weight": {"eggs": 2}}, TEXTS, LABELS, "`class_weight` has 'eggs'"),
        ({"class_weight": "even"}, TEXTS, LABELS, "unknown class weight `even`"),
        ({"alpha": -1}, TEXTS, LABELS, "`solver.alpha` is -1"),
        ({"ngram_max": "two"}, TEXTS, LABELS, 'ngram_max = "two"'),
        ({"analyzer": "syllable"}, TEXTS, LABELS, "syllable"),
        ({"char_ngram_max": 4}, TEXTS, LABELS, "`features.char_ngram_max` .* has no effect"),
        ({"test_fraction": 0.95}, TEXTS, LABELS, "fraction"),
        ({"search": "soon"}, TEXTS, LABELS, "unknown budget `soon`"),
    ],
)
def test_what_cannot_be_trained_is_named(
    parameters: dict[str, Any], texts: list[str], labels: list[str], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        RelevanceClassifier(**parameters).fit(texts, labels)


def test_texts_are_no_table_and_have_no_gaps(fitted: RelevanceClassifier) -> None:
    with pytest.raises(ValueError, match="must have one dimension"):
        fitted.predict(np.array([TEXTS]))
    with pytest.raises(TypeError, match="pass \\[text\\]"):
        fitted.predict(TEXTS[0])
    with pytest.raises(ValueError, match="the text at index 1 is missing"):
        fitted.predict_proba([TEXTS[0], None])
    with pytest.raises(ValueError, match="sample_weight"):
        RelevanceClassifier().fit(TEXTS, LABELS, sample_weight=-np.ones(len(TEXTS)))


def weighted(weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Returns the probabilities of a classifier with these weights of the table's rows."""
    classifier = RelevanceClassifier(calibrate=False).fit(TEXTS, LABELS, sample_weight=weights)
    return classifier.predict_proba(TEXTS)


def test_weights_count() -> None:
    spam = np.array(LABELS) == "spam"
    heavy = weighted(np.where(spam, 5.0, 1.0))
    assert heavy[:, 1].mean() > weighted(np.ones(len(TEXTS)))[:, 1].mean() + 0.02

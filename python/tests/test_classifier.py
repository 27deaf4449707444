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
import polars as pl
import pyarrow as pa
import pytest
from cleanlab.classification import CleanLearning
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.exceptions import DataConversionWarning
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
        ({"relevant": 3}, TEXTS, LABELS, "`relevant` is 3, the classes are 'ham' and 'spam'"),
        ({"relevant": ["spam"]}, TEXTS, LABELS, r"`relevant` is \['spam'\], the classes are"),
        ({"class_weight": {"ham": -1}}, TEXTS, LABELS, "`class_weight` of 'ham' is -1, it must be over 0"),
        ({"class_weight": {"ham": "2"}}, TEXTS, LABELS, "`class_weight` of 'ham' is '2', it must be over 0"),
        ({"class_weight": "even"}, TEXTS, LABELS, "'class_weight' .* must be .*'balanced'.*None. Got 'even'"),
        ({"alpha": -1}, TEXTS, LABELS, "'alpha' .* must be a float in the range .* Got -1"),
        ({"alpha": None}, TEXTS, LABELS, "'alpha' .* must be a float in the range .* Got None"),
        ({"alpha": float("inf")}, TEXTS, LABELS, "'alpha' .* must be a float in the range .* Got inf"),
        ({"ngram_max": "two"}, TEXTS, LABELS, "'ngram_max' .* must be an int in the range .*1, 5.* Got 'two'"),
        ({"ngram_max": 9}, TEXTS, LABELS, "'ngram_max' .* must be an int in the range .*1, 5.* Got 9"),
        ({"ngram_max": True}, TEXTS, LABELS, "^`ngram_max`: expected a whole number.*, not `true`$"),
        ({"analyzer": "words"}, TEXTS, LABELS, "'analyzer' .* must be a str among .*'both'.* Got 'words'"),
        ({"token_characters": "utf-8"}, TEXTS, LABELS, "'token_characters' .* must be a str among"),
        ({"unknown_texts": None}, TEXTS, LABELS, "'unknown_texts' .* must be a str among"),
        ({"calibrate": "no"}, TEXTS, LABELS, "'calibrate' .* must be an instance of 'bool'"),
        ({"char_ngram_min": 6}, TEXTS, LABELS, "`char_ngram_min` is 6, it must be at most `char_ngram_max`, 5"),
        ({"threshold": 0.5}, TEXTS, LABELS, "'threshold' .* must be an instance of 'str'. Got 0.5"),
        ({"threshold": "half"}, TEXTS, LABELS, "^`threshold`: `half` is not a threshold rule; write `max-fB`"),
        ({"seed": -1}, TEXTS, LABELS, "'seed' .* must be an int in the range .* Got -1"),
        ({"seed": None}, TEXTS, LABELS, "'seed' .* must be an int in the range .* Got None"),
        ({"name": "My model"}, TEXTS, LABELS, "`name` is 'My model', it must be 1 to 64 lower-case letters"),
        ({"licence": None}, TEXTS, LABELS, "'licence' .* must be an instance of 'str'. Got None"),
        ({"n_jobs": 10**9}, TEXTS, LABELS, "'n_jobs' .* must be an int in the range .* Got 1000000000"),
        ({"n_jobs": "2"}, TEXTS, LABELS, "'n_jobs' .* must be an int in the range .* Got '2'"),
        ({"min_document_frequency": 1000}, TEXTS, LABELS, "lower `min_document_frequency`, or add texts"),
        ({"test_fraction": 0}, TEXTS, LABELS, "'test_fraction' .* must be a float in the range"),
        ({"search": 0}, TEXTS, LABELS, "'search' .* Got 0"),
        ({"search": 2, "search_metric": "f1"}, TEXTS, LABELS, "'search_metric' .* must be a str among"),
        ({"test_fraction": 0.95}, TEXTS, LABELS, "`validation_fraction` and `test_fraction` add up to"),
        ({"search": "soon"}, TEXTS, LABELS, "^`search`: unknown budget `soon` of a search; accepted are a number"),
    ],
)
def test_what_cannot_be_trained_is_named(
    parameters: dict[str, Any], texts: list[str], labels: list[str], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        RelevanceClassifier(**parameters).fit(texts, labels)


@pytest.mark.parametrize(
    "missing", [None, np.nan, float("nan"), np.float32("nan"), pd.NA, pd.NaT], ids=lambda value: type(value).__name__
)
def test_a_missing_label_is_named_by_its_index(missing: Any) -> None:
    labels = [*LABELS[:3], missing, *LABELS[4:-1], missing]
    forms: list[Any] = [labels, tuple(labels), np.array(labels, dtype=object), pd.Series(labels, dtype=object)]
    forms += [pd.Series(labels), pd.DataFrame(labels), np.array(labels, dtype=object).reshape(-1, 1)]
    for form in forms:
        with pytest.raises(ValueError, match=r"the label at index 3 is missing \(.*\), and 1 more"):
            RelevanceClassifier().fit(TEXTS, form)


def test_a_missing_number_is_named_by_its_index() -> None:
    numbers = [float(label == "spam") for label in LABELS]
    numbers[7] = float("nan")
    forms: list[Any] = [numbers, np.array(numbers), pl.Series(numbers), pd.Series(numbers).astype("Int64")]
    forms.append(pd.to_datetime(pd.Series(numbers)))
    for labels in forms:
        with pytest.raises(ValueError, match=r"the label at index 7 is missing \((nan|None|<NA>|NaT)\)"):
            RelevanceClassifier().fit(TEXTS, labels)


def test_labels_are_of_one_type() -> None:
    labels = [1 if is_spam else "ham" for is_spam in SPAM]
    for mixed in (labels, np.array(labels, dtype=object), pd.Series(labels)):
        with pytest.raises(TypeError, match="the labels have several types, as 'ham' and 1"):
            RelevanceClassifier().fit(TEXTS, mixed)


def test_a_column_is_taken_with_a_warning(fitted: RelevanceClassifier) -> None:
    texts, labels = np.array(TEXTS).reshape(-1, 1), np.array(LABELS).reshape(-1, 1)
    for column in (labels, pd.DataFrame(LABELS)):
        with pytest.warns(DataConversionWarning, match="column-vector"):
            classifier = RelevanceClassifier().fit(texts, column)
        assert classifier.model_.content == fitted.model_.content


SPAM = np.array(LABELS) == "spam"
#: Classes that a table of labels cannot have as they are, with their names in the model file.
NAMES: list[tuple[Any, Any, tuple[str, str]]] = [
    ("", "spam", ("''", "spam")),
    ("NA", "x", ("'NA'", "x")),
    ("x", "null", ("x", "'null'")),
    ("nan", "no", ("'nan'", "no")),
    ("'NA'", "NA", ("\"'NA'\"", "'NA'")),
    (" spam", "spam", ("' spam'", "spam")),
    ("1", "1.0", ("1", "'1.0'")),
    ("*", "a", ("'*'", "a")),
    ("Can't Decide", "x", ("Can't Decide", "x")),
    ("Not Relevant", "can\u2019t decide", ("Not Relevant", "can\u2019t decide")),
    ("Yes", "yes", ("Yes", "yes")),
    ("a\nb", "c\0d", ("'a\\nb'", "'c\\x00d'")),
    ("a", "\ud800", ("a", "'\\ud800'")),
    ("a, b", '"c"', ("a, b", '"c"')),
    ("not relevant", "relevant", ("not relevant", "relevant")),
    (0, 1, ("0", "1")),
    (0.0, 1.0, ("0", "1")),
    (0, 2, ("0", "2")),
    (-5, 10**15, ("-5", str(10**15))),
    (False, True, ("False", "True")),
    (np.str_("q"), np.str_(""), ("q", "''")),
    (np.int8(3), np.int8(4), ("3", "4")),
    (np.bool_(False), np.bool_(True), ("False", "True")),
]


@pytest.mark.parametrize(("first", "second", "names"), NAMES, ids=str)
def test_any_two_labels_are_classes_with_names_of_their_own(first: Any, second: Any, names: tuple[str, str]) -> None:
    labels = [second if is_spam else first for is_spam in SPAM]
    of_label = {first: names[0], second: names[1]}

    for relevant, other in ((second, first), (first, second)):
        classifier = RelevanceClassifier(relevant=relevant).fit(TEXTS, labels)
        assert classifier.classes_.tolist() == sorted([first, second])
        assert classifier.model_.labels == (of_label[other], of_label[relevant])
        assert classifier.score(TEXTS, labels) > 0.9
        assert [of_label[label] for label in classifier.predict(TEXTS).tolist()] == classifier.model_.predict(TEXTS)


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (pd.Series(SPAM, dtype="boolean"), [False, True]),
        (pd.Series(SPAM, dtype=object), [False, True]),
        (pd.Series(SPAM.astype(int), dtype="Int64"), [0, 1]),
        (pd.Series(np.where(SPAM, "b", "a"), dtype="category"), ["a", "b"]),
        (pd.Series(np.where(SPAM, "b", "a"), dtype="string"), ["a", "b"]),
        (pl.Series(SPAM), [False, True]),
        (pa.array(np.where(SPAM, "b", "a")), ["a", "b"]),
    ],
    ids=lambda value: f"{type(value).__module__} {getattr(value, 'dtype', '')}",
)
def test_labels_are_columns_of_any_library(labels: Any, classes: list[Any]) -> None:
    found = RelevanceClassifier().fit(TEXTS, labels).classes_.tolist()
    assert [(type(label), label) for label in found] == [(type(label), label) for label in classes]


def test_numbers_have_the_names_that_the_command_is_given(program: Path, tmp_path: Path) -> None:
    numbers = SPAM.astype(int).tolist()
    rows = [("text", "label"), *zip(TEXTS, numbers, strict=True)]
    expected = trained_file(program, tmp_path, rows, ["--relevant=1"])
    assert RelevanceClassifier().fit(TEXTS, numbers).model_.content == expected


def test_parameters_without_effect_are_left_out_of_account(fitted: RelevanceClassifier) -> None:
    with pytest.warns(UserWarning, match="`char_ngram_max` has no effect with analyzer='word'"):
        assert RelevanceClassifier(char_ngram_max=4).fit(TEXTS, LABELS).model_.content == fitted.model_.content
    with pytest.warns(UserWarning, match="`ngram_max` has no effect with analyzer='char'"):
        RelevanceClassifier(analyzer="char", ngram_max=1).fit(TEXTS, LABELS)
    with pytest.warns(UserWarning, match="`search_metric` has no effect without `search`"):
        RelevanceClassifier(search_metric="pr-auc").fit(TEXTS, LABELS)


def test_values_at_their_defaults_go_with_every_analyzer() -> None:
    defaults = RelevanceClassifier().get_params()
    for analyzer in ("word", "char", "both"):
        RelevanceClassifier(**{**defaults, "analyzer": analyzer}).fit(TEXTS, LABELS)


@pytest.mark.filterwarnings("ignore:.*has no effect:UserWarning")
def test_a_grid_has_settings_of_both_analyzers() -> None:
    grid = GridSearchCV(
        RelevanceClassifier(), {"analyzer": ["word", "char"], "char_ngram_max": [3, 5]}, cv=2, error_score="raise"
    )
    assert np.isfinite(grid.fit(TEXTS, LABELS).cv_results_["mean_test_score"]).all()


@pytest.mark.parametrize("relevant", ["ham", "spam"])
def test_log_odds_follow_probabilities_and_predictions(relevant: str) -> None:
    classifier = RelevanceClassifier(relevant=relevant).fit(TEXTS, LABELS)
    decision = classifier.decision_function(TEXTS)
    probabilities = classifier.predict_proba(TEXTS)

    assert decision.shape == (len(TEXTS),)
    np.testing.assert_array_equal(classifier.classes_[(decision > 0).astype(int)], classifier.predict(TEXTS))
    log_odds = np.log(probabilities[:, 1] / probabilities[:, 0])
    np.testing.assert_allclose(decision - decision[0], log_odds - log_odds[0], atol=1e-6)
    np.testing.assert_array_equal(np.argsort(decision, kind="stable"), np.argsort(probabilities[:, 1], kind="stable"))


@pytest.mark.parametrize("relevant", ["ham", "spam"])
def test_log_odds_are_finite_and_agree_at_the_threshold(relevant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    classifier = RelevanceClassifier(relevant=relevant).fit(TEXTS, LABELS)
    threshold = np.float32(classifier.model_.threshold)
    below = np.nextafter(threshold, np.float32(0))
    extremes = np.array([0.0, 1e-45, below, threshold, 1 - 2.0**-24, 1.0], np.float32)
    monkeypatch.setattr(RelevanceClassifier, "_probabilities", lambda self, texts: extremes)

    decision = classifier.decision_function([])
    assert np.isfinite(decision).all()
    assert (np.diff(decision) > 0).all() or (np.diff(decision) < 0).all()
    assert classifier.classes_[(decision > 0).astype(int)].tolist() == classifier.predict([]).tolist()


def test_stores_and_names_that_begin_with_a_dash_are_values(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fitted: RelevanceClassifier
) -> None:
    monkeypatch.setenv("PATH", str(program.parent))
    monkeypatch.chdir(tmp_path)
    assert fitted.save("--promote") == 1
    assert Model.from_store("--promote", version="candidate").content == fitted.model_.content

    renamed = pickle.loads(pickle.dumps(fitted)).set_params(name="--promote")
    with pytest.raises(ValueError, match="`name` is '--promote', it must be"):
        renamed.save(tmp_path)


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

"""Training on Spark's data frames: the fit of `relevance train`, by the parts of Spark's MLlib."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import _native
from .._training_batches import count_terms, list_terms, read_rows
from ._columns import check_names, find_label, find_text
from ._fitted import Fitted, missing_label
from ._settings import Labels, complete_settings, read_labels
from ._subsets import SUBSETS, assign_subsets, group_rows

if TYPE_CHECKING:
    from typing import Unpack

    import pyarrow as pa
    from pyspark.sql import DataFrame

    from ._settings import Settings

#: Training texts that idf counts, in 32 bits.
_MAX_TEXTS = 2**32 - 1


class _Vocabulary(NamedTuple):
    """Terms in the order of their columns, with their inverse document frequencies."""

    terms: list[str]
    idf: list[float]


class _LinearModel(NamedTuple):
    coefficients: list[float]
    intercept: float
    objective: float
    iterations: int


def fit(frame: DataFrame, *, text: str = "text", label: str = "label", **settings: Unpack[Settings]) -> Fitted:
    """Fits a pipeline on the texts and labels of a data frame, as `relevance train` fits it on the same rows.

    Split, terms and idf are those of the command, and the objective is within 1e-6 of its own, so that probabilities
    differ by less than 1e-4. Calibration, threshold, metrics and publication are left to `relevance train --fitted`,
    which takes the files that `Fitted.write` makes.

    `frame` is one of Spark Classic or Spark Connect, read from data that stay as they are: Spark reads a part of them
    again when it loses an executor. `text` is the name of a column of strings, or of binaries in UTF-8, and `label`
    that of a column of strings, numbers or booleans. Rows that are undecided, or without a label or a text, are left
    out and counted in `left_out`.

    Settings have the names, meanings and defaults of those of `relevance train`:

    - `relevant`, `not_relevant`, `undecided`: values of the labels, unless they are usual ones;
    - `token_characters`, `ngram_max`, `min_document_frequency`, `max_features`: the terms, which are words alone;
    - `alpha`: weight of the L2 penalty;
    - `validation_fraction`, `test_fraction`, `seed`: the split, which goes by the texts;
    - `name`, `licence`: metadata of the model.

    Raises `TypeError` for a column of another type or an unknown setting, and `ValueError` for a column that is missing,
    labels whose meaning is not known, a setting out of range, or too few texts.
    """
    complete = complete_settings(settings)
    rows = _select(frame, text, label)
    labels = read_labels(rows, label, complete)

    read = _read(rows, labels, complete).persist()
    groups = group_rows(read.where("left_out IS NULL")).persist()
    try:
        return _fit(read, groups, labels, complete)
    except BaseException:
        groups.unpersist()
        read.unpersist()
        raise


def _select(frame: DataFrame, text: str, label: str) -> DataFrame:
    """Returns the texts, and the labels as strings."""
    from pyspark.sql import functions as sql
    from pyspark.sql.types import StringType

    find_text(frame, text)
    find_label(frame, label)
    check_names([name for name in frame.columns if name in (text, label)], [], "")

    quoted = ("`{}`".format(name.replace("`", "``")) for name in (text, label))
    of_text, of_label = (sql.col(name) for name in quoted)
    return frame.select(of_text.alias("text"), of_label.cast(StringType()).alias("label"))


def _read(rows: DataFrame, labels: Labels, settings: str) -> DataFrame:
    """Returns `text`, `relevant`, `key` and `left_out` of each row."""
    numbers, seed = labels.numbers, json.loads(settings)["split"]["seed"]

    def read_partition(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return read_rows(batches, numbers, seed)

    return rows.mapInArrow(read_partition, "text string, relevant boolean, key binary, left_out string")


def _fit(read: DataFrame, groups: DataFrame, labels: Labels, settings: str) -> Fitted:
    rows = read.where("left_out IS NULL").drop("left_out")
    left_out = {reason: count for reason, count in read.groupBy("left_out").count().collect() if reason is not None}

    rows = assign_subsets(rows, groups, settings)
    counts = _count(rows)
    if error := missing_label(counts, labels.names):
        raise ValueError(error)
    texts = sum(counts["train"])
    if texts > _MAX_TEXTS:
        raise ValueError(f"there are {texts} training texts, at most {_MAX_TEXTS} are counted: take a sample")

    train = rows.where("subset = 'train'").select("relevant", "text")
    vocabulary = _fit_vocabulary(train, texts, settings)
    model = _fit_model(train, vocabulary, texts, settings)

    fitted_by = f"relevance_text.spark.fit {version('relevance-text')} on Spark {read.sparkSession.version}"
    parts = _pipeline(vocabulary, model, labels.names, settings)
    parts["metadata"] = _metadata(parts, settings, counts) | {"fitted_by": fitted_by}
    return Fitted(
        pipeline=_native.pipeline_json(json.dumps(parts)),
        labels=labels.names,
        counts=counts,
        left_out=left_out,
        objective=model.objective,
        iterations=model.iterations,
        rows=rows,
        _cached=(groups, read),
    )


def _count(rows: DataFrame) -> dict[str, tuple[int, int]]:
    """Returns the numbers of texts that are not relevant and that are relevant in each subset."""
    counted = {
        (subset, relevant): texts for subset, relevant, texts in rows.groupBy("subset", "relevant").count().collect()
    }
    return {subset: (counted.get((subset, False), 0), counted.get((subset, True), 0)) for subset in reversed(SUBSETS)}


def _features(settings: str) -> str:
    """Returns the settings of a pipeline's terms as JSON."""
    features = json.loads(settings)["features"]
    return json.dumps({name: features[name] for name in ("token_characters", "ngram_max")})


def _fit_vocabulary(train: DataFrame, texts: int, settings: str) -> _Vocabulary:
    """Returns the terms in the most training texts, those first in the order of the columns among equals."""
    from pyspark.sql import functions as sql

    features, limits = _features(settings), json.loads(settings)["features"]
    least = limits["min_document_frequency"]

    def count_partition(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return count_terms(batches, features)

    counted = train.select("text").mapInArrow(count_partition, "term string, texts long")
    counted = counted.groupBy("term").agg(sql.sum("texts").alias("texts")).where(sql.col("texts") >= least)
    tokens = sql.size(sql.split("term", " "))
    kept = counted.orderBy(sql.desc("texts"), tokens, "term").limit(limits["max_features"]).collect()
    if not kept:
        raise ValueError(
            f"no term occurs in at least {least} training texts (there are {texts}): lower `min_document_frequency`, or "
            "set token_characters='unicode' for texts in another script"
        )

    # As Rust compares strings by their bytes, Python does by the code points: the order is the same.
    columns = sorted(kept, key=lambda row: (row["term"].count(" "), row["term"]))
    idf = _native.smooth_idfs(texts, [row["texts"] for row in columns])
    return _Vocabulary([row["term"] for row in columns], idf)


def _fit_model(train: DataFrame, vocabulary: _Vocabulary, texts: int, settings: str) -> _LinearModel:
    """Fits the linear model on rows of counts, times idf, of length 1."""
    from pyspark.ml.classification import LogisticRegression
    from pyspark.ml.feature import CountVectorizerModel, ElementwiseProduct, Normalizer
    from pyspark.ml.linalg import Vectors

    features, solver = _features(settings), json.loads(settings)["solver"]

    def list_partition(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return list_terms(batches, features)

    listed = train.mapInArrow(list_partition, "label double, terms array<string>")
    counts = CountVectorizerModel.from_vocabulary(vocabulary.terms, inputCol="terms", outputCol="counts")
    # MLlib's own IDF has another definition.
    weights = ElementwiseProduct(scalingVec=Vectors.dense(vocabulary.idf), inputCol="counts", outputCol="weights")
    unit = Normalizer(p=2.0, inputCol="weights", outputCol="features")
    vectors = unit.transform(weights.transform(counts.transform(listed))).select("label", "features")

    # MLlib has the mean of the losses where `alpha` is beside their sum, and scales columns unless told not to.
    regression = LogisticRegression(
        regParam=solver["alpha"] / texts,
        elasticNetParam=0.0,
        standardization=False,
        tol=solver["tolerance"],
        maxIter=solver["max_iterations"],
    )
    model = regression.fit(vectors)
    history = model.summary.objectiveHistory
    iterations = len(history) - 1
    if iterations >= solver["max_iterations"]:
        raise ValueError(f"the fit has not ended after {iterations} iterations: raise `alpha`")
    return _LinearModel(model.coefficients.toArray().tolist(), model.intercept, history[-1] * texts, iterations)


def _pipeline(vocabulary: _Vocabulary, model: _LinearModel, labels: tuple[str, str], settings: str) -> dict[str, Any]:
    """Returns the parts of the pipeline, but for its metadata."""
    not_relevant, relevant = labels
    return {
        "features": json.loads(_features(settings)),
        "vocabulary": vocabulary.terms,
        "idf": vocabulary.idf,
        "coefficients": model.coefficients,
        "intercept": model.intercept,
        "threshold": 0.5,
        "labels": {"relevant": relevant, "not_relevant": not_relevant},
    }


def _metadata(parts: dict[str, Any], settings: str, counts: dict[str, tuple[int, int]]) -> dict[str, str]:
    """Returns the metadata of a pipeline, with a digest of its other parts as the version."""
    complete = json.loads(settings)
    texts = {f"data.{subset}": str(sum(of_subset)) for subset, of_subset in counts.items()}
    not_relevant, relevant = counts["train"]

    return {
        "name": complete["name"],
        "version": hashlib.sha256(json.dumps([parts, settings]).encode()).hexdigest()[:12],
        "licence": complete["licence"],
        "settings": settings,
        **texts,
        "data.train.relevant": str(relevant),
        "data.train.not_relevant": str(not_relevant),
    }

# /// script
# dependencies = ["numpy==2.4.6", "onnxruntime==1.32.0", "pandas==3.1.1", "pyarrow==26.0.1"]
# ///
"""onnxruntime: `mapInArrow` with a session of one thread, which a worker keeps, in batches of 64 texts.

Usage: spark_scores.py MODEL TEXTS PEER_TEXTS ROUNDS FOLDER... Measures Spark with one task at a time: reading, the way
to Python and back, `relevance_text.spark.score`, and onnxruntime on the first PEER_TEXTS. The folders have Spark and
`relevance_text`. Prints one line of JSON: processor seconds a text, and the largest difference of probabilities."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
import pyarrow as pa
import pyarrow.parquet as pq

# Rows are as wide as the vocabulary, so larger batches are slower.
BATCH = 64
COMPARED = 2_000


@lru_cache
def load(content: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def onnxruntime_batches(batches: Iterable[pa.RecordBatch], content: bytes) -> Iterator[pa.RecordBatch]:
    session = load(content)
    for batch in batches:
        texts = np.array([text.replace("\0", "\ufffe") for text in batch["text"].to_pylist()], dtype=object)
        parts = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        results = [session.run(["label", "probability"], {"text": part}) for part in parts]
        labels, probabilities = zip(*results, strict=True)
        added = [pa.array(np.concatenate(probabilities)), pa.array(np.concatenate(labels), pa.string())]
        yield pa.RecordBatch.from_arrays([*batch.columns, *added], names=[*batch.schema.names, "probability", "label"])


def processor_seconds() -> float:
    """Returns the processor time of this process and of all below it, with that of ended ones."""
    processes = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        processes[int(stat.parent.name)] = (int(fields[1]), sum(map(int, fields[11:15])))

    ours, pending = 0, [os.getpid()]
    while pending:
        pid = pending.pop()
        ours += processes[pid][1]
        pending.extend(child for child, (parent, _) in processes.items() if parent == pid)
    return ours / os.sysconf("SC_CLK_TCK")


def main(model_file: str, texts_file: str, peer_texts: str, rounds: str, *folders: str) -> None:
    # Workers import this module, so that they keep what it caches.
    sys.path[:0] = [*folders, str(Path(__file__).parent)]
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import DataFrame, SparkSession
    from relevance_text.spark import score
    from spark_scores import onnxruntime_batches

    content = Path(model_file).read_bytes()
    texts = Path(texts_file).read_text(encoding="utf-8").removesuffix("\n").split("\n")
    sizes = {"all": len(texts), "peer": int(peer_texts), "compared": COMPARED}
    for name, size in sizes.items():
        table = pa.table({"id": range(len(texts[:size])), "text": texts[:size]})
        pq.write_table(table, f"{texts_file}.{name}.parquet")

    settings = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
    spark = SparkSession.builder.master("local[1]").config(map=settings).getOrCreate()
    frames = {name: spark.read.parquet(f"{texts_file}.{name}.parquet") for name in sizes}

    def by_onnxruntime(frame: DataFrame) -> DataFrame:
        schema = "id long, text string, probability float, label string"
        return frame.mapInArrow(lambda batches: onnxruntime_batches(batches, content), schema)

    jobs = {
        "read": ("all", lambda frame: frame),
        "read, to Python and back": ("all", lambda frame: frame.mapInArrow(lambda batches: batches, frame.schema)),
        "relevance_text": ("all", lambda frame: score(frame, content)),
        "onnxruntime": ("peer", by_onnxruntime),
    }
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    # The first round warms up the virtual machine and the workers.
    for _ in range(int(rounds) + 1):
        for name, (size, job) in jobs.items():
            start = processor_seconds()
            job(frames[size]).write.format("noop").mode("overwrite").save()
            seconds[name].append((processor_seconds() - start) / sizes[size])

    ours, theirs = (
        jobs[name][1](frames["compared"]).toArrow().sort_by("id")["probability"].to_numpy()
        for name in ("relevance_text", "onnxruntime")
    )
    difference = float(np.abs(ours - theirs).max())
    print(json.dumps({"seconds": {name: min(of[1:]) for name, of in seconds.items()}, "difference": difference}))
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])

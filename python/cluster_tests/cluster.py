"""Results of a table, and the processes of the cluster."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark import SparkContext

TOLERANCE = 1e-6


def check_complete(result: Path, expected: pa.Table) -> None:
    """Checks that a table has each row once, with the predictions of the command."""
    scored = pq.read_table(result).sort_by("id")
    assert scored["id"].to_pylist() == expected["id"].to_pylist()

    difference = np.abs(scored["probability"].to_numpy() - expected["probability"].to_numpy())
    assert difference.max() <= TOLERANCE
    for column in ("text", "day", "label", "known_terms"):
        assert scored[column].to_pylist() == expected[column].to_pylist(), column
    assert scored["error"].null_count == scored.num_rows


def one_executor() -> list[int]:
    """Returns the process of an executor."""
    commands = descendants(os.getpid())
    return [pid for pid, command in commands if "CoarseGrainedExecutorBackend" in command][:1]


def python_workers() -> list[int]:
    """Returns the processes of the Python workers, busy and idle, which a daemon in each executor starts."""
    daemons = [pid for pid, command in descendants(os.getpid()) if "pyspark.daemon" in command]
    return [pid for daemon in daemons for pid, _ in descendants(daemon)]


def descendants(ancestor: int) -> Iterator[tuple[int, str]]:
    """Yields the processes below a process, with their commands."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(parent, []).append(int(folder.name))

    pending = [ancestor]
    while pending:
        for pid in children.get(pending.pop(), []):
            pending.append(pid)
            try:
                yield pid, Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
            except (FileNotFoundError, ProcessLookupError):
                continue


def kill_during(context: SparkContext, job: Callable[[], None], find: Callable[[], list[int]]) -> int:
    """Runs a job, and from its first finished task on kills processes until a task has failed.

    Returns the number of failed tasks.
    """
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(job)
        stage = poll(lambda: active_stage(context) or running.done(), 60)
        poll(lambda: count(context, stage)[0] > 0 or running.done(), 60)

        # Processes that end between two tasks fail none.
        while not running.done() and count(context, stage)[1] == 0:
            for pid in find():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            poll(lambda: count(context, stage)[1] > 0 or running.done(), 1)
        running.result()
    return count(context, stage)[1]


def poll(condition: Callable[[], int | bool], seconds: float) -> int:
    """Waits until a condition holds, but no longer than some seconds, and returns its value."""
    end = time.monotonic() + seconds
    while not (value := condition()) and time.monotonic() < end:
        time.sleep(0.01)
    return int(value)


def active_stage(context: SparkContext) -> int:
    """Returns the stage that is running; 0, which is that of an earlier job, without one."""
    return max(context.statusTracker().getActiveStageIds(), default=0)


def count(context: SparkContext, stage: int) -> tuple[int, int]:
    """Returns the numbers of tasks of a stage that have ended and failed."""
    information = context.statusTracker().getStageInfo(stage)
    assert information is not None
    return information.numCompletedTasks, information.numFailedTasks

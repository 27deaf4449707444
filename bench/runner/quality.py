"""Quality on public data sets: `relevance train`, alone and with `--search`, beside scikit-learn on the same split."""

from __future__ import annotations

import argparse
import csv
import datetime
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import public_sets
from .contender import peer
from .dataset import Row
from .process import BenchError, Outcome, measure, run
from .programs import build
from .train import PENALTY

#: Terms of scikit-learn's pipelines, with our analyzer and its flags for the same terms.
TERMS = {"words": "word", "characters": "char", "both": "both"}
CLASS_WEIGHTS = ("equal", "balanced")
#: Flags that let every model pass the gate.
GATE = ("--min-precision", 0, "--min-recall", 0, "--max-model-bytes", 2**40, "--check-invariance", "false")
#: First day of the column by which the rows are split.
FIRST_DAY = datetime.date(2000, 1, 1)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    sets = list(public_sets.SETS)
    parser.add_argument("--sets", nargs="+", choices=sets, default=sets, help="data sets (all of them)")
    parser.add_argument("--budget", default="24", help="budget of the search (%(default)s)")
    parser.add_argument("--metric", default="roc-auc", help="metric of the search (%(default)s)")


def measure_part(arguments: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """Trains on every set by every program, and compares the metrics on its test subset."""
    relevance = build(arguments.check, arguments.relevance).relevance
    entries: list[dict[str, Any]] = []
    times: list[dict[str, Any]] = []
    for name in arguments.sets:
        rows = public_sets.read(name)
        table = scratch / f"{len(entries)}.csv"
        write_table(rows, table)
        check_distinct(relevance, name, table)

        search = ("--search-budget", arguments.budget, "--search-metric", arguments.metric)
        defaults = train(relevance, table)
        searched = train(relevance, table, *search)
        equal = {terms: train(relevance, table, *same_terms(analyzer)) for terms, analyzer in TERMS.items()}
        theirs = {
            (terms, weight): train_peer(table, defaults, terms, weight) for terms in TERMS for weight in CLASS_WEIGHTS
        }
        best = max(theirs.values(), key=lambda outcome: outcome["roc_auc"])
        entries.append(quality(name, rows, best, defaults, searched))
        times += [speed(name, terms, equal[terms], theirs[terms, "equal"]) for terms in TERMS]

    return {
        "tables": [{"entries": entries}, {"title": "With the same terms", "entries": times}],
        "peers": [peer("scikit_learn_quality").describe(), *map(describe, arguments.sets)],
    }


def write_table(rows: Sequence[Row], path: Path) -> None:
    """Writes a table with the column `day`, by which the first 70 % of the rows train and the last 20 % test."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("day", "text", "label"))
        days = (FIRST_DAY + datetime.timedelta(days=index) for index in range(len(rows)))
        writer.writerows((day.isoformat(), row.text, row.label) for day, row in zip(days, rows, strict=True))


def check_distinct(relevance: Path, name: str, table: Path) -> None:
    """Fails when a text is repeated, which would be in one subset of ours and in two of a peer."""
    report = json.loads(run(relevance, "data", "check", "--data", table, "--json"))
    rows, distinct = report["rows"], report["distinct_normalized_texts"]
    if distinct != rows:
        raise BenchError(f"the set {name} has {rows} rows, and {distinct} without repeated texts")


def same_terms(analyzer: str) -> Sequence[object]:
    """Returns the flags for the terms of scikit-learn's pipelines; its words have two letters or more."""
    words = ("--token-characters", "unicode", "--max-features", 2**32 - 1) if analyzer != "char" else ()
    characters = ("--char-max-features", 2**32 - 1) if analyzer != "word" else ()
    return (*PENALTY, "--analyzer", analyzer, *words, *characters)


def train(relevance: Path, table: Path, *flags: object) -> dict[str, Any]:
    """Runs `relevance train` once and returns its costs, its metrics and the sizes of its subsets."""
    source = ("--data", table, "--split-by", "time", "--split-column", "day")
    store = table.with_suffix(f".store{len(list(table.parent.iterdir()))}")
    cost, output = measure(relevance, "train", "--json", *source, "--store", store, *GATE, *flags)
    report = json.loads(output)["report"]
    return cost | {
        "roc_auc": report["test_metrics"]["roc_auc"],
        "pr_auc": report["test_metrics"]["pr_auc"],
        "train": report["train"]["relevant"] + report["train"]["not_relevant"],
        "test": report["test"]["relevant"] + report["test"]["not_relevant"],
        "report": report,
    }


def train_peer(table: Path, ours: dict[str, Any], terms: str, weight: str) -> Outcome:
    program = peer("scikit_learn_quality")
    cost, output = measure(*program.command(table, ours["train"], ours["test"], terms, weight))
    return cost | json.loads(output)


def quality(
    name: str, rows: Sequence[Row], best: Outcome, defaults: dict[str, Any], searched: dict[str, Any]
) -> dict[str, Any]:
    """Returns the metrics of one set; fails when no search was made."""
    search = searched["report"].get("search")
    if not search:
        raise BenchError("the report of a search has no table of trials")

    chosen = search["trials"][0]["features"]
    return {
        "set": name,
        "texts": len(rows),
        "relevant %": 100 * sum(row.label for row in rows) / len(rows),
        "scikit-learn": f"{best['roc_auc']:.4f}",
        "defaults": f"{defaults['roc_auc']:.4f}",
        "search": f"{searched['roc_auc']:.4f}",
        "search − scikit-learn": f"{searched['roc_auc'] - best['roc_auc']:+.4f}",
        "chosen": chosen.get("analyzer", "word"),
        "search s": searched["seconds"],
    }


def speed(name: str, terms: str, ours: dict[str, Any], theirs: Outcome) -> dict[str, Any]:
    return {
        "set": name,
        "terms": terms,
        "relevance s": ours["seconds"],
        "scikit-learn s": theirs["seconds"],
        "× time": theirs["seconds"] / ours["seconds"],
        "ROC-AUC": f"{ours['roc_auc']:.4f}",
        "scikit-learn's": f"{theirs['roc_auc']:.4f}",
    }


def describe(name: str) -> dict[str, str]:
    public_set = public_sets.SETS[name]
    package = public_set.package.requirement.replace("==", " ")
    return {"name": name, "work": f"{public_set.about} ({package}; {public_set.licence})"}

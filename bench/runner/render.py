"""Renders `docs/benchmarks.md` from the results in `bench/results`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from .paths import BENCH, ROOT

PAGE = ROOT / "docs/benchmarks.md"
RESULTS = BENCH / "results"
Result = dict[str, Any]

HEAD = """# Benchmarks

`cargo xtask bench PART` measures one part and replaces its section here; `--help` lists the parts and options. Each
section names its command and machine; compare values of one run only. `ARCHIVE` is an archive or a SQLite file of
labelled sentences; without `--data` the embedded archive is measured.

- Processes are measured with `wait4`: time on the clock, time on processors, peak memory.
- Programs take turns in every round, and the fastest run counts.
- Ratios (×) are theirs over ours unless a section says otherwise: above 1, ours takes less.
- Peers and their pinned packages are in `bench/peers`.

The runner needs Linux and Python 3.11 or later; some parts need `wrk`, `h2load` or `valgrind`. `cargo xtask bench check`
runs every part at its smallest size, as continuous integration does, and changes nothing.
"""


def save(part: str, result: Result) -> None:
    """Replaces the results of a part."""
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(rounded(result), indent=1, ensure_ascii=False) + "\n"
    (RESULTS / f"{part}.json").write_text(text, encoding="utf-8")


def rounded(value: Any) -> Any:
    """Returns a value with its numbers rounded to six significant digits."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    return [rounded(item) for item in value] if isinstance(value, list | tuple) else value


def write_page() -> None:
    """Renders every part that has results."""
    found = [(part, RESULTS / f"{part}.json") for part in SECTIONS]
    sections = [section(part, json.loads(path.read_text(encoding="utf-8"))) for part, path in found if path.exists()]
    PAGE.write_text("\n".join([HEAD, *sections]), encoding="utf-8")


def section(part: str, result: Result) -> str:
    """Returns the section of a part."""
    title, body = SECTIONS[part]
    head = f"## {title}\n\n`{result['command']}` on {result['machine']}.\n\n"
    note = f"{result['note']}\n\n" if "note" in result else ""
    return head + note + body(result)


def figure(value: float | None) -> str:
    """Formats a number with three significant digits; whole thousands are grouped."""
    if value is None:
        return "–"
    if value >= 100:
        return f"{value:,.0f}"
    digits = 2 if value >= 1 else 3
    return f"{value:.1f}" if value >= 10 else f"{value:.{digits}f}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Formats a table with its first column on the left and the others on the right."""
    widths = [max(len(cell) for cell in column) for column in zip(heads, *rows, strict=True)]
    rule = [("-" * width if index == 0 else "-" * (width - 1) + ":") for index, width in enumerate(widths)]
    lines = [pad(heads, widths), f"| {' | '.join(rule)} |", *(pad(row, widths) for row in rows)]
    return "\n".join(lines) + "\n"


def pad(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return f"| {' | '.join(padded)} |"


def descriptions(contenders: Sequence[dict[str, str]]) -> str:
    return "".join(f"- **{contender['name']}**: {contender['work']}.\n" for contender in contenders)


def entry_of(entries: Sequence[Result], name: str) -> Result:
    return next(entry for entry in entries if entry["name"] == name)


def train(result: Result) -> str:
    heads = ["trainer", "seconds", "median", "processor s", "× time", "peak MiB", "× memory", "ROC-AUC"]
    text = (
        "Each trainer is a whole process, from a table to a written model. Larger sets are the archive's rows again with "
        "5 % of the words replaced, so ROC-AUC describes quality only at 1×, and the trainers split differently.\n\n"
    )
    for size in result["sizes"]:
        rows = [train_row(entry, entry_of(size["entries"], entry["baseline"])) for entry in size["entries"]]
        text += f"### {size['factor']}×: {size['rows']:,} rows\n\n{table(heads, rows)}\n"

    text += f"### Trainers\n\n{descriptions(result['contenders'])}"
    if optimum := result["optimum"]:
        text += (
            f"\n### Optimum\n\nscikit-learn at `tol=1e-10` and `relevance train` fit the same {optimum['train']:,} texts "
            f"with all {optimum['terms']:,} terms. The objectives differ by {optimum['objective']:+.1e} of their value "
            f"(at most 1e-6 passes) and the probabilities of {optimum['compared']:,} texts by at most "
            f"{optimum['probability']:.1e} (1e-4).\n"
        )
    return text


def train_row(entry: Result, baseline: Result) -> list[str]:
    times = [entry["seconds"], entry["median"], entry["processor"], entry["seconds"] / baseline["seconds"]]
    memory = [entry["peak_mib"], entry["peak_mib"] / baseline["peak_mib"]]
    return [entry["name"], *map(figure, times + memory), f"{entry['roc_auc']:.4f}"]


def predict(result: Result) -> str:
    heads = ["program", "cores", "sentences", "seconds", "processor s", "thousands/s", "× wc", "peak MiB"]
    reference = entry_of(result["entries"], "wc -w, C.UTF-8")
    rows = [predict_row(entry, reference["seconds"] / reference["sentences"]) for entry in result["entries"]]
    peer = result["peer"]
    return (
        "Each program is a whole process that reads a file of one sentence per line. The files are the archive's "
        "sentences again, with 5 % of the words replaced. “× wc” is the time of one core per sentence over that of "
        f"`wc -w` with UTF-8.\n\n{table(heads, rows)}\n"
        "- **relevance**: `relevance predict --input FILE --output FILE`: loads the model, reads, scores, writes label, "
        "probability and text.\n- **wc -w**: counts words and writes nothing.\n"
        f"- **{peer['name']}**: {peer['work']}; its probabilities differ from ours by at most "
        f"{result['difference']:.6f} in six digits (2e-6 passes).\n"
    )


def predict_row(entry: Result, reference: float) -> list[str]:
    per_sentence = entry["seconds"] / entry["sentences"]
    peak = None if entry["name"].startswith("wc") else entry["peak_mib"]
    counts = [str(entry["cores"]), f"{entry['sentences']:,}"]
    values = [entry["seconds"], entry["processor"], 0.001 / per_sentence, entry["cores"] * per_sentence / reference]
    return [entry["name"], *counts, *map(figure, [*values, peak])]


def score(result: Result) -> str:
    heads = ["engine", "µs, 1 per call", "×", "µs, 64 per call", "×", "allocations, 1", "allocations, 64"]
    text = (
        f"Each engine scores the same {result['texts']:,} texts in one thread, after its predictions were compared with "
        "the reference's. Times are per text, the fastest iteration over all texts counts; allocations are per call, and those of "
        "onnxruntime are outside Rust's allocator.\n\n"
    )
    for size in result["sizes"]:
        entries = [entry for entry in result["entries"] if entry["columns"] == size["columns"]]
        engines = list(dict.fromkeys(entry["engine"] for entry in entries))
        found = {(entry["engine"], entry["batch"]): entry for entry in entries}
        rows = [score_row(engine, found) for engine in engines]
        text += f"### {size['columns']:,} columns\n\nTrained on {size['trained_on']}.\n\n{table(heads, rows)}\n"
    return text + descriptions(ENGINES)


ENGINES = [
    {"name": "native", "work": "the single pass that serves"},
    {"name": "tract", "work": "tract with the fused operator"},
    {"name": "reference", "work": "the plain Rust definition"},
    {"name": "tract-inlined", "work": "tract node by node: a row as wide as the vocabulary for each text"},
    {"name": "onnxruntime", "work": "the model file through onnxruntime's C interface, one thread"},
]


def score_row(engine: str, entries: dict[tuple[str, int], Result]) -> list[str]:
    cells = []
    for batch in (1, 64):
        ours, entry = entries["native", batch]["fastest_ns"], entries[engine, batch]["fastest_ns"]
        cells += [entry / 1000, entry / ours]
    allocations = [None if engine == "onnxruntime" else entries[engine, batch]["allocations"] for batch in (1, 64)]
    return [engine, *map(figure, [*cells, *allocations])]


def instructions(result: Result) -> str:
    rows = [[f"`{name}`", f"{count:,}"] for name, count in result["counts"].items()]
    return (
        "Counted by valgrind on the committed model and texts of the embedded archive, without loading; the number in a "
        "name is that of texts per call. Continuous integration "
        f"compares with these counts and fails when one changes by more than 10 %.\n\n{table(['benchmark', 'instructions per sentence'], rows)}"
    )


def serve(result: Result) -> str:
    load_core, server_core = result["cores"]
    text = (
        f"The server is bound to core {server_core}, the load to core {load_core}. wrk loads HTTP and h2load gRPC, both "
        "in closed loops: a connection sends the next request after a response, so slow responses hold back requests. "
        f"Each load is {result['seconds']} s on a new server, and the round with the highest rate counts. “× floor” is the "
        "rate over the floor's. “busy” is the fraction of its core that the server takes.\n\n"
    )
    for section in result["sections"]:
        heads = [f"{'sentences' if section['texts'] > 1 else 'requests'}/s", "× floor", "p50 ms", "p99 ms", "p99.9 ms"]
        entries = [entry for entry in section["entries"] if entry["name"] not in result["peers"]]
        floor = entry_of(entries, "floor")["rate"]
        rows = [serve_row(entry, floor, section["texts"]) for entry in entries]
        text += f"### {section['title']}\n\n{table(['server', *heads, 'bytes', 'busy'], rows)}\n"

    if result["peers"]:
        text += peers_table(result)
    return text + f"### Servers\n\n{descriptions(result['contenders'])}"


def serve_row(entry: Result, floor: float, texts: int) -> list[str]:
    rate = [f"{entry['rate'] * texts:,.0f}", figure(entry["rate"] / floor)]
    latencies = [figure(entry[name]) for name in ("p50_ms", "p99_ms", "p999_ms")]
    return [entry["name"], *rate, *latencies, f"{entry['bytes']:,.0f}", f"{entry['busy']:.0%}".replace("%", " %")]


def peers_table(result: Result) -> str:
    entries = result["sections"][1]["entries"]
    ours = entry_of(entries, "relevance")
    shown = [ours, *(entry for entry in entries if entry["name"] in result["peers"])]
    rows = [
        [entry["name"], f"{entry['rate']:,.0f}"]
        + [figure(ours["rate"] / entry["rate"])]
        + [figure(entry[name]) for name in ("p50_ms", "p99_ms", "resident_mib")]
        for entry in shown
    ]
    heads = ["server", "requests/s", "ours / theirs", "p50 ms", "p99 ms", "resident MiB"]
    note = "All have one core; the peers have a model that scikit-learn trained on the archive with the same settings."
    return f"### Peers, 16 connections\n\n{note}\n\n{table(heads, rows)}\n"


def start(result: Result) -> str:
    keys = ("best_ms", "median_ms", "at_rest_mib", "loaded_mib", "peak_mib")
    rows = [[entry["name"], *(figure(entry[key]) for key in keys)] for entry in result["entries"]]
    heads = ["server", "best ms", "median ms", "MiB at rest", "MiB after load", "peak MiB"]
    return (
        "Time from the start of the process to the first response with 200 on `/v1/predict`, "
        f"{result['runs']} times on all cores. Memory is resident after the first response and after {result['seconds']} s "
        f"under 64 connections, and its peak. `cargo xtask image` prints the size of the image.\n\n{table(heads, rows)}"
    )


SECTIONS = {
    "train": ("Training", train),
    "start": ("Starting", start),
    "serve": ("Serving", serve),
    "predict": ("Files of sentences", predict),
    "score": ("Scoring in process", score),
    "instructions": ("Instructions", instructions),
}

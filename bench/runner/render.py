"""Renders `docs/benchmarks.md` from `bench/page.md` and the results in `bench/results`."""

from __future__ import annotations

import json
from typing import Any

from .paths import BENCH, ROOT

PAGE = ROOT / "docs/benchmarks.md"
RESULTS = BENCH / "results"
#: `tables`, whose entries have their columns as keys, `peers`, and values in the text of `page.md`.
Result = dict[str, Any]


def save(part: str, result: Result) -> None:
    """Replaces the results of a part; numbers have six significant digits."""
    rounded = json.loads(json.dumps(result), parse_float=lambda number: float(f"{float(number):.6g}"))
    (RESULTS / f"{part}.json").write_text(json.dumps(rounded, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write_page() -> None:
    template = (BENCH / "page.md").read_text(encoding="utf-8")
    results = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in RESULTS.glob("*.json")}
    PAGE.write_text(template.format(**{part: render(result) for part, result in results.items()}), encoding="utf-8")


def render(result: Result) -> Result:
    """Returns the values for the text, with its lists and tables in Markdown."""
    about = f"`{result['command']}` on {result['machine']}."
    notes = [result["note"]] if "note" in result else []
    tables = [format_table(table) for table in result["tables"]]
    peers = [f"- **{peer['name']}**: {peer['work']}." for peer in result.get("peers", [])]
    return result | {"about": "\n\n".join([about, *notes]), "tables": "\n\n".join(tables), "peers": "\n".join(peers)}


def format_table(table: dict[str, Any]) -> str:
    """Formats a table below its title, with its first column on the left and the others on the right."""
    entries = table["entries"]
    rows = [list(entries[0]), *([cell(value) for value in entry.values()] for entry in entries)]
    first, *others = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, ["-" * first, *("-" * (width - 1) + ":" for width in others)])
    lines = [[row[0].ljust(first), *map(str.rjust, row[1:], others)] for row in rows]
    head = [f"### {table['title']}"] if "title" in table else []
    return "\n\n".join([*head, "\n".join(f"| {' | '.join(line)} |" for line in lines)])


def cell(value: str | float | None) -> str:
    """Formats a fraction with three significant digits, and groups thousands."""
    if value is None or isinstance(value, str):
        return value or "–"
    if isinstance(value, int) or value >= 100:
        return f"{value:,.0f}"
    return f"{value:.{1 if value >= 10 else 2 if value >= 1 else 3}f}"

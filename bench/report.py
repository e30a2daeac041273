"""The table of the bench, and where it stands in docs/performance.md."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from bench.measure import Measured
from bench.pages import MOST
from dih.shared import clock

MOST_QUERIES = {"submission": 40}
MOST_READING = 12
MOST_GROWTH = 1.3


def table(kind: str, rows: Sequence[Measured]) -> str:
    """Markdown: medians in milliseconds, ratio to the bare page, growth, queries; `*` marks what misses its aim."""
    sizes = list(rows[0].by_size)
    heads = ["Page", "Kind", "Bare, ms"]
    heads += [f"{size:,}, ms" for size in sizes] + [f"× bare at {size:,}" for size in sizes]
    heads += ["At most", "Growth", "Queries", "Processor, ms", "× bare", "Growth"]
    lines = [f"### {_database(kind)}", "", _row(heads), _row(["---"] * 2 + ["---:"] * (len(heads) - 2))]
    lines += [_row(_cells(row, sizes)) for row in rows]
    return "\n".join(lines)


def _cells(row: Measured, sizes: Sequence[int]) -> list[str]:
    costs = [row.by_size[size] for size in sizes]
    most = MOST.get(row.kind)
    ratios = [cost.wall / row.bare.wall for cost in costs]
    growth = costs[-1].wall / costs[0].wall
    queries = sorted(set().union(*(cost.queries for cost in costs)))
    few = queries[-1] <= MOST_QUERIES.get(row.kind, MOST_READING)
    return [
        row.name,
        row.kind,
        f"{row.bare.wall:.1f}",
        *(f"{cost.wall:.1f}" for cost in costs),
        *(_marked(f"{ratio:.1f}", most is None or ratio <= most) for ratio in ratios),
        str(most or "–"),
        _marked(f"{growth:.2f}", growth <= MOST_GROWTH),
        _marked("–".join(str(number) for number in dict.fromkeys((queries[0], queries[-1]))), few),
        f"{costs[-1].processor:.1f}",
        f"{costs[-1].processor / row.bare.processor:.1f}",
        f"{costs[-1].processor / costs[0].processor:.2f}",
    ]


def _marked(figure: str, good: bool) -> str:
    return figure if good else f"{figure} *"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _database(kind: str) -> str:
    return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[kind]


def machine() -> str:
    """The day and the machine in one sentence."""
    load = os.getloadavg()[0]
    made_with = f"Python {platform.python_version()}, SQLAlchemy {version('sqlalchemy')}"
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return f"{clock.day_of(clock.now())}: {made_with}, {machine}, load {load:.1f} at the end of this part."


def write(page: Path, part: str, tables: Sequence[str]) -> None:
    """Puts the tables of a part between its marks of the page; raises ValueError where it has none."""
    text = page.read_text()
    begin, end = f"<!-- bench {part}: begins -->", f"<!-- bench {part}: ends -->"
    body = "\n\n".join([begin, machine(), *tables, end])
    found, count = re.subn(f"{re.escape(begin)}.*?{re.escape(end)}", lambda _match: body, text, flags=re.DOTALL)
    if count != 1:
        raise ValueError(f"{page} has no place for {part}")
    page.write_text(found)

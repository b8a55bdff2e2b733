"""The page that tells what was measured: docs/performance.md."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bench.goals import NAMES, TASKS, Row, Runs, cost, middle


def page(runs: Runs, labels: list[str], rows: list[Row], *, now: datetime) -> str:
    """One table of goals, one of figures; what was missed stands there as missed."""
    missed = [row for row in rows if not row.met]
    lines = [
        "# Speed",
        "",
        f"Measured on {now:%d %B %Y} with `make bench`: PostgreSQL and the server share one",
        "processor, the client has the other. The figure to compare is processor milliseconds per",
        "task (server and PostgreSQL), because it hardly moves when other work shares the machine.",
        "*Bare* is the least that Flask, SQLAlchemy, Jinja and PostgreSQL can do for the same",
        "task (`bench/reference/limits`), measured in the same run.",
        "",
        f"**{len(rows) - len(missed)} of {len(rows)} goals met.**",
        "",
        "| goal | measured | wanted | |",
        "|---|---|---|---|",
    ]
    lines += [f"| {row.what} | {row.measured} | {row.wanted} | {_mark(row)} |" for row in rows]
    lines += ["", "## All figures", "", *_figures(runs, labels)]
    return "\n".join(lines) + "\n"


def _mark(row: Row) -> str:
    return "✓" if row.met else f"✗ missed: {row.cause}" if row.cause else "✗ missed"


def _figures(runs: Runs, labels: list[str]) -> list[str]:
    names = ("app_ms", "db_ms", "sql", "http", "kb", "p50", "p95", "p99", "rps", "rss_mb")
    lines = [
        "| task | size | who | runs | ms per task | " + " | ".join(names) + " |",
        "|" + "---|" * (len(names) + 5),
    ]
    for label in labels:
        for task in TASKS:
            for target in ("limits", "guyub"):
                found = runs.get((task, target, label))
                if found:
                    lines.append(_figure(NAMES[task], label, target, found, names))
    return lines


def _figure(
    name: str, label: str, target: str, rows: list[dict[str, Any]], names: tuple[str, ...]
) -> str:
    cells = [
        name,
        label,
        "bare" if target == "limits" else "Guyub",
        str(len(rows)),
        f"{cost(rows):.2f}",
    ]
    return "| " + " | ".join(cells + [f"{middle(rows, n):.4g}" for n in names]) + " |"

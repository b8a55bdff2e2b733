"""The page that tells what was measured: docs/performance.md."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bench.goals import NAMES, TASKS, Row, Runs, cost, middle


def page(runs: Runs, labels: list[str], rows: list[Row], *, now: datetime) -> str:
    """One table of goals, one of figures; what was missed stands there as missed."""
    missed = [row for row in rows if not row.met]
    lines = [
        "# Kecepatan",
        "",
        f"Diukur {now:%d-%m-%Y} dengan `make bench`: PostgreSQL dan server di satu inti prosesor,",
        "klien di inti lain. Angka utama: milidetik prosesor untuk satu tugas (server dan PostgreSQL),",
        'karena tetap sama di mesin yang sibuk. "Polos" ialah Flask + SQLAlchemy + Jinja + PostgreSQL',
        "tanpa apa-apa lagi (`bench/reference/limits`), diukur di saat yang sama.",
        "",
        f"**{len(rows) - len(missed)} dari {len(rows)} sasaran tercapai.**",
        "",
        "| sasaran | terukur | diminta | |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {row.what} | {row.measured} | {row.wanted} | {'✓' if row.met else '✗ belum'} |"
        for row in rows
    ]
    lines += ["", "## Angka lengkap", "", *_figures(runs, labels)]
    return "\n".join(lines) + "\n"


def _mark(row: Row) -> str:
    return "✓" if row.met else "✗ belum"


def _figures(runs: Runs, labels: list[str]) -> list[str]:
    names = ("app_ms", "db_ms", "sql", "http", "kb", "p50", "p95", "p99", "rps", "rss_mb")
    lines = [
        "| tugas | besar | siapa | kali | ms per tugas | " + " | ".join(names) + " |",
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
        "polos" if target == "limits" else "Guyub",
        str(len(rows)),
        f"{cost(rows):.2f}",
    ]
    return "| " + " | ".join(cells + [f"{middle(rows, n):.4g}" for n in names]) + " |"

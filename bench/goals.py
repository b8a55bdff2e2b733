"""What we aim at, and whether a run got there."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

TASKS = ("list", "deep", "search", "detail", "cart", "order")
NAMES = {
    "list": "list (T1)",
    "deep": "page 100 (T2)",
    "search": "two-word search (T3)",
    "detail": "product (T4)",
    "cart": "add to cart (T5)",
    "order": "whole order (T6)",
}
SHARE_OF_BARE = {"list": 0.5, "deep": 0.5, "search": 0.5, "detail": 0.5, "cart": 0.4, "order": 0.3}
MOST_STATEMENTS = {"list": 3, "deep": 3, "search": 3, "detail": 4, "cart": 6, "order": 30}
MOST_REQUESTS = {"order": 7}
MOST_GROWTH = {"list": 1.15, "deep": 1.15, "search": 2.0, "detail": 1.15}
MOST_MEMORY_MB = 155
RACE_STOCK, RACE_BUYERS, RACE_SECONDS = 50, 200, 4.0


# What the profiles say where a figure falls short; printed beside it, so that nobody has to guess.
CAUSES = {
    "list": "half the time goes to the page around the cards: header, filters, session, two "
    "statements through SQLAlchemy; the bare page has none of them",
    "deep": "as for the list",
    "search": "stemming, synonyms and counted facets come with the hits in one larger statement",
    "detail": "a page of 8.5 kB with a form token and a session cookie beside 1.4 kB without",
    "cart": "a page of 20 kB, grouped by shop with postage and delivery choices, beside 1.3 kB; "
    "form token, session cookie and one transaction more",
    "order": "seven whole pages and 22 statements beside five bare ones and 6: holds, stock, "
    "events and the payment's intent are written with the order",
    "memory": "Python moves counters in shared pages, so each process copies what it touches: "
    "37 MB in each of the two, 30 in the one they are forked from",
    "race": "each buyer opens up to six whole pages on the way to the last piece",
}

GROWS = {"search": "ten times the hits are ranked and counted"}


@dataclass(frozen=True)
class Row:
    """One goal: what was measured, what was wanted, and whether it was met."""

    what: str
    measured: str
    wanted: str
    met: bool
    cause: str = ""


Runs = Mapping[tuple[str, str, str], list[dict[str, Any]]]


def read(path: Path) -> Runs:
    """Every run by (task, target, label)."""
    runs: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for line in path.read_text().splitlines():
        row = json.loads(line)
        runs[row["task"], row["target"], row["label"]].append(row)
    return runs


def middle(rows: Iterable[Mapping[str, Any]], name: str) -> float:
    """The median of one figure over the runs."""
    return median(row[name] for row in rows)


def cost(rows: list[dict[str, Any]]) -> float:
    """Processor milliseconds of one task: server and PostgreSQL."""
    return median(row["app_ms"] + row["db_ms"] for row in rows)


def ratio(above: list[dict[str, Any]], below: list[dict[str, Any]]) -> float:
    """The median of one cost over another, round by round, so that both saw the same machine."""
    return median(cost([a]) / cost([b]) for a, b in zip(above, below, strict=True))


def judge(runs: Runs, labels: list[str]) -> list[Row]:
    """Hold every figure against its goal."""
    found = []
    for label in labels:
        for task in TASKS:
            ours, bare = runs[task, "guyub", label], runs[task, "limits", label]
            found += _task(task, label, ours, bare)
    if len(labels) > 1:
        small, large = labels[0], labels[-1]
        for task, most in MOST_GROWTH.items():
            growth = ratio(runs[task, "guyub", large], runs[task, "guyub", small])
            what = f"{NAMES[task]}: {large} / {small}"
            cause = GROWS.get(task, "noise between runs: the plans read no more rows")
            found.append(Row(what, f"{growth:.2f} ×", f"≤ {most} ×", growth <= most, cause))
    for label in labels:
        memory = max(row["rss_mb"] for task in TASKS for row in runs[task, "guyub", label])
        what = f"memory of two processes, {label}"
        met = memory <= MOST_MEMORY_MB
        cause = CAUSES["memory"]
        found.append(Row(what, f"{memory} MB", f"≤ {MOST_MEMORY_MB} MB", met, cause))
    return found + _race(
        [row for key, rows in runs.items() if key[:2] == ("race", "guyub") for row in rows]
    )


def _task(
    task: str, label: str, ours: list[dict[str, Any]], bare: list[dict[str, Any]]
) -> list[Row]:
    share = ratio(bare, ours)
    statements = middle(ours, "sql")
    errors = sum(row["errors"] for row in ours)
    name = f"{NAMES[task]}, {label}"
    rows = [
        Row(
            name,
            f"{share:.2f} × ({cost(ours):.2f} ms, bare {cost(bare):.2f} ms)",
            f"≥ {SHARE_OF_BARE[task]} ×",
            share >= SHARE_OF_BARE[task],
            CAUSES[task],
        ),
        Row(
            f"{name}: statements",
            f"{statements:.1f}",
            f"≤ {MOST_STATEMENTS[task]}",
            statements <= MOST_STATEMENTS[task],
        ),
    ]
    if task in MOST_REQUESTS:
        requests = middle(ours, "http")
        most = MOST_REQUESTS[task]
        rows.append(Row(f"{name}: requests", f"{requests:.1f}", f"≤ {most}", requests <= most))
    if errors:
        rows.append(Row(f"{name}: errors", str(errors), "0", False))
    return rows


def _race(runs: list[dict[str, Any]]) -> list[Row]:
    if not runs:
        return []
    exact = sum(
        row["n"] == row["sold_in_db"] == RACE_STOCK
        and row["refused"] == RACE_BUYERS - RACE_STOCK
        and row["errors"] == 0
        for row in runs
    )
    seconds = [(row["app_ms"] + row["db_ms"]) * row["users"] / 1000 for row in runs]
    return [
        Row(
            f"{RACE_BUYERS} buyers for {RACE_STOCK} pieces",
            f"{exact} of {len(runs)} runs exact",
            f"{len(runs)} of {len(runs)}",
            exact == len(runs),
        ),
        Row(
            "race: processor seconds",
            f"{median(seconds):.1f} (at most {max(seconds):.1f})",
            f"≤ {RACE_SECONDS:.0f}",
            max(seconds) <= RACE_SECONDS,
            CAUSES["race"],
        ),
    ]

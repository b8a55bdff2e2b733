"""What a statement says, in the words it is printed with: plain values for PDF and table alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One booking: when, what, for which order, how much, and the balance after it."""

    at: datetime  # as the clock on the wall shows it, without a zone
    what: str
    order: str
    amount: int
    balance: int


@dataclass(frozen=True, slots=True)
class Paper:
    """A statement; `ending` is asked once every line was taken, and gives sums and the balance."""

    title: str
    shop: str
    owner: str
    period: str
    note: str
    opening: int
    lines: Iterable[PaperLine]
    ending: Callable[[], tuple[list[tuple[str, int]], int]]

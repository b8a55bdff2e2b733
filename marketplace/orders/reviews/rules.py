"""Stars and names as everybody sees them, and for how long a review may be mended."""

from __future__ import annotations

from datetime import datetime, timedelta

EDIT_FOR = timedelta(days=14)
MOST_PHOTOS = 3
LONGEST_WORDS = 1000
LONGEST_REPLY = 600


def may_edit(written_at: datetime, now: datetime) -> bool:
    """For two weeks whoever wrote it may think again; what stood there before is kept."""
    return now <= written_at + EDIT_FOR


def shown_name(name: str) -> str:
    """Rini Wahyuni reads as Rini W.: neighbours know her, strangers need not."""
    words = name.split()
    if len(words) < 2:
        return name[:40]
    return f"{words[0][:40]} {words[-1][0]}."


def average(stars: int, count: int) -> int:
    """The average in tenths, rounded half up: 46 is 4,6."""
    return (stars * 10 + count // 2) // count if count else 0

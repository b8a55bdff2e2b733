"""What a domain error says to a person: one sentence a code, gathered from one file a room.

Each file holds `SENTENCES: dict[str, str]` with `{name}` places for the error's params.
"""

from __future__ import annotations

from importlib import import_module
from math import ceil
from pkgutil import iter_modules

from marketplace.core.errors import MarketError
from marketplace.core.money import Money


def gather() -> dict[str, str]:
    """Every sentence of every room; a code with two sentences is a mistake."""
    found: dict[str, str] = {}
    for module in iter_modules(__path__):
        for code, sentence in import_module(f"{__name__}.{module.name}").SENTENCES.items():
            if code in found:
                raise ValueError(f"two sentences for {code}")
            found[code] = sentence
    return found


SENTENCES = gather()


def sentence(error: MarketError) -> str:
    """Say what happened and what to do, with the figures of the error."""
    words = SENTENCES.get(error.code) or SENTENCES[error.kind]
    params = {
        name: str(value) if isinstance(value, Money) else value
        for name, value in error.params.items()
    }
    if "minutes" in params:
        params["wait"] = wait(error.params["minutes"])
    return words.format_map(params)


def wait(minutes: int) -> str:
    """How long, as people say it: 5 menit, 2 jam, 1 hari."""
    for size, name in ((24 * 60, "hari"), (60, "jam")):
        if minutes >= size:
            return f"{ceil(minutes / size)} {name}"
    return f"{max(1, minutes)} menit"

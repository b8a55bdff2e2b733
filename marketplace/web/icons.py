"""The drawings of the sprite, as markup."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from flask import Flask
from markupsafe import Markup

SPRITE = Path(__file__).parent / "static" / "icons.svg"
NAMES = frozenset(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text("utf-8")))
SYMBOL = Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>')


def register(app: Flask, static_url: Callable[[str], str]) -> None:
    """Give every template icon('cari'): decoration beside words, never instead of them."""

    @cache
    def icon(name: str) -> Markup:
        if name not in NAMES:
            raise LookupError(f"no drawing is called {name!r}")
        return SYMBOL.format(static_url("icons.svg"), name)

    app.jinja_env.globals["icon"] = icon

"""The drawings of the sprite, as markup."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from flask import Flask
from markupsafe import Markup


def register(app: Flask, static_url: Callable[[str], str]) -> None:
    """Give every template icon('cari'): decoration beside words, never instead of them."""

    @cache
    def icon(name: str) -> Markup:
        sprite = static_url("icons.svg")
        return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>').format(
            sprite, name
        )

    app.jinja_env.globals["icon"] = icon

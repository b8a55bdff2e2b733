"""Pages of people: coming in, joining, and everything under /akun."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("account", __name__)

from marketplace.web.account import (  # noqa: E402  # the files below hang their pages on `bp`
    addresses,
    entering,
    home,
    joining,
    people,
    second_factor,
)

__all__ = ["addresses", "bp", "entering", "home", "joining", "people", "second_factor"]

"""The one door of Toko Saya; every file of this room adds its pages to it."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("seller", __name__)

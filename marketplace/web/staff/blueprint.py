"""The one door of the dinas; every file of this room adds its pages to it."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("staff", __name__)

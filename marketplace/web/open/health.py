"""Is the process alive, and can it serve?"""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy import text

from marketplace.core.db import read_one
from marketplace.web.access import EVERYONE, allow

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@allow(EVERYONE)
def alive() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@allow(EVERYONE)
def ready() -> Response:
    """The database answers, with it sessions and jobs; otherwise the 503 page of errors.py."""
    read_one(text("SELECT count(*) FROM sign_in_session WHERE id = 0"))
    return Response("ok\n", mimetype="text/plain")

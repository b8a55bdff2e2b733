"""The catalogue without a signal: the worker that keeps pages, and the page when none was kept."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, send_from_directory

from marketplace.web.access import EVERYONE, allow
from marketplace.web.static_files import STATIC

bp = Blueprint("offline", __name__)


@bp.get("/sw.js")
@allow(EVERYONE)
def worker() -> Response:
    """Stand at the root, so that it may serve every page; asked anew at each visit."""
    response = send_from_directory(STATIC / "js", "sw.js", mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/luring")
@allow(EVERYONE)
def page() -> Response:
    """What is shown for a page that this phone never opened."""
    response = make_response(render_template("offline.html"))
    response.headers["Cache-Control"] = "public, no-cache"
    return response

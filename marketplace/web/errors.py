"""From an error to a page: the right status, one clear sentence, and never a trace."""

from __future__ import annotations

import secrets
from typing import Any

import structlog
from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from marketplace.core.errors import MarketError
from marketplace.web.sentences import SENTENCES, sentence

log = structlog.get_logger()
STATUS = {
    "invalid": 422,
    "not_found": 404,
    "not_allowed": 403,
    "conflict": 409,
    "too_many": 429,
    "outside_failed": 502,
}
PAGES = {400, 403, 404, 405, 409, 413, 422, 429, 500, 502, 503}


def page(status: int, words: str | None = None, **more: Any) -> Response:
    """The error page of this status, with its sentence."""
    known = status if status in PAGES else 400
    body = render_template(f"errors/{known}.html", sentence=words, **more)
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def register(app: Flask) -> None:
    """Answer every error with a page in plain Indonesian."""

    @app.errorhandler(MarketError)
    def market(error: MarketError) -> Response:
        response = page(STATUS[error.kind], sentence(error))
        if error.kind == "too_many":
            response.headers["Retry-After"] = str(60 * int(error.params.get("minutes", 1)))
        return response

    @app.errorhandler(StaleDataError)
    def stale(_: StaleDataError) -> Response:
        return page(409, SENTENCES["conflict"])

    @app.errorhandler(CSRFError)
    def token(_: CSRFError) -> Response:
        log.info("csrf_refused", route=_route())
        return page(400, SENTENCES["stale_token"])

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        response = page(error.code or 500, None)
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After"):
                response.headers[name] = value
        return response

    @app.errorhandler(OperationalError)
    def database(error: DBAPIError) -> Response:
        """The database is away or too busy: nothing was written, come back soon."""
        log.error("database_unavailable", route=_route(), error=type(error.orig).__name__)
        return _later()

    @app.errorhandler(DBAPIError)
    def driver(error: DBAPIError) -> Response:
        return database(error) if error.connection_invalidated else unexpected(error)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        code = secrets.token_hex(4)
        log.exception("unexpected", code=code, route=_route())
        if app.testing or app.debug:
            raise error
        return page(500, None, code=code)


def _route() -> str:
    """The route that was asked for; an address itself may be a secret, and logs keep none."""
    return str(request.url_rule or "")


def _later() -> Response:
    response = page(503)
    response.headers["Retry-After"] = "5"
    return response

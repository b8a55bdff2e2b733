"""Public pages travel compressed; pages with anything private in them do not.

A quarter of the bytes arrives sooner on a weak signal, for less than a tenth of a millisecond.
Why private pages are left out stands in docs/decisions/0017-what-is-compressed.md.
"""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, Response, request
from isal import isal_zlib
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

LEVEL = 1  # of 0 to 3; more costs more than the bytes it saves
GZIP = 31  # zlib's number for its largest window in gzip's wrapping
LEAST_BYTES = 1400  # what fits into one packet anyway


def register(app: Flask) -> None:
    """Call this before whatever stamps `Cache-Control`: the last to come sees an answer first."""

    @app.after_request
    def compress(response: Response) -> Response:
        if not _is_public_page(response):
            return response
        response.vary.add("Accept-Encoding")
        if _takes_gzip(request.headers.get("Accept-Encoding", "")):
            body = response.get_data()
            if len(body) >= LEAST_BYTES:
                response.set_data(isal_zlib.compress(body, LEVEL, GZIP))
                response.content_encoding = "gzip"
        return response


def _is_public_page(response: Response) -> bool:
    return (
        response.status_code == 200
        and response.mimetype == "text/html"
        and "no-store" not in response.headers.get("Cache-Control", "no-store")
        and response.content_encoding is None
    )


@lru_cache(maxsize=128)
def _takes_gzip(said: str) -> bool:
    return parse_accept_header(said, Accept)["gzip"] > 0

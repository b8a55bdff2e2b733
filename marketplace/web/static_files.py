"""Our own files and, without S3, the pictures: hashed names, kept for a year."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, abort, send_from_directory
from whitenoise import WhiteNoise

from marketplace.config import Config
from marketplace.web import security
from marketplace.web.access import EVERYONE, allow

STATIC = Path(__file__).parent / "static"
YEAR = 365 * 24 * 3600


def serve(app: Flask, config: Config) -> None:
    """Serve static files beside the application, and stored pictures when they are local."""
    protecting = list(security.headers(config).items())
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(STATIC),
        prefix="static/",
        max_age=YEAR,
        autorefresh=config.debug,
        allow_all_origins=False,
        add_headers_function=lambda found, path, url: [
            found.add_header(name, value) for name, value in protecting
        ],
    )
    app.config["OPEN_FILES"] = set()
    if config.s3_bucket:
        return

    @app.get(f"{config.media_url}/<path:key>", endpoint="media")
    @allow(EVERYONE)
    def media(key: str) -> Response:
        if not key.startswith("p/") or Path(key).suffix not in (".webp", ".jpg"):
            abort(404)
        response = send_from_directory(config.media_root, key, max_age=YEAR, conditional=True)
        response.cache_control.immutable = True
        response.cache_control.public = True
        return response

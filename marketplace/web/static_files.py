"""Our own files and, without S3, the pictures: hashed names, kept for a year."""

from __future__ import annotations

import gzip
import os
import shutil
from pathlib import Path

from flask import Flask, Response, abort, send_from_directory
from whitenoise import WhiteNoise

from marketplace.config import Config
from marketplace.web import security
from marketplace.web.access import EVERYONE, allow
from media.storage import BadKey, checked_key

STATIC = Path(__file__).parent / "static"
YEAR = 365 * 24 * 3600
TEXTS = {".css", ".js", ".svg", ".webmanifest"}


def serve(app: Flask, config: Config) -> None:
    """Serve static files beside the application, and stored pictures when they are local."""
    protecting = list(security.headers(config).items())
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(_packed(config.instance / "static")),
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
        if not _is_public(key):
            abort(404)
        response = send_from_directory(config.media_root, key, max_age=YEAR, conditional=True)
        response.cache_control.immutable = True
        response.cache_control.public = True
        return response


def _is_public(key: str) -> bool:
    """Whether this is a picture for everybody: under p/, and by no way round (p/../closed/…)."""
    try:
        checked_key(key)
    except BadKey:
        return False
    return key.startswith("p/") and Path(key).suffix in (".webp", ".jpg")


def _packed(folder: Path) -> Path:
    """A copy of our files with a compressed twin of each text: a fifth of it travels to a phone."""
    aside = folder.with_name(f"{folder.name}-written")  # nothing half written is ever listed
    aside.mkdir(parents=True, exist_ok=True)
    for source in STATIC.rglob("*"):
        target = folder / source.relative_to(STATIC)
        if source.is_dir() or _is_fresh(target, source):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.suffix in TEXTS:
            twin = target.with_name(f"{target.name}.gz")
            _put(twin, gzip.compress(source.read_bytes(), mtime=0), aside)
        _put(target, source.read_bytes(), aside)
        shutil.copystat(source, target)
    return folder


def _is_fresh(target: Path, source: Path) -> bool:
    if not target.exists():
        return False
    old, new = target.stat(), source.stat()
    return (old.st_size, old.st_mtime_ns) == (new.st_size, new.st_mtime_ns)


def _put(path: Path, data: bytes, aside: Path) -> None:
    """In one step: several processes start at once, and each lists what lies here."""
    mine = aside / str(os.getpid())
    mine.write_bytes(data)
    mine.replace(path)

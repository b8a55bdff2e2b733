"""Puts the house together."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import structlog
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from marketplace.accounts import sealing
from marketplace.config import BadConfig, Config, load
from marketplace.core import events, failpoints
from marketplace.core.db import db, tune
from marketplace.flows import wiring
from marketplace.outside import open_outside
from marketplace.photos import pictures
from marketplace.web import (
    access,
    compression,
    errors,
    formats,
    limits,
    page,
    routes,
    security,
    static_files,
    templating,
)

MIGRATIONS = Path(__file__).parent.parent / "migrations"


class House(Flask):
    """Flask whose views are plain functions: nobody asks nine times a request if one is not."""

    jinja_environment = templating.KnownTemplates

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(env: Mapping[str, str] | None = None, *, serving: bool = False) -> Flask:
    """Build the application from the environment; refuse to start when a setting is wrong.

    `serving` leaves out what only commands and tests need: migrations cost each server 10 MB.
    """
    config = load(os.environ if env is None else env)
    app = House(__name__, root_path=str(Path(__file__).parent / "web"), static_folder=None)
    app.config.update(
        HOUSE=config,
        SECRET_KEY=config.secret_key,
        SECRET_KEY_FALLBACKS=list(config.old_secret_keys),
        TESTING=config.app_env == "test",
        DEBUG=config.debug,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(config),
    )
    templating.register(app, debug=config.debug)
    if config.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, config.proxies, config.proxies, config.proxies)  # type: ignore[method-assign]
    _log(config)
    _open_database(app, config)
    failpoints.arm(config.failpoint, log=config.failpoint_log)
    pictures.hang(open_outside(config).storage.url("p"))
    sealing.use_keys(config.secret_key, *config.old_secret_keys)
    events.wire(wiring.LISTENERS)
    access.guard(app)
    limits.guard(app)
    compression.register(app)
    security.protect(app, config)
    formats.register(app)
    page.register(app, config)
    errors.register(app)
    routes.register(app, config)
    static_files.serve(app, config)
    if not serving:
        import_module("flask_migrate").Migrate(app, db, directory=str(MIGRATIONS))
        import_module("marketplace.cli").register(app)
    return app


def app_or_exit(*, serving: bool = False) -> Flask:
    """The application, or one sentence for each setting that is wrong."""
    try:
        return create_app(serving=serving)
    except BadConfig as fault:
        sys.exit("Guyub cannot start:\n" + "\n".join(f"- {words}" for words in fault.faults))


def _open_database(app: Flask, config: Config) -> None:
    if config.database_url.startswith("sqlite:///"):
        Path(config.database_url.removeprefix("sqlite:///")).parent.mkdir(
            parents=True, exist_ok=True
        )
    db.init_app(app)
    with app.app_context():
        tune(db.engine, app.config["SQLALCHEMY_ENGINE_OPTIONS"])


def _engine_options(config: Config) -> dict[str, object]:
    private: dict[str, object] = {"hide_parameters": True}  # a fault in a log names nobody
    if config.database_url.startswith("sqlite"):
        return private
    # a page waits at most five seconds for a statement and three for a lock
    limits = (
        "-c statement_timeout=5000 -c lock_timeout=3000 "
        "-c idle_in_transaction_session_timeout=30000"
    )
    return {
        **private,
        "pool_size": config.web_threads,
        "max_overflow": config.web_threads,
        "pool_recycle": 1800,
        "connect_args": {
            "options": limits,
            "connect_timeout": 5,
            "cursor_factory": import_module("marketplace.core.postgres").PlainCursor,
        },
    }


def _log(config: Config) -> None:
    """JSON lines in UTC with the request's id; quiet words for a person at the keyboard."""
    human = config.app_env in ("demo", "development", "test")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=False)
            if human
            else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.WARNING if config.app_env == "test" else logging.INFO
        ),
        cache_logger_on_first_use=True,
    )

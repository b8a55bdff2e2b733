"""Every blueprint, in one tuple."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter

from marketplace.config import Config
from marketplace.web import gallery, hooks
from marketplace.web.account import bp as account
from marketplace.web.buying import bp as buying
from marketplace.web.open import health, offline
from marketplace.web.seller import bp as seller
from marketplace.web.staff import bp as staff
from marketplace.web.storefront import bp as storefront

BLUEPRINTS = (
    health.bp,
    account,
    offline.bp,
    storefront,
    buying,
    hooks.bp,
    seller,
    staff,
)


class Number(IntegerConverter):
    """The number of a row, in ASCII digits; one that no database could hold names nothing."""

    regex = "[0-9]{1,15}"


def register(app: Flask, config: Config) -> None:
    """Open every door."""
    app.url_map.converters["int"] = Number
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if not config.production:
        app.register_blueprint(gallery.bp)

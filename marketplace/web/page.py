"""What every page knows: who is here, what is in the cart, where parcels go."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask, g, request, session
from flask_login import current_user

from marketplace.catalog import shelves
from marketplace.config import Config
from marketplace.core import clock
from marketplace.makers import members
from marketplace.orders import cart
from marketplace.web import icons

STATIC = Path(__file__).parent / "static"


class Page:
    """The surroundings of one page; each part is asked only when a template wants it."""

    def __init__(self, config: Config) -> None:
        self.demo = config.demo
        self.complaint_contact = config.complaint_contact
        self.complaint_whatsapp = config.complaint_whatsapp
        self.complaint_email = config.complaint_email
        self.help_whatsapp = config.help_whatsapp

    @cached_property
    def cart_count(self) -> int:
        """Pieces in the cart; a visitor without account carries the number in the cookie."""
        if "cart_count" in g:  # a page of the cart has just read it
            return int(g.cart_count)
        if current_user.is_authenticated:
            return cart.count_of(current_user.person_id)
        return int(session.get("n", 0))

    @cached_property
    def place(self) -> str | None:
        return session.get("place_name")

    @property
    def signed_in(self) -> bool:
        """Whether somebody is known here; costs no question more than the door asked."""
        return bool(current_user.is_authenticated)

    @cached_property
    def person(self) -> dict[str, Any] | None:
        if not current_user.is_authenticated:
            return None
        return {
            "name": current_user.name,
            "email": current_user.email,
            "is_staff": current_user.is_staff,
            "is_admin": current_user.is_admin,
            "shops": [(shop.name, shop.code) for shop in members.shops_of(current_user.person_id)],
        }

    @cached_property
    def big_type(self) -> bool:
        """A cookie of its own: reading it never opens the session, so public pages stay light."""
        return request.cookies.get("huruf") == "besar"

    @cached_property
    def categories(self) -> list[tuple[str, str]]:
        return shelves.tops()

    @cached_property
    def year(self) -> int:
        return clock.now().year


def register(app: Flask, config: Config) -> None:
    """Hand every template its page."""
    static_url = _versioned(app)
    app.jinja_env.globals["static_url"] = static_url
    icons.register(app, static_url)

    @app.context_processor
    def everywhere() -> dict[str, Any]:
        if "page" not in g:
            g.page = Page(config)
        return {"page": g.page}


def _versioned(app: Flask) -> Any:
    """Addresses of our files with their content's hash, so that browsers keep them for a year."""
    known: dict[str, str] = {}

    def static_url(name: str) -> str:
        if name not in known or app.debug:
            digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
            known[name] = f"/static/{name}?v={digest}"
        return known[name]

    return static_url

"""What every page knows: who is here, what is in the cart, where parcels go."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask, g, request, session
from flask_login import current_user
from markupsafe import Markup

from marketplace.catalog import shelves
from marketplace.config import Config
from marketplace.core import clock
from marketplace.makers import members
from marketplace.orders import cart
from marketplace.web import icons

STATIC = Path(__file__).parent / "static"


KEPT = 256  # drawn parts, about two kilobytes each
Draw = Callable[..., Markup]


class Person(NamedTuple):
    """Who is signed in, as far as pages name them."""

    name: str
    email: str
    is_staff: bool
    is_admin: bool
    shops: tuple[tuple[str, str], ...]  # name and code


class Page:
    """The surroundings of one page; each part is asked only when a template wants it."""

    def __init__(self, config: Config, draw: Draw) -> None:
        self._draw = draw
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
    def person(self) -> Person | None:
        if not current_user.is_authenticated:
            return None
        return Person(
            current_user.name,
            current_user.email,
            current_user.is_staff,
            current_user.is_admin,
            tuple((shop.name, shop.code) for shop in members.shops_of(current_user.person_id)),
        )

    @cached_property
    def big_type(self) -> bool:
        """A cookie of its own: reading it never opens the session, so public pages stay light."""
        return request.cookies.get("huruf") == "besar"

    @cached_property
    def categories(self) -> list[tuple[str, str]]:
        return shelves.tops()

    @property
    def links(self) -> Markup:
        """Icons, type, style and script."""
        return self._draw("links")

    def menu(self, nav: str) -> Markup:
        return self._draw("menu", nav, self.place, self.person)

    def bottom(self, nav: str) -> Markup:
        return self._draw("bottom", nav, self.person, self.cart_count)

    @property
    def foot(self) -> Markup:
        return self._draw(
            "foot",
            self.complaint_contact,
            self.complaint_whatsapp,
            self.complaint_email,
            self.help_whatsapp,
            self.big_type,
            clock.now().year,
        )


def register(app: Flask, config: Config) -> None:
    """Hand every template its page."""
    static_url = _versioned(app)
    app.jinja_env.globals["static_url"] = static_url
    icons.register(app, static_url)
    draw = _drawing(app)

    @app.context_processor
    def everywhere() -> dict[str, Any]:
        if "page" not in g:
            g.page = Page(config, draw)
        return {"page": g.page}


def _drawing(app: Flask) -> Draw:
    """Draw the macros of layouts/_around.html, each once for the same arguments."""

    def draw(part: str, *known: Hashable) -> Markup:
        around: Any = app.jinja_env.get_template("layouts/_around.html").module
        drawn: Markup = getattr(around, part)(*known)
        return drawn

    return draw if app.debug else lru_cache(maxsize=KEPT)(draw)


def _versioned(app: Flask) -> Any:
    """Addresses of our files with their content's hash, so that browsers keep them for a year."""
    known: dict[str, str] = {}

    def static_url(name: str) -> str:
        if name not in known or app.debug:
            digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
            known[name] = f"/static/{name}?v={digest}"
        return known[name]

    return static_url

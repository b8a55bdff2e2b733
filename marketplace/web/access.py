"""The door: every route says who may come in; a route that says nothing lets nobody in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar, cast

import structlog
from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user
from sqlalchemy.exc import OperationalError

from marketplace.accounts import sessions
from marketplace.accounts.roles import Role, ShopRole
from marketplace.core import clock
from marketplace.core.errors import NotAllowed, NotFound
from marketplace.flows import signing_in
from marketplace.makers import members

log = structlog.get_logger()
View = TypeVar("View", bound=Callable[..., Any])
Check = Callable[[], Response | None]
PROOF_LASTS = timedelta(minutes=10)


@dataclass(frozen=True)
class Policy:
    """Who may use a route; `check` raises, or answers with the way to the right door."""

    name: str
    check: Check


class SignedIn(UserMixin):
    """The person behind a live session row."""

    def __init__(self, token: str, visitor: sessions.Visitor) -> None:
        self.token = token
        self.visitor = visitor

    def get_id(self) -> str:
        return self.token

    def __getattr__(self, name: str) -> Any:
        return getattr(self.visitor, name)


class Stranger(AnonymousUserMixin):
    """Anybody without a session."""

    person_id: int | None = None
    role: Role | None = None


def allow(policy: Policy) -> Callable[[View], View]:
    """Declare who may use this view."""

    def declare(view: View) -> View:
        cast(Any, view).policy = policy
        return view

    return declare


def _nothing() -> None:
    return None


def _signed_in() -> Response | None:
    if current_user.is_authenticated:
        return None
    if waiting() is not None:
        return cast(Response, redirect(url_for("account.second_factor", lanjut=_way_back())))
    if request.method == "GET":
        return cast(
            Response, redirect(url_for("account.sign_in", lanjut=request.full_path.rstrip("?")))
        )
    raise NotAllowed("session_over")


def waiting() -> SignedIn | None:
    """Who typed the right password here but not the code yet; such a one is nobody to the pages."""
    return None if current_user.is_authenticated else g.get("waiting")


def _password_known() -> Response | None:
    """The password was right; the code may still be missing."""
    return None if waiting() is not None else _signed_in()


def _proved_lately() -> Response | None:
    """The password was typed at this device within ten minutes."""
    answer = _signed_in()
    if answer is not None:
        return answer
    if clock.now() - current_user.proved_at > PROOF_LASTS:
        return cast(Response, redirect(url_for("account.prove", lanjut=_way_back())))
    return None


def _way_back() -> str:
    """Where to go after typing the password: this page, or the one its form stood on."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    return request.form.get("lanjut") or url_for("account.home")


def _role(*roles: Role, proved: bool = False) -> Check:
    def check() -> Response | None:
        answer = _signed_in()
        if answer is not None:
            return answer
        if current_user.role not in roles:
            raise NotAllowed("wrong_role", needed=roles[0].value, name=current_user.name)
        if not current_user.second_factor:
            return cast(Response, redirect(url_for("account.second_factor", lanjut=_way_back())))
        return _proved_lately() if proved else None

    return check


def _shop(*roles: ShopRole, proved: bool = False, second_factor: bool = False) -> Check:
    """The shop is part of the address (`<shop>` is its code) and is checked on every request."""

    def check() -> Response | None:
        answer = _signed_in()
        if answer is not None:
            return answer
        found = members.shop_of(current_user.person_id, (request.view_args or {})["shop"])
        if found is None:
            raise NotFound()
        if found.role not in roles:
            raise NotAllowed("owner_only", shop=found.name)
        g.shop = found
        if second_factor and not current_user.second_factor:
            return cast(Response, redirect(url_for("account.second_factor", lanjut=_way_back())))
        return _proved_lately() if proved else None

    return check


EVERYONE = Policy("everyone", _nothing)
SIGNED_IN = Policy("signed_in", _signed_in)
HALF_IN = Policy("half_in", _password_known)
PROVED = Policy("proved", _proved_lately)
SHOP = Policy("shop", _shop(ShopRole.OWNER, ShopRole.STAFF))
SHOP_OWNER = Policy("shop_owner", _shop(ShopRole.OWNER))
SHOP_OWNER_PROVED = Policy("shop_owner_proved", _shop(ShopRole.OWNER, proved=True))
SHOP_OWNER_SECURE = Policy(
    "shop_owner_secure", _shop(ShopRole.OWNER, proved=True, second_factor=True)
)
STAFF = Policy("staff", _role(Role.STAFF, Role.ADMIN))
STAFF_PROVED = Policy("staff_proved", _role(Role.STAFF, Role.ADMIN, proved=True))
ADMIN = Policy("admin", _role(Role.ADMIN))
ADMIN_PROVED = Policy("admin_proved", _role(Role.ADMIN, proved=True))
LINK = Policy(
    "link", _nothing
)  # the view finds its thing by the hash of a 128-bit token or says 404
PROVIDER = Policy("provider", _nothing)  # the view verifies a signature before anything else
POLICIES = {
    policy.name: policy
    for policy in (
        EVERYONE,
        HALF_IN,
        SIGNED_IN,
        PROVED,
        SHOP,
        SHOP_OWNER,
        SHOP_OWNER_PROVED,
        SHOP_OWNER_SECURE,
        STAFF,
        STAFF_PROVED,
        ADMIN,
        ADMIN_PROVED,
        LINK,
        PROVIDER,
    )
}


def guard(app: Flask) -> None:
    """Stand at the door of every request."""
    # without its `init_app`: that adds a remember-me cookie and a template variable we do not use
    # and opens the session of every page for them
    manager = LoginManager()
    app.login_manager = manager  # type: ignore[attr-defined]
    manager.anonymous_user = Stranger
    manager.session_protection = None  # the session row is the truth, not the browser's address

    @manager.user_loader
    def known(token: str) -> SignedIn | None:
        visitor = sessions.find(token, now=clock.now())
        if visitor is None:
            return None
        person = SignedIn(token, visitor)
        if visitor.has_second_factor and not visitor.second_factor:
            g.waiting = person
            return None
        return person

    @app.before_request
    def door() -> Response | None:
        if request.endpoint is None:
            return None  # 404 and 405 answer for themselves
        if "\0" in request.path or "%00" in request.query_string.decode("latin-1"):
            raise NotFound()  # no name of ours holds it, and PostgreSQL refuses to look for it
        if request.endpoint in app.config["OPEN_FILES"]:
            return None
        policy = getattr(app.view_functions[request.endpoint], "policy", None)
        if policy is None:
            abort(500, "a route without a policy")
        _same_site()
        return cast(Policy, policy).check()

    @app.after_request
    def visited(response: Response) -> Response:
        """A device in use stays signed in; it is written down now and then, not each time."""
        person = g.get("_login_user")
        now = clock.now()
        if isinstance(person, SignedIn) and sessions.is_stale(person.visitor, now=now):
            try:
                signing_in.remember_visit(person.visitor.session_id, now=now)
            except OperationalError as fault:  # the page is ready; the next one will write it down
                log.warning("visit_not_written", error=type(fault.orig).__name__)
        return response


def _same_site() -> None:
    """An unsafe request comes from our own pages; browsers say so without being asked."""
    if request.method in ("GET", "HEAD", "OPTIONS") or is_provider():
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is None:
        origin = request.headers.get("Origin")
        ours = origin in (None, "null") or origin == request.host_url.rstrip("/")
    else:
        ours = site in ("same-origin", "none")
    if not ours:
        raise NotAllowed("other_site")


def is_provider() -> bool:
    """Whether this is a provider's message, which carries a signature instead of a token."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "policy", None) is PROVIDER


def cart_token() -> str | None:
    """The visitor's own cart key, or none while nothing was put in."""
    return session.get("cart")

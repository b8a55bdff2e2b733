"""What a browser remembers of its person: the session's secret, the device, the size of print."""

from __future__ import annotations

import re

from flask import Response, current_app, request, session
from itsdangerous import BadSignature, URLSafeSerializer

from marketplace.config import Config

YEAR = 365 * 24 * 3600
STAYS = ("place", "place_name")  # where parcels go is no secret and saves asking again
MOST_PEOPLE = 10  # on one family phone
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def let_in(token: str, *, keep_cart: bool = False) -> None:
    """Begin a new cookie for this session: nothing that was planted before survives.

    The form token changes too, since it lives in the cookie.
    """
    kept = {name: session[name] for name in STAYS if name in session}
    if keep_cart:
        kept |= {name: session[name] for name in ("cart", "n") if name in session}
    session.clear()
    session.update(kept)
    session["_user_id"] = token
    session["_fresh"] = True
    session.permanent = True


def forget() -> None:
    """Leave nothing of the person in the cookie."""
    kept = {name: session[name] for name in STAYS if name in session}
    session.clear()
    session.update(kept)


def device_words() -> str:
    """The browser in words its owner recognises: "Chrome di Android"."""
    agent = request.user_agent.string[:400]
    browser = next((words for mark, words in BROWSERS if mark in agent), "Peramban")
    system = next((words for mark, words in SYSTEMS if mark in agent), "perangkat lain")
    return f"{browser} di {system}"


def is_known_device(person_code: str) -> bool:
    """Whether this person came in from this browser before."""
    return person_code in _people_here()


def remember_device(response: Response, person_code: str) -> Response:
    """Let the browser know its people, so that the next sign-in needs no letter."""
    known = [code for code in _people_here() if code != person_code]
    words = _signer().dumps([person_code, *known][:MOST_PEOPLE])
    return _keep(response, _device_name(), str(words), http_only=True)


def set_big_type(response: Response, big: bool) -> Response:
    """Large print on this browser; public pages read this without opening the session."""
    return _keep(response, "huruf", "besar" if big else "biasa", http_only=False)


def way_on(default: str) -> str:
    """Where to go afterwards: the page that was asked for, if it is one of ours."""
    way = request.values.get("lanjut", "")
    if len(way) > 500 or not re.match(r"/(?![/\\])[!-~]*\Z", way) or "\\" in way:
        return default
    return way


def _people_here() -> list[str]:
    try:
        found = _signer().loads(request.cookies.get(_device_name(), ""))
    except BadSignature:
        return []
    return [code for code in found if isinstance(code, str)] if isinstance(found, list) else []


def _keep(response: Response, name: str, value: str, *, http_only: bool) -> Response:
    response.set_cookie(
        name, value, max_age=YEAR, path="/", secure=_secure(), httponly=http_only, samesite="Lax"
    )
    return response


def _device_name() -> str:
    return "__Host-perangkat" if _secure() else "perangkat"


def _secure() -> bool:
    house: Config = current_app.config["HOUSE"]
    return house.base_url.startswith("https://")


def _signer() -> URLSafeSerializer:
    house: Config = current_app.config["HOUSE"]
    return URLSafeSerializer([*reversed(house.old_secret_keys), house.secret_key], salt="device")

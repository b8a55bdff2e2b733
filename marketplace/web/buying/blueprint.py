"""What the pages of buying share: whose cart it is, where it goes, and the opened orders."""

from __future__ import annotations

from flask import Blueprint, Response, g, session
from flask_login import current_user

from marketplace.core.ids import new_token
from marketplace.orders.cart import Buyer

bp = Blueprint("buying", __name__)
MOST_REMEMBERED = 10


@bp.after_request
def keep_to_ourselves(response: Response) -> Response:
    """Addresses of orders open them: they go to no other site and into no search engine."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def buyer(*, begin: bool = False) -> Buyer:
    """Whose cart this is; `begin` gives a new visitor the key of a new one."""
    if current_user.is_authenticated:
        return Buyer(person_id=current_user.person_id)
    if begin and "cart" not in session:
        session["cart"] = new_token()
        session.permanent = True
    return Buyer(token=session.get("cart"))


def village() -> str | None:
    """Where parcels go, if the visitor has said so."""
    return session.get("place")


def pickups() -> frozenset[str]:
    """Shops where the visitor fetches the things."""
    return frozenset(session.get("pickup", ()))


def pick_up(shop_code: str, yes: bool) -> None:
    """Remember how one shop's things travel."""
    others = [code for code in session.get("pickup", ()) if code != shop_code]
    session["pickup"] = [*others[-19:], shop_code] if yes else others


def count(pieces: int) -> None:
    """The number at the basket of every page."""
    g.cart_count = pieces
    if not current_user.is_authenticated and session.get("n", 0) != pieces:
        session["n"] = pieces


def remember_order(group_code: str) -> None:
    """This browser placed the order, so it may come back to it from the provider's page."""
    known = [code for code in session.get("orders", ()) if code != group_code]
    session["orders"] = [*known, group_code][-MOST_REMEMBERED:]


def placed_here(group_code: str) -> bool:
    """Whether this browser placed that order."""
    return group_code in session.get("orders", ())

"""What the people of these stories do in a few words, each only if it was not done before."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select
from stripe import WebhookSignature

from marketplace.catalog.models import Variant
from marketplace.core import clock
from marketplace.core.db import db, read, read_one
from marketplace.core.work import transaction
from marketplace.flows import buying, card_pages, payments, provider_messages, watching
from marketplace.orders import cart, queries
from marketplace.orders.cart import Buyer
from marketplace.orders.checkout import Wish
from marketplace.orders.models import Order, OrderGroup, Payment
from marketplace.orders.shopping import shopping
from marketplace.orders.views import GroupView
from tests import builders
from tests.services.stripe_process import GOOD_CARD, SECRET, Stripe


def stripe() -> Stripe:
    """Our own Stripe, as the process at hand was told."""
    return Stripe(os.environ["STRIPE_API_BASE"])


def the(table: Any, **known: Any) -> Row[Any] | None:
    """The one row of which this is known, as it stands; none if there is none."""
    return read_one(select(table.__table__).filter_by(**known))


def page_words(**more: Any) -> dict[str, Any]:
    """What belongs to a page on which somebody promises money."""
    return card_pages.words(
        email=None,
        success_url="https://guyub.example/ikut",
        cancel_url="https://guyub.example/borong",
        expires_at=clock.now() + timedelta(hours=2),
        **more,
    )


# --- Buying ---------------------------------------------------------------------------------------


def order(name: str, *, way: str = "stripe", thing: int = 0, pieces: int = 1) -> Row[Any]:
    """Somebody buys the first or the second thing of the market; the payment."""
    found = the(OrderGroup, checkout_key=name)
    if found is None:
        buying.place(*_as_seen(name, way, thing, pieces))
        found = the(OrderGroup, checkout_key=name)
    assert found is not None
    payment = read_one(
        select(Payment.__table__).where(Payment.group_id == found.id).order_by(Payment.id.desc())
    )
    assert payment is not None
    return payment


def _as_seen(name: str, way: str, thing: int, pieces: int) -> tuple[Buyer, Wish]:
    buyer = Buyer(token=name)
    variant = read(select(Variant.id).order_by(Variant.id))[thing].id
    with transaction():
        cart.add(buyer, variant, pieces, village=None, now=clock.now())
    bill = shopping(buyer, village=builders.CONDONGCATUR, pickups=frozenset(), now=clock.now())
    wish = Wish(
        checkout_key=name,
        shown=bill.shown(),
        recipient=name.title(),
        phone="6281200000001",
        email=None,  # letters have a story of their own
        village=builders.CONDONGCATUR,
        address="Jalan Kaliurang 5",
        pickups=frozenset(),
        provider=way,
    )
    db.session.rollback()
    return buyer, wish


def pay_by_card(name: str, *, come_back: bool = True, **bought: Any) -> None:
    """Order, open the page and pay there; without `come_back` the browser is never seen again."""
    payment = order(name, **bought)
    payments.open_page(payment.code)
    pay_on_page(order(name).reference)
    if come_back:
        assert payments.settle(payment.code) == "paid"


def pay_on_page(page: str, card: str = GOOD_CARD) -> None:
    """Press the button on the provider's page; a page is used once."""
    stripe().tell("pay", session=page, card=card)


def orders_of(name: str) -> list[Row[Any]]:
    """The orders somebody placed."""
    group = the(OrderGroup, checkout_key=name)
    assert group is not None
    return read(select(Order.__table__).where(Order.group_id == group.id).order_by(Order.id))


def page_of(name: str) -> GroupView:
    """What somebody ordered, as its page shows it."""
    group = the(OrderGroup, checkout_key=name)
    assert group is not None
    view = queries.group_by_code(group.code)
    assert view is not None
    return view


def give_up(name: str) -> None:
    """The buyer gives up an unpaid order."""
    view = page_of(name)
    if any(order.state == "waiting" for order in view.orders):
        buying.cancel_unpaid(view)


# --- The provider's post --------------------------------------------------------------------------


def messages_come(about: str, *, backwards: bool = False) -> None:
    """Every message there is about this arrives, signed; those that came before come again."""
    told = watching.watcher("stripe").find_events(
        since=clock.now() - timedelta(days=1), kinds=provider_messages.KINDS
    )
    bodies = [one.body for one in told if about in one.body]
    for body in bodies if backwards else reversed(bodies):
        signature = WebhookSignature.generate_signature_header(body, SECRET)
        provider_messages.hear("stripe", body.encode(), signature)

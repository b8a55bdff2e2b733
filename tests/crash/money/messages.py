"""Messages that are kept and worked later, messages that are lost, and money that nobody asked for.

Asih and Budi pay and are never seen again. Then money comes for an order that we have lost, as
after a backup was restored: it goes back.
"""

from __future__ import annotations

from datetime import timedelta

from marketplace.core import clock
from marketplace.core.money import Money
from marketplace.flows import payments
from tests.crash.money.people import (
    messages_come,
    order,
    orders_of,
    pay_by_card,
    pay_on_page,
    stripe,
)

LOST, AMOUNT = "lostorder1", 75_000


def asih_pays_and_is_never_seen_again() -> None:
    pay_by_card("asih", come_back=False)


def stripe_tells_us() -> None:
    messages_come(order("asih").code)


def budi_pays_and_stripe_tells_nobody() -> None:
    pay_by_card("budi", thing=1, come_back=False)


def money_comes_for_an_order_that_is_lost() -> None:
    gateway = payments.gateway("stripe")
    page = gateway.open_checkout(
        key=f"pay:{LOST}:1",
        payment_code=LOST,
        amount=Money(AMOUNT),
        description="Pesanan di Guyub",
        email=None,
        success_url="https://guyub.example/kembali",
        cancel_url="https://guyub.example/kembali",
        expires_at=clock.now().replace(minute=0, second=0) + timedelta(hours=5),
    )
    pay_on_page(page.reference)


def end() -> None:
    for name in ("asih", "budi"):
        assert order(name).state == "paid"
        assert [one.state for one in orders_of(name)] == ["new"]
    back = [refund["amount"] for refund in stripe().tell("refunds")]
    assert back == [AMOUNT * 100], back


STEPS = (
    asih_pays_and_is_never_seen_again,
    stripe_tells_us,
    budi_pays_and_stripe_tells_nobody,
    money_comes_for_an_order_that_is_lost,
    "reconcile --once",
)
POINTS = {
    "buying.placed",
    "payments.opened",
    "payments.attached",
    "payments.read",
    "payments.settled",
    "strangers.returned",
    "messages.heard",
    "messages.kept",
    "messages.followed",
    "watching.heard_again",
    "worker.begun",
    "worker.done",
}
ALARMS = {"money_without_order"}

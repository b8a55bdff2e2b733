"""The two gateways behind one handle, so that one set of tests judges both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from marketplace.adapters.simulator_gateway import SimulatorGateway
from marketplace.adapters.stripe_gateway import StripeGateway
from marketplace.core.money import Money
from marketplace.orders.ports import CheckoutPage
from marketplace.orders.watch_ports import DisputeSide
from marketplace.outside import Gateway
from tests.stand_ins.stripe_simulator import Simulator, stripe_simulator
from tests.stand_ins.stripe_spec import validating_client

SECRET = "whsec_a_secret_for_tests"


STATUSES = {
    DisputeSide.NEEDS_RESPONSE: "needs_response",
    DisputeSide.UNDER_REVIEW: "under_review",
    DisputeSide.WON: "won",
    DisputeSide.LOST: "lost",
    DisputeSide.DROPPED: "warning_closed",
}


def no_guard() -> None:
    """Nothing is open here."""


@dataclass(slots=True)
class Desk:
    """A gateway, and what stands on its other side."""

    gateway: Gateway
    pay: Callable[..., Any]
    decline: Callable[[str], Any]
    let_pass: Callable[[timedelta], None]
    events: Callable[[], list[tuple[bytes, str]]]
    dispute: Callable[..., str]
    move_dispute: Callable[[str, DisputeSide], Any]
    maker: Callable[[bool], str]
    opened: list[CheckoutPage] = field(default_factory=list)

    def open(self, key: str = "pay:1:1", **changes: Any) -> CheckoutPage:
        """Open a checkout of Rp150.000, with whatever is different."""
        return self.gateway.open_checkout(**checkout(key=key, **changes))


def checkout(**changes: Any) -> dict[str, Any]:
    """What the shop says when it opens a checkout."""
    return {
        "key": "pay:1:1",
        "payment_code": "7f3k2qd9xw",
        "amount": Money(150_000),
        "description": "Pesanan 7f3k2qd9xw di Guyub",
        "email": "asih@example.com",
        "success_url": "https://guyub.example/pesanan/7f3k2qd9xw",
        "cancel_url": "https://guyub.example/keranjang",
        "expires_at": soon(),
    } | changes


def soon() -> datetime:
    """A deadline that both gateways accept, on a whole second."""
    return (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)


def make_stripe(url: str, **changes: Any) -> StripeGateway:
    """A gateway whose every request and answer is checked against Stripe's document."""
    known: dict[str, Any] = {
        "api_key": "sk_test_of_the_tests",
        "webhook_secrets": [SECRET],
        "guard": no_guard,
        "api_base": url,
        "http_client": validating_client(),
    }
    return StripeGateway(**known | changes)


@pytest.fixture
def stripe_side() -> Iterator[Simulator]:
    """Our own Stripe, empty, on a free port."""
    with stripe_simulator() as simulator:
        yield simulator


@pytest.fixture
def stripe_desk(stripe_side: Simulator) -> Desk:
    """The Stripe adapter against our own Stripe."""
    account, webhooks = stripe_side.account, stripe_side.webhooks
    webhooks.secret = SECRET
    return Desk(
        gateway=make_stripe(stripe_side.url),
        pay=account.pay,
        decline=lambda reference: account.pay(reference, card="4000000000000002"),
        let_pass=lambda time: account.advance(int(time.total_seconds())),
        events=lambda: [webhooks.signed(event) for event in account.events.values()],
        dispute=lambda payment, amount, inquiry=False: str(
            account.dispute(payment, amount=amount.rupiah * 100, inquiry=inquiry)["id"]
        ),
        move_dispute=lambda dispute, side: account.move_dispute(dispute, STATUSES[side]),
        maker=lambda able: str(account.open_account(able=able)["id"]),
    )


@pytest.fixture
def simulator_desk(tmp_path: Path) -> Desk:
    """The simulator of the demo."""
    ahead = [timedelta()]
    gateway = SimulatorGateway(
        tmp_path / "simulator.db",
        secret=SECRET,
        guard=no_guard,
        now=lambda: datetime.now(UTC) + ahead[0],
    )

    def let_pass(time: timedelta) -> None:
        ahead[0] += time

    return Desk(
        gateway=gateway,
        pay=gateway.pay,
        decline=gateway.decline,
        let_pass=let_pass,
        events=lambda: [(event.body, event.signature) for event in gateway.pending_events()],
        dispute=lambda payment, amount, inquiry=False: gateway.dispute(
            payment, amount=amount, inquiry=inquiry
        ),
        move_dispute=gateway.move_dispute,
        maker=lambda able: "simacct_lama" if able else "simacct_baru",
    )


@pytest.fixture(params=["stripe", "simulator"])
def desk(request: pytest.FixtureRequest) -> Desk:
    """Each gateway in turn."""
    return request.getfixturevalue(f"{request.param}_desk")

"""A restricted key is enough: the adapter calls what docs/payments.md lists, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from tests.adapters.conftest import Desk
from tests.adapters.test_card_gateways import back, charge, held, kept
from tests.adapters.test_payment_gateways import _promises, paid, refund
from tests.adapters.test_payout_gateways import send
from tests.stand_ins.stripe_simulator import Simulator

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "payments.md"
ROW = re.compile(r"^\| `(GET|POST) (/v1/[^`]+)` \| ([^|]+) \| (read|write) \|$", re.MULTILINE)


def permitted() -> set[tuple[str, str]]:
    """The calls that the document lists, each with its permission."""
    return {(method, path) for method, path, _, _ in ROW.findall(DOCUMENT.read_text())}


def everything_the_port_can(desk: Desk) -> None:
    """Each call at least once; what fails has been asked for all the same."""
    _, payment = paid(desk)
    made = refund(desk, payment, 10_000)
    desk.gateway.read_refund(made.reference)  # type: ignore[attr-defined]
    desk.gateway.find_refund(payment_reference=payment, refund_code="other")
    page = desk.open("pay:2:1")
    desk.gateway.expire_checkout(page.reference)
    desk.gateway.capture(
        key="capture:1:1",
        payment_reference=held(desk),
        amount=desk.gateway.read_hold(payment).amount,
    )
    desk.gateway.release(key="release:1:1", payment_reference=held(desk, key="hold:2:1"))
    card = kept(desk)
    charged = charge(desk, card)
    back(desk, charged.reference, 1_000)
    desk.gateway.forget_card(key="forget:1", card=card)
    desk.gateway.forget_card(key="forget:2", card=card)
    sent = send(desk, desk.maker(True))
    desk.gateway.take_back(key="b:1", reference=sent.reference, amount=sent.amount, reason="")
    for ask in _promises(desk.gateway):
        try:
            ask()
        except Exception:  # noqa: BLE001, S112
            continue


def test_the_adapter_calls_only_what_the_document_lists_and_all_of_it(
    stripe_desk: Desk, stripe_side: Simulator
) -> None:
    everything_the_port_can(stripe_desk)
    asked = {tuple(said.split(" ", 1)) for said in stripe_side.calls}
    permits = permitted()
    called = set()
    for method, path in asked:
        fits = [
            (known, template)
            for known, template in permits
            if known == method and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path)
        ]
        assert fits, f"{method} {path} is not in docs/payments.md"
        called.add(min(fits, key=lambda fit: fit[1].count("{")))
    assert called == permits


def test_who_may_write_may_read_and_only_acts_need_to_write() -> None:
    rows = ROW.findall(DOCUMENT.read_text())
    assert rows
    for method, path, _, permission in rows:
        assert permission == ("write" if method == "POST" else "read"), path

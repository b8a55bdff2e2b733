"""A complaint against the clock, and two who end it at once: the money moves once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import MarketError
from marketplace.core.work import transaction
from marketplace.flows import complaining
from marketplace.orders import fulfilment, invariants
from marketplace.orders.complaints import cases
from marketplace.orders.models import Refund
from tests import builders
from tests.orders import grievances as sad
from tests.orders import money
from tests.races.conftest import Crowd
from tests.races.unguarded import take_out

ROUNDS = 20
pytestmark = pytest.mark.race


def tried(act: Callable[[], object], word: str) -> Callable[[], str]:
    """The word when it was done, or why not."""

    def run() -> str:
        try:
            return word if act() is not False else "not now"
        except MarketError as refusal:
            return refusal.code

    return run


def completing(code: str) -> Callable[[], bool]:
    """The clock says that nobody complained for a week."""

    def run() -> bool:
        with transaction():
            return fulfilment.complete_silently(code, clock.now() + timedelta(days=8))

    return run


def broken() -> bool:
    db.session.rollback()
    found = any(invariants.check_all().values())
    db.session.rollback()
    return found


def test_an_order_is_completed_by_the_clock_or_complained_about_never_both(
    app: Flask, crowd: Crowd
) -> None:
    for number in range(ROUNDS):
        code = sad.shipped(shop=builders.shop(f"Dapur {number}"))
        group, filed = sad.group_of(code), sad.filed(code)

        def complain(code: str = code, group: object = group, filed: object = filed) -> None:
            complaining.complain(group, code, filed, [], by=None)  # type: ignore[arg-type]

        told = crowd([tried(completing(code), "completed"), tried(complain, "complained")] * 2)
        first = "completed" if told["completed"] else "complained"
        assert told[first] == 1, told
        order = money.order(code)
        assert (order.state, order.contested) == (
            ("completed", False) if first == "completed" else ("accepted", True)
        )
    assert not broken()


def test_without_the_look_at_complaints_the_clock_completes_what_is_complained_about(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_out(monkeypatch, fulfilment.complete_silently, " or order.contested")
    code = sad.shipped()
    sad.complain(code)
    told = crowd([tried(completing(code), "completed")] * 2)
    assert told["completed"] == 1
    assert broken(), "the guard is gone and nothing broke: the race does not race"


def at_the_desk(shop: object) -> str:
    """A complaint that the dinas may decide and the shop may still settle."""
    code = sad.shipped(shop=shop)  # type: ignore[arg-type]
    sad.complain(code)
    complaining.refuse(code, sad.shop_of(code), words="Tidak benar", photos=[])
    return code


def ending_it(code: str) -> list[Callable[[], str]]:
    """Everybody who may end it: the shop gives in, the dinas decides, the buyer takes it back."""
    shop, group, eka = sad.shop_of(code), sad.group_of(code), builders.staff()
    db.session.rollback()
    return [
        tried(lambda: complaining.give_back(code, shop, amount=46_000, words=""), "agreed"),
        tried(lambda: complaining.decide(code, amount=20_000, words="Separuh.", by=eka), "decided"),
        tried(lambda: complaining.withdraw(group, code, by=None), "withdrawn"),
        tried(lambda: complaining.decide(code, amount=20_000, words="Separuh.", by=eka), "decided"),
    ]


def refunds(code: str) -> int:
    db.session.rollback()
    found = select(func.count()).where(Refund.order_id == money.order(code).id)
    count = db.session.scalar(found) or 0
    db.session.rollback()
    return count


def test_of_shop_dinas_and_buyer_one_ends_it_and_at_most_one_refund_goes_out(
    app: Flask, crowd: Crowd
) -> None:
    for number in range(ROUNDS):
        code = at_the_desk(builders.shop(f"Dapur {number}"))
        told = crowd(ending_it(code))
        ended = {word: told[word] for word in ("agreed", "decided", "withdrawn") if told[word]}
        assert list(ended.values()) == [1], told
        assert told["complaint_moved"] == 3, told
        assert refunds(code) == (0 if "withdrawn" in ended else 1)
    assert not broken()


def test_without_its_guards_a_complaint_is_paid_twice(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Believe that it is still open, and that the order is: two refunds go out."""
    take_out(
        monkeypatch, cases.end,
        "move(ComplaintState(complaint.state), there, COMPLAINT_MOVES)", "there",
    )  # fmt: skip
    monkeypatch.setattr(cases.Case, "must_be", lambda *_: None)
    monkeypatch.setattr(fulfilment, "settle", lambda *_, **__: None)
    code = at_the_desk(builders.shop())
    eka = builders.staff()
    half = tried(lambda: complaining.decide(code, amount=20_000, words="Separuh.", by=eka), "done")
    told = crowd([half] * 2)
    assert told["done"] == 2, "the guard is gone and nothing broke: the race does not race"
    assert refunds(code) == 2


def test_an_offer_taken_as_its_time_runs_out_is_paid_once(app: Flask, crowd: Crowd) -> None:
    for number in range(ROUNDS):
        code = sad.shipped(shop=builders.shop(f"Dapur {number}"))
        sad.complain(code)
        complaining.give_back(code, sad.shop_of(code), amount=10_000, words="")
        group = sad.group_of(code)
        with time_machine.travel(clock.now() + timedelta(days=4), tick=True):
            told = crowd(
                [
                    tried(lambda g=group, c=code: complaining.accept(g, c, by=None), "taken"),  # type: ignore[misc]
                    tried(complaining.see_what_is_due, "seen"),
                ]
                * 2
            )
        assert told["seen"] == 2, told
        assert told["taken"] + told["complaint_moved"] == 2, told
        assert refunds(code) == 1
    assert not broken()

"""A hold is taken or let go, never both, however the pledge and its withdrawal meet."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import read
from marketplace.core.errors import Conflict
from marketplace.core.history import HistoryEntry
from marketplace.core.work import transaction
from marketplace.flows import holding, worker
from marketplace.orders.cards import holds
from marketplace.orders.cards.models import Hold
from marketplace.orders.models import Alarm
from tests.flows.test_promised_money import ask_hold
from tests.flows.test_stripe_story import stripe as stripe
from tests.races.conftest import Crowd, held_back
from tests.races.unguarded import take_out
from tests.stand_ins.stripe_simulator import Simulator

ROUNDS, TAKEN = 3, 90_000
pytestmark = pytest.mark.race


def a_hold(stripe: Simulator, number: int) -> Any:
    """So much is held on somebody's card."""
    code = ask_hold(f"pledge:{number}")
    holding.open_page(code)
    stripe.account.pay(row_of(code).page)
    assert holding.settle(code) == "held"
    return row_of(code)


def row_of(code: str) -> Any:
    (row,) = read(select(Hold.__table__).where(Hold.code == code))
    return row


def wishing(wish: Callable[..., None], code: str, word: str, **more: int) -> Callable[[], str]:
    """What becomes of the hold is decided, or was already."""

    def hand() -> str:
        try:
            with transaction():
                wish(code, by=None, now=clock.now(), **more)
        except Conflict:
            return "too late"
        return word

    return hand


def taken(stripe: Simulator) -> list[int]:
    """Rupiah that Stripe took, hold by hold."""
    return [row["amount"] // 100 for row in stripe.account.audit()]


def test_capture_and_withdrawal_at_once_are_one_of_both(
    app: Flask, stripe: Simulator, crowd: Crowd
) -> None:
    for number in range(ROUNDS):
        before, hold = len(taken(stripe)), a_hold(stripe, number)
        with held_back(app, "card_hold", hold.id, 4):
            told = crowd(
                [
                    wishing(holds.wish_capture, hold.code, "taken", amount=TAKEN),
                    wishing(holds.wish_release, hold.code, "let go"),
                    lambda c=hold.code: holding.settle(c) and "settled",  # type: ignore[misc]
                    lambda c=hold.code: holding.settle(c) and "settled",  # type: ignore[misc]
                ]
            )
        assert told == Counter({"too late": 1, "settled": 2, "taken": told["taken"],
                                "let go": 1 - told["taken"]})  # fmt: skip
        crowd([lambda: worker.run_due(until_empty=True)] * 3)
        worker.run_due(until_empty=True)
        won = told["taken"] == 1
        assert row_of(hold.code).state == ("captured" if won else "released")
        assert taken(stripe)[before:] == ([TAKEN] if won else [])
    assert read(select(Alarm.kind)) == []


def withdrawn_under_the_capture(
    app: Flask, stripe: Simulator, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> Counter[Any]:
    """Stripe has taken the money; before we write it down, the buyer withdraws."""
    hold = a_hold(stripe, 0)
    assert wishing(holds.wish_capture, hold.code, "taken", amount=TAKEN)() == "taken"
    captured, withdrawn = threading.Event(), threading.Event()

    def meanwhile(point: str) -> None:
        if point == "holds.captured":
            captured.set()
            assert withdrawn.wait(20)

    def withdraw() -> str:
        assert captured.wait(20)
        try:
            return wishing(holds.wish_release, hold.code, "let go")()
        finally:
            withdrawn.set()

    monkeypatch.setattr(holding, "passing", meanwhile)
    told = crowd([lambda: worker.run_due() and "worked", withdraw])
    monkeypatch.undo()
    worker.run_due(until_empty=True)
    assert taken(stripe) == [TAKEN]
    return told


def test_who_withdraws_while_the_money_is_taken_is_told_so(
    app: Flask, stripe: Simulator, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = withdrawn_under_the_capture(app, stripe, crowd, monkeypatch)
    assert told == {"worked": 1, "too late": 1}
    assert read(select(Alarm.kind)) == []


def test_without_its_guard_the_buyer_is_told_that_nothing_was_taken(
    app: Flask, stripe: Simulator, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_out(
        monkeypatch,
        holds.wish_release,
        "if hold.wish != Wish.NONE or hold.state not in (*WAITING, HoldState.HELD):",
        "if False:",
    )
    told = withdrawn_under_the_capture(app, stripe, crowd, monkeypatch)
    assert told == {"worked": 1, "let go": 1}
    assert [row.kind for row in read(select(Alarm.kind))] == ["hold_differs"]


def everybody_hears_of_the_end(stripe: Simulator, crowd: Crowd) -> list[str]:
    """The bank lets a hold go by itself, and six hands read it there; what the book says of it."""
    hold = a_hold(stripe, 0)
    assert wishing(holds.wish_capture, hold.code, "taken", amount=TAKEN)() == "taken"
    stripe.account.advance(8 * 24 * 3600)
    hands = [lambda: str(holding.settle(hold.code)), lambda: str(holding.carry_out(hold.code))]
    crowd(hands * 3)
    assert row_of(hold.code).state == "expired"
    assert taken(stripe) == []
    about = select(HistoryEntry.act).where(HistoryEntry.subject == f"hold:{hold.code}")
    return [row.act for row in read(about) if row.act == "hold.expired"]


def test_a_hold_that_lapses_ends_once_whoever_hears_of_it(
    app: Flask, stripe: Simulator, crowd: Crowd
) -> None:
    assert everybody_hears_of_the_end(stripe, crowd) == ["hold.expired"]


def test_without_its_guards_it_ends_again_for_everybody_who_hears_of_it(
    app: Flask, stripe: Simulator, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the state nor the table of moves says that it is over."""
    take_out(monkeypatch, holds.record, "RELEASED if hold.state not in ENDED:", "RELEASED:")
    take_out(monkeypatch, holds._ended, "move(HoldState(hold.state), end, HOLD_MOVES)", "end")
    told = everybody_hears_of_the_end(stripe, crowd)
    assert len(told) > 1, "the guard is gone and nothing broke: the race does not race"

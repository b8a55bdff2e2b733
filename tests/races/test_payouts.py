"""What is ready is paid once, however many hands start a run or let it go in the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.flows import paying_makers
from marketplace.orders.payouts import runs
from marketplace.orders.payouts.models import Payout
from tests import builders
from tests.orders import money, payday
from tests.races.conftest import Crowd
from tests.races.unguarded import take_out, without_key

HANDS = 6
ROUNDS = 20
LOOK = "~select(PayoutLine.entry_id).where(PayoutLine.entry_id == entry.c.id).exists(),"
pytestmark = pytest.mark.race


def planning(by: int) -> Callable[[], str]:
    """Somebody starts a run."""

    def hand() -> str:
        try:
            return "run" if paying_makers.plan(by=by) else "nothing"
        except IntegrityError:
            return "refused"

    return hand


def payouts() -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count()).select_from(Payout)) or 0)


def test_two_runs_at_once_pay_each_shop_once(app: Flask, crowd: Crowd) -> None:
    eka = builders.staff()
    shops = [payday.shop(f"Toko {number}", goods=0) for number in range(2)]
    for round_ in range(1, ROUNDS + 1):
        for shop in shops:
            payday.sell(shop, 20_000 + round_)
        assert crowd([planning(eka)] * HANDS) == Counter(run=1, nothing=HANDS - 1)
        assert payouts() == len(shops) * round_
    assert money.broken() == {}


def test_without_a_look_at_what_is_paid_the_database_lets_one_run_through(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bookings look open to every hand: their key stops all but the first."""
    take_out(monkeypatch, runs._open_lines, LOOK)
    eka, shop = builders.staff(), payday.shop()
    told = crowd([planning(eka)] * HANDS)
    assert told == Counter(run=1, refused=HANDS - 1)
    assert payday.newest(shop).amount == 85_000
    assert money.broken() == {}


def test_without_both_guards_the_same_money_is_paid_again_and_again(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: neither looked at nor refused, a booking is in every run."""
    take_out(monkeypatch, runs._open_lines, LOOK)
    eka, _ = builders.staff(), payday.shop()
    with without_key("payout_line", "pk_payout_line"):
        assert crowd([planning(eka)] * HANDS) == Counter(run=HANDS)
        assert payouts() == HANDS
        assert {"Y1", "Y3"} <= set(money.broken())


def test_a_run_is_let_go_once_and_paid_once(app: Flask, crowd: Crowd) -> None:
    eka, gita = builders.staff(), builders.staff("Gita")
    shop = payday.shop(goods=0)
    for _ in range(ROUNDS // 4):
        payday.sell(shop, 30_000)
        run = payday.plan()

        def release(run: str = run) -> str:
            try:
                return paying_makers.release(run, by=eka)
            except Conflict as refusal:
                return refusal.code

        told = crowd([release] * HANDS)
        assert told == Counter(released=1, run_over=HANDS - 1)
        code = payday.newest(shop).code

        def confirm(code: str = code) -> str:
            paying_makers.confirm(code, reference="TRX 1", by=eka)
            return "confirmed"

        def back(by: int, code: str = code) -> str:
            try:
                ended = paying_makers.came_back(code, reason="Rekening tutup", by=by)
            except Conflict as refusal:
                return refusal.code
            return "back" if ended else "asked"

        told = crowd([confirm, confirm, confirm])
        assert told == Counter(confirmed=3)
        told = crowd([partial(back, by) for by in (eka, eka, gita)])
        # whoever is the second person, the other press of the same one is refused
        assert (told["asked"], told["back"]) == (1, 1)
        assert told["second_person_back"] + told["payout_not_sent"] == 1
    assert money.broken() == {}


def test_two_persons_are_two_even_when_one_presses_twice_at_once(app: Flask, crowd: Crowd) -> None:
    payday.decide("payout_two_persons_above", 10_000)
    eka, shop = builders.staff(), payday.shop()
    run = payday.plan()

    def release() -> str:
        try:
            return paying_makers.release(run, by=eka)
        except Conflict as refusal:
            return refusal.code

    assert crowd([release] * HANDS) == Counter(needs_another=1, second_person_run=HANDS - 1)
    assert payday.newest(shop).state == "planned"

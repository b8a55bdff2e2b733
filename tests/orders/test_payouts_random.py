"""Whatever is earned, owed, counted, let go and sent back in whatever order is paid once.

The model keeps each shop's money in three heaps; the book must say the same after every act.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import hypothesis.strategies as st
from flask import Flask
from hypothesis import given, settings

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.core.work import transaction
from marketplace.flows import paying_makers
from marketplace.orders.ledger import queries
from marketplace.orders.ledger.posting import Booking, post
from marketplace.orders.ledger.rules import Fact
from marketplace.orders.payouts import queries as payouts
from marketplace.orders.rule_rows.rules import FIGURES, PAYOUT_MINIMUM
from tests import builders
from tests.conftest import start_anew
from tests.orders import money, payday
from tests.orders.test_totals import FEW

LEAST = FIGURES[PAYOUT_MINIMUM].start
SHOPS = 3
ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["earn", "earn", "earn", "owe", "plan", "plan", "release", "paid", "back", "cancel"]
        ),
        st.integers(0, 10),
        st.integers(1, 40_000),
    ),
    max_size=18,
)
_number = count()


@dataclass
class Model:
    """What each shop has ready, on its way, and got; and what each payout is worth."""

    ready: Counter[int] = field(default_factory=Counter)
    away: Counter[int] = field(default_factory=Counter)
    paid: Counter[int] = field(default_factory=Counter)
    runs: dict[str, dict[int, int]] = field(default_factory=dict)  # planned: shop -> amount
    sent: dict[str, tuple[int, int]] = field(default_factory=dict)  # payout -> shop, amount
    done: dict[str, tuple[int, int]] = field(default_factory=dict)


@settings(parent=FEW, max_examples=25)
@given(acts=ACTS)
def test_any_order_of_acts_pays_each_rupiah_once(
    app: Flask, home: Path, acts: list[tuple[str, int, int]]
) -> None:
    start_anew(home)
    shops = [payday.shop(f"Toko {number}", goods=0).id for number in range(SHOPS)]
    by, model = builders.staff(), Model()
    for act, which, amount in acts:
        live(model, act, shops, which, amount, by)
        agree(model, shops)
    assert money.broken() == {}


def live(model: Model, act: str, shops: list[int], which: int, amount: int, by: int) -> None:
    """One thing happens to the market and to the model."""
    db.session.rollback()
    shop = shops[which % SHOPS]
    if act in ("earn", "owe"):
        fact = Fact.GOODS_RELEASED if act == "earn" else Fact.GOODS_TAKEN_BACK
        with transaction():
            post([Booking(fact, f"play:{next(_number)}", amount, ikm_id=shop)], now=clock.now())
        model.ready[shop] += amount if act == "earn" else -amount
    elif act == "plan":
        made = paying_makers.plan(by=by)
        due = {shop: model.ready[shop] for shop in shops if model.ready[shop] >= LEAST}
        assert len(made) == (1 if due else 0)
        for run in made:
            model.runs[run] = due
            model.ready.subtract(due)
            model.away.update(due)
    elif act == "release" and model.runs:
        release(model, by, which)
    elif act == "cancel" and model.runs:
        run = sorted(model.runs)[which % len(model.runs)]
        paying_makers.cancel(run, reason="Salah hari", by=by)
        come_back(model, model.runs.pop(run))
    elif act == "paid" and model.sent:
        code = sorted(model.sent)[which % len(model.sent)]
        paying_makers.confirm(code, reference="TRX 1", by=by)
        model.done[code] = model.sent.pop(code)
        to, worth = model.done[code]
        model.away[to] -= worth
        model.paid[to] += worth
    elif act == "back" and (there := model.sent | model.done):
        code = sorted(there)[which % len(there)]
        payday.came_back(code)
        heap = model.away if code in model.sent else model.paid
        to, worth = model.sent.pop(code, None) or model.done.pop(code)
        heap[to] -= worth
        model.ready[to] += worth


def release(model: Model, by: int, which: int) -> None:
    """What is owed by now keeps its payout back."""
    run = sorted(model.runs)[which % len(model.runs)]
    held_up = {shop: worth for shop, worth in model.runs[run].items() if model.ready[shop] < 0}
    paying_makers.release(run, by=by)
    db.session.rollback()
    for row in payouts.of_run(run):
        if row.ikm_id not in held_up:
            model.sent[row.code] = (row.ikm_id, row.amount)
    del model.runs[run]
    come_back(model, held_up)
    try:
        paying_makers.release(run, by=by)
    except Conflict:
        return
    raise AssertionError("a run was let go twice")


def come_back(model: Model, amounts: dict[int, int]) -> None:
    model.away.subtract(amounts)
    model.ready.update(amounts)


def agree(model: Model, shops: list[int]) -> None:
    """The book has the same three heaps."""
    db.session.rollback()
    for shop in shops:
        sums = queries.shop_money(shop)
        heaps = (model.ready[shop], model.away[shop], model.paid[shop])
        assert (sums.ready, sums.on_the_way, sums.paid_out) == heaps

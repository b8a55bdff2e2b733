"""Two steps back to the buyer: never more than was paid, and much money only by two persons."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.history import HistoryEntry
from marketplace.core.work import transaction
from marketplace.flows import granting
from marketplace.orders.commission.rules import day_of
from marketplace.orders.disputes.models import Dispute
from marketplace.orders.grants.grants import Wanted
from marketplace.orders.grants.models import RefundGrant
from marketplace.orders.ledger import posting
from marketplace.orders.ledger import queries as ledger
from marketplace.orders.ledger.rules import Account
from marketplace.orders.models import Order, OrderLine, Payment, Refund
from marketplace.orders.rule_rows import rule_rows
from marketplace.orders.rule_rows.rules import REFUND_TWO_PERSONS_ABOVE
from tests import builders
from tests.orders import money

PRICE = 60_000


def sold(*, price: int = PRICE, delivered: bool = False, shop: str = "Dapur Citra") -> str:
    """An order of one piece that was paid by transfer."""
    (code,) = money.buy((builders.shop(shop), price))
    money.pay(code)
    if delivered:
        money.deliver(code)
    return code


def line_of(order_code: str) -> int:
    db.session.rollback()
    found = select(OrderLine.id).where(OrderLine.order_id == money.order(order_code).id)
    return int(db.session.scalars(found).one())


def give(code: str, *, pieces: int = 0, postage: int = 0, goodwill: int = 0, by: int = 0) -> str:
    wanted = Wanted({line_of(code): pieces}, postage, goodwill)
    return granting.grant(code, wanted, reason="Barang rusak", by=by or builders.staff())


def grant_of(code: str) -> RefundGrant:
    db.session.rollback()
    return db.session.scalars(select(RefundGrant).where(RefundGrant.code == code)).one()


def test_a_grant_moves_nothing_and_its_execution_is_a_refund(app: Flask) -> None:
    code = sold(delivered=True)
    shop = money.order(code).ikm_id
    before, payable = money.book(), ledger.shop_money(shop).ready
    granted = give(code, pieces=1)
    assert money.book() == before
    assert money.payment_of(code).refunded == 0
    refund_code = granting.execute(granted, by=builders.staff())
    assert money.book()[len(before) :] == [("goods_taken_back", "payable", "refunds", PRICE)]
    money.send(refund_code)
    db.session.rollback()
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.amount, refund.state, refund.reason) == (PRICE, "done", "Barang rusak")
    assert ledger.shop_money(shop).ready == payable - PRICE
    acts = set(db.session.scalars(select(HistoryEntry.act)))
    assert {"refund.granted", "refund.executed", "refund.asked", "refund.done"} <= acts
    assert money.broken() == {}


def test_what_is_held_goes_back_before_the_shop_has_it(app: Flask) -> None:
    code = sold()
    granting.execute(give(code, pieces=1), by=builders.staff())
    order = money.order(code)
    assert ledger.held(order.id).goods == 0
    assert ledger.held(order.id).postage == order.postage
    money.deliver(code)
    assert ledger.shop_money(order.ikm_id).ready == order.postage
    assert money.broken() == {}


def test_postage_goes_back_on_its_own(app: Flask) -> None:
    code = sold(delivered=True)
    order = money.order(code)
    with pytest.raises(Invalid) as refusal:
        give(code, postage=order.postage + 1)
    assert refusal.value.params["field"] == "postage"
    granting.execute(give(code, postage=order.postage), by=builders.staff())
    assert money.book()[-1] == ("postage_taken_back", "payable", "refunds", order.postage)
    with pytest.raises(Invalid):
        give(code, postage=1)
    assert money.broken() == {}


def test_goodwill_is_the_markets_own_money(app: Flask) -> None:
    code = sold(delivered=True)
    shop = money.order(code).ikm_id
    payable = ledger.shop_money(shop).ready
    granting.execute(give(code, goodwill=10_000), by=builders.staff())
    assert money.book()[-1] == ("goodwill_given", "goodwill", "refunds", 10_000)
    assert ledger.shop_money(shop).ready == payable
    assert ledger.balance(Account.GOODWILL) == 10_000
    assert money.broken() == {}


def test_goodwill_never_takes_what_is_held_for_an_order(app: Flask) -> None:
    first, second = money.buy((builders.shop(), 50_000), (builders.shop("Batik Sekar"), 70_000))
    payment = money.pay(first)
    with pytest.raises(Invalid, match="grant_too_large"):
        give(second, goodwill=payment.unique_code + 1)
    money.deliver(first)
    free = payment.amount - money.order(second).total
    with pytest.raises(Invalid, match="grant_too_large"):
        give(first, goodwill=free + 1)
    granting.execute(give(first, goodwill=free), by=builders.staff())
    money.cancel(second)  # what is held can still go back, to the rupiah
    assert money.payment_of(first).refunded == payment.amount
    assert money.broken() == {}


def test_what_is_granted_is_set_apart_until_it_is_withdrawn(app: Flask) -> None:
    code = sold(delivered=True)
    granted = give(code, pieces=1)
    with pytest.raises(Invalid, match="grant_pieces"):
        give(code, pieces=1)
    granting.withdraw(granted, reason="Salah pesanan", by=builders.staff())
    for act in (granting.execute, granting.withdraw):
        with pytest.raises(Conflict, match="grant_over"):
            act(
                granted,
                by=builders.staff(),
                **({"reason": "x"} if act is granting.withdraw else {}),
            )
    again = give(code, pieces=1)
    granting.execute(again, by=builders.staff())
    assert money.payment_of(code).refunded == PRICE
    assert money.broken() == {}


def test_a_cancelled_order_gives_nothing_back_a_second_time(app: Flask) -> None:
    code = sold()
    granted = give(code, pieces=1)
    money.cancel(code)
    with pytest.raises(Conflict, match="grant_order_over"):
        granting.execute(granted, by=builders.staff())
    with pytest.raises(Conflict, match="grant_order_over"):
        give(code, postage=1)
    assert len(money.open_refunds()) == 1
    assert money.broken() == {}


def test_a_part_of_a_line_gives_back_its_part_of_price_and_cut(app: Flask) -> None:
    code = sold(price=90_000, delivered=False)
    order, line = money.order(code), line_of(code)
    with transaction():  # as if three pieces had been sold for this, with this cut
        db.session.execute(
            text(
                "UPDATE order_line SET quantity = 3, price = 30000, commission = 1000 WHERE id=:l"
            ),
            {"l": line},
        )
        db.session.execute(text("UPDATE shop_order SET commission = 1000"))
    money.deliver(code)
    for pieces in (1, 2):
        granting.execute(give(code, pieces=pieces), by=builders.staff())
    with pytest.raises(Invalid, match="grant_pieces"):
        give(code, pieces=1)
    taken = [(fact, amount) for fact, *_, amount in money.book()[-4:]]
    assert taken == [
        ("goods_taken_back", 30_000),
        ("commission_given_back", 333),
        ("goods_taken_back", 60_000),
        ("commission_given_back", 667),
    ]
    assert ledger.shop_money(order.ikm_id).ready == order.postage
    assert {k: v for k, v in money.broken().items() if k != "S1"} == {}


def test_nothing_goes_back_while_the_card_bank_has_it(app: Flask) -> None:
    code = sold(delivered=True)
    granted = give(code, pieces=1)
    now = clock.now()
    with transaction():
        db.session.add(
            Dispute(
                code="d" * 10, payment_id=money.payment_of(code).id, provider="stripe",
                reference="dp_1", state="needs_response", amount=PRICE, reason="duplicate",
                opened_at=now, taken_at=now, touched_at=now,
            )
        )  # fmt: skip
    with pytest.raises(Conflict, match="payment_disputed"):
        granting.execute(granted, by=builders.staff())
    with pytest.raises(Conflict, match="payment_disputed"):
        give(code, postage=1)


def test_what_a_card_bank_kept_is_not_given_back_as_well(app: Flask) -> None:
    code = sold(delivered=True)
    payment = money.payment_of(code)
    order = money.order(code)
    with transaction():
        bank = db.session.get_one(Payment, payment.id)
        shop = db.session.get_one(Order, order.id)
        posting.chargeback(bank, "dispute:dp_1", payment.amount - 1_000, now=clock.now())
        posting.chargeback_lost(
            bank, "dispute:dp_1", {shop: PRICE}, borne=payment.amount - 1_000 - PRICE,
            now=clock.now(),
        )  # fmt: skip
    with pytest.raises(Conflict, match="grant_goods"):
        give(code, pieces=1)
    with pytest.raises(Conflict, match="refund_too_large"):
        give(code, postage=1_001)
    granting.execute(give(code, postage=1_000), by=builders.staff())
    assert money.broken() == {}


def test_nothing_is_no_grant_and_nothing_is_found_twice(app: Flask) -> None:
    code = sold()
    with pytest.raises(Invalid, match="grant_nothing"):
        give(code)
    with pytest.raises(NotFound):
        granting.grant("zzzzzzzzzz", Wanted(), reason="x", by=builders.staff())
    with pytest.raises(NotFound):
        granting.execute("zzzzzzzzzz", by=builders.staff())
    (unpaid,) = money.buy((builders.shop("Batik Sekar"), 10_000))
    with pytest.raises(Conflict, match="grant_order_over"):
        give(unpaid, pieces=1)


# --- Two persons ----------------------------------------------------------------------------------


def test_above_the_limit_another_person_carries_it_out(app: Flask) -> None:
    code = sold(price=5_000_001, delivered=True)
    eka, fajar = builders.staff(), builders.admin()
    granted = give(code, pieces=1, by=eka)
    assert grant_of(granted).two_persons
    with pytest.raises(Conflict, match="second_person"):
        granting.execute(granted, by=eka)
    assert money.payment_of(code).refunded == 0
    granting.execute(granted, by=fajar)
    assert (grant_of(granted).granted_by, grant_of(granted).ended_by) == (eka, fajar)
    assert money.broken() == {}


def test_a_sum_cut_into_pieces_is_still_one_sum(app: Flask) -> None:
    code = sold(price=4_999_000, delivered=True)
    eka = builders.staff()
    granting.execute(give(code, pieces=1, by=eka), by=eka)
    rest = give(code, postage=1_001, by=eka)
    with pytest.raises(Conflict, match="second_person"):
        granting.execute(rest, by=eka)


def test_a_limit_counts_from_tomorrow_and_frees_nobody_who_decided_before(app: Flask) -> None:
    fajar, now = builders.admin(), clock.now()
    tomorrow = day_of(now) + timedelta(days=1)

    def decide(value: int) -> None:
        with transaction():
            rule_rows.decide(
                REFUND_TWO_PERSONS_ABOVE, value, starts_on=tomorrow, source="Rapat",
                verified=True, by=fajar, now=clock.now(),
            )  # fmt: skip

    decide(50_000)
    code = sold(delivered=True)
    alone = give(code, pieces=1)
    assert not grant_of(alone).two_persons
    granting.withdraw(alone, reason="Dicoba saja", by=fajar)
    with time_machine.travel(now + timedelta(days=1), tick=True):
        watched = give(code, pieces=1, by=fajar)
        assert grant_of(watched).two_persons
        tomorrow += timedelta(days=1)
        decide(10**9)
    with (
        time_machine.travel(now + timedelta(days=2), tick=True),
        pytest.raises(Conflict, match="second_person"),
    ):
        granting.execute(watched, by=fajar)


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE refund_grant SET amount = amount + 1, goods = goods + 1",
        "UPDATE refund_grant SET two_persons = :no",
        "UPDATE refund_grant SET reason = 'lain'",
        "UPDATE refund_grant SET state = 'executed'",
        "UPDATE refund_grant SET state = 'executed', ended_by = granted_by, refund_id = :refund",
        "DELETE FROM refund_grant",
        "UPDATE refund_grant_line SET quantity = 2",
        "DELETE FROM refund_grant_line",
    ],
)
def test_the_database_itself_refuses(app: Flask, wrong: str) -> None:
    code = sold(price=6_000_000)
    other = sold(price=1_000, shop="Batik Sekar")
    give(code, pieces=1)
    refund = money.give_back(other, 1_000)
    db.session.rollback()
    number = db.session.scalars(select(Refund.id).where(Refund.code == refund)).one()
    known = {"no": False, "refund": number}
    values = {name: value for name, value in known.items() if f":{name}" in wrong}
    with pytest.raises(IntegrityError):
        db.session.execute(text(wrong), values)
    db.session.rollback()

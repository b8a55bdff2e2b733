"""Each event of an order is booked as docs/algorithms/ledger.md says, to the rupiah."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, update

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict, NotFound
from marketplace.core.history import HistoryEntry
from marketplace.core.work import transaction
from marketplace.flows import paying_makers
from marketplace.flows import payments as paying
from marketplace.makers.models import Ikm
from marketplace.orders import ending
from marketplace.orders.ledger import posting, queries
from marketplace.orders.ledger.models import LedgerEntry
from marketplace.orders.ledger.rules import HOLDERS, MOVES, Account, Fact, Shares
from marketplace.orders.models import Order, OrderLine, Payment
from tests import builders
from tests.orders import money, payday


def two_shops() -> tuple[Ikm, Ikm]:
    return builders.shop(), builders.shop("Batik Sekar", pickup=True)


def cut(code: str, rupiah: int, *, tax: int = 0) -> None:
    """As if the order had been sold with this cut."""
    order = money.order(code)
    with transaction():
        for table, key in ((Order, Order.id), (OrderLine, OrderLine.order_id)):
            db.session.execute(
                update(table)
                .where(key == order.id)
                .values(commission=rupiah, commission_tax=tax)
                .execution_options(synchronize_session=False)
            )


def test_the_worked_example_of_the_document(app: Flask) -> None:
    citra, sekar = two_shops()
    first, second = money.buy((citra, 85_000), (sekar, 250_000), fetch=(sekar,))
    cut(first, 4_250)
    payment = money.pay(first)
    postage, digits = money.order(first).postage, payment.unique_code
    assert money.book() == [
        ("goods_paid", "bank", "escrow", 85_000),
        ("postage_paid", "bank", "shipping", postage),
        ("goods_paid", "bank", "escrow", 250_000),
        ("unique_code_paid", "bank", "unique_code", digits),
    ]
    refund = money.cancel(second)
    money.send(refund)
    money.deliver(first)
    assert money.book()[4:] == [
        ("goods_returned", "escrow", "refunds", 250_000),
        ("refund_sent", "refunds", "bank", 250_000),
        ("goods_released", "escrow", "payable", 85_000),
        ("postage_released", "shipping", "payable", postage),
        ("commission_taken", "payable", "commission", 4_250),
    ]
    assert queries.shop_money(citra.id).ready == 85_000 + postage - 4_250
    money.give_back(first, 17_000)
    assert money.book()[9:] == [
        ("goods_taken_back", "payable", "refunds", 17_000),
        ("commission_given_back", "commission", "payable", 850),
    ]
    db.session.rollback()
    assert queries.balances() == {
        Account.BANK: 85_000 + postage + digits,
        Account.ESCROW: 0,
        Account.SHIPPING: 0,
        Account.UNIQUE_CODE: digits,
        Account.REFUNDS: 17_000,
        Account.PAYABLE: 85_000 + postage - 4_250 - 17_000 + 850,
        Account.COMMISSION: 3_400,
    }
    assert money.broken() == {}


def test_nothing_is_booked_before_money_comes(app: Flask) -> None:
    money.buy((builders.shop(), 10_000))
    assert money.book() == []


def test_the_digits_go_back_with_the_last_order(app: Flask) -> None:
    codes = money.buy(*((shop, 50_000) for shop in two_shops()))
    payment = money.pay(codes[0])
    for code in codes:
        money.send(money.cancel(code))
    used = (Account.BANK, Account.ESCROW, Account.SHIPPING, Account.UNIQUE_CODE, Account.REFUNDS)
    assert queries.balances() == dict.fromkeys(used, 0)
    assert ("unique_code_returned", "unique_code", "refunds", payment.unique_code) in money.book()
    assert money.broken() == {}


def test_late_money_belongs_to_no_order(app: Flask) -> None:
    (code,) = money.buy((builders.shop(), 10_000))
    payment = money.payment_of(code)
    with transaction():
        ending.end_unpaid(payment.group_id, ending.SYSTEM, reason="expired", now=clock.now())
    money.pay(code)
    assert money.book() == [
        ("unclaimed_came", "bank", "unclaimed", payment.amount),
        ("unclaimed_returned", "unclaimed", "refunds", payment.amount),
    ]
    money.send(money.open_refunds()[0])
    assert queries.balance(Account.BANK) == 0
    assert money.broken() == {}


def test_part_of_what_is_held_goes_back_and_the_rest_is_released(app: Flask) -> None:
    shop = builders.shop()
    (code,) = money.buy((shop, 100_000))
    cut(code, 5_000, tax=550)
    money.pay(code)
    postage = money.order(code).postage
    money.give_back(code, 30_000)
    money.give_back(code, 1_000, Shares(postage=1_000))
    assert money.broken() == {}
    assert queries.shop_money(shop.id).held == 70_000 + postage - 1_000 - 3_500 - 385
    money.deliver(code)
    assert queries.shop_money(shop.id) == queries.ShopMoney(
        held=0, ready=70_000 + postage - 1_000 - 3_500 - 385, on_the_way=0, paid_out=0
    )
    assert queries.balance(Account.TAX) == 385
    assert money.broken() == {}


def test_all_that_goes_back_takes_the_whole_cut_with_it(app: Flask) -> None:
    shop = builders.shop()
    (code,) = money.buy((shop, 999))
    cut(code, 50, tax=7)
    money.pay(code)
    money.deliver(code)
    for _ in range(3):
        money.give_back(code, 333)
    assert queries.balance(Account.COMMISSION) == queries.balance(Account.TAX) == 0
    assert queries.shop_money(shop.id).ready == money.order(code).postage
    assert money.broken() == {}


def test_more_than_there_is_cannot_go_back(app: Flask) -> None:
    first, second = money.buy(*((shop, 50_000) for shop in two_shops()))
    money.pay(first)
    total = money.order(first).total
    with pytest.raises(Conflict, match="refund_too_large"):
        money.give_back(first, total + 1_000)  # that would be the other shop's
    money.deliver(second)
    with pytest.raises(Conflict, match="refund_too_large"):
        money.give_back(second, money.order(second).total + 1)
    assert money.broken() == {}


def test_a_refund_after_release_may_make_a_shop_a_debtor(app: Flask) -> None:
    shop = builders.shop()
    (code,) = money.buy((shop, 40_000))
    money.pay(code)
    money.deliver(code)
    whole = queries.shop_money(shop.id).ready
    payday.account(shop)
    payout = payday.sent(shop)
    assert queries.shop_money(shop.id) == queries.ShopMoney(0, 0, whole, 0)
    paying_makers.confirm(payout.code, reference="TRX 1", by=builders.staff())
    money.give_back(code, 40_000)
    assert queries.shop_money(shop.id) == queries.ShopMoney(0, -40_000, 0, whole)
    assert money.broken() == {}


def test_a_returned_payout_can_be_paid_again(app: Flask) -> None:
    shop = builders.shop()
    (code,) = money.buy((shop, 40_000))
    money.pay(code)
    money.deliver(code)
    whole = queries.shop_money(shop.id).ready
    with transaction():
        posting.paid_out([("p1", shop.id, whole)], now=clock.now())
        posting.payout_returned("p1", shop.id, whole, now=clock.now())
    assert queries.shop_money(shop.id).ready == whole


def test_goodwill_comes_out_of_the_markets_own_pocket(app: Flask) -> None:
    shop = builders.shop()
    (code,) = money.buy((shop, 40_000))
    money.pay(code)
    money.deliver(code)
    before = queries.shop_money(shop.id)
    money.give_back(code, 5_000, Shares(goodwill=5_000))
    assert queries.shop_money(shop.id) == before
    assert queries.balance(Account.GOODWILL) == 5_000
    assert money.broken() == {}


def test_a_complaint_keeps_the_money_out_of_escrow_meanwhile(app: Flask) -> None:
    shop = builders.shop()
    (code,) = money.buy((shop, 40_000))
    money.pay(code)
    order = money.order(code)
    with transaction():
        assert posting.disputed(order, "complaint:1", now=clock.now()) == 40_000
    assert queries.held(order.id) == queries.Held(0, order.postage, 40_000)
    assert set(money.broken()) == {"K1"}  # no complaint stands behind it: the book alone is tried
    db.session.rollback()
    with transaction():
        assert posting.undisputed(order, "complaint:1", now=clock.now()) == 40_000
    money.deliver(code)
    assert queries.shop_money(shop.id).ready == order.total
    assert money.broken() == {}


def test_a_chargeback_is_the_shops_the_escrows_or_the_markets(app: Flask) -> None:
    first, second = money.buy(*((shop, 50_000) for shop in two_shops()))
    payment = money.pay(first)
    money.deliver(first)
    orders = [money.order(code) for code in (first, second)]
    now = clock.now()
    with transaction():
        posting.chargeback(payment, "dp_1", 70_000, now=now)
        posting.chargeback_lost(
            payment, "dp_1", {orders[0]: 40_000, orders[1]: 20_000}, borne=10_000, now=now
        )
        posting.chargeback(payment, "dp_2", 1_000, now=now)
        posting.chargeback_won(payment, "dp_2", 1_000, now=now)
    assert queries.balance(Account.DISPUTES) == 0
    assert queries.balance(Account.LOSS) == 10_000
    assert queries.balance(Account.BANK) == payment.amount - 70_000
    assert queries.held(orders[1].id).goods == 30_000
    assert queries.balance(Account.PAYABLE, ikm_id=orders[0].ikm_id) == orders[0].total - 40_000
    assert money.broken() == {}


def test_money_of_a_stranger_comes_and_goes(app: Flask) -> None:
    now = clock.now()
    with transaction():
        posting.stranger_came("stripe", "cs_1", 9_000, now=now)
    assert queries.balance(Account.CLEARING_STRIPE) == 9_000
    with transaction():
        posting.stranger_went("stripe", "cs_1", 9_000, now=now)
    assert set(queries.balances().values()) == {0}


def test_a_wrong_booking_is_taken_back_once(app: Flask) -> None:
    (code,) = money.buy((builders.shop(), 40_000))
    money.pay(code)
    wrong = db.session.scalars(select(LedgerEntry.id).order_by(LedgerEntry.id)).first()
    db.session.rollback()
    assert wrong is not None
    eka = builders.staff()

    def reverse(entry: int) -> None:
        with transaction():
            posting.reverse(entry, reason="Salah rekening", by=eka, now=clock.now())

    reverse(wrong)
    assert money.book()[-1] == ("reversed", "escrow", "bank", 40_000)
    assert queries.held(money.order(code).id).goods == 0
    assert set(money.broken()) == {"M2", "M5", "M6"}  # the book no longer tells what happened
    db.session.rollback()
    last = db.session.scalars(select(LedgerEntry.id).order_by(LedgerEntry.id.desc())).first()
    db.session.rollback()
    for entry in (wrong, last or 0):
        with pytest.raises(Conflict, match="already_reversed"):
            reverse(entry)
    with pytest.raises(NotFound):
        reverse(10**9)
    acts = db.session.scalars(select(HistoryEntry.act).where(HistoryEntry.act == "ledger.reversed"))
    assert len(list(acts)) == 1


def test_the_story_of_a_group_and_the_book_of_a_shop(app: Flask) -> None:
    shop = builders.shop()
    (code,) = money.buy((shop, 40_000))
    begun = clock.now()
    money.pay(code)
    money.deliver(code)
    story = [row.fact for row in queries.entries_of_group(money.order_group(code))]
    assert story == [
        "goods_paid", "postage_paid", "unique_code_paid", "goods_released", "postage_released"
    ]  # fmt: skip
    db.session.rollback()
    rows, more = queries.shop_entries(shop.id)
    assert more is None
    assert [(row.fact, row.order_code) for row in rows] == [
        ("postage_released", code), ("goods_released", code)
    ]  # fmt: skip
    lines = list(queries.statement_lines(shop.id, first=begun, after=clock.now()))
    assert [row.amount for row in lines] == [row.amount for row in reversed(rows)]
    assert queries.balance_before(shop.id, begun) == 0
    assert queries.balance_before(shop.id, clock.now()) == sum(row.amount for row in lines)


def test_every_fact_has_its_accounts_and_every_way_to_pay_its_holder(app: Flask) -> None:
    assert set(MOVES) == set(Fact) - {Fact.REVERSED}
    assert all(Account.ROUNDING not in sides for sides in MOVES.values())
    assert set(paying.ways().providers) <= set(HOLDERS)
    assert all(len(name) <= LedgerEntry.fact.type.length for name in Fact)  # type: ignore[attr-defined]
    assert all(len(name) <= LedgerEntry.debit.type.length for name in Account)  # type: ignore[attr-defined]


def test_a_payment_that_does_not_pay_for_its_orders_is_not_booked(app: Flask) -> None:
    (code,) = money.buy((builders.shop(), 40_000))
    payment = money.payment_of(code)
    with transaction():
        db.session.execute(update(Payment).values(amount=payment.amount + 1))
    with pytest.raises(RuntimeError, match="does not pay"):
        money.pay(code)
    assert money.book() == []

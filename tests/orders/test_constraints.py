"""Behind every rule about money and stock stands the database: raw SQL cannot break it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from marketplace.catalog import stock_book
from marketplace.catalog.models import PriceChange, StockHold, Variant
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.history import HistoryEntry, HistorySeal
from marketplace.core.work import transaction
from marketplace.flows import payments
from marketplace.orders import alarms
from marketplace.orders.models import (
    CartLine,
    Order,
    OrderEvent,
    OrderGroup,
    OrderLine,
    Payment,
    PostageZone,
    ProviderMessage,
    Refund,
)
from tests import builders
from tests.web.buying import shopper

MOVE = """INSERT INTO stock_move (variant_id, number, at, kind, quantity, after)
    SELECT id, {number}, CURRENT_TIMESTAMP, '{kind}', {quantity}, {after} FROM variant"""
NEVER = {
    "more promised than there is": "UPDATE variant SET reserved = on_hand + 1",
    "stock below what is promised": "UPDATE variant SET on_hand = reserved - 1",
    "a shelf changed without its book": "UPDATE variant SET on_hand = on_hand + 1",
    "a shelf that forgets its book": "UPDATE variant SET moves = NULL",
    "a shelf that points at an older line": "UPDATE variant SET moves = moves - 1",
    "a line that jumps over one": MOVE.format(number=4, kind="received", quantity=5, after=26),
    "a line written twice": MOVE.format(number=2, kind="received", quantity=1, after=21),
    "a line that adds up wrong": MOVE.format(number=3, kind="received", quantity=5, after=27),
    "a sale that brings pieces": MOVE.format(number=3, kind="sold", quantity=5, after=26),
    "a delivery that takes pieces": MOVE.format(number=3, kind="received", quantity=-5, after=16),
    "a change of nothing": MOVE.format(number=3, kind="adjusted", quantity=0, after=21),
    "a kind that nobody knows": MOVE.format(number=3, kind="magic", quantity=5, after=26),
    "a move of no variant": """
        INSERT INTO stock_move (variant_id, number, at, kind, quantity, after)
        VALUES (999999, 1, CURRENT_TIMESTAMP, 'received', 5, 5)""",
    "less than nothing promised": "UPDATE variant SET reserved = -1",
    "a price of nothing": "UPDATE variant SET price = 0",
    "a price beyond all measure": "UPDATE variant SET price = 1000000000001",
    "a card dearer below than above": "UPDATE product SET price_from = price_to + 1",
    "no piece in a cart": "UPDATE cart_line SET quantity = 0",
    "too many pieces in a cart": "UPDATE cart_line SET quantity = 10001",
    "nothing held": "UPDATE stock_hold SET quantity = 0",
    "no piece sold": "UPDATE order_line SET quantity = 0",
    "a gift on a bill": "UPDATE order_line SET price = 0",
    "a bill that does not add up": "UPDATE shop_order SET total = total + 1",
    "postage that does not add up": "UPDATE shop_order SET postage = postage + 1",
    "nothing to pay": "UPDATE payment SET amount = 0",
    "more back than was paid": "UPDATE payment SET refunded = amount + 1",
    "less back than nothing": "UPDATE payment SET refunded = -1",
    "another currency": "UPDATE payment SET currency = 'usd'",
    "two payments of one group that count": "UPDATE payment SET counts = true",
    "one transfer amount for two buyers": """
        UPDATE payment SET amount = 77777, state = 'open' WHERE provider = 'transfer'""",
    "one key for two payments": "UPDATE payment SET key = 'pay:x:1'",
    "one page of the provider for two payments": """
        UPDATE payment SET provider = 'stripe', livemode = false, reference = 'cs_1'""",
    "one code for two payments": "UPDATE payment SET code = 'aaaaaaaaaa'",
    "one link for two buyers": "UPDATE order_group SET token_hash = 'x'",
    "one checkout page for two orders": "UPDATE order_group SET checkout_key = 'x'",
    "one code for two groups": "UPDATE order_group SET code = 'x'",
    "one code for two orders": "UPDATE shop_order SET code = 'x'",
    "an order of nobody": "UPDATE shop_order SET group_id = 999999",
    "an order of no shop": "UPDATE shop_order SET ikm_id = 999999",
    "a line of no order": "UPDATE order_line SET order_id = 999999",
    "a payment for nothing": "UPDATE payment SET group_id = 999999",
    "nothing given back": "UPDATE refund SET amount = 0",
    "one key for two refunds": "UPDATE refund SET key = 'x'",
    "one message kept twice": "UPDATE provider_message SET event_id = 'x'",
    "one alarm twice": "UPDATE alarm SET subject = 'x'",
    "postage below nothing": "UPDATE postage_zone SET first_kg = -1",
    "one tariff said twice": "UPDATE postage_zone SET origin='', destination='3', courier='x'",
    "two carts of one browser": "UPDATE cart SET token_hash = 'x', person_id = NULL",
    "two carts of one person": "UPDATE cart SET person_id = (SELECT min(id) FROM person)",
}
BOOKS = ("history", "history_seal", "price_change", "stock_move", "order_event")
COLUMNS = {"history_seal": "digest = 'x'", "price_change": "new = 1"}


@pytest.fixture
def market(app: Flask) -> None:
    """Two of everything: groups, orders, payments, refunds, messages, alarms, carts."""
    shopper.tariff()
    crisps = shopper.variant_of(builders.product("Keripik", stock=20))
    for _ in range(2):
        guest = app.test_client()
        shopper.buy(guest, crisps, way="transfer")
        shopper.add(guest, crisps)
    db.session.rollback()
    first = db.session.scalars(select(OrderGroup.id).order_by(OrderGroup.id)).first()
    db.session.rollback()
    payments.pay_again(int(first or 0), provider="simulator")
    now = clock.now()
    with transaction():
        paid = db.session.scalars(select(Payment).order_by(Payment.id)).all()
        for number, payment in enumerate(paid[:2]):
            db.session.add(
                Refund(
                    code=f"refund000{number}", payment_id=payment.id, amount=1, reason="Coba",
                    key=f"r{number}", created_at=now, touched_at=now,
                )
            )  # fmt: skip
            db.session.add(
                ProviderMessage(
                    provider="stripe", event_id=f"evt_{number}", kind="x", body="", received_at=now
                )
            )
            alarms.sound("payment_late", f"payment:{number}", now=now)
        db.session.add(HistoryEntry(act="x", subject="x", by=None, at=now, detail={}))
        db.session.add(HistorySeal(entry_id=1, digest="0"))
        db.session.add(PriceChange(variant_id=crisps, at=now, by=None, old=1, new=2))
        stock_book.set_on_hand(crisps, 21, by=None, now=now)
    for table in (CartLine, StockHold, Order, OrderEvent, OrderLine, PostageZone, Variant):
        assert db.session.scalars(select(table)).first() is not None
    db.session.rollback()


@pytest.mark.parametrize("what", NEVER)
def test_the_database_refuses(market: None, what: str) -> None:
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(text(NEVER[what]))


@pytest.mark.parametrize("book", BOOKS)
def test_a_book_is_neither_rewritten_nor_torn(market: None, book: str) -> None:
    columns = COLUMNS.get(book, "at = at")
    for attempt in (f"UPDATE {book} SET {columns}", f"DELETE FROM {book}"):  # noqa: S608
        with pytest.raises(IntegrityError, match="only written at the end"), transaction():
            db.session.execute(text(attempt))


def test_reading_and_right_changes_pass(market: None) -> None:
    """Or the refusals above would prove nothing."""
    with transaction():
        for right in (
            "UPDATE variant SET reserved = 20",
            "UPDATE shop_order SET total = total + 1, goods = goods + 1",
            "UPDATE payment SET refunded = amount",
            "UPDATE payment SET counts = true WHERE id = (SELECT min(id) FROM payment)",
            MOVE.format(number=3, kind="received", quantity=5, after=26),
            "UPDATE variant SET on_hand = 26, moves = 3",
        ):
            db.session.execute(text(right))

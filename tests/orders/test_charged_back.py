"""A card bank takes money back: nobody is paid twice, and nobody bears it twice."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.core import clock
from marketplace.core.errors import Conflict
from marketplace.core.money import Money
from marketplace.core.work import transaction
from marketplace.flows import granting
from marketplace.makers.models import Ikm
from marketplace.orders import payments, refunds
from marketplace.orders.disputes import disputes
from marketplace.orders.grants.grants import Wanted
from marketplace.orders.ledger import queries as ledger
from marketplace.orders.ledger.rules import Account
from marketplace.orders.ports import RefundReading, RefundSide
from marketplace.orders.watch_ports import DisputeReading, DisputeSide
from tests import builders
from tests.orders import money
from tests.orders.test_grants import line_of


def paid_by_card(*parts: tuple[Ikm, int]) -> list[str]:
    """Asih fetches everything herself, so that there is no postage; her card is charged."""
    codes = money.buy(*parts, fetch=tuple(shop for shop, _ in parts), way="simulator")
    charged(codes[0])
    return codes


def charged(order_code: str) -> None:
    payment = money.payment_of(order_code)
    with transaction():
        payments.money_came(payment.code, charge_reference="pay_1", now=clock.now())


def paid_twice() -> tuple[str, int]:
    """Asih paid on two pages for one order: its code, and what came the second time."""
    shop = builders.shop("Dapur Citra")
    (code,) = money.buy((shop, 50_000), fetch=(shop,), way="simulator")
    first, now = money.payment_of(code), clock.now()
    with transaction():
        second = payments.ask_again(
            first.group_id, provider="simulator", livemode=False, now=now
        )  # fmt: skip
    with transaction():
        payments.money_came(first.code, charge_reference="pay_1", now=now)
        assert payments.money_came(second, charge_reference="pay_2", now=now) == "twice"
    return code, first.amount


def went_back(amount: int) -> None:
    """The provider has carried out the one refund that is open."""
    (code,) = money.open_refunds()
    reading = RefundReading(reference="re_1", side=RefundSide.DONE, amount=Money(amount))
    with transaction():
        refunds.record(code, reading, now=clock.now())


def bank_says(side: DisputeSide, amount: int, *, about: str = "pay_1") -> None:
    """What is read of the one dispute."""
    reading = DisputeReading(
        reference="dp_1",
        payment_reference=about,
        side=side,
        amount=Money(amount),
        reason="product_not_received",
        money_away=side is not DisputeSide.WON,
        evidence_due_by=None,
        opened_at=clock.now(),
        livemode=False,
    )
    with transaction():
        disputes.record("simulator", reading, now=clock.now())


def lost(amount: int, *, about: str = "pay_1") -> None:
    bank_says(DisputeSide.NEEDS_RESPONSE, amount, about=about)
    bank_says(DisputeSide.LOST, amount, about=about)


def test_an_order_whose_money_the_bank_took_can_end_and_nothing_goes_back_twice(
    app: Flask,
) -> None:
    (code,) = money.buy((builders.shop("Dapur Citra"), 50_000), way="simulator")
    charged(code)
    total = money.order(code).total
    assert total > 50_000  # its postage is held beside its goods
    lost(total)
    with transaction():
        assert money.ending.cancel_paid(
            code, money.Actor("shop"), reason="Habis", now=clock.now()
        ) is None  # fmt: skip
    assert money.order(code).state == "cancelled"
    assert money.open_refunds() == []
    assert ledger.balance(Account.LOSS) == 0
    assert money.broken() == {}


def test_of_an_order_that_ends_after_it_what_the_bank_left_goes_back(app: Flask) -> None:
    (code,) = paid_by_card((builders.shop("Dapur Citra"), 50_000))
    lost(20_000)
    money.cancel(code)
    assert money.book()[-1] == ("goods_returned", "escrow", "refunds", 30_000)
    assert money.broken() == {}


def test_while_the_bank_is_to_decide_an_order_is_not_cancelled(app: Flask) -> None:
    (code,) = paid_by_card((builders.shop("Dapur Citra"), 50_000))
    bank_says(DisputeSide.NEEDS_RESPONSE, 50_000)
    with pytest.raises(Conflict, match="payment_disputed"):
        money.cancel(code)
    bank_says(DisputeSide.WON, 50_000)
    money.cancel(code)
    assert money.book()[-1] == ("goods_returned", "escrow", "refunds", 50_000)
    assert money.broken() == {}


def test_what_an_officer_gave_back_before_is_not_the_shops_share_again(app: Flask) -> None:
    shop = builders.shop("Dapur Citra")
    (code,) = paid_by_card((shop, 50_000))
    money.deliver(code)
    granted = granting.grant(
        code, Wanted({line_of(code): 1}), reason="Barang rusak", by=builders.staff()
    )
    granting.execute(granted, by=builders.staff())
    went_back(50_000)
    lost(50_000)
    assert ledger.shop_money(shop.id).ready == 0
    assert ledger.balance(Account.LOSS) == 50_000
    assert money.broken() == {}


def test_the_share_of_a_cancelled_order_is_borne_by_those_who_have_their_money(
    app: Flask,
) -> None:
    citra, sekar = builders.shop("Dapur Citra"), builders.shop("Batik Sekar")
    cancelled, sold = paid_by_card((citra, 50_000), (sekar, 50_000))
    money.cancel(cancelled)
    went_back(50_000)
    money.deliver(sold)
    lost(50_000)
    assert ledger.shop_money(sekar.id).ready == 0
    assert ledger.balance(Account.LOSS) == 0
    assert money.broken() == {}


def test_an_order_ends_although_an_officer_has_given_all_of_it_back(app: Flask) -> None:
    (code,) = paid_by_card((builders.shop("Dapur Citra"), 50_000))
    granted = granting.grant(
        code, Wanted({line_of(code): 1}), reason="Barang rusak", by=builders.staff()
    )
    granting.execute(granted, by=builders.staff())
    with transaction():
        assert money.ending.cancel_paid(
            code, money.Actor("system"), reason="Habis", now=clock.now()
        ) is None  # fmt: skip
    assert money.broken() == {}


def test_money_that_came_twice_was_never_the_orders_so_the_market_bears_its_loss(
    app: Flask,
) -> None:
    code, amount = paid_twice()
    money.deliver(code)
    went_back(amount)
    lost(amount, about="pay_2")
    assert money.book()[-1] == ("chargeback_borne", "loss", "disputes", amount)
    assert ledger.shop_money(money.order(code).ikm_id).ready == 50_000
    assert ledger.balance(Account.DISPUTES) == 0
    assert money.broken() == {}


def test_an_order_that_is_on_its_way_keeps_its_money_when_the_second_payment_is_lost(
    app: Flask,
) -> None:
    code, amount = paid_twice()
    went_back(amount)
    lost(amount, about="pay_2")
    assert ledger.held(money.order(code).id).goods == 50_000
    money.cancel(code)
    assert money.book()[-1] == ("goods_returned", "escrow", "refunds", 50_000)
    assert money.broken() == {}


def test_what_the_bank_gave_instead_of_a_refund_is_not_missing_twice_when_the_order_ends(
    app: Flask,
) -> None:
    (code,) = paid_by_card((builders.shop("Dapur Citra"), 50_000))
    money.give_back(code, 20_000)
    lost(20_000)
    assert money.book()[-1] == ("refund_by_card_bank", "refunds", "disputes", 20_000)
    assert money.open_refunds() == []
    money.cancel(code)
    assert money.book()[-1] == ("goods_returned", "escrow", "refunds", 30_000)
    assert ledger.balance(Account.LOSS) == 0
    assert money.broken() == {}


def test_a_promise_of_a_second_payment_is_kept_by_the_bank_that_took_it(app: Flask) -> None:
    code, amount = paid_twice()
    lost(amount, about="pay_2")
    assert money.book()[-1] == ("refund_by_card_bank", "refunds", "disputes", amount)
    assert ledger.held(money.order(code).id).goods == 50_000
    assert ledger.balance(Account.LOSS) == 0
    assert money.broken() == {}

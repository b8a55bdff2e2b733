"""Nobody answers a complaint; the bank comes in between; and what its book never forgets."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict, MarketError
from marketplace.core.work import transaction
from marketplace.flows import complaining, dispute_money, granting, own_data
from marketplace.orders import cancelling
from marketplace.orders.complaints.models import ComplaintEvent
from marketplace.orders.complaints.states import ComplaintState, Wish
from marketplace.orders.disputes.events import DisputeClosed, DisputeMoneyTaken
from marketplace.orders.disputes.models import Dispute
from marketplace.orders.ending import Actor
from marketplace.orders.grants.grants import Wanted
from marketplace.orders.models import Alarm, OrderEvent, Payment
from tests import builders
from tests.orders import grievances as sad
from tests.orders import money
from tests.orders.grievances import letters, pass_time, refunds, sound

__all__ = ["sound"]  # the fixture
pytestmark = pytest.mark.usefixtures("sound")


# --- Silence --------------------------------------------------------------------------------------


def test_a_silent_shop_loses_its_word_to_the_dinas(app: Flask) -> None:
    code = sad.shipped()
    sad.complain(code)
    assert complaining.see_what_is_due() == 0
    with pass_time(5):
        assert complaining.see_what_is_due() == 1
        assert complaining.see_what_is_due() == 0
    assert sad.complaint_of(code).state == ComplaintState.DESK
    assert letters()[1:] == [("unanswered", "buyer"), ("unanswered", "shop")]


def test_a_shop_that_promised_goods_and_sends_none_goes_to_the_dinas(app: Flask) -> None:
    code = sad.shipped()
    sad.complain(code, wish=Wish.RESEND)
    complaining.promise(code, sad.shop_of(code))
    with pass_time(5):
        complaining.see_what_is_due()
    assert sad.complaint_of(code).state == ComplaintState.DESK


def test_a_silent_buyer_gets_what_was_offered(app: Flask) -> None:
    code = sad.shipped()
    sad.complain(code)
    complaining.give_back(code, sad.shop_of(code), amount=10_000, words="")
    with pass_time(3.1):
        complaining.see_what_is_due()
    assert refunds() == [10_000]
    assert money.order(code).state == "completed"


def test_goods_sent_again_that_nobody_speaks_of_are_good(app: Flask) -> None:
    code = sad.shipped()
    sad.complain(code, wish=Wish.RESEND)
    complaining.promise(code, sad.shop_of(code))
    complaining.resend(code, sad.shop_of(code), courier="JNE", tracking="")
    with pass_time(7.1):
        complaining.see_what_is_due()
    assert refunds() == []
    assert money.order(code).state == "completed"


def test_a_late_dinas_hears_an_alarm_once_and_nothing_is_decided_for_it(app: Flask) -> None:
    code = sad.shipped()
    sad.complain(code)
    complaining.refuse(code, sad.shop_of(code), words="Tidak benar", photos=[])
    with pass_time(6):
        assert complaining.see_what_is_due() == 1
        assert complaining.see_what_is_due() == 0
    assert sad.complaint_of(code).state == ComplaintState.DESK
    db.session.rollback()
    assert list(db.session.scalars(select(Alarm.kind))) == ["complaint_late"]


def test_a_complaint_taken_back_completes_the_order(app: Flask) -> None:
    code = sad.shipped(40_000)
    sad.complain(code)
    complaining.withdraw(sad.group_of(code), code, by=None)
    assert refunds() == []
    assert sad.balance("payable") == {"payable": 46_000}
    db.session.rollback()
    steps = list(db.session.scalars(select(OrderEvent.what).order_by(OrderEvent.id)))
    assert steps[-2:] == ["complained", "settled"]


# --- The bank, the book, the person ---------------------------------------------------------------


def took(code: str, state: str = "needs_response") -> None:
    """The card's bank takes the money of this order's payment."""
    payment = money.payment_of(code)
    with transaction():
        db.session.add(
            Dispute(
                code="d234567890",
                payment_id=payment.id,
                provider=payment.provider,
                reference="dp",
                state=state,
                amount=payment.amount,
                reason="",
                opened_at=clock.now(),
                touched_at=clock.now(),
                taken_at=clock.now(),
            )  # fmt: skip
        )
        dispute_money.taken(
            DisputeMoneyTaken(
                dispute_id=1,
                provider=payment.provider,
                reference="dp",
                payment_id=payment.id,
                amount=payment.amount,
            )  # fmt: skip
        )


def test_money_that_the_bank_took_is_not_given_back_twice(app: Flask) -> None:
    code = sad.shipped()
    sad.complain(code)
    took(code)
    with pytest.raises(Conflict, match="complaint_money_at_bank"):
        complaining.give_back(code, sad.shop_of(code), amount=46_000, words="")
    complaining.give_back(code, sad.shop_of(code), amount=10_000, words="")
    with pass_time(3.1):
        complaining.see_what_is_due()
    assert sad.complaint_of(code).state == ComplaintState.DESK
    complaining.decide(code, amount=0, words="Bank yang memutuskan.", by=builders.staff())
    assert refunds() == []


def test_a_lost_dispute_ends_what_was_held_and_the_rest_goes_on(app: Flask) -> None:
    code = sad.shipped(40_000)
    sad.complain(code)
    payment = money.payment_of(code)
    facts = {
        "dispute_id": 1, "provider": "transfer", "reference": "dp", "payment_id": payment.id,
        "amount": payment.amount,
    }  # fmt: skip
    with transaction():
        dispute_money.taken(DisputeMoneyTaken(**facts))
        dispute_money.closed(DisputeClosed(lost=True, **facts))
    assert money.broken() == {}
    assert sad.balance("escrow", "disputed") == {"escrow": 0, "disputed": 0}
    complaining.withdraw(sad.group_of(code), code, by=None)
    assert sad.balance("payable") == {"payable": 6_000}


def test_the_book_of_a_complaint_is_only_written_at_the_end(app: Flask) -> None:
    code = sad.shipped()
    sad.complain(code)
    for act in ("UPDATE complaint_event SET words = ''", "DELETE FROM complaint_event"):
        with pytest.raises(DatabaseError, match="only written at the end"), transaction():
            db.session.execute(text(act))


@pytest.mark.parametrize(
    "wrong",
    [
        "goods = 0",
        "wished = goods + postage + 1",
        "offered = 0",
        "back = goods + postage + 1",
        "back = 1",
        "due_at = NULL",
    ],
)
def test_the_database_refuses_what_no_complaint_can_be(app: Flask, wrong: str) -> None:
    code = sad.shipped()
    sad.complain(code)
    with pytest.raises(DatabaseError), transaction():
        db.session.execute(text(f"UPDATE complaint SET {wrong}"))  # noqa: S608


def test_who_takes_the_own_data_along_takes_the_complaints(app: Flask) -> None:
    code = sad.shipped()
    sad.complain(code)
    asih = builders.person("Asih")
    with transaction():
        db.session.execute(text("UPDATE order_group SET person_id = :id"), {"id": asih})
    found = own_data.gather(asih)
    assert found["complaint_event"][0]["words"] == "Semua bungkusnya pecah."
    assert len(found["complaint_line"]) == 1


def test_a_sum_cut_into_a_complaint_and_a_grant_is_still_one_sum(app: Flask) -> None:
    code, eka = sad.shipped(8_000_000), builders.staff()
    sad.complain(code)
    complaining.refuse(code, sad.shop_of(code), words="Tidak benar", photos=[])
    assert complaining.decide(code, amount=4_000_000, words="Sebagian", by=eka)
    granted = granting.grant(code, Wanted(goodwill=1_500_000), reason="Maaf", by=eka)
    with pytest.raises(Conflict, match="second_person"):
        granting.execute(granted, by=eka)


def test_what_was_granted_before_counts_when_a_complaint_is_decided(app: Flask) -> None:
    one, two = builders.shop("Dapur Citra"), builders.shop("Batik Sekar")
    first, second = money.buy((one, 4_000_000), (two, 4_000_000))
    money.pay(first)
    sad.send(first)
    sad.send(second)
    eka = builders.staff()
    line = sad.lines_of(first)[0].id
    granting.execute(granting.grant(first, Wanted({line: 1}), reason="Basi", by=eka), by=eka)
    sad.complain(second)
    complaining.refuse(second, sad.shop_of(second), words="Tidak benar", photos=[])
    assert not complaining.decide(second, amount=4_000_000, words="Benar", by=eka)
    assert complaining.decide(second, amount=4_000_000, words="Benar", by=builders.admin())


def test_postage_that_is_complained_about_is_not_given_back_beside_it(app: Flask) -> None:
    code = sad.shipped()
    sad.complain(code)
    complaining.give_back(code, sad.shop_of(code), amount=money.order(code).total - 1, words="")
    order = money.order(code)
    with pytest.raises(Conflict, match="complaint_open"), transaction():
        cancelling.give_postage(
            code, Actor("shop"), reason="Terlambat", ikm_id=order.ikm_id, version=order.version,
            now=clock.now(),
        )  # fmt: skip
    complaining.accept(sad.group_of(code), code, by=None)
    assert refunds() == [order.total - 1]


def test_what_officers_think_before_they_decide_is_not_among_it(app: Flask) -> None:
    code = sad.shipped(6_000_000)
    sad.complain(code)
    complaining.refuse(code, sad.shop_of(code), words="Tidak benar", photos=[])
    complaining.decide(code, amount=5_500_000, words="Rahasia petugas", by=builders.staff())
    asih = builders.person("Asih")
    with transaction():
        db.session.execute(text("UPDATE order_group SET person_id = :id"), {"id": asih})
    told = str(own_data.gather(asih))
    assert "Semua bungkusnya pecah." in told
    assert "Rahasia petugas" not in told
    assert "5500000" not in told


def test_steps_out_of_turn_change_nothing(app: Flask) -> None:
    """Every act against every state it is not meant for."""
    code = sad.shipped()
    sad.complain(code)
    complaining.withdraw(sad.group_of(code), code, by=None)
    group, shop = sad.group_of(code), sad.shop_of(code)
    db.session.rollback()
    before = db.session.scalars(select(ComplaintEvent.id)).all()
    for act in (
        lambda: complaining.accept(group, code, by=None),
        lambda: complaining.pass_on(group, code, words="x", by=None),
        lambda: complaining.received(group, code, by=None),
        lambda: complaining.withdraw(group, code, by=None),
        lambda: complaining.give_back(code, shop, amount=1, words=""),
        lambda: complaining.refuse(code, shop, words="x", photos=[]),
        lambda: complaining.promise(code, shop),
        lambda: complaining.resend(code, shop, courier="x", tracking=""),
        lambda: complaining.decide(code, amount=1, words="x", by=1),
    ):
        with pytest.raises(MarketError, match="complaint_moved"):
            act()
    db.session.rollback()
    assert db.session.scalars(select(ComplaintEvent.id)).all() == before
    assert db.session.scalars(select(Payment.refunded)).all() == [0]

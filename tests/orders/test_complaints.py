"""A complaint holds the money, is answered in time, and ends once: with all, part or nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.history import HistoryEntry
from marketplace.core.work import transaction
from marketplace.flows import complaining, granting, parcels
from marketplace.flows.complaining import Shop
from marketplace.orders import ending, fulfilment
from marketplace.orders.commission import rates
from marketplace.orders.complaints.states import ComplaintState, Kind, Wish
from marketplace.orders.grants.grants import Wanted
from marketplace.orders.models import Refund
from tests import builders
from tests.orders import giving_up, money, packing
from tests.orders import grievances as sad
from tests.orders.grievances import letters, pass_time, refunds, sound

__all__ = ["sound"]  # the fixture


pytestmark = pytest.mark.usefixtures("sound")


def held(code: str) -> dict[str, int]:
    return sad.balance("escrow", "shipping", "disputed", "payable", "refunds")


def test_money_is_held_and_nothing_completes_while_somebody_complains(app: Flask) -> None:
    code = sad.shipped(40_000)
    sad.complain(code)
    assert held(code) == {
        "escrow": 0, "shipping": 6_000, "disputed": 40_000, "payable": 0, "refunds": 0,
    }  # fmt: skip
    with pass_time(30):
        assert parcels.complete_due() == 0
        with transaction():
            assert not fulfilment.complete_silently(code, clock.now())
    with pytest.raises(Conflict, match="complaint_open"):
        parcels.receive(sad.group_of(code), code, by=None)
    with pytest.raises(Conflict, match="complaint_open"), transaction():
        ending.cancel_paid(code, ending.SYSTEM, reason="Habis", now=clock.now())
    assert (money.order(code).state, money.order(code).contested) == ("accepted", True)


def test_a_shop_that_agrees_gives_back_and_gets_the_rest(app: Flask) -> None:
    code = sad.shipped(40_000)
    sad.complain(code, wish=Wish.PART, amount=15_000)
    assert complaining.give_back(code, sad.shop_of(code), amount=15_000, words="Maaf")
    assert refunds() == [15_000]
    assert held(code) == {
        "escrow": 0, "shipping": 0, "disputed": 0, "payable": 31_000, "refunds": 15_000,
    }  # fmt: skip
    order = money.order(code)
    assert (order.state, order.parcel, order.contested) == ("completed", "shipped", False)
    assert sad.complaint_of(code).state == ComplaintState.SETTLED
    assert letters() == [("opened", "shop"), ("agreed", "buyer")]


def test_all_of_it_includes_the_postage_and_leaves_the_shop_nothing(app: Flask) -> None:
    with transaction():
        rates.load_starter(clock.now() - timedelta(days=60))
    code = sad.shipped(40_000)
    sad.complain(code)
    complaining.give_back(code, sad.shop_of(code), amount=46_000, words="")
    assert held(code) == {
        "escrow": 0, "shipping": 0, "disputed": 0, "payable": 0, "refunds": 46_000,
    }  # fmt: skip
    assert sad.balance("commission", "tax") == {"commission": 0, "tax": 0}


def test_less_than_was_asked_for_is_an_offer_that_the_buyer_may_take(app: Flask) -> None:
    code = sad.shipped(40_000)
    sad.complain(code)
    assert not complaining.give_back(code, sad.shop_of(code), amount=20_000, words="Separuh ya")
    assert refunds() == []
    complaining.accept(sad.group_of(code), code, by=None)
    assert refunds() == [20_000]
    with pytest.raises(Conflict, match="complaint_moved"):
        complaining.accept(sad.group_of(code), code, by=None)
    assert letters() == [("opened", "shop"), ("offered", "buyer"), ("accepted", "shop")]


def test_an_offer_may_be_passed_on_and_the_dinas_decides(app: Flask) -> None:
    code = sad.shipped(40_000)
    sad.complain(code)
    complaining.give_back(code, sad.shop_of(code), amount=5_000, words="")
    complaining.pass_on(sad.group_of(code), code, words="Terlalu sedikit", by=None)
    with pytest.raises(Invalid, match="complaint_desk"):
        complaining.give_back(code, sad.shop_of(code), amount=6_000, words="")
    complaining.decide(code, amount=30_000, words="Fotonya jelas.", by=builders.staff())
    assert refunds() == [30_000]
    assert letters()[-2:] == [("decided", "buyer"), ("decided", "shop")]
    db.session.rollback()
    acts = list(db.session.scalars(select(HistoryEntry.act).where(HistoryEntry.by.is_not(None))))
    assert "complaint.decided" in acts


@pytest.mark.parametrize("amount", [0, 1, 46_000])
def test_the_dinas_gives_back_all_part_or_nothing(app: Flask, amount: int) -> None:
    code = sad.shipped(40_000)
    sad.complain(code)
    complaining.refuse(code, sad.shop_of(code), words="Sudah rusak di kurir", photos=[])
    complaining.decide(code, amount=amount, words="Begini adanya.", by=builders.staff())
    assert refunds() == ([amount] if amount else [])
    assert money.order(code).state == "completed"
    assert sad.balance("payable")["payable"] == 46_000 - amount
    with pytest.raises(Conflict, match="complaint_moved"):
        complaining.decide(code, amount=amount, words="Sekali lagi.", by=builders.staff())


def test_much_money_goes_back_only_when_two_officers_decide_the_same(app: Flask) -> None:
    code = sad.shipped(6_000_000)
    sad.complain(code)
    complaining.refuse(code, sad.shop_of(code), words="Tidak benar", photos=[])
    eka, gita = builders.staff(), builders.staff("Gita")
    assert not complaining.decide(code, amount=6_000_000, words="Rusak semua.", by=eka)
    assert not complaining.decide(code, amount=6_000_000, words="Rusak semua.", by=eka)
    assert not complaining.decide(code, amount=5_500_000, words="Tidak semua.", by=gita)
    assert refunds() == []
    assert complaining.decide(code, amount=5_500_000, words="Benar begitu.", by=eka)
    assert refunds() == [5_500_000]


def test_what_went_back_for_a_complaint_is_not_granted_again(app: Flask) -> None:
    code = sad.shipped(40_000)
    line, eka = sad.lines_of(code)[0].id, builders.staff()
    sad.complain(code)
    with pytest.raises(Conflict, match="complaint_open"):
        granting.grant(code, Wanted(postage=1_000), reason="Terlambat", by=eka)
    complaining.give_back(code, sad.shop_of(code), amount=46_000, words="")
    with pytest.raises(Invalid, match="grant_pieces"):
        granting.grant(code, Wanted(pieces={line: 1}), reason="Lagi", by=eka)
    with pytest.raises(Invalid, match="grant_postage"):
        granting.grant(code, Wanted(postage=1_000), reason="Lagi", by=eka)


def test_what_was_granted_before_cannot_be_complained_about(app: Flask) -> None:
    code = sad.shipped(40_000)
    line, eka = sad.lines_of(code)[0].id, builders.staff()
    granting.grant(code, Wanted(pieces={line: 1}), reason="Rusak", by=eka)
    with pytest.raises(Invalid, match="complaint_pieces"):
        sad.complain(code)


def test_nobody_gives_back_more_than_was_paid_for_the_pieces(app: Flask) -> None:
    shop = builders.shop()
    (code,) = money.buy((shop, 40_000))
    money.pay(code)
    sad.send(code)
    sad.complain(code, kind=Kind.INCOMPLETE)
    for amount in (40_001, 46_000):
        with pytest.raises(Invalid, match="complaint_amount"):
            complaining.give_back(code, sad.shop_of(code), amount=amount, words="")
    complaining.refuse(code, sad.shop_of(code), words="Tidak benar", photos=[])
    with pytest.raises(Invalid, match="complaint_amount"):
        complaining.decide(code, amount=40_001, words="Lebih.", by=builders.staff())


def test_only_what_was_bought_can_be_complained_about(app: Flask) -> None:
    code = sad.shipped(40_000)
    line = sad.lines_of(code)[0].id
    for pieces in ({}, {line: 2}, {line: -1}, {line + 1: 1}):
        with pytest.raises(Invalid, match="complaint_pieces"):
            sad.complain(code, pieces=pieces)
    assert not money.order(code).contested


def test_before_it_is_sent_or_after_it_is_complete_nobody_complains(app: Flask) -> None:
    (code,) = money.buy((builders.shop(), 40_000))
    money.pay(code)
    with pytest.raises(Conflict, match="nothing_sent_yet"):
        sad.complain(code)
    money.deliver(code)
    with pytest.raises(Conflict, match="complaint_too_late"):
        sad.complain(code)


def test_one_order_has_one_complaint(app: Flask) -> None:
    code = sad.shipped()
    sad.complain(code)
    with pytest.raises(Conflict, match="complaint_twice"):
        sad.complain(code)


def test_who_fetched_it_at_the_shop_may_complain_as_well(app: Flask) -> None:
    shop = builders.shop(address="Jalan Anggajaya 12", pickup=True)
    (code,) = money.buy((shop, 30_000), fetch=(shop,))
    money.pay(code)
    by = builders.person("Citra")
    for step in (fulfilment.accept, fulfilment.pack, fulfilment.ready):
        order = money.order(code)
        with transaction():
            step(code, ikm_id=order.ikm_id, by=by, version=order.version, now=clock.now())
    with pytest.raises(Conflict, match="nothing_sent_yet"):
        sad.complain(code, kind=Kind.NOT_ARRIVED)
    sad.complain(code)
    assert money.order(code).parcel == "received"


def test_another_persons_complaint_is_not_there(app: Flask) -> None:
    code = sad.shipped(shop=builders.shop("Toko Satu"))
    other = sad.shipped(shop=builders.shop("Toko Dua"))
    sad.complain(code)
    stranger, budi = sad.group_of(other), Shop(sad.shop_of(other).ikm_id, 1)
    for act in (
        lambda: complaining.withdraw(stranger, code, by=None),
        lambda: complaining.accept(stranger, code, by=None),
        lambda: complaining.refuse(code, budi, words="Bukan saya", photos=[]),
        lambda: complaining.give_back(code, budi, amount=1, words=""),
        lambda: complaining.decide(other, amount=0, words="Tidak ada keluhan", by=1),
    ):
        with pytest.raises(NotFound):
            act()


def test_each_line_gets_back_its_own_share_and_its_own_cut(app: Flask) -> None:
    with transaction():
        rates.load_starter(clock.now() - timedelta(days=60))
    shop = builders.shop()
    codes = money.buy((shop, 40_000), (shop, 10_000))
    money.pay(codes[0])
    sad.send(codes[0])
    one, two = sad.lines_of(codes[0])
    sad.complain(codes[0], pieces={two.id: 1})
    complaining.give_back(codes[0], sad.shop_of(codes[0]), amount=10_000, words="")
    db.session.rollback()
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.amount, refund.commission) == (10_000, two.commission)
    assert sad.balance("commission")["commission"] == one.commission


# --- The goods again ------------------------------------------------------------------------------


def test_goods_sent_again_end_it_when_they_are_good(app: Flask) -> None:
    code = sad.shipped()
    sad.complain(code, wish=Wish.RESEND)
    shop = sad.shop_of(code)
    with pytest.raises(Conflict, match="complaint_moved"):
        complaining.resend(code, shop, courier="JNE", tracking="2")
    complaining.promise(code, shop)
    complaining.resend(code, shop, courier="JNE", tracking="2")
    complaining.received(sad.group_of(code), code, by=None)
    assert refunds() == []
    assert money.order(code).state == "completed"
    assert [step for step, _ in letters()] == ["opened", "promised", "resent", "received"]


def test_goods_sent_again_that_are_bad_too_go_to_the_dinas(app: Flask) -> None:
    code = sad.shipped()
    sad.complain(code, wish=Wish.RESEND)
    shop = sad.shop_of(code)
    complaining.promise(code, shop)
    complaining.resend(code, shop, courier="JNE", tracking="")
    complaining.pass_on(sad.group_of(code), code, words="Pecah lagi", by=None)
    complaining.decide(code, amount=46_000, words="Dua kali rusak.", by=builders.staff())
    assert refunds() == [46_000]


def test_who_wants_money_is_sent_no_goods(app: Flask) -> None:
    code = sad.shipped()
    sad.complain(code)
    with pytest.raises(Conflict, match="complaint_no_resend"):
        complaining.promise(code, sad.shop_of(code))


def test_who_wants_goods_is_asked_before_it_becomes_money(app: Flask) -> None:
    code = sad.shipped(40_000)
    sad.complain(code, wish=Wish.RESEND)
    assert not complaining.give_back(code, sad.shop_of(code), amount=46_000, words="Habis")
    complaining.accept(sad.group_of(code), code, by=None)
    assert refunds() == [46_000]


def test_what_came_of_an_order_in_parts_is_complained_about_and_the_rest_goes_on(
    app: Flask,
) -> None:
    """Three bags of chips, two of coffee: two bags came broken, the rest is at the shop."""
    code = packing.accepted()
    chips, coffee = (line.id for line in sad.lines_of(code))
    packing.ship(code, packing.pack(code, 2))
    for pieces in ({chips: 3}, {coffee: 1}, {chips: 1, coffee: 1}):
        with pytest.raises(Invalid, match="complaint_pieces"):
            sad.complain(code, pieces=pieces)
    sad.complain(code, pieces={chips: 2})
    assert (sad.complaint_of(code).goods, sad.complaint_of(code).postage) == (40_000, 0)
    assert money.broken() == {}
    packing.ship(code, packing.pack(code))  # the rest is sent meanwhile
    with pytest.raises(Conflict, match="complaint_open"):
        packing.receive(code)
    complaining.give_back(code, sad.shop_of(code), amount=40_000, words="Maaf.")
    order = money.order(code)
    assert (order.state, order.parcel, order.contested) == ("accepted", "shipped", False)
    assert sad.balance("escrow", "disputed") == {"escrow": 120_000, "disputed": 0}
    assert money.broken() == {}
    with pytest.raises(Conflict, match="complaint_twice"):
        sad.complain(code, pieces={coffee: 1})
    packing.receive(code)
    assert packing.stands(code) == ("completed", "received")
    assert sad.balance("escrow", "disputed") == {"escrow": 0, "disputed": 0}
    assert sad.refunds() == [40_000]
    assert money.broken() == {}


def test_what_is_left_after_a_complaint_may_still_be_cancelled(app: Flask) -> None:
    code = packing.accepted()
    chips, coffee = (line.id for line in sad.lines_of(code))
    packing.ship(code, packing.pack(code, 1))
    sad.complain(code, pieces={chips: 1})
    complaining.withdraw(sad.group_of(code), code, by=None)
    assert packing.stands(code) == ("accepted", "partly")
    giving_up.shop_cancels(code, 2, 2)
    assert money.broken() == {}


def test_a_silent_end_leaves_two_days_for_what_was_sent_meanwhile(app: Flask) -> None:
    code = packing.accepted()
    chips, _ = (line.id for line in sad.lines_of(code))
    packing.ship(code, packing.pack(code, 1))
    sad.complain(code, pieces={chips: 1})
    packing.ship(code, packing.pack(code))
    with sad.pass_time(12):
        complaining.withdraw(sad.group_of(code), code, by=None)
        due = money.order(code).due_at
        assert due is not None
        assert timedelta(days=1, hours=23) < due - clock.now() <= timedelta(days=2)

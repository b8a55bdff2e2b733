"""A provider pays each payout once, whatever is lost between, and says when one came back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from marketplace.adapters.simulator_gateway import SimulatorGateway
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.jobs import Job
from marketplace.core.money import Money
from marketplace.core.work import transaction
from marketplace.flows import paying_makers, reconcile, tidying, worker
from marketplace.orders import alarms as book
from marketplace.orders import desk_queries
from marketplace.orders.ledger import queries as ledger
from marketplace.orders.ledger.rules import Account
from marketplace.orders.models import Alarm
from marketplace.orders.payout_ports import PayoutReading
from marketplace.orders.payouts.accounts import Wish
from marketplace.orders.ports import GatewayRefused
from marketplace.outside import outside
from tests import builders
from tests.orders import money, payday
from tests.web.account.helpers import letters, text_of


def work() -> None:
    db.session.rollback()
    worker.run_due(until_empty=True)
    db.session.rollback()


def alarms() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Alarm.kind)))


def open_alarms() -> list[Any]:
    return list(desk_queries.open_alarms())


def at_provider(code: str) -> PayoutReading:
    db.session.rollback()
    found = outside().payments["simulator"].find_payout(payout_code=code)
    assert found is not None
    return found


def test_a_payout_through_a_provider_arrives_and_every_owner_hears_of_it(app: Flask) -> None:
    shop = payday.shop(wish=payday.PLAY)
    payout = payday.sent(shop)
    work()
    assert payday.newest(shop).state == "paid"
    assert payday.newest(shop).transfer == at_provider(payout.code).reference
    assert ledger.balance(Account.CLEARING_SIMULATOR) == -85_000  # came in by transfer
    told = [key for key in db.session.scalars(select(Job.key)) if key and ":payout:" in key]
    assert told == [f"letter:payout:paid:{payout.code}:citra@contoh.test"]
    work()
    paying_makers.send(payout.code)
    assert money.broken() == {}


def test_an_answer_that_was_lost_is_found_again(app: Flask) -> None:
    shop = payday.shop(wish=payday.PLAY)
    payout = payday.sent(shop)
    sent = outside().payments["simulator"].send(
        key=payout.key, payout_code=payout.code, account="acct_citra", amount=Money(85_000),
        description="-",
    )  # fmt: skip
    work()
    assert payday.newest(shop).transfer == sent.reference
    assert money.broken() == {}


def test_a_job_that_was_lost_is_made_up_for_by_the_reconciler(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = payday.shop(wish=payday.PLAY)
    payday.sent(shop)
    monkeypatch.setattr(reconcile, "OLD_ENOUGH", clock.now() - clock.now())
    assert reconcile.run(since=None).payouts == 1
    assert payday.newest(shop).state == "paid"
    assert reconcile.run(since=None).payouts == 0
    assert money.broken() == {}


def test_what_a_provider_refuses_is_payable_again_and_somebody_looks(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = payday.shop(wish=payday.PLAY)
    payout = payday.sent(shop)
    monkeypatch.setattr("marketplace.adapters.simulator_payouts.NOT_READY", "_citra")
    work()
    found = payday.newest(shop)
    assert (found.state, found.reason) == ("failed", "insufficient_capabilities_for_transfer")
    assert payday.ready(shop) == 85_000
    assert alarms() == ["payout_failed"]
    assert outside().payments["simulator"].find_payout(payout_code=payout.code) is None
    assert money.broken() == {}


def test_a_provider_that_lets_nobody_look_has_refused_no_payout(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was paid, the answer lost: booked back, it would be paid a second time."""
    shop = payday.shop(wish=payday.PLAY)
    payout = payday.sent(shop)
    provider = outside().payments["simulator"]
    provider.send(
        key=payout.key, payout_code=payout.code, account="acct_citra", amount=Money(85_000),
        description="-",
    )  # fmt: skip

    def refused(**_: str) -> PayoutReading:
        raise GatewayRefused("parameter_unknown")

    with monkeypatch.context() as broken:
        broken.setattr(type(provider), "find_payout", lambda *_, **more: refused(**more))
        work()
        broken.setattr(reconcile, "OLD_ENOUGH", clock.now() - clock.now())
        assert reconcile.run(since=None).unreachable == 1
        assert payday.newest(shop).state == "sent"
        assert payday.ready(shop) == 0
    paying_makers.send(payout.code)
    assert payday.newest(shop).state == "paid"
    assert money.broken() == {}


def test_what_a_provider_takes_back_is_payable_again(app: Flask) -> None:
    shop = payday.shop(wish=payday.PLAY)
    payout = payday.sent(shop)
    work()
    reference = at_provider(payout.code).reference
    outside().payments["simulator"].take_back(
        key="back:1", reference=reference, amount=Money(85_000), reason="-"
    )
    reconcile.see_what_is_due()  # the simulator delivers its message
    work()
    assert payday.newest(shop).state == "returned"
    assert payday.ready(shop) == 85_000
    assert ledger.shop_money(shop.id).paid_out == 0
    assert money.broken() == {}


def test_a_part_that_was_taken_back_is_shown_to_somebody(app: Flask) -> None:
    shop = payday.shop(wish=payday.PLAY)
    payout = payday.sent(shop)
    work()
    reference = at_provider(payout.code).reference
    outside().payments["simulator"].take_back(
        key="back:1", reference=reference, amount=Money(5_000), reason="-"
    )
    assert paying_makers.follow("simulator", reference)
    assert payday.newest(shop).state == "paid"
    assert alarms() == ["payout_differs"]


def lose_messages() -> None:
    """Whatever the provider has to say never reaches us."""
    provider = outside().payments["simulator"]
    assert isinstance(provider, SimulatorGateway)
    for said in provider.pending_events():
        provider.mark_delivered(said.id)


def test_what_came_back_after_it_was_paid_is_found_without_its_message(app: Flask) -> None:
    shop = payday.shop(wish=payday.PLAY)
    payout = payday.sent(shop)
    work()
    outside().payments["simulator"].take_back(
        key="back:1", reference=at_provider(payout.code).reference, amount=Money(85_000), reason="-"
    )
    lose_messages()
    assert reconcile.run(since=None).payouts == 0  # every five minutes nobody reads them all
    assert reconcile.run(since=reconcile.RECENT).payouts == 1
    assert payday.newest(shop).state == "returned"
    assert payday.ready(shop) == 85_000
    assert reconcile.run(since=reconcile.RECENT).total == 0
    assert money.broken() == {}


def test_a_part_that_came_back_calls_a_person_once_for_each_figure(app: Flask) -> None:
    shop = payday.shop(wish=payday.PLAY)
    payout = payday.sent(shop)
    work()
    for number, came in enumerate((5_000, 6_000)):
        outside().payments["simulator"].take_back(
            key=f"back:{number}", reference=at_provider(payout.code).reference,
            amount=Money((5_000, 1_000)[number]), reason="-",
        )  # fmt: skip
        lose_messages()
        reconcile.run(since=reconcile.RECENT)
        assert [alarm.detail["came"] for alarm in open_alarms()] == [came]
        with transaction():
            book.settle(open_alarms()[0].id, reason="Dilihat", by=builders.staff(), now=clock.now())
        reconcile.run(since=reconcile.RECENT)
        assert open_alarms() == []


def test_a_payout_that_arrived_although_it_was_given_up_calls_a_person(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is payable again by now: somebody has to stop the second one."""
    shop = payday.shop(wish=payday.PLAY)
    payout = payday.sent(shop)
    with monkeypatch.context() as refusing:
        refusing.setattr("marketplace.adapters.simulator_payouts.NOT_READY", "_citra")
        work()
    assert alarms() == ["payout_failed"]
    outside().payments["simulator"].send(
        key=payout.key, payout_code=payout.code, account="acct_citra", amount=Money(85_000),
        description="-",
    )  # fmt: skip
    assert reconcile.run(since=reconcile.RECENT).payouts == 1
    assert reconcile.run(since=reconcile.RECENT).payouts == 0
    assert alarms() == ["payout_differs"]
    assert payday.newest(shop).state == "failed"
    assert money.broken() == {}


def test_a_transfer_that_is_not_ours_is_left_alone(app: Flask) -> None:
    assert not paying_makers.follow("simulator", "simtr_of_somebody")


def test_a_provider_that_is_not_set_up_any_more_keeps_its_payouts_waiting(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = payday.shop(wish=payday.PLAY)
    payday.sent(shop)
    monkeypatch.delitem(outside().payments, "simulator")  # type: ignore[arg-type]
    work()
    assert payday.newest(shop).state == "sent"
    assert money.broken() == {}


def test_another_account_at_the_provider_is_used_from_its_day_on(app: Flask) -> None:
    shop = payday.shop(wish=None)
    payday.account(shop, Wish("simulator", "", "acct_dewi", "Dewi"))
    payout = payday.sent(shop)
    work()
    assert at_provider(payout.code).account == "acct_dewi"
    assert builders.person("Citra")


def test_who_has_no_account_hears_of_it_once_a_month(app: Flask) -> None:
    payday.shop(wish=None)
    payday.shop("Batik Sekar", wish=None, goods=5_000)  # too little to trouble anybody
    for _ in range(2):
        db.session.rollback()
        paying_makers.plan_if_due()
    db.session.rollback()
    keys = [key for key in db.session.scalars(select(Job.key)) if key and "no_account" in key]
    assert len(keys) == 1
    texts = [text_of(letter) for letter in letters(app.config["HOUSE"].instance)]
    (told,) = [text for text in texts if "rekening toko belum diisi" in text]
    assert "Rp85.000" in told


def test_it_is_once_a_month_although_jobs_are_forgotten_after_a_week(app: Flask) -> None:
    payday.shop(wish=None)
    start = clock.now()
    told = []
    for day in (0, 9, 18, 27, 36):
        with time_machine.travel(start + timedelta(days=day), tick=False):
            db.session.rollback()
            worker.run_due(until_empty=True)
            paying_makers.plan_if_due()
            worker.run_due(until_empty=True)
            tidying.forget_jobs()
        texts = [text_of(letter) for letter in letters(app.config["HOUSE"].instance)]
        told.append(len([text for text in texts if "rekening toko belum diisi" in text]))
    assert told == [1, 1, 1, 1, 2]

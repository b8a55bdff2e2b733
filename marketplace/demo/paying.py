"""Payouts of the example market: one run that is on its way, and one that waits for a yes."""

from __future__ import annotations

import random
import re
from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.core.db import db
from marketplace.core.work import transaction
from marketplace.demo.trading import DAY
from marketplace.makers.models import Ikm, Membership
from marketplace.orders.payouts import accounts, payouts, runs
from marketplace.orders.payouts.accounts import Wish
from marketplace.orders.payouts.models import Payout, PayoutRun
from marketplace.orders.payouts.rules import BANK, BANKS
from marketplace.orders.payouts.states import PayoutState

WAITED = 20 * DAY


def pay(officer: int, now: datetime) -> int:
    """Half of the shops are paid, the other half waits; how many payouts there are."""
    dice = random.Random(19450817)
    shops = db.session.execute(
        select(Ikm.id, Ikm.owner_name, Membership.person_id)
        .join(Membership, Membership.ikm_id == Ikm.id)
        .where(Membership.role == "owner", Ikm.opened_at.is_not(None))
        .order_by(Ikm.id)
    ).all()
    half = (len(shops) + 1) // 2
    for first, part in ((True, shops[:half]), (False, shops[half:])):
        for shop in part:
            with transaction():
                wish = Wish(BANK, dice.choice(list(BANKS)), _number(dice), _holder(shop.owner_name))
                accounts.change(shop.id, wish, by=shop.person_id, now=now - WAITED)
        with transaction():
            made = runs.plan(by=officer, now=now - timedelta(hours=5))
        if first and made:
            _let_go(made[0], officer, now - timedelta(hours=4))
    db.session.rollback()
    return len(db.session.scalars(select(Payout.id)).all())


def _let_go(code: str, officer: int, now: datetime) -> None:
    """The file went to the bank; all but the last have arrived, if there are two or more."""
    with transaction():
        said = runs.release(code, by=officer, now=now)
        if said is not runs.Said.RELEASED:
            return
    with transaction():
        run = db.session.scalars(select(PayoutRun).where(PayoutRun.code == code)).one()
        found = select(Payout.code).where(
            Payout.run_id == run.id, Payout.state == PayoutState.SENT
        )  # fmt: skip
        codes = list(db.session.scalars(found.order_by(Payout.id)))
        for one in codes[:-1]:
            payouts.confirm(one, reference="Contoh: dibayar bank", by=officer, now=now + DAY / 8)


def _number(dice: random.Random) -> str:
    return "".join(str(dice.randrange(10)) for _ in range(14)) + "7"


def _holder(owner: str) -> str:
    return re.sub(r"[^A-Z .,'-]", "", owner.upper()).strip() or "PEMILIK TOKO"

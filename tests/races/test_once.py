"""What opens once opens once, however many hands reach for it in the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pyotp
import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.accounts import mailed_links, people, second_factor
from marketplace.accounts.mailed_links import Purpose
from marketplace.accounts.roles import ShopRole
from marketplace.catalog import review, sheets
from marketplace.catalog.models import Product
from marketplace.catalog.states import ProductState
from marketplace.core import clock
from marketplace.core.db import db, dialect
from marketplace.core.errors import Conflict, Invalid
from marketplace.core.history import HistoryEntry
from marketplace.core.work import transaction
from marketplace.makers import team
from marketplace.makers.models import Membership
from marketplace.orders.models import Payment
from tests import builders
from tests.races.conftest import Crowd
from tests.races.unguarded import everybody_has_looked, take_out
from tests.web.buying import shopper

HANDS = 8
BOTH_CODES = pytest.mark.parametrize(
    "spare", [False, True], ids=["of the authenticator", "kept for bad days"]
)
pytestmark = pytest.mark.race


def trying(act: Callable[[], object]) -> Callable[[], str]:
    """The act in a transaction of its own: done, or the reason why not."""

    def hand() -> str:
        try:
            with transaction():
                _be_patient()
                act()
        except (Invalid, Conflict) as refusal:
            return refusal.code
        return "done"

    return hand


def _be_patient() -> None:
    """Asked is who wins, not how long the last in the line waits on a busy machine."""
    if dialect() == "postgresql":
        limits = ("lock_timeout", "statement_timeout")
        db.session.execute(select(*(func.set_config(limit, "60s", True) for limit in limits)))


def invited(monkeypatch: pytest.MonkeyPatch) -> tuple[str, int]:
    """Budi's link into Citra's shop, which all his hands have open before them."""
    shop, citra, budi = builders.shop(), builders.person("Citra"), builders.person("Budi")
    with transaction():
        made = team.invite(shop.id, "budi@contoh.test", ShopRole.STAFF, by=citra, now=clock.now())
        link = team.new_link(made, now=clock.now())
    assert link is not None
    everybody_has_looked(monkeypatch, team.invitation, link[0], now=clock.now())
    return link[0], budi


def accepting(invitation: tuple[str, int]) -> list[Callable[[], str]]:
    token, budi = invitation
    return [trying(lambda: team.accept(token, budi, now=clock.now()))] * HANDS


def test_an_invitation_lets_in_once(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = crowd(accepting(invited(monkeypatch)))
    assert seen == Counter(done=1, invitation_over=HANDS - 1)
    assert db.session.scalar(select(func.count()).select_from(Membership)) == 2


def test_without_its_guard_an_invitation_lets_in_everybody(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_out(monkeypatch, team.accept, ", Invitation.used_at.is_(None)")
    assert crowd(accepting(invited(monkeypatch))) == Counter(done=HANDS)


def mailed(monkeypatch: pytest.MonkeyPatch, purpose: Purpose) -> str:
    """Asih's link, which all her hands have open before them."""
    asih = builders.person()
    with transaction():
        person = people.locked(asih)
        token = mailed_links.make(person, purpose, email=person.email, now=clock.now())
    everybody_has_looked(monkeypatch, mailed_links.look, token, purpose, now=clock.now())
    return token


def spending(token: str, purpose: Purpose) -> list[Callable[[], str]]:
    return [trying(lambda: mailed_links.spend(token, purpose, now=clock.now()))] * HANDS


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_mailed_link_is_spent_once(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch, purpose: Purpose
) -> None:
    seen = crowd(spending(mailed(monkeypatch, purpose), purpose))
    assert seen == Counter(done=1, link_over=HANDS - 1)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_without_its_guard_a_mailed_link_is_spent_by_everybody(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch, purpose: Purpose
) -> None:
    take_out(monkeypatch, mailed_links.spend, ", MailedToken.used_at.is_(None)")
    seen = crowd(spending(mailed(monkeypatch, purpose), purpose))
    assert seen == Counter(done=HANDS)


def with_a_code(spare: bool) -> list[Callable[[], str]]:
    """Asih's code, typed on many devices."""
    asih, secret, now = builders.person(), second_factor.new_secret(), clock.now()
    with transaction():
        codes = second_factor.give(people.locked(asih), secret, now=now - timedelta(minutes=5))
    code = codes[0] if spare else pyotp.TOTP(secret).at(now)
    return [trying(lambda: second_factor.open_with(people.locked(asih), code, now=now))] * HANDS


@BOTH_CODES
def test_a_code_opens_one_device(app: Flask, crowd: Crowd, spare: bool) -> None:
    seen = crowd(with_a_code(spare))
    assert seen == Counter({"done": 1, "code_wrong" if spare else "code_used": HANDS - 1})


@BOTH_CODES
def test_without_its_guard_a_code_opens_every_device(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch, spare: bool
) -> None:
    if spare:
        take_out(monkeypatch, second_factor.open_with, "RecoveryCode.used_at.is_(None),")
    else:
        take_out(monkeypatch, second_factor._use_step, ", fresh")
    assert crowd(with_a_code(spare)) == Counter(done=HANDS)


def verdicts() -> tuple[list[Callable[[], str]], list[Callable[[], str]]]:
    """Two officers with the same product before them: hands that approve, hands that send back."""
    shop = builders.shop(trusted=False)
    product = builders.product(shop=shop, state=ProductState.REVIEW, submitted_at=clock.now())
    officers, code = [builders.staff(name) for name in ("Eka", "Endah")] * 2, product.code
    db.session.rollback()
    sign = sheets.of_any(code).content_sign()

    def approve(by: int) -> None:
        review.approve(code, seen=sign, by=by, now=clock.now())

    def send_back(by: int) -> None:
        review.send_back(code, seen=sign, reason="Foto kurang jelas.", by=by, now=clock.now())

    return (
        [trying(partial(approve, by)) for by in officers],
        [trying(partial(send_back, by)) for by in officers],
    )


def decisions() -> int:
    """How often something was decided about a product."""
    db.session.rollback()
    decided = select(func.count()).where(HistoryEntry.act.like("product.%"))
    return int(db.session.scalar(decided) or 0)


def test_two_officers_decide_about_a_product_once(app: Flask, crowd: Crowd) -> None:
    approving, returning = verdicts()
    seen = crowd([*approving, *returning])
    assert seen == Counter(done=1, already_decided=HANDS - 1)
    assert decisions() == 1
    assert db.session.scalar(select(Product.state)) in (ProductState.LIVE, ProductState.RETURNED)


def test_without_its_guard_a_product_passes_at_every_press(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_out(monkeypatch, review._decided, "if not sheet.waits:", "if False:")
    approving, _ = verdicts()
    assert crowd(approving * 2) == Counter(done=HANDS)
    assert decisions() == HANDS


def test_no_two_transfers_await_the_same_amount(app: Flask, crowd: Crowd) -> None:
    shopper.tariff()
    variant = shopper.variant_of(builders.product(stock=HANDS))
    seen = crowd([lambda: bool(shopper.buy(app.test_client(), variant, way="transfer"))] * HANDS)
    assert seen == Counter({True: HANDS})
    amounts = list(db.session.scalars(select(Payment.amount)))
    assert len(set(amounts)) == len(amounts) == HANDS

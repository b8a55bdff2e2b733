"""A line is a provider's payout once, however many officers say so in the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.core.work import transaction
from marketplace.flows import receipts
from marketplace.orders import invariants
from marketplace.orders.bank import settlements
from marketplace.orders.bank.models import Receipt, Settlement
from marketplace.orders.bank.settlements import PaidOut
from marketplace.orders.ledger import posting
from marketplace.orders.ledger import queries as ledger
from marketplace.orders.ledger.rules import Account
from marketplace.orders.models import Alarm
from tests import builders
from tests.races.conftest import Crowd
from tests.races.unguarded import take_out, without_index, without_key, without_triggers
from tests.web.staff import mutasi

ROUNDS, HANDS = 20, 4
GUARD = "_untouched(code)"
STILL_TOLD = ", Settlement.taken_back_at.is_(None)"
REVERSED = "wrong.reverses is not None or db.session.scalar(known) is not None"
pytestmark = pytest.mark.race


def came(app: Flask, lines: int) -> list[str]:
    """The codes of so many lines that a provider could have sent."""
    eka = mutasi.officer(app)
    mutasi.keep(eka, mutasi.csv([(f"PENYEDIA {n}", 50_000 + n) for n in range(lines)]))
    db.session.rollback()
    codes = list(db.session.scalars(select(Receipt.code).order_by(Receipt.id)))
    db.session.remove()
    return codes


def telling(code: str, net: int, reference: str, by: int) -> Callable[[], str]:
    """One officer's press."""

    def tell() -> str:
        told = PaidOut("simulator", reference, gross=net + 700, fee=700)
        try:
            receipts.from_provider(code, told, reason="Sama dengan laporan", by=by)
        except Conflict as refusal:
            return refusal.code
        return "told"

    return tell


def hands(code: str, net: int) -> list[Callable[[], str]]:
    """Each officer writes the number of the payout in another way, so only the line is the same."""
    people = [builders.staff(name) for name in ("Eka", "Gita", "Hadi", "Indah")]
    return [telling(code, net, f"po-{net}-{n}", by) for n, by in enumerate(people)]


def undoing(app: Flask) -> Callable[[], str]:
    """A line was told wrongly; one officer's press that takes it back."""
    (code,) = came(app, 1)
    by = builders.staff()
    assert telling(code, 50_000, "po_1", by)() == "told"

    def undo() -> str:
        try:
            receipts.not_from_provider(code, reason="Salah baris", by=by)
        except Conflict as refusal:
            return refusal.code
        except IntegrityError:
            return "refused"
        return "undone"

    return undo


def living() -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count()).select_from(Settlement)) or 0)


def test_a_line_is_told_once(app: Flask, crowd: Crowd) -> None:
    for number, code in enumerate(came(app, ROUNDS)):
        told = crowd(hands(code, 50_000 + number))
        assert told == Counter(told=1, receipt_done=HANDS - 1)
    assert living() == ROUNDS
    assert ledger.balance(Account.FEES) == 700 * ROUNDS
    assert not any(invariants.check_all().values())


def test_a_payout_is_told_of_one_line(app: Flask, crowd: Crowd) -> None:
    by = builders.staff()
    codes = came(app, HANDS)
    told = crowd([telling(code, 50_000 + n, "po_1", by) for n, code in enumerate(codes)])
    assert told == Counter(told=1, settlement_known=HANDS - 1)
    assert living() == 1
    assert not any(invariants.check_all().values())


def test_two_payouts_of_one_provider_told_at_once_call_somebody_once(
    app: Flask, crowd: Crowd
) -> None:
    """Each is more than the provider held: both stand, and there is one alarm about it."""
    by = builders.staff()
    codes = came(app, ROUNDS)
    acts = [telling(code, 50_000 + n, f"po_{n}", by) for n, code in enumerate(codes)]
    for first in range(0, ROUNDS, HANDS):
        assert crowd(acts[first : first + HANDS]) == Counter(told=HANDS)
        with transaction():
            (subject,) = db.session.scalars(select(Alarm.subject))
            assert subject == "clearing:simulator"
            db.session.execute(delete(Alarm))
    assert not any(invariants.check_all().values())


def test_what_was_told_is_taken_back_once(app: Flask, crowd: Crowd) -> None:
    undo = undoing(app)
    assert crowd([undo] * HANDS) == Counter(undone=1, settlement_over=HANDS - 1)
    assert ledger.balance(Account.UNCLAIMED) == 50_000
    assert not any(invariants.check_all().values())


def test_where_nobody_looks_the_database_still_refuses(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_out(monkeypatch, settlements.tell, GUARD, "receipts.locked(code)")
    (code,) = came(app, 1)
    assert crowd(hands(code, 50_000)) == Counter(told=1, settlement_known=HANDS - 1)


def test_without_both_guards_a_line_pays_out_as_often_as_it_is_told(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_out(monkeypatch, settlements.tell, GUARD, "receipts.locked(code)")
    (code,) = came(app, 1)
    with without_index("settlement", "uq_settlement_line"):
        assert crowd(hands(code, 50_000)) == Counter(told=HANDS)
        assert ledger.balance(Account.FEES) == 700 * HANDS
        broken = {name for name, rows in invariants.check_all().items() if rows}
        assert {"B1", "B3"} <= broken


def test_without_the_key_of_a_payout_it_is_told_of_every_line(app: Flask, crowd: Crowd) -> None:
    """The control: one payout of the provider, and four lines of ours say that they are it."""
    by = builders.staff()
    codes = came(app, HANDS)
    with without_index("settlement", "uq_settlement_reference"):
        told = crowd([telling(code, 50_000 + n, "po_1", by) for n, code in enumerate(codes)])
        assert told == Counter(told=HANDS)
        assert living() == HANDS
        assert ledger.balance(Account.FEES) == 700 * HANDS


def test_where_nobody_looks_what_was_taken_back_stays_so_in_its_row_and_in_the_book(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_out(monkeypatch, settlements.take_back, STILL_TOLD)
    undo = undoing(app)
    assert crowd([undo] * HANDS) == Counter(undone=1, refused=HANDS - 1)
    with without_triggers("settlement"):
        assert crowd([undo] * HANDS) == Counter(already_reversed=HANDS)
    assert ledger.balance(Account.UNCLAIMED) == 50_000


def test_without_its_guards_one_line_is_taken_back_four_times(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the line, nor its row, nor the book, nor its keys remember that it was taken back."""
    take_out(monkeypatch, settlements.take_back, STILL_TOLD)
    take_out(monkeypatch, posting.reverse, REVERSED, "wrong.reverses is not None")
    with (
        without_triggers("settlement"),
        without_key("ledger_entry", "uq_ledger_entry_fact_subject"),
        without_key("ledger_entry", "uq_ledger_entry_reverses"),
    ):
        undo = undoing(app)
        assert crowd([undo] * HANDS) == Counter(undone=HANDS)
        assert ledger.balance(Account.UNCLAIMED) == 50_000 * HANDS
        broken = {name for name, rows in invariants.check_all().items() if rows}
        assert "B3" in broken

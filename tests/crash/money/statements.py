"""Money on our own account: one line settles by itself, one by hand, two came too late.

Asih sent the exact amount, Budi a little more, Dewi and Citra what they owed, but an hour after
they had given up. Dewi goes on with her order; Citra's goes back, and so does what Budi sent over.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from marketplace.core import clock
from marketplace.core.db import read
from marketplace.core.work import transaction
from marketplace.flows import receipts as flow
from marketplace.orders.bank import statements
from marketplace.orders.bank.models import BankAccount, BankStatement, Receipt, ReceiptReturn
from marketplace.orders.ledger import queries
from marketplace.orders.ledger.rules import Account
from tests import builders
from tests.crash.money.people import give_up, order, orders_of, the
from tests.web.staff import mutasi

OVER, WHY = 2_500, "Sudah ditelepon"
PEOPLE = ("asih", "budi", "citra", "dewi")


def four_order_and_two_give_up() -> None:
    for thing, name in enumerate(PEOPLE):
        order(name, way="transfer", thing=thing % 2)
    for name in ("citra", "dewi"):
        give_up(name)


def eka_sends_the_statement() -> None:
    _keep("mutasi.csv", [(name.upper(), _sent(name)) for name in PEOPLE])


def eka_sends_one_that_overlaps() -> None:
    _keep("lagi.csv", [("BUDI", _sent("budi")), ("ASIH", _sent("asih"))])


def eka_says_which_is_budis() -> None:
    receipt = _receipt("budi")
    if not receipt.used:
        flow.assign(receipt.code, order("budi").code, reason=WHY, by=builders.staff())


def eka_offers_dewi_her_order_again() -> None:
    if _receipt("dewi").state == "late":
        flow.offer(_receipt("dewi").code, reason=WHY, by=builders.staff())


def dewi_goes_on() -> None:
    if _receipt("dewi").state == "offered":
        flow.accept_offer(_receipt("dewi").code, orders_of("dewi")[0].group_id)


def the_rest_goes_back() -> None:
    for name in ("budi", "citra"):
        if _receipt(name).state != "done":
            flow.give_back(_receipt(name).code, reason=WHY, by=builders.staff())
    for back in read(select(ReceiptReturn.__table__).where(ReceiptReturn.state != "sent")):
        flow.sent_back(back.code, reference="REF-1", by=builders.staff("Endah"))


def end() -> None:
    assert {_receipt(name).state for name in PEOPLE} == {"done"}
    states = {name: [one.state for one in orders_of(name)] for name in PEOPLE}
    assert states == {
        "asih": ["new"], "budi": ["new"], "citra": ["cancelled"], "dewi": ["cancelled"],
    }  # fmt: skip
    stays = sum(order(name).amount for name in ("asih", "budi", "dewi"))
    assert queries.balance(Account.BANK) == stays
    assert queries.balance(Account.UNCLAIMED) == queries.balance(Account.REFUNDS) == 0
    assert len(read(select(Receipt.id))) == len(PEOPLE)


STEPS = (
    four_order_and_two_give_up,
    eka_sends_the_statement,
    eka_says_which_is_budis,
    eka_offers_dewi_her_order_again,
    dewi_goes_on,
    eka_sends_one_that_overlaps,
    the_rest_goes_back,
)
POINTS = {
    "buying.placed",
    "buying.cancelled",
    "receipts.kept",
    "receipts.matched",
    "receipts.assigned",
    "receipts.accepted",
    "worker.begun",
    "worker.done",
}
ALARMS: set[str] = set()


def _sent(name: str) -> int:
    return int(order(name).amount) + (OVER if name == "budi" else 0)


def _receipt(name: str) -> Row[Any]:
    found = the(Receipt, amount=_sent(name))
    assert found is not None
    return found


def _keep(file: str, lines: list[tuple[str, int]]) -> None:
    """Send a file and keep it, as the page does; one that was kept is kept."""
    eka, now = builders.staff(), clock.now()
    sent = the(BankStatement, file_name=file)
    if sent is None:
        with transaction():
            known = the(BankAccount, number="1")
            account = known.id if known else statements.add_account("Bank", "1", by=eka, now=now)
            statements.send(account, file, mutasi.csv(lines), by=eka, now=now)
        sent = the(BankStatement, file_name=file)
    assert sent is not None
    if sent.state != "kept":
        flow.keep_statement(sent.code, statements.look(sent.code, now=now).columns, by=eka)

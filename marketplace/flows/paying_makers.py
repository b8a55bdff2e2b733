"""Paying the makers: runs are counted and let go, providers asked, banks believed by a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Row, bindparam, select

from marketplace.core import clock, history
from marketplace.core.db import db, read, read_one
from marketplace.core.errors import Conflict, NotFound
from marketplace.core.failpoints import passing
from marketplace.core.history import HistoryEntry
from marketplace.core.money import ZERO, Money, rupiah
from marketplace.core.work import transaction
from marketplace.flows import letters
from marketplace.makers import shops, team
from marketplace.makers.models import Ikm
from marketplace.orders.bank import queries as bank
from marketplace.orders.bank import receipts
from marketplace.orders.bank.csv_rules import Line
from marketplace.orders.bank.models import BankLine, Receipt
from marketplace.orders.bank.states import ReceiptState, UseKind
from marketplace.orders.payout_ports import PayoutGateway, PayoutReading, PayoutSide
from marketplace.orders.payouts import accounts, bank_file, closed, payouts, queries, rules, runs
from marketplace.orders.payouts.bank_file import Transfer
from marketplace.orders.payouts.models import Payout, PayoutAccount, PayoutRun
from marketplace.orders.payouts.queries import Stands
from marketplace.orders.payouts.rules import BANK
from marketplace.orders.payouts.runs import Said
from marketplace.orders.payouts.states import BACK, PayoutState, RunState
from marketplace.orders.ports import GatewayDown, GatewayRefused, only_looking
from marketplace.orders.rule_rows import rule_rows
from marketplace.orders.rule_rows.rules import PAYOUT_EVERY_DAYS
from marketplace.orders.rules import WIB
from marketplace.outside import outside

log = structlog.get_logger()
MESSAGES = "transfer."
REVERSED = "transfer.reversed"
REMIND_AFTER = timedelta(days=28)
_REMINDED = select(HistoryEntry.id).where(
    HistoryEntry.act == "payout.account_asked",
    HistoryEntry.subject == bindparam("subject"),
    HistoryEntry.at > bindparam("since"),
)
_PAYOUT = (
    select(
        Payout.__table__,
        PayoutRun.way,
        PayoutAccount.code.label("account_code"),
        PayoutAccount.number,
        PayoutAccount.bank,
        PayoutAccount.tail,
        PayoutAccount.way.label("account_way"),
        Ikm.name.label("shop"),
        Ikm.code.label("shop_code"),
    )
    .join(PayoutRun, PayoutRun.id == Payout.run_id)
    .join(PayoutAccount, PayoutAccount.id == Payout.account_id)
    .join(Ikm, Ikm.id == Payout.ikm_id)
    .where(Payout.code == bindparam("code"))
)


# --- Runs -----------------------------------------------------------------------------------------


def plan(*, by: int | None) -> list[str]:
    """Count what is ready; the codes of the new runs."""
    with transaction():
        made = runs.plan(by=by, now=clock.now())
    if made:
        passing("payouts.planned")
    return made


def plan_if_due() -> None:
    """A run by its interval, unless one was made by hand meanwhile or the interval is none."""
    now = clock.now()
    days = rule_rows.value(PAYOUT_EVERY_DAYS, now=now)
    last = queries.last_run_at()
    if days and (last is None or now - last >= timedelta(days=days)):
        plan(by=None)
        _remind_who_has_no_account(now)


def _remind_who_has_no_account(now: datetime) -> None:
    """Once a month: money is ready, and nobody said where it should go.

    Jobs are forgotten after a week, so the history says whether a shop was reminded.
    """
    for one in queries.balances(now=now):
        since = {"subject": shops.subject(one.code), "since": now - REMIND_AFTER}
        if one.stands is not Stands.NO_ACCOUNT or read_one(_REMINDED, since):
            continue
        with transaction():
            history.record("payout.account_asked", shops.subject(one.code), by=None, at=now)
            for address in team.owner_addresses(one.ikm_id):
                letters.post(
                    "shop_payout",
                    to=address,
                    key=f"payout:no_account:{one.code}:{now:%Y-%m-%d}:{address}",
                    news="no_account",
                    shop=one.shop,
                    code=one.code,
                    amount=rupiah(one.rupiah),
                    where="",
                    why="",
                )


def release(run_code: str, *, by: int) -> Said:
    """One more yes; providers are asked by jobs, the bank gets its file from an officer."""
    with transaction():
        said = runs.release(run_code, by=by, now=clock.now())
        for row in queries.of_run(run_code):
            if row.state == PayoutState.FAILED and said is not Said.NEEDS_ANOTHER:
                _tell(row.code)
    passing("payouts.released")
    return said


def cancel(run_code: str, *, reason: str, by: int) -> None:
    """Call a run off; its shops are none the wiser, for nobody had told them."""
    with transaction():
        runs.cancel(run_code, reason=reason, by=by, now=clock.now())


def file_of(run_code: str, *, by: int) -> bytes:
    """The file for the bank with what is to be paid now; whoever takes it is written down.

    It is the same, byte for byte, until something of it moves.
    """
    run = queries.run(run_code)
    if run is None or run.way != BANK:
        raise NotFound()
    if run.state != RunState.RELEASED:
        raise Conflict("run_not_released")
    rows = queries.in_file(run_code)
    if not rows:
        raise Conflict("file_empty")
    data = bank_file.written(
        Transfer(row.bank, accounts.opened(row), row.holder, row.amount, row.code) for row in rows
    )
    with transaction():
        history.record(
            "payout_run.file_taken", f"run:{run_code}", by=by, at=clock.now(),
            digest=rules.digest_of(data), pieces=len(rows), rupiah=sum(row.amount for row in rows),
        )  # fmt: skip
    return data


def let_closed_go(ikm_id: int, *, reason: str, by: int) -> None:
    """A closed shop gets with the next run what it still has to come."""
    with transaction():
        closed.let_go(ikm_id, reason=reason, by=by, now=clock.now())


def hold_closed(ikm_id: int, *, reason: str, by: int) -> None:
    """It waits again."""
    with transaction():
        closed.hold_again(ikm_id, reason=reason, by=by, now=clock.now())


# --- One payout -----------------------------------------------------------------------------------


def confirm(payout_code: str, *, reference: str, by: int) -> None:
    """An officer saw that the bank has paid it."""
    with transaction():
        if payouts.confirm(payout_code, reference=reference, by=by, now=clock.now()):
            _tell(payout_code)


def confirm_run(run_code: str, *, reference: str, by: int) -> int:
    """An officer saw that the bank has paid the whole file; how many that were."""
    with transaction():
        paid = payouts.confirm_run(run_code, reference=reference, by=by, now=clock.now())
        for code in paid:
            _tell(code)
    return len(paid)


def came_back(payout_code: str, *, reason: str, by: int, line: str = "") -> bool:
    """The bank sent it back, says an officer: false while another must agree.

    `line` is money that came in and shows it, where the bank left the payout's code out.
    """
    with transaction():
        now = clock.now()
        shown = _shown_by(line, payout_code, by=by, now=now) if line else None
        ended = payouts.came_back(payout_code, reason=reason, by=by, now=now, receipt_id=shown)
        if ended:
            _tell(payout_code)
    return ended


def not_back(payout_code: str, *, by: int) -> None:
    """It did not come back after all."""
    with transaction():
        payouts.not_back(payout_code, by=by, now=clock.now())


def _shown_by(line: str, payout_code: str, *, by: int, now: datetime) -> int:
    """Money that is nobody's yet, of the very amount and not older: it is this payout."""
    receipt = receipts.opened(line)
    row = read_one(_PAYOUT, {"code": payout_code})
    if row is None or line not in {one.code for one in lines_of_return(row)}:
        raise Conflict("line_not_this")
    _is_payout(receipt, row.code, by=by, now=now)
    return receipt.id


def lines_of_return(payout: Row[Any]) -> Sequence[Row[Any]]:
    """Lines of the bank that could be this payout come back, where no code names it."""
    if payout.sent_at is None:
        return []
    return bank.unclaimed_of(payout.amount, since=payout.sent_at.astimezone(WIB).date())


def _is_payout(receipt: Receipt, payout_code: str, *, by: int | None, now: datetime) -> None:
    """The payout's own booking back is all that is booked."""
    why = f"Pencairan {payout_code.upper()} kembali"
    receipts.use(receipt, UseKind.ASIDE, receipt.rest, reason=why, by=by, now=now)


def seen_on_statement(lines: Iterable[Line], *, by: int, now: datetime) -> int:
    """In the transaction that keeps a statement: what left our account and names its payout.

    Only with the very amount, and only while we wait for it: we never guess. They are locked in the
    order in which a whole run is confirmed.
    """
    count = 0
    named = ((rules.code_in(line.text), line) for line in lines)
    found = [(read_one(_PAYOUT, {"code": code}), line) for code, line in named if code]
    for row, line in sorted(((row, line) for row, line in found if row), key=lambda one: one[0].id):
        if (row.way, row.state, row.amount) != (BANK, PayoutState.SENT, line.rupiah):
            continue
        if payouts.confirm(row.code, reference=line.text, by=by, now=now):
            _tell(row.code)
            count += 1
    return count


def came_back_on_statement(receipt_code: str, *, now: datetime) -> bool:
    """In the transaction that looks at new money: whether it is a payout that came back whole.

    It names its payout and is the very amount; the payout's own booking back is all that is booked.
    """
    receipt = receipts.locked(receipt_code)
    line = db.session.get_one(BankLine, receipt.line_id)
    code = rules.code_in(line.text) if receipt.state == ReceiptState.NEW else None
    row = read_one(_PAYOUT, {"code": code}) if code else None
    if row is None or (row.way, row.amount) != (BANK, receipt.amount):
        return False
    if row.state not in (PayoutState.SENT, PayoutState.PAID):
        return False
    _is_payout(receipt, row.code, by=None, now=now)
    payouts.came_back(row.code, reason=line.text, by=None, now=now, receipt_id=receipt.id)
    _tell(row.code)
    return True


def send(payout_code: str) -> None:
    """Ask the provider with the stored key: it pays once, however often this runs."""
    row = read_one(_PAYOUT, {"code": payout_code})
    if row is None or row.way == BANK or row.state != PayoutState.SENT:
        return
    asked = _gateway(row.way)
    with only_looking():  # an earlier try may have done it, and its answer been lost
        reading = asked.find_payout(payout_code=row.code)
    try:
        reading = reading or asked.send(
            key=row.key,
            payout_code=row.code,
            account=accounts.opened(row),
            amount=Money(row.amount),
            description=f"Hasil jualan {row.shop} di Guyub"[:200],
        )
    except GatewayRefused as refusal:
        with transaction():
            if payouts.refuse(row.code, refusal.code, now=clock.now()):
                _tell(row.code)
        return
    passing("payouts.asked")
    with transaction():
        if payouts.record(row.code, reading, way=row.way, now=clock.now()):
            _tell(row.code)
    passing("payouts.recorded")


def follow(provider: str, reference: str) -> bool:
    """A provider says that something happened to a transfer: read it again. False when not ours."""
    found = read_one(
        select(Payout.code)
        .join(PayoutRun, PayoutRun.id == Payout.run_id)
        .where(PayoutRun.way == provider, Payout.transfer == reference)
    )
    if found is None:
        return False
    reading = _gateway(provider).read_payout(reference)
    with transaction():
        if payouts.record(found.code, reading, way=provider, now=clock.now()):
            _tell(found.code)
    return True


def sweep(provider: str, *, since: datetime) -> int:
    """Every payout made since then, read anew: one that came back is found without its message.

    How many were news.
    """
    news = 0
    for reading in list(_gateway(provider).find_payouts(since=since)):
        row = read_one(_PAYOUT, {"code": reading.payout_code})
        if row is not None and row.way == provider and _worth_writing(row.state, reading):
            with transaction():
                now = clock.now()
                if payouts.record(row.code, reading, way=provider, now=now):
                    _tell(row.code)
                    news += 1
                else:
                    news += payouts.arrived_after_all(row.code, reading, now=now)
    return news


def _worth_writing(state: str, reading: PayoutReading) -> bool:
    """Nearly all were paid, with nothing of it back, or came back whole as we know."""
    if state in BACK:
        return reading.side is not PayoutSide.RETURNED
    return state != PayoutState.PAID or reading.returned != ZERO


def look_after(*, older_than: datetime) -> tuple[int, int]:
    """Payouts that a provider should have answered by now: how many moved, how many could not."""
    rows = read(
        select(Payout.code, Payout.state)
        .join(PayoutRun, PayoutRun.id == Payout.run_id)
        .where(
            PayoutRun.way != BANK,
            Payout.state == PayoutState.SENT,
            Payout.touched_at <= older_than,
        )
        .order_by(Payout.id)
    )
    moved = unreachable = 0
    for row in rows:
        try:
            send(row.code)
        except GatewayDown:
            unreachable += 1
            continue
        moved += read(select(Payout.state).where(Payout.code == row.code))[0].state != row.state
    return moved, unreachable


def _gateway(way: str) -> PayoutGateway:
    """Who carries it; a provider that is not set up any more cannot be asked."""
    found = outside().payments.get(way)
    if found is None:
        raise GatewayDown("credentials")
    return found


NEWS = {
    PayoutState.PAID: "paid",
    PayoutState.RETURNED: "returned",
    PayoutState.FAILED: "failed",
}


def _tell(payout_code: str) -> None:
    """In the transaction that says so: every owner hears that money came, or that it did not."""
    row = read_one(_PAYOUT, {"code": payout_code})
    if row is None or row.state not in NEWS:
        return
    news = NEWS[PayoutState(row.state)]
    for address in team.owner_addresses(row.ikm_id):
        letters.post(
            "shop_payout",
            to=address,
            key=f"payout:{news}:{row.code}:{address}",
            news=news,
            shop=row.shop,
            code=row.shop_code,
            amount=rupiah(row.amount),
            where=rules.masked(row.account_way, row.bank, row.tail),
            why=row.reason,
        )

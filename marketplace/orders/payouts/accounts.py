"""Where a shop wants its money: changed by an owner, used only after a time in which all know it.

Payouts wait while a new account waits; they never go to the old one, which may be closed or gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from marketplace.accounts import sealing
from marketplace.core import history
from marketplace.core.db import db, read_one
from marketplace.core.errors import Conflict, Invalid
from marketplace.core.ids import new_code
from marketplace.core.states import move
from marketplace.makers import shops
from marketplace.orders.payouts import rules
from marketplace.orders.payouts.models import PayoutAccount
from marketplace.orders.payouts.rules import BANK, BANKS
from marketplace.orders.payouts.states import ACCOUNT_MOVES, AccountState
from marketplace.orders.rule_rows import rule_rows
from marketplace.orders.rule_rows.rules import PAYOUT_HOLD_DAYS

PURPOSE = "payout account"
TAIL = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """What an owner asks for; `clean` raises what is wrong with it."""

    way: str
    bank: str
    number: str
    holder: str

    def clean(self) -> Wish:
        """The same as it is kept."""
        if self.way == BANK and self.bank not in BANKS:
            raise Invalid("account_bank", field="bank")
        return Wish(
            self.way,
            self.bank if self.way == BANK else "",
            rules.account_number(self.way, self.number),
            rules.holder_name(self.holder),
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """An account as its owners see it: never the whole number."""

    code: str
    where: str
    holder: str
    usable_from: datetime
    replaced: str  # what it came after, masked; empty when it is the first

    def waits(self, now: datetime) -> bool:
        """Whether it may still be taken back, and nothing goes there yet."""
        return now < self.usable_from


_BEFORE = PayoutAccount.__table__.alias("before")
_CURRENT = (
    select(
        PayoutAccount.__table__,
        _BEFORE.c.way.label("old_way"),
        _BEFORE.c.bank.label("old_bank"),
        _BEFORE.c.tail.label("old_tail"),
    )
    .outerjoin(_BEFORE, _BEFORE.c.id == PayoutAccount.replaces)
    .where(PayoutAccount.ikm_id == bindparam("ikm_id"), PayoutAccount.state == AccountState.CURRENT)
)


def shown(ikm_id: int) -> Shown | None:
    """The account that counts, masked."""
    row = read_one(_CURRENT, {"ikm_id": ikm_id})
    if row is None:
        return None
    return Shown(
        row.code,
        rules.masked(row.way, row.bank, row.tail),
        row.holder,
        row.usable_from,
        rules.masked(row.old_way, row.old_bank, row.old_tail) if row.old_way else "",
    )


def change(ikm_id: int, wish: Wish, *, by: int, now: datetime) -> PayoutAccount:
    """Take another account from now on; nothing goes there before its time of waiting is over."""
    wanted = wish.clean()
    ikm = shops.locked(ikm_id)
    before = _current(ikm_id)
    if before is not None and _says(before) == wanted:
        raise Invalid("account_same", field="number")
    if before is not None:
        _end(before, AccountState.REPLACED, now)
    code = new_code()
    account = PayoutAccount(
        code=code,
        ikm_id=ikm_id,
        way=wanted.way,
        bank=wanted.bank,
        number=sealing.seal(wanted.number.encode(), purpose=f"{PURPOSE}:{code}"),
        tail=wanted.number[-TAIL:],
        holder=wanted.holder,
        replaces=before.id if before else None,
        made_by=by,
        made_at=now,
        usable_from=now + timedelta(days=rule_rows.value(PAYOUT_HOLD_DAYS, now=now)),
    )
    db.session.add(account)
    db.session.flush()
    _write("payout_account.changed", ikm.code, account, by=by, now=now)
    return account


def withdraw(ikm_id: int, *, by: int, now: datetime) -> PayoutAccount:
    """Any owner takes a change back while it waits; what was before it counts again."""
    ikm = shops.locked(ikm_id)
    account = _current(ikm_id)
    if account is None or account.usable_from <= now:
        raise Conflict("account_waits_no_more")
    _end(account, AccountState.WITHDRAWN, now)
    if account.replaces is not None:
        before = db.session.get_one(PayoutAccount, account.replaces)
        before.state = move(AccountState(before.state), AccountState.CURRENT, ACCOUNT_MOVES)
        before.ended_at = None
        db.session.flush()
    _write("payout_account.withdrawn", ikm.code, account, by=by, now=now)
    return account


def opened(row: Any) -> str:
    """The whole number of `account_code` and `number`, for the file or the provider alone."""
    return _opened(row.number, row.account_code)


def _opened(number: bytes, code: str) -> str:
    return sealing.unseal(number, purpose=f"{PURPOSE}:{code}").decode()


def _current(ikm_id: int) -> PayoutAccount | None:
    return db.session.scalar(
        select(PayoutAccount)
        .where(PayoutAccount.ikm_id == ikm_id, PayoutAccount.state == AccountState.CURRENT)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def _end(account: PayoutAccount, there: AccountState, now: datetime) -> None:
    account.state = move(AccountState(account.state), there, ACCOUNT_MOVES)
    account.ended_at = now
    db.session.flush()


def _says(account: PayoutAccount) -> Wish:
    return Wish(account.way, account.bank, _opened(account.number, account.code), account.holder)


def _write(act: str, shop_code: str, account: PayoutAccount, *, by: int, now: datetime) -> None:
    history.record(
        act,
        shops.subject(shop_code),
        by=by,
        at=now,
        account=account.code,
        where=rules.masked(account.way, account.bank, account.tail),
        usable_from=account.usable_from.isoformat(),
    )

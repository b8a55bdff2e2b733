"""Bank statements: sent as a file, looked at, and written down line by line, each line once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from marketplace.core import history
from marketplace.core.db import changed, db, dialect, insert_rows, locked_row, read_one
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.ids import new_code
from marketplace.core.states import move
from marketplace.orders.bank import csv_rules, rules
from marketplace.orders.bank.csv_rules import Columns, Line, Reading, Row
from marketplace.orders.bank.models import BankAccount, BankLine, BankStatement, Receipt
from marketplace.orders.bank.states import STATEMENT_MOVES, ReceiptState, StatementState
from marketplace.orders.rules import WIB

DRAFTS_KEPT = timedelta(days=2)
MOST_FAULTS_KEPT = 50
AT_ONCE = 500  # rows of one INSERT: more would hold the line of writers too long
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that was sent, with what it says when it is read with these columns."""

    code: str
    account_id: int
    account: str
    file_name: str
    rows: Sequence[Row]
    columns: Columns
    reading: Reading


def add_account(bank: str, number: str, *, by: int | None, now: datetime) -> int:
    """Another account whose statements are read; each number once."""
    known = db.session.scalar(
        select(BankAccount.id).where(BankAccount.bank == bank, BankAccount.number == number)
    )
    if known is not None:
        raise Conflict("account_exists", field="number")
    account = BankAccount(bank=bank, number=number, by=by, created_at=now)
    db.session.add(account)
    db.session.flush()
    history.record("bank.account_added", f"account:{account.id}", by=by, at=now, bank=bank)
    return account.id


def send(account_id: int, file_name: str, data: bytes, *, by: int, now: datetime) -> str:
    """Take a file as it came; nothing is counted before somebody has seen how it reads."""
    if db.session.get(BankAccount, account_id) is None:
        raise Invalid("account_unknown", field="rekening")
    text = csv_rules.text_of(data)
    csv_rules.rows_of(text)
    code = new_code()
    db.session.add(
        BankStatement(
            code=code,
            account_id=account_id,
            file_name=rules.plain(file_name, 120) or "mutasi.csv",
            digest=sha256(data).hexdigest(),
            body=text,
            by=by,
            created_at=now,
        )
    )
    history.record("bank.statement_sent", f"statement:{code}", by=by, at=now, account=account_id)
    return code


def look(code: str, *, now: datetime, columns: Columns | None = None) -> Draft:
    """How the file reads, with the columns that were chosen or those that seem right."""
    table, account = BankStatement.__table__, BankAccount.__table__
    row = read_one(
        select(table, account.c.bank, account.c.number, account.c.columns.label("before"))
        .join(account, account.c.id == table.c.account_id)
        .where(table.c.code == code)
    )
    if row is None or row.body is None:
        raise NotFound()
    rows = csv_rules.rows_of(row.body)
    chosen = columns or csv_rules.guess(rows, row.before)
    today = now.astimezone(WIB).date()
    return Draft(
        code=code,
        account_id=row.account_id,
        account=f"{row.bank} {row.number}",
        file_name=row.file_name,
        rows=rows,
        columns=chosen,
        reading=csv_rules.read(rows, chosen, today=today),
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """How many lines were new, and what the file says of money that went out."""

    fresh: int
    outs: Sequence[Line]


def keep(code: str, columns: Columns, *, by: int, now: datetime) -> Kept:
    """Write down every line that is new; those of an earlier statement are known already.

    The same file sent again, or one that overlaps, adds nothing.
    """
    statement = locked_row(BankStatement, code)
    if statement.state == StatementState.KEPT:
        raise Conflict("statement_kept")
    draft = look(code, now=now, columns=columns)
    if not (draft.reading.lines or draft.reading.outs):
        raise Invalid("statement_no_lines")
    fresh = _write_lines(statement, draft, now)
    statement.state = move(StatementState(statement.state), StatementState.KEPT, STATEMENT_MOVES)
    statement.kept_at, statement.body = now, None
    statement.fresh, statement.known = fresh, len(draft.reading.lines) - fresh
    statement.went_out = draft.reading.out
    statement.faults = [asdict(fault) for fault in draft.reading.faults[:MOST_FAULTS_KEPT]]
    account = db.session.get_one(BankAccount, statement.account_id)
    account.columns = columns.as_json()
    history.record(
        "bank.statement_kept",
        f"statement:{code}",
        by=by,
        at=now,
        fresh=fresh,
        known=statement.known,
        faults=len(draft.reading.faults),
    )
    return Kept(fresh, draft.reading.outs)


def forget_drafts(now: datetime) -> int:
    """Files that nobody confirmed: they can be sent again at any time."""
    return changed(
        delete(BankStatement).where(
            BankStatement.state == StatementState.DRAFT,
            BankStatement.created_at < now - DRAFTS_KEPT,
        )
    )


def _write_lines(statement: BankStatement, draft: Draft, now: datetime) -> int:
    """The lines that no statement brought before, each with a receipt that somebody looks at."""
    named = rules.numbered(line for _, line, _ in draft.reading.lines)
    rows = [
        {
            "digest": rules.digest(
                statement.account_id, line.booked_on, line.rupiah, line.text, number
            ),
            "account_id": statement.account_id,
            "statement_id": statement.id,
            "row": place,
            "booked_on": line.booked_on,
            "amount": line.rupiah,
            "text": line.text,
            "raw": raw,
            "at": now,
        }
        for (line, number), (place, _, raw) in zip(named, draft.reading.lines, strict=True)
    ]
    fresh = 0
    for start in range(0, len(rows), AT_ONCE):
        made = db.session.execute(_new_lines(dialect()), rows[start : start + AT_ONCE]).all()
        fresh += len(made)
        receipts = [
            {
                "code": new_code(),
                "line_id": row.id,
                "amount": row.amount,
                "used": 0,
                "state": ReceiptState.NEW,
                "created_at": now,
                "touched_at": now,
            }
            for row in made
        ]
        if receipts:
            insert_rows(Receipt, receipts)
    return fresh


@cache
def _new_lines(database: str) -> Any:
    table = BankLine.__table__
    return (
        _INSERT[database](table)
        .on_conflict_do_nothing(index_elements=[table.c.digest])
        .returning(table.c.id, table.c.amount)
    )

"""A shop's month as a file: the same for its owner and for the dinas."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from typing import Any

from flask import request, send_file, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as Answer

from marketplace.adapters.statement_paper import Paper, PaperLine
from marketplace.core import clock
from marketplace.core.db import read_one
from marketplace.core.errors import NotFound
from marketplace.core.ids import slugify
from marketplace.makers.models import Ikm
from marketplace.orders.payouts import statements
from marketplace.orders.payouts.statements import Month, Statement
from marketplace.orders.rules import WIB
from marketplace.web import limits
from marketplace.web.formats import MONTHS, long_date
from marketplace.web.money_words import FACTS

KINDS = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
KEPT_IN_MEMORY = 1024 * 1024  # a longer file waits on disk until it is sent
_SHOP = select(Ikm.name, Ikm.owner_name)


def name_of(month: Month) -> str:
    """November 2026."""
    return f"{MONTHS[month.number - 1]} {month.year}"


def listed(ikm_id: int, endpoint: str, **where: Any) -> dict[str, Any]:
    """The months of a page, and where the next one begins; what the template shows."""
    rows, more = statements.months(ikm_id, now=clock.now(), last=_asked("sampai"))
    now = statements.month_of(clock.now())
    return {
        "months": [
            {"key": str(month), "name": name_of(month), "balance": balance, "lasts": month == now}
            for month, balance in rows
        ],
        "page_size": statements.SHOWN,
        "more_url": url_for(endpoint, sampai=str(more), **where) if more else None,
    }


def file_of(ikm_id: int, kind: str) -> Answer:
    """The file of the month in the address, made at once: it costs little, and is never kept."""
    month, now = _asked("bulan"), clock.now()
    if month is None or month > statements.month_of(now):
        raise NotFound()
    limits.limit("statement", current_user.person_id)
    shop = read_one(_SHOP.where(Ikm.id == ikm_id))
    if shop is None:
        raise NotFound()
    found = statements.of_month(ikm_id, month, now=now)
    out = tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY)  # noqa: SIM115 - sent, then closed
    # loaded by name: most processes never print, and the libraries are heavy
    printer: Any = import_module(f"marketplace.adapters.statement_{kind}")
    printer.write(_paper(found, shop.name, shop.owner_name), out)
    out.seek(0)
    return send_file(
        out,
        mimetype=KINDS[kind],
        as_attachment=True,
        download_name=f"laporan-{slugify(shop.name)}-{month}.{kind}",
    )


def asked() -> str:
    """The month that the address or the form names."""
    return request.values.get("bulan", "")[:7]


def _asked(name: str) -> Month | None:
    return statements.month_named(request.values.get(name, ""))


def _paper(found: Statement, shop: str, owner: str) -> Paper:
    note = f"Bulan ini belum selesai: dicatat sampai {long_date(found.until)}."
    return Paper(
        title="Laporan uang toko",
        shop=shop,
        owner=owner,
        period=name_of(found.month),
        note=note if found.unfinished else "",
        opening=found.opening,
        lines=_lines(found),
        ending=lambda: ([(FACTS[fact], sum_) for fact, sum_ in found.sums.items()], found.closing),
    )


def _lines(found: Statement) -> Iterator[PaperLine]:
    for line in found.lines():
        code = (line.order_code or "").upper()
        yield PaperLine(_wall(line.at), FACTS[line.fact], code, line.amount, line.balance)


def _wall(moment: datetime) -> datetime:
    return moment.astimezone(WIB).replace(tzinfo=None)

"""One box: an order by its code, its buyer, a provider's reference, or an amount."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from marketplace.core.money import rupiah
from marketplace.orders import desk_money, desk_search
from marketplace.orders.payouts.rules import BANK
from marketplace.web.access import STAFF, allow
from marketplace.web.forms import Form, Text
from marketplace.web.staff.blueprint import bp
from marketplace.web.staff.receipts import PROVIDER_WORDS
from marketplace.web.staff.story import ORDER_WORDS

WHY_WORDS = {
    "amount": "Jumlah",
    "code": "Nomor pesanan",
    "dispute": "Sanggahan",
    "email": "Alamat email",
    "name": "Nama",
    "payment": "Pembayaran",
    "phone": "Nomor HP",
    "receipt": "Uang masuk",
    "reference": "Nomor penyedia",
    "refund": "Uang kembali",
}


OTHER_WORDS = {
    "payout": "Pencairan",
    "run": "Putaran pencairan",
    "settlement": "Dari penyedia pembayaran",
    "return": "Uang salah kirim",
    "line": "Uang masuk",
}
WAYS = {**PROVIDER_WORDS, BANK: "Berkas bank"}


class SearchForm(Form):
    """What to look for; asks with GET."""

    class Meta:
        csrf = False

    cari = Text(
        "Cari",
        longest=120,
        optional=True,
        description="Nomor pesanan, nama pembeli, email, nomor HP, nomor dari bank atau "
        "penyedia pembayaran, atau jumlah uang.",
    )


@bp.get("/dinas/cari")
@allow(STAFF)
def search() -> Answer | str | tuple[str, int]:
    """What fits, the newest first; a code that fits one order leads straight to it."""
    form = SearchForm(request.args)
    right = form.validate()
    words = form.cari.data or "" if right else ""
    rows = desk_search.search(words) if words else []
    others = [_other(row) for row in desk_money.search(words)] if words else []
    if len(rows) == 1 and rows[0].why == "code":
        return redirect(url_for("staff.story", code=rows[0].code))
    page = render_template(
        "staff/search.html",
        nav="cari",
        form=form,
        words=words,
        rows=[(row, _states(row.states or "")) for row in rows],
        why=WHY_WORDS,
        others=others,
        full=len(rows) == desk_search.MOST,
    )
    return page if right else (page, 422)


def _other(row: Any) -> dict[str, Any]:
    """Money of no order, with the page where it stands."""
    if row.kind == "payout":
        url = url_for("staff.payout", code=row.run, payout=row.code)
    elif row.kind == "run":
        url = url_for("staff.payout_run", code=row.code)
    else:
        url = url_for("staff.receipt", code=row.code)
    return {
        "title": f"{OTHER_WORDS[row.kind]} {rupiah(row.amount)}",
        "about": WAYS.get(row.about, row.about),
        "at": row.at,
        "url": url,
    }


def _states(states: str) -> str:
    """How its orders stand, each word once."""
    return ", ".join(dict.fromkeys(ORDER_WORDS[state][0] for state in states.split(", ") if state))

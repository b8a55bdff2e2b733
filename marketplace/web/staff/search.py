"""One box: an order by its code, its buyer, a provider's reference, or an amount."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from marketplace.orders import desk_search
from marketplace.web.access import STAFF, allow
from marketplace.web.forms import Form, Text
from marketplace.web.staff.blueprint import bp
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


class SearchForm(Form):
    """What to look for; asks with GET."""

    class Meta:
        csrf = False

    cari = Text(
        "Cari",
        longest=120,
        optional=True,
        description="Nomor pesanan, nama depan pembeli, email, nomor HP, nomor dari penyedia "
        "pembayaran, atau jumlah uang.",
    )


@bp.get("/dinas/cari")
@allow(STAFF)
def search() -> Answer | str | tuple[str, int]:
    """What fits, the newest first; a code that fits one order leads straight to it."""
    form = SearchForm(request.args)
    right = form.validate()
    words = form.cari.data or "" if right else ""
    rows = desk_search.search(words) if words else []
    if len(rows) == 1 and rows[0].why == "code":
        return redirect(url_for("staff.story", code=rows[0].code))
    page = render_template(
        "staff/search.html",
        nav="cari",
        form=form,
        words=words,
        rows=[(row, _states(row.states or "")) for row in rows],
        why=WHY_WORDS,
        full=len(rows) == desk_search.MOST,
    )
    return page if right else (page, 422)


def _states(states: str) -> str:
    """How its orders stand, each word once."""
    return ", ".join(dict.fromkeys(ORDER_WORDS[state][0] for state in states.split(", ") if state))

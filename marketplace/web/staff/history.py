"""Who did what: the book that is only written at the end, for the administrator to read."""

from __future__ import annotations

import re

from flask import render_template, request, url_for

from marketplace.accounts import deeds
from marketplace.web.access import ADMIN, allow
from marketplace.web.staff.blueprint import bp

NUMBER = re.compile(r"[0-9]{1,15}\Z", re.ASCII)


@bp.get("/dinas/riwayat")
@allow(ADMIN)
def history() -> str:
    """The latest acts first; those about one subject when one is given, as in shop:7f3k2qd9xw."""
    subject = "".join(
        letter for letter in request.args.get("tentang", "")[:80] if letter.isprintable()
    )
    before = request.args.get("sebelum", "")
    rows, more = deeds.latest(subject.strip(), int(before) if NUMBER.match(before) else None)
    beside = sorted({row.detail["beside"] for row in rows if "beside" in row.detail})
    return render_template(
        "staff/history.html",
        nav="riwayat",
        rows=rows,
        names=deeds.names(beside),
        subject=subject.strip(),
        more_url=url_for("staff.history", tentang=subject.strip() or None, sebelum=more)
        if more
        else None,
    )

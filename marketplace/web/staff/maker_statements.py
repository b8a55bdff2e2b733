"""A maker's months, for an officer who is asked about them."""

from __future__ import annotations

from flask import render_template
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as Answer

from marketplace.core import clock, history
from marketplace.core.db import read_one
from marketplace.core.errors import NotFound
from marketplace.core.work import transaction
from marketplace.makers import shops
from marketplace.makers.models import Ikm
from marketplace.web import statement_files
from marketplace.web.access import STAFF, STAFF_PROVED, allow
from marketplace.web.staff.blueprint import bp


@bp.get("/dinas/toko/<code>/laporan")
@allow(STAFF)
def maker_statements(code: str) -> str:
    """Every month with its balance, and the way to its files."""
    ikm_id, name = _shop(code)
    found = statement_files.listed(ikm_id, "staff.maker_statements", code=code)
    return render_template(
        "staff/statements_of_shop.html", nav="toko", code=code, shop=name, **found
    )


@bp.post("/dinas/toko/<code>/laporan.<any(pdf, xlsx):kind>")
@allow(STAFF_PROVED)
def maker_statement_file(code: str, kind: str) -> Answer:
    """One month as PDF or table; that an officer took it is written down."""
    ikm_id, _ = _shop(code)
    answer = statement_files.file_of(ikm_id, kind)
    with transaction():
        history.record(
            "statement.taken", shops.subject(code), by=current_user.person_id, at=clock.now(),
            month=statement_files.asked(), kind=kind,
        )  # fmt: skip
    return answer


def _shop(code: str) -> tuple[int, str]:
    row = read_one(select(Ikm.id, Ikm.name).where(Ikm.code == code))
    if row is None:
        raise NotFound()
    return row.id, row.name

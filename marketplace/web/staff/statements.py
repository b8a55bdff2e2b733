"""Bank statements: sent as a file, looked at with its columns, and kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as Answer
from wtforms import FileField

from marketplace.core import clock
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.work import transaction
from marketplace.flows import receipts
from marketplace.orders.bank import csv_rules, queries, rules, statements
from marketplace.orders.bank.csv_rules import Columns
from marketplace.orders.bank.statements import Draft
from marketplace.web.access import STAFF, allow
from marketplace.web.forms import Choice, Form, Text, keeps_typed
from marketplace.web.sentences import sentence
from marketplace.web.staff.blueprint import bp

OURS = "kita"
SHOWN = 8
LARGEST = csv_rules.MOST_BYTES + 64 * 1024  # the file with the form around it
WHY = {
    "day": "Tanggalnya tidak terbaca.",
    "amount": "Jumlahnya tidak terbaca, atau kurang dari satu rupiah.",
    "pending": "Belum dibukukan bank. Baris ini akan ada di mutasi berikutnya.",
    "direction": "Tidak jelas masuk atau keluar.",
}
STATE_WORDS = {
    "new": "belum dilihat",
    "done": "cocok dan sudah dicatat",
    "unclear": "belum jelas",
    "part": "menunggu sisanya",
    "late": "pesanannya sudah berakhir",
    "offered": "ditawarkan lagi ke pembeli",
}


class StatementForm(Form):
    """A file, and whose account it is from."""

    rekening = Choice("Rekening")
    berkas = FileField("Berkas mutasi (CSV)")


class AccountForm(Form):
    """Another account whose statements are read."""

    bank = Text("Nama bank atau penyedia QRIS", longest=60, shortest=2)
    number = Text("Nomor rekening atau nomor merchant", longest=40, shortest=3)


class ColumnsForm(Form):
    """Which column is which."""

    day = Choice("Kolom tanggal")
    text = Choice("Kolom keterangan")
    more_text = Choice("Keterangan kedua")
    amount = Choice("Kolom uang masuk")
    sign = Choice("Kolom penanda masuk atau keluar")
    first = Choice("Baris pertama yang berisi mutasi")
    order = Choice("Urutan tanggal")


@bp.get("/dinas/mutasi")
@allow(STAFF)
def all_statements() -> str:
    """Which accounts are read up to which day, and the way to send another file."""
    return _list(_form(formdata=None))


@bp.post("/dinas/mutasi", endpoint="send_statement")
@allow(STAFF)
@keeps_typed
def send() -> Answer | tuple[str, int]:
    """Take the file as it came, and show how it reads."""
    request.max_content_length = LARGEST
    try:
        form = _form()
    except RequestEntityTooLarge:
        form = _form(formdata=None)
        most = csv_rules.MOST_BYTES // 1024 // 1024
        form.refuse(Invalid("statement_too_large", field="berkas", most=most))
        return _list(form), 413
    if not form.validate_on_submit():
        return _list(form), 422
    try:
        code = _take(form)
    except Invalid as refusal:
        form.refuse(refusal)
        return _list(form), 422
    return redirect(url_for("staff.statement", code=code), 303)


def _take(form: StatementForm) -> str:
    file = request.files.get("berkas")
    data = file.read(csv_rules.MOST_BYTES + 1) if file and file.filename else b""
    if not file or not file.filename:
        raise Invalid("statement_missing", field="berkas")
    by, now = current_user.person_id, clock.now()
    with transaction():
        account = (
            statements.add_account(*_our_account(), by=by, now=now)
            if form.rekening.data == OURS
            else int(form.rekening.data or 0)
        )
        return statements.send(account, file.filename, data, by=by, now=now)


@bp.route("/dinas/mutasi/rekening", methods=["GET", "POST"])
@allow(STAFF)
@keeps_typed
def new_account() -> Answer | tuple[str, int]:
    """Another account whose statements are read."""
    form = AccountForm()
    if form.validate_on_submit():
        try:
            with transaction():
                statements.add_account(
                    rules.plain(form.bank.data or "", 60),
                    rules.plain(form.number.data or "", 40),
                    by=current_user.person_id,
                    now=clock.now(),
                )
        except Conflict as refusal:
            form.refuse(refusal)
        else:
            flash("Rekening ditambahkan. Sekarang kirim mutasinya.", "status")
            return redirect(url_for("staff.all_statements"), 303)
    page = render_template("staff/bank_account.html", nav="mutasi", form=form)
    return page, 422 if form.is_submitted() else 200


@bp.route("/dinas/mutasi/<string(length=10):code>", methods=["GET", "POST"])
@allow(STAFF)
@keeps_typed
def statement(code: str) -> Answer | str | tuple[str, int]:
    """How the file reads; other columns may be chosen before it is kept. Afterwards: what came."""
    row = queries.statement(code)
    if row is None:
        raise NotFound()
    if row.state == "kept":
        return render_template(
            "staff/statement_kept.html",
            nav="mutasi",
            row=row,
            outcome=queries.outcome(row.id),
            words=STATE_WORDS,
            why=WHY,
        )
    if request.method == "GET":
        draft = statements.look(code, now=clock.now())
        return _look(draft, _columns_form(draft))
    return _chosen(code)


def _chosen(code: str) -> Answer | tuple[str, int]:
    """Look again with these columns, or keep what they say."""
    form = _columns_form(statements.look(code, now=clock.now()), sent=True)
    if not form.validate_on_submit():
        return _look(statements.look(code, now=clock.now()), form), 422
    draft = statements.look(code, now=clock.now(), columns=_columns(code, form))
    if request.form.get("lalu") != "simpan":
        return _look(draft, form), 200
    try:
        fresh = receipts.keep_statement(code, draft.columns, by=current_user.person_id)
    except (Invalid, Conflict) as refusal:
        form.form_errors.append(sentence(refusal))
        return _look(draft, form), 422
    flash(f"Mutasi disimpan. {fresh} uang masuk yang baru.", "status")
    return redirect(url_for("staff.statement", code=code), 303)


def _columns(code: str, form: ColumnsForm) -> Columns:
    """What was chosen, with the head above it, so that this kind of file is known again."""
    typed = form.typed()
    place = {name: int(typed[name]) for name in ("day", "text", "more_text", "amount", "sign")}
    first = int(form.first.data or 0)
    columns = Columns(
        day=place["day"],
        text=place["text"],
        more_text=place["more_text"],
        amount=place["amount"],
        sign=place["sign"],
        first=first,
        order=form.order.data or "dmy",
    )
    draft = statements.look(code, now=clock.now())
    head = csv_rules.head_of(draft.rows[first - 1]) if first else ""
    return replace(columns, head=head, out=draft.columns.out)


# --- Pages ----------------------------------------------------------------------------------------


def _form(**more: Any) -> StatementForm:
    form = StatementForm(**more)
    known = queries.accounts()
    choices = [(str(row.id), f"{row.bank} {row.number}") for row in known]
    if _our_account() not in {(row.bank, row.number) for row in known}:
        choices.insert(0, (OURS, " ".join(_our_account())))
    form.rekening.choices = choices
    return form


def _our_account() -> tuple[str, str]:
    config = current_app.config["HOUSE"]
    return rules.plain(config.bank_name, 60), rules.plain(config.bank_account, 40)


def _list(form: StatementForm) -> str:
    return render_template(
        "staff/statements.html",
        nav="mutasi",
        form=form,
        accounts=queries.accounts(),
        sent=queries.statements(),
        most=csv_rules.MOST_BYTES // 1024 // 1024,
    )


def _columns_form(draft: Draft, *, sent: bool = False) -> ColumnsForm:
    chosen = {name: str(value) for name, value in draft.columns.as_json().items()}
    form = ColumnsForm(data=chosen) if sent else ColumnsForm(formdata=None, data=chosen)
    width = max(len(row) for row in draft.rows)
    head = draft.rows[draft.columns.first - 1] if draft.columns.first else ()
    names = [
        (str(place), f"{place + 1}. {rules.plain(head[place], 30) if place < len(head) else ''}")
        for place in range(width)
    ]
    none = [("-1", "Tidak ada")]
    form.day.choices, form.amount.choices, form.text.choices = names, names, names
    form.more_text.choices, form.sign.choices = none + names, none + names
    form.first.choices = [
        (str(place), f"Baris {place + 1}: {rules.plain(' '.join(row), 40)}")
        for place, row in enumerate(draft.rows[: csv_rules.LOOKED_AT])
    ]
    form.order.choices = [("dmy", "Hari dulu: 31/12"), ("mdy", "Bulan dulu: 12/31")]
    return form


def _look(draft: Draft, form: ColumnsForm) -> str:
    return render_template(
        "staff/statement.html",
        nav="mutasi",
        draft=draft,
        form=form,
        shown=draft.reading.lines[:SHOWN],
        faults=draft.reading.faults[:20],
        why=WHY,
    )

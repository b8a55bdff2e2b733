"""The desk finds an order by whatever somebody has in hand, and reads all its money on one page."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote_from_bytes

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.work import transaction
from marketplace.flows import paying_makers, receipts, worker
from marketplace.orders import desk_search
from marketplace.orders import story as book
from marketplace.orders.bank import queries as bank
from marketplace.orders.bank.settlements import PaidOut
from marketplace.orders.disputes.models import Dispute
from marketplace.orders.ledger.rules import Fact
from marketplace.orders.models import OrderGroup, OrderLine, Payment, ProviderMessage, Refund
from marketplace.orders.payouts import queries
from marketplace.orders.story import Column
from marketplace.web.seller import order_words
from marketplace.web.staff.story import FACT_WORDS, STEP_WORDS
from tests import builders
from tests.catalog.test_plans import plans
from tests.counting import statements
from tests.orders import money, payday
from tests.web.test_odd_input import ODD, sent

DESK = "/dinas/pencairan"


def bought(*, recipient: str = "Siti Aminah", phone: str = "6281234567890") -> tuple[str, str]:
    """A paid order of somebody by name: the codes of the group and of the order."""
    (code,) = money.buy((builders.shop(f"Toko {recipient}"), 60_000))
    group_id = money.order_group(code)
    with transaction():
        group = db.session.get_one(OrderGroup, group_id)
        group.recipient, group.phone = recipient, phone
        group.email = f"{recipient.split()[0].lower()}@contoh.test"
        group_code = group.code
    money.pay(code)
    with transaction():
        payment = db.session.scalars(select(Payment).where(Payment.group_id == group_id)).one()
        payment.reference, payment.charge_reference = f"cs_{group_code}", f"pi_{group_code}"
    return group_code, code


def found(words: str) -> list[tuple[str, str]]:
    db.session.rollback()
    return [(row.code, row.why) for row in desk_search.search(words)]


def test_an_order_is_found_by_whatever_is_at_hand(app: Flask) -> None:
    group, order = bought()
    other, _ = bought(recipient="Budi", phone="6281999888777")
    payment = money.payment_of(order)
    refund = money.give_back(order, 1_000)
    asked: dict[str, str] = {
        group: "code",
        f" {order.upper()} ": "code",
        f"#{group.upper()}": "code",
        payment.code: "payment",
        refund: "refund",
        f"cs_{group}": "reference",
        f"pi_{group}": "reference",
        "siti@contoh.test": "email",
        "SITI@contoh.test": "email",
        "0812-3456-7890": "phone",
        "+62 812 3456 7890": "phone",
        "6281234567890": "phone",
        "siti": "name",
        "Siti Am": "name",
        "SITI AMINAH": "name",
        "aminah": "name",
        "amin si": "name",
    }
    for words, why in asked.items():
        assert found(words) == [(group, why)], words
    amount = payment.amount
    for words in (
        str(amount),
        f"Rp{amount:,}".replace(",", "."),
        f"{amount:,},00".replace(",", ".", 1),
    ):
        assert (group, "amount") in found(words), words
    total = amount - payment.unique_code
    assert {code for code, _ in found(str(total))} == {group, other}
    assert found("1000") == [(group, "refund")]
    for nothing in (
        "",
        "   ",
        "minah",
        "siti budi",
        "%",
        "_",
        "cs_",
        "'; DROP",
        "0812",
        "99",
        "\u0665\u0660",
    ):
        assert found(nothing) == [], nothing


def test_an_account_is_found_by_its_address(app: Flask) -> None:
    group, order = bought()
    asih = builders.person("Asih")
    with transaction():
        row = db.session.get_one(OrderGroup, money.order_group(order))
        row.person_id, row.email = asih, None
    assert found(builders.EMAILS["Asih"]) == [(group, "email")]


INDEXES = {
    "abcdefghkm": (
        "uq_order_group_code|autoindex_order_group",
        "uq_payment_code|autoindex_payment",
    ),
    "cs_live_a1b2c3": (
        "uq_payment_reference|autoindex_payment_3",
        "ix_payment_charge",
        "ix_refund_reference",
    ),
    "siti@contoh.test": ("ix_order_group_email",),
    "081234567890": ("ix_order_group_phone",),
    "Aminah": ("search_recipient|VIRTUAL TABLE INDEX",),
    "Rp60.000": ("ix_payment_amount", "ix_refund_amount"),
}


def many(count: int) -> None:
    """So many more orders with a payment and a refund each, so that an index is worth the while."""
    now = clock.now()
    group = db.session.execute(select(OrderGroup.__table__)).mappings().first() or {}
    payment = db.session.execute(select(Payment.__table__)).mappings().first() or {}
    groups, payments, refunds = [], [], []
    for n in range(10_000, 10_000 + count):
        new = {"id": n, "code": f"g{n}"}
        groups.append(
            {**group, **new, "token_hash": str(n), "checkout_key": str(n), "recipient": f"Budi {n}",
             "email": f"budi{n}@contoh.test", "phone": f"62812{n}"}
        )  # fmt: skip
        payments.append(
            {**payment, **new, "group_id": n, "key": str(n), "amount": 1_000_000 + n,
             "reference": f"cs_{n}", "charge_reference": f"pi_{n}"}
        )  # fmt: skip
        refunds.append(
            {**new, "payment_id": n, "amount": n, "reason": "x", "state": "done", "key": str(n),
             "reference": f"re_{n}", "created_at": now, "touched_at": now}
        )  # fmt: skip
    db.session.rollback()
    with transaction():
        for table, rows in ((OrderGroup, groups), (Payment, payments), (Refund, refunds)):
            db.session.execute(insert(table), rows)


@pytest.mark.parametrize("words", INDEXES)
def test_every_search_goes_through_an_index(app: Flask, words: str) -> None:
    bought()
    many(1_500)
    plan = plans(lambda: desk_search.search(words))
    for index in INDEXES[words]:
        assert any(name in plan for name in index.split("|")), plan
    for table in ("order_group", "payment", "refund", "dispute", "receipt", "shop_order"):
        assert f"Seq Scan on {table} " not in plan, plan
        assert not any(
            line.startswith(f"SCAN {table}") and "USING" not in line for line in plan.splitlines()
        ), plan


def test_names_are_found_as_they_are_now(app: Flask) -> None:
    group, order = bought(recipient="Ni Made O'Brien-Ayu Lestari")
    for words in ("made", "brien", "o'brien", "ayu lest", "Lestari Ni"):
        assert found(words) == [(group, "name")], words
    with transaction():
        db.session.get_one(OrderGroup, money.order_group(order)).recipient = "Terhapus"
    assert found("lestari") == []
    assert found("hapus") == []
    assert found("terhapus") == [(group, "name")]


def test_money_of_no_order_is_found_by_its_numbers(officer: FlaskClient) -> None:
    """What the bank or a provider prints, and our own codes, lead to where it stands."""
    shop, eka = payday.shop(), builders.staff()
    payout = payday.sent(shop)
    run = queries.runs()[0][0].code
    paying_makers.confirm(payout.code, reference="TRX 77/A", by=eka)
    payday.statement(("PENYEDIA", "", "50.000,00"), ("SALAH KIRIM", "", "7.000,00"), by=eka)
    line, strange = sorted(bank.receipts(), key=lambda row: -row.amount)
    told = PaidOut("simulator", "po_1PxQ77", 52_000, 2_000)
    receipts.from_provider(line.code, told, reason="Laporan penyedia", by=eka)
    back = f"/dinas/uang-masuk/{strange.code}"
    for words, there in {
        "TRX 77/A": f"{DESK}/{run}/{payout.code}",
        payout.code: f"{DESK}/{run}/{payout.code}",
        run: f"{DESK}/{run}",
        "po_1PxQ77": f"/dinas/uang-masuk/{line.code}",
        strange.code: back,
    }.items():
        page = officer.get("/dinas/cari", query_string={"cari": words}).text
        assert f'href="{there}"' in page, words
    receipts.give_back(strange.code, reason="Salah kirim", by=eka)
    receipts.sent_back(bank.returns()[0].code, reference="REF 9911", by=eka)
    page = officer.get("/dinas/cari", query_string={"cari": "REF 9911"}).text
    assert f'href="{back}"' in page
    assert "Tidak ditemukan" in officer.get("/dinas/cari?cari=REF+9912").text


def test_a_search_costs_the_same_whatever_it_finds(app: Flask, officer: FlaskClient) -> None:
    bought()
    costs = set()
    for words in ("aminah", "zzzz", "abcdefghkm", "60000"):
        with statements() as asked:
            officer.get("/dinas/cari", query_string={"cari": words})
        costs.add(len(asked))
    assert len(costs) == 1


def test_a_code_leads_straight_to_its_story(officer: FlaskClient) -> None:
    group, order = bought()
    assert officer.get(f"/dinas/cari?cari={order}").location == f"/dinas/pesanan/{group}"
    page = officer.get("/dinas/cari?cari=siti").text
    assert f"/dinas/pesanan/{group}" in page
    assert "Tidak ditemukan" in officer.get("/dinas/cari?cari=zzzz").text
    assert officer.get("/dinas/cari?cari=" + "a" * 121).status_code == 422


# --- The money story ------------------------------------------------------------------------------


def eventful(recipient: str = "Siti Aminah") -> tuple[str, str]:
    """An order to which everything happened."""
    group, order = bought(recipient=recipient)
    with transaction():
        db.session.add(
            ProviderMessage(
                provider="stripe", event_id="evt_1", kind="checkout.session.completed",
                object_reference=f"cs_{group}", body="{}", received_at=clock.now(),
            )
        )  # fmt: skip
    money.deliver(order)
    money.send(money.give_back(order, 5_000))
    payment = money.payment_of(order)
    with transaction():
        db.session.add(
            Dispute(
                code="d" * 10, payment_id=payment.id, provider="stripe", reference="dp_1",
                state="won", amount=1_000, reason="duplicate", opened_at=clock.now(),
                touched_at=clock.now(), closed_at=clock.now(),
            )
        )  # fmt: skip
    worker.run_due(until_empty=True)
    db.session.rollback()
    return group, order


def test_the_story_tells_everything_in_order_and_adds_up(app: Flask, officer: FlaskClient) -> None:
    group, order = eventful()
    told = book.story(group)
    assert told is not None
    assert {one.kind for one in told.told} >= {
        "step", "payment", "refund", "dispute", "message", "letter", "history", "ledger",
    }  # fmt: skip
    moments = [one.at for one in told.told]
    assert moments == sorted(moments)
    for one in told.told:
        others = sum(amount for column, amount in one.sums.items() if column is not Column.MONEY)
        assert one.sums.get(Column.MONEY, 0) == others, one
    paid = money.payment_of(order)
    assert told.sums[Column.MONEY] == paid.amount - 5_000
    assert told.sums[Column.MONEY] == sum(told.sums.values()) - told.sums[Column.MONEY]
    assert told.sums[Column.HELD] == 0
    page = officer.get(f"/dinas/pesanan/{group}").text
    for words in (
        "Harga barang dilepas ke toko",
        f"pi_{group}",
        "checkout.session.completed",
        "Pembayaran pesanan",  # the subject of a letter
        "payment.received",
        f"/dinas/uang-kembali/pesanan/{order}",
        "Jumlah sekarang",
    ):
        assert words in page, words


def test_the_story_has_a_word_for_every_step_the_maker_reads_of() -> None:
    assert set(order_words.WORDS) <= set(STEP_WORDS)


def test_the_story_costs_the_same_however_much_happened(app: Flask, officer: FlaskClient) -> None:
    group, order = eventful()
    short = count(lambda: book.story(group))
    for rupiah in (1_000, 2_000, 3_000):
        money.send(money.give_back(order, rupiah))
    worker.run_due(until_empty=True)
    assert count(lambda: book.story(group)) == short <= 16


def count(act: Callable[[], object]) -> int:
    db.session.rollback()
    with statements() as asked:
        act()
    return len(asked)


def test_an_unknown_code_has_no_story(officer: FlaskClient) -> None:
    assert officer.get("/dinas/pesanan/zzzzzzzzzz").status_code == 404


@pytest.mark.parametrize("odd", ODD)
def test_odd_words_break_neither_the_box_nor_a_grant(officer: FlaskClient, odd: str) -> None:
    _, order = bought()
    line = db.session.scalars(select(OrderLine.id)).one()
    words = ODD[odd]
    for query in (words, b"cs_" + words, b"Rp" + words, b"a@" + words):
        answer = officer.get("/dinas/cari", query_string=f"cari={quote_from_bytes(query)}")
        assert answer.status_code in (200, 404, 422), query
    token = builders.form_token(officer, "/lokasi")
    names = [f"line_{line}", "postage", "goodwill", "reason"]
    answer = officer.post(
        f"/dinas/uang-kembali/pesanan/{order}",
        data=sent(names, words, csrf_token=token),
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code in (400, 422), answer.text


def test_every_booking_has_words_on_the_money_story() -> None:
    assert set(FACT_WORDS) == set(Fact)

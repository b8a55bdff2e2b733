"""Banks write amounts, days and tables in many ways; each is read as meant, or not at all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from marketplace.core.errors import Invalid
from marketplace.core.money import MAX_RUPIAH
from marketplace.orders.bank import csv_rules, rules
from marketplace.orders.bank.csv_rules import Columns
from marketplace.orders.bank.rules import Sum

TODAY = date(2026, 11, 22)
RUPIAH = st.integers(0, MAX_RUPIAH)


# --- Amounts --------------------------------------------------------------------------------------


@given(RUPIAH, st.integers(0, 99))
@example(1_500_123, 0)
def test_one_amount_in_every_form_is_one_amount(rupiah: int, sen: int) -> None:
    english = f"{rupiah:,}"
    forms = [
        f"{rupiah}.{sen:02}",
        f"{rupiah},{sen:02}",
        f"{english}.{sen:02}",
        english.replace(",", ".") + f",{sen:02}",
        f" Rp {english.replace(',', '.')},{sen:02} ",
        f"'{rupiah},{sen:02}",
    ]
    for form in forms:
        assert rules.amount(form) == Sum(rupiah, sen), form


@given(RUPIAH)
def test_whole_amounts_need_no_sen(rupiah: int) -> None:
    for form in (f"{rupiah}", f"{rupiah:,}", f"{rupiah:,}".replace(",", "."), f"IDR{rupiah}"):
        assert rules.amount(form) == Sum(rupiah), form


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1.500.123,00 CR", Sum(1_500_123, 0, True)),
        ("1,500,123.00DB", Sum(1_500_123, 0, False)),
        ("-1500123.00", Sum(1_500_123, 0, False)),
        ("1.500.123,00-", Sum(1_500_123, 0, False)),
        ("(1.500.123)", Sum(1_500_123, 0, False)),
        ("+56.123", Sum(56_123, 0, True)),
        ("K 56.123", Sum(56_123, 0, True)),
        ("1\u00a0500\u202f123,5", Sum(1_500_123, 50)),
        ("1.500", Sum(1_500)),
        ("15.00", Sum(15)),
        ("", None),
        (" - ", None),
    ],
)
def test_signs_and_words_beside_a_figure(written: str, meant: Sum | None) -> None:
    assert rules.amount(written) == meant


@pytest.mark.parametrize(
    "written",
    ["1500.123", "1.50.000", "1,5,0", "1.500,123", "12a", "1e3", "٥٠٠", "½", "1.500.123.00",
     "= 1+1", "USD 5", "(1.500", "1.500)", "--5", "NaN", "9" * 14],
)  # fmt: skip
def test_what_could_mean_two_things_is_no_amount(written: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        rules.amount(written)


@given(st.text(max_size=30))
def test_any_scribble_is_an_amount_nothing_or_refused(scribble: str) -> None:
    try:
        found = rules.amount(scribble)
    except ValueError:
        return
    assert found is None or (0 <= found.rupiah <= MAX_RUPIAH and 0 <= found.sen <= 99)


# --- Days -----------------------------------------------------------------------------------------


@given(st.dates(date(2000, 1, 1), TODAY))
def test_one_day_in_every_form_is_one_day(day: date) -> None:
    months = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"]
    forms = [
        f"{day:%d/%m/%Y}",
        f"{day.day}-{day.month}-{day.year}",
        f"{day:%d.%m.%y}",
        f"{day:%Y-%m-%d}",
        f"{day:%Y%m%d}",
        f"'{day:%d/%m/%Y} 23:59:59",
        f"{day:%Y-%m-%d}T07:00:00",
        f"{day.day} {months[day.month - 1]} {day.year}",
        f"{day:%d-%b-%Y}",
    ]
    for form in forms:
        assert rules.day(form, order="dmy", today=TODAY) == day, form
    assert rules.day(f"{day:%m/%d/%Y}", order="mdy", today=TODAY) == day


@given(st.dates(TODAY - timedelta(days=300), TODAY))
def test_a_day_without_its_year_is_the_last_such_day(day: date) -> None:
    if (day.month, day.day) != (2, 29):
        assert rules.day(f"{day:%d/%m}", order="dmy", today=TODAY) == day


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("23/11/2026", date(2026, 11, 23)),  # a bank's clock may be ahead of ours
        ("23/11", date(2026, 11, 23)),
        ("24/11", date(2025, 11, 24)),
        ("29/02", date(2024, 2, 29)),
    ],
)
def test_tomorrow_is_the_last_day_that_can_be_meant(written: str, meant: date) -> None:
    assert rules.day(written, order="dmy", today=TODAY) == meant


@pytest.mark.parametrize(("days", "may"), [(-1, False), (0, True), (14, True), (15, False)])
def test_an_amount_is_its_buyers_for_a_fortnight(days: int, may: bool) -> None:
    late = datetime(2026, 11, 1, 16, 59, tzinfo=UTC)  # a minute to midnight on Java
    assert rules.could_be(date(2026, 11, 1) + timedelta(days=days), late) is may


@pytest.mark.parametrize("written", ["31/02/2026", "24/11/2026", "1999-12-31", "x", "", "13/13"])
def test_a_day_that_never_was_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        rules.day(written, order="dmy", today=TODAY)


# --- Files ----------------------------------------------------------------------------------------

HEADED = """Informasi Rekening - Mutasi
No. rekening : 0123456789
Tanggal Transaksi{0}Keterangan{0}Cabang{0}Jumlah{0}{0}Saldo
'01/11/2026{0}"TRSF E-BANKING CR
RINI WAHYUNI"{0}'0000{0}"56.123,00"{0}CR{0}"1.056.123,00"
'02/11/2026{0}BIAYA ADM{0}'0000{0}"15.000,00"{0}DB{0}"1.041.123,00"
PEND{0}SETORAN TUNAI{0}'0000{0}"70.001,00"{0}CR{0}
Saldo Awal{0}:{0}{0}"1.000.000,00"{0}{0}
"""


@pytest.mark.parametrize("separator", csv_rules.SEPARATORS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_statement_with_words_above_and_below_its_table(separator: str, encoding: str) -> None:
    text = csv_rules.text_of(HEADED.format(separator).encode(encoding))
    rows = csv_rules.rows_of(text)
    columns = csv_rules.guess(rows)
    assert (columns.day, columns.text, columns.amount, columns.sign) == (0, 1, 3, 4)
    found = csv_rules.read(rows, columns, today=TODAY)
    ((number, line, raw),) = found.lines
    assert (number, line.rupiah, line.booked_on) == (4, 56_123, date(2026, 11, 1))
    assert line.text == "TRSF E-BANKING CR RINI WAHYUNI"
    assert "1.056.123,00" in raw
    assert found.out == 1
    assert [fault.why for fault in found.faults] == ["pending", "day"]


def test_a_statement_with_debit_and_credit_apart() -> None:
    text = (
        "Date,Description,Debit,Credit,Balance\r\n"
        "2026-11-01,Transfer from Rini,0.00,56123.00,1056123.00\r\n"
        "2026-11-01,Admin fee,15000.00,0.00,1041123.00\r\n"
        "2026-11-02,Bunga,,0.55,1041123.55\r\n"
    )
    rows = csv_rules.rows_of(text)
    columns = csv_rules.guess(rows)
    assert (columns.day, columns.text, columns.amount, columns.sign) == (0, 1, 3, -1)
    found = csv_rules.read(rows, columns, today=TODAY)
    assert [line.rupiah for _, line, _ in found.lines] == [56_123]
    assert (found.out, [fault.why for fault in found.faults]) == (1, ["amount"])


def test_a_statement_without_a_head_is_known_by_its_look() -> None:
    rows = csv_rules.rows_of("01/11/2026;RINI;56.123,00;CR\n02/11/2026;BUDI;70.001,00;DB\n")
    columns = csv_rules.guess(rows)
    assert (columns.day, columns.text, columns.amount, columns.sign) == (0, 1, 2, 3)
    assert len(csv_rules.read(rows, columns, today=TODAY).lines) == 1


def columns_of(text: str) -> Columns:
    return csv_rules.guess(csv_rules.rows_of(text))


@pytest.mark.parametrize(
    ("text", "day", "words", "amount", "sign"),
    [
        ("RINI;56.123,00;01/11/2026\nBUDI;70.001,00;02/11/2026\n", 2, 0, 1, -1),
        ("CR;01/11/2026;RINI;56.123\nDB;02/11/2026;BUDI;70.001\n", 1, 2, 3, 0),
        ("1 November 2026;RINI;56.123\n2 November 2026;BUDI;70.001\n", 0, 1, 2, -1),
        ("01/11/2026;RINI;56.123;CR\n02/11/2026;BUDI;70.001\n", 0, 1, 2, 3),
        ("a;bb;c;d\ne;ff;g;h\n", 0, 1, 2, -1),
    ],
)
def test_a_table_without_a_head_may_have_its_columns_anywhere(
    text: str, day: int, words: int, amount: int, sign: int
) -> None:
    found = columns_of(text)
    assert (found.day, found.text, found.amount, found.sign) == (day, words, amount, sign)


def test_a_row_of_digits_is_a_number_and_no_day() -> None:
    assert columns_of("20261101;RINI;01/11/2026;5\n20261102;BUDI;02/11/2026;7\n").day == 2


@pytest.mark.parametrize(
    ("head", "row", "amount", "sign", "out"),
    [
        ("Tanggal;Uraian;Jumlah;X", "01/11/2026;RINI;56.123;CR", 2, 3, -1),
        ("Tanggal;Uraian;Jumlah", "01/11/2026;RINI;56.123", 2, -1, -1),
        ("Tanggal;Uraian;Jumlah Saldo;Jumlah", "01/11/2026;RINI;1.056.123;56.123", 3, -1, -1),
        ("Tanggal;Uraian;Kd/Kantor;Jumlah", "01/11/2026;RINI;0000;56.123", 3, -1, -1),
        ("Posting Date;Uraian;Jumlah;Debet", "01/11/2026;RINI;56.123;", 2, -1, -1),
        ("Tanggal;Uraian;Debet;Kredit;D/K", "01/11/2026;RINI;;56.123;K", 3, -1, 2),
    ],
)
def test_the_words_above_the_columns_say_what_they_hold(
    head: str, row: str, amount: int, sign: int, out: int
) -> None:
    rows = csv_rules.rows_of(f"{head}\n{row}\n")
    found = csv_rules.guess(rows)
    assert (found.day, found.amount, found.sign, found.out) == (0, amount, sign, out)
    ((_, line, _),) = csv_rules.read(rows, found, today=TODAY).lines
    assert (line.rupiah, line.text) == (56_123, "RINI")


def test_what_goes_out_in_a_column_of_its_own_is_read_too() -> None:
    rows = csv_rules.rows_of(
        "Debet;Kredit;Tanggal;Uraian\n"
        "15.000;;02/11/2026;BIAYA ADM\n"
        ";56.123;01/11/2026;RINI\n"
        ";;01/11/2026;SALDO AWAL\n"
        ";;;\n"
        "???;;03/11/2026;BUDI\n"
    )
    found = csv_rules.read(rows, csv_rules.guess(rows), today=TODAY)
    assert [(line.rupiah, line.text) for line in found.outs] == [(15_000, "BIAYA ADM")]
    assert [line.rupiah for _, line, _ in found.lines] == [56_123]
    assert (found.out, found.faults) == (3, ())


def test_words_may_stand_in_the_first_column_and_a_sign_as_well() -> None:
    rows = csv_rules.rows_of("RINI;56.123;01/11/2026\nBUDI;70.001\nSARI;;02/11/2026\n")
    found = csv_rules.read(rows, csv_rules.guess(rows), today=TODAY)
    assert [line.text for _, line, _ in found.lines] == ["RINI"]
    assert (found.out, [fault.why for fault in found.faults]) == (1, ["day"])
    rows = csv_rules.rows_of("CR;01/11/2026;RINI;56.123\nDB;02/11/2026;BUDI;70.001\n")
    found = csv_rules.read(rows, csv_rules.guess(rows), today=TODAY)
    assert ([line.text for _, line, _ in found.lines], found.outs[0].text) == (["RINI"], "BUDI")


def test_a_sign_nobody_knows_is_a_fault_that_shows_its_row() -> None:
    rows = csv_rules.rows_of(f"01/11/2026;{'R' * 200};56.123;?\n")
    found = csv_rules.read(rows, Columns(day=0, text=1, amount=2, sign=3), today=TODAY)
    (fault,) = found.faults
    assert (fault.row, fault.why, len(fault.cells)) == (1, "direction", 160)


def test_columns_of_a_table_without_a_head_are_kept_for_the_next_one_that_is_as_wide() -> None:
    rows = csv_rules.rows_of("01/11/2026;RINI;0;56.123\n02/11/2026;BUDI;0;70.001\n")
    chosen = Columns(day=0, text=1, amount=3, order="mdy")
    assert csv_rules.guess(rows, chosen.as_json()) == chosen
    narrow = csv_rules.rows_of("01/11/2026;RINI;56.123\n02/11/2026;BUDI;70.001\n")
    assert csv_rules.guess(narrow, chosen.as_json()).amount == 2
    ragged = [*rows, ("",), ("01/11/2026", "", "", "1")]
    assert csv_rules.guess(ragged, chosen.as_json()) == chosen


def test_a_head_is_remembered_in_so_many_letters() -> None:
    assert csv_rules.head_of(("X" * 50, "Y")) == "x" * 40 + "|y"
    assert len(csv_rules.head_of(("x" * 50,) * 20)) == 400


def test_columns_chosen_once_are_found_again_below_another_heading() -> None:
    rows = csv_rules.rows_of(HEADED.format(";"))
    chosen = Columns(**{**csv_rules.guess(rows).as_json(), "more_text": 2})
    longer = [("Halaman 2",), *rows]
    again = csv_rules.guess(longer, chosen.as_json())
    assert (again.more_text, again.first) == (2, chosen.first + 1)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "statement_empty"),
        (b" \n ", "statement_empty"),
        (b"PK\x03\x04rest", "statement_is_excel"),
        (b"%PDF-1.7", "statement_is_pdf"),
        (b"a,b,c\0", "statement_unreadable"),
        (b"x" * (csv_rules.MOST_BYTES + 1), "statement_too_large"),
    ],
)
def test_a_file_that_is_no_csv_is_named(data: bytes, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        csv_rules.text_of(data)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("halo\nsemua\n", "statement_no_columns"),
        ("a,b,c\n" * (csv_rules.MOST_ROWS + 1), "statement_too_long"),
        ("a,b,c\n" + ",".join("x" * 41) + "\n", "statement_bad_row"),
        ('a,b,c\nd,e,"' + "x\n" * 1500, "statement_bad_row"),
    ],
)
def test_a_table_that_cannot_be_one_is_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        csv_rules.rows_of(text)


def test_the_largest_file_and_the_widest_row_are_read() -> None:
    body = b"a,b,c\n" + b"x" * (csv_rules.MOST_BYTES - 6)
    assert len(csv_rules.text_of(body)) == csv_rules.MOST_BYTES
    with pytest.raises(Invalid) as refusal:
        csv_rules.text_of(body + b"x")
    assert refusal.value.params["most"] == 2  # mebibytes
    assert len(csv_rules.rows_of("a,b,c\n" * csv_rules.MOST_ROWS)) == csv_rules.MOST_ROWS
    wide = ",".join(["x"] * csv_rules.MOST_COLUMNS) + "\na,b," + "x" * csv_rules.MOST_IN_CELL
    assert len(csv_rules.rows_of(wide + "\na,b,c\n")) == 3
    with pytest.raises(Invalid) as refusal:
        csv_rules.rows_of("a,b,c\n" + wide + "x")
    assert refusal.value.params["row"] == 3


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_with_a_reason(data: bytes) -> None:
    try:
        rows = csv_rules.rows_of(csv_rules.text_of(data))
    except Invalid:
        return
    csv_rules.read(rows, csv_rules.guess(rows), today=TODAY)


# --- Names of lines -------------------------------------------------------------------------------


def test_two_equal_transfers_of_one_day_are_two_lines_and_stay_so() -> None:
    line = (date(2026, 11, 1), 56_123, "RINI")
    assert [number for _, number in rules.numbered([line, line, line])] == [1, 2, 3]
    first = [rules.digest(1, *line, number) for line, number in rules.numbered([line, line])]
    longer = [rules.digest(1, *line, number) for line, number in rules.numbered([line] * 3)]
    assert len(set(longer)) == 3
    assert longer[:2] == first
    assert rules.digest(2, *line, 1) != first[0]


def test_a_formula_is_kept_as_the_words_it_is() -> None:
    rows = csv_rules.rows_of('01/11/2026;"=HYPERLINK(""http://x"")\x07";56.123;CR\n')
    found = csv_rules.read(rows, csv_rules.guess(rows), today=TODAY)
    assert found.lines[0][1].text == '=HYPERLINK("http://x")'

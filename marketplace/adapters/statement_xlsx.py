"""A statement as a table for Excel: every row is written to disk at once, so memory stays flat."""

from __future__ import annotations

from typing import IO, Any

import xlsxwriter

from marketplace.adapters.statement_paper import Paper

MONEY = '"Rp"#,##0;[Red]-"Rp"#,##0'
HEAD = ("Tanggal", "Keterangan", "Pesanan", "Masuk", "Keluar", "Saldo")
WIDTHS = (18, 38, 14, 16, 16, 16)
# what is a text stays one: nothing that was typed by anybody becomes a formula or a link
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def write(paper: Paper, out: IO[bytes]) -> None:
    """Write the whole statement: its summary on the first sheet, every booking on the second."""
    book = xlsxwriter.Workbook(out, OPTIONS)
    book.set_properties({"title": f"{paper.title} {paper.period}", "author": "Guyub"})
    forms = {
        "bold": book.add_format({"bold": True}),
        "money": book.add_format({"num_format": MONEY}),
        "sum": book.add_format({"num_format": MONEY, "bold": True}),
        "day": book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
    }
    first, second = book.add_worksheet("Ringkasan"), book.add_worksheet("Catatan")
    _bookings(second, paper, forms)
    _summary(first, paper, forms)
    book.close()


def _bookings(sheet: Any, paper: Paper, forms: dict[str, Any]) -> None:
    for column, (word, width) in enumerate(zip(HEAD, WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, word, forms["bold"])
    sheet.freeze_panes(1, 0)
    sheet.write_string(1, 1, "Saldo awal", forms["bold"])
    sheet.write_number(1, 5, paper.opening, forms["sum"])
    row = 1
    for row, line in enumerate(paper.lines, start=2):
        sheet.write_datetime(row, 0, line.at, forms["day"])
        sheet.write_string(row, 1, line.what)
        sheet.write_string(row, 2, line.order)
        sheet.write_number(row, 3 if line.amount > 0 else 4, abs(line.amount), forms["money"])
        sheet.write_number(row, 5, line.balance, forms["money"])
    sheet.write_string(row + 1, 1, "Saldo akhir", forms["bold"])
    sheet.write_number(row + 1, 5, paper.ending()[1], forms["sum"])


def _summary(sheet: Any, paper: Paper, forms: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 42)
    sheet.set_column(1, 1, 20)
    rows = [paper.title, paper.shop, paper.owner, paper.period, paper.note, ""]
    for row, words in enumerate(rows):
        sheet.write_string(row, 0, words, forms["bold"] if row == 0 else None)
    sums, closing = paper.ending()
    figures = [("Saldo awal", paper.opening), *sums, ("Saldo akhir", closing)]
    for row, (name, amount) in enumerate(figures, start=len(rows)):
        edge = name.startswith("Saldo")
        sheet.write_string(row, 0, name, forms["bold"] if edge else None)
        sheet.write_number(row, 1, amount, forms["sum" if edge else "money"])

"""A statement is printed to the rupiah, harmless to open, and costs no more memory when long."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from marketplace.adapters import statement_pdf, statement_xlsx
from marketplace.adapters.statement_paper import Paper, PaperLine

BEGUN = datetime(2026, 11, 1, 8, 0, tzinfo=UTC).replace(tzinfo=None)  # on the wall


def paper(count: int, **more: Any) -> Paper:
    """A month of so many bookings: 1.000 in, every third 500 out."""
    kept = {"sum": 0, "balance": 10_000}

    def lines() -> Iterator[PaperLine]:
        for number in range(count):
            amount = -500 if number % 3 == 2 else 1_000
            kept["sum"] += amount
            kept["balance"] += amount
            at = BEGUN + timedelta(minutes=number)
            yield PaperLine(at, "Harga barang", f"KODE{number}", amount, kept["balance"])

    words: dict[str, Any] = {
        "title": "Laporan uang toko",
        "shop": "Dapur Citra",
        "owner": "Bu Citra",
        "period": "November 2026",
        "note": "",
        "opening": 10_000,
        "lines": lines(),
        "ending": lambda: ([("Harga barang", kept["sum"])], kept["balance"]),
    }
    return Paper(**words | more)


def printed(made: Paper, write: Callable[..., None]) -> bytes:
    out = io.BytesIO()
    write(made, out)
    return out.getvalue()


def pdf_text(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def test_a_pdf_says_every_line_on_as_many_pages_as_it_takes() -> None:
    pages = pdf_text(printed(paper(130), statement_pdf.write))
    assert len(pages) == 4
    text = "\n".join(pages)
    assert all(f"KODE{number}\n" in text for number in range(130))
    assert text.count("Masuk atau keluar") == len(pages)
    assert "Rp10.000" in pages[0]
    assert "Rp75.500" in pages[-1]  # 10.000 + 87 x 1.000 - 43 x 500
    assert "Halaman 4" in pages[-1]


def test_the_same_statement_is_the_same_pdf() -> None:
    first, second = (printed(paper(40), statement_pdf.write) for _ in range(2))
    assert first == second
    assert PdfReader(io.BytesIO(first)).metadata.title.startswith("Laporan uang toko")  # type: ignore[union-attr]


def test_letters_that_no_reader_has_stop_nothing() -> None:
    odd = paper(1, shop="Batik 🧵 ꦧꦠꦶꦏ (x) \\ )", owner="Ību")
    assert "Batik ?" in pdf_text(printed(odd, statement_pdf.write))[0]


def test_a_table_holds_numbers_and_dates_and_adds_up() -> None:
    book = openpyxl.load_workbook(io.BytesIO(printed(paper(130), statement_xlsx.write)))
    assert book.sheetnames == ["Ringkasan", "Catatan"]
    rows = list(book["Catatan"].iter_rows(min_row=3, max_row=132, values_only=True))
    assert rows[0][0] == BEGUN
    assert sum(row[3] or 0 for row in rows) - sum(row[4] or 0 for row in rows) == 65_500
    assert rows[-1][5] == 75_500
    last = [cell.value for cell in book["Catatan"][133]]
    assert (last[1], last[5]) == ("Saldo akhir", 75_500)
    summary = {row[0]: row[1] for row in book["Ringkasan"].iter_rows(values_only=True)}
    assert (summary["Saldo awal"], summary["Saldo akhir"]) == (10_000, 75_500)


@pytest.mark.parametrize("name", ["=1+1", "+62", "@SUM(A1)", '=HYPERLINK("x")', "http://x.test"])
def test_no_name_becomes_a_formula_or_a_link(name: str) -> None:
    data = printed(paper(1, shop=name), statement_xlsx.write)
    cell = openpyxl.load_workbook(io.BytesIO(data))["Ringkasan"]["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (name, "s", None)


def test_a_long_month_takes_no_more_memory_than_a_short_one() -> None:
    """Peaks beyond the file itself, of which only the table is large."""
    peaks = [_peak(count) for count in (500, 10_000)]
    assert peaks[1] < peaks[0] + 400_000


def _peak(count: int) -> int:
    class Nowhere(io.RawIOBase):
        """Takes everything and keeps nothing."""

        def __init__(self) -> None:
            self.place = 0

        def write(self, data: Any) -> int:
            self.place += len(data)
            return len(data)

        def seekable(self) -> bool:
            return False

        def writable(self) -> bool:
            return True

        def tell(self) -> int:
            return self.place

    made = paper(count)
    tracemalloc.start()
    try:
        statement_xlsx.write(made, Nowhere())  # type: ignore[arg-type]
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

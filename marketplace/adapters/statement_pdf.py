"""A statement as PDF: drawn line by line, page by page, with the letters every reader has."""

from __future__ import annotations

from typing import IO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from marketplace.adapters.statement_paper import Paper, PaperLine
from marketplace.core.money import rupiah

WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP, BOTTOM = 18 * mm, WIDTH - 18 * mm, HEIGHT - 18 * mm, 20 * mm
ROW = 5.4 * mm
PLAIN, BOLD = "Helvetica", "Helvetica-Bold"
WHAT_AT, ORDER_AT, AMOUNT_AT = LEFT + 27 * mm, LEFT + 88 * mm, RIGHT - 33 * mm
WIDEST_WHAT = ORDER_AT - WHAT_AT - 2 * mm


class _Sheet:
    """Where the next line goes; a full page is put away and the next one begins with its head."""

    def __init__(self, out: IO[bytes], paper: Paper) -> None:
        # the same statement is the same file: no date of making, no random name
        self.canvas = Canvas(out, pagesize=A4, lang="id", invariant=1)
        self.canvas.setTitle(_letters(f"{paper.title} {paper.period} {paper.shop}"))
        self.canvas.setAuthor("Guyub")
        self.paper, self.page, self.y = paper, 1, TOP

    def text(self, x: float, words: str, *, font: str = PLAIN, size: float = 9) -> None:
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, self.y, _letters(words))

    def figure(self, x: float, words: str, *, font: str = PLAIN, size: float = 9) -> None:
        self.canvas.setFont(font, size)
        self.canvas.drawRightString(x, self.y, _letters(words))

    def down(self, space: float = ROW) -> None:
        """One line on; on the next page if this one is full."""
        self.y -= space
        if self.y < BOTTOM:
            self.turn()

    def room(self, lines: int) -> None:
        """Keep so many lines together."""
        if self.y - lines * ROW < BOTTOM:
            self.turn()

    def turn(self) -> None:
        self._foot()
        self.canvas.showPage()
        self.page += 1
        self.y = TOP
        self.head()

    def head(self) -> None:
        """The names of the columns."""
        self.text(LEFT, "Tanggal", font=BOLD)
        self.text(WHAT_AT, "Keterangan", font=BOLD)
        self.text(ORDER_AT, "Pesanan", font=BOLD)
        self.figure(AMOUNT_AT, "Masuk atau keluar", font=BOLD)
        self.figure(RIGHT, "Saldo", font=BOLD)
        self.y -= 2 * mm
        self.canvas.line(LEFT, self.y, RIGHT, self.y)
        self.down(4.5 * mm)

    def close(self) -> None:
        self._foot()
        self.canvas.save()

    def _foot(self) -> None:
        self.y = BOTTOM - 8 * mm
        self.text(LEFT, f"{self.paper.shop} · {self.paper.period}", size=8)
        self.figure(RIGHT, f"Halaman {self.page}", size=8)


def write(paper: Paper, out: IO[bytes]) -> None:
    """Print the whole statement."""
    sheet = _Sheet(out, paper)
    _opening(sheet)
    for line in paper.lines:
        _line(sheet, line)
    _ending(sheet)
    sheet.close()


def _opening(sheet: _Sheet) -> None:
    paper = sheet.paper
    sheet.text(LEFT, paper.title, font=BOLD, size=16)
    sheet.down(8 * mm)
    sheet.text(LEFT, f"{paper.shop}, {paper.owner}" if paper.owner else paper.shop, size=11)
    sheet.down()
    sheet.text(LEFT, paper.period, size=11)
    sheet.down()
    if paper.note:
        sheet.text(LEFT, paper.note)
        sheet.down()
    sheet.down()
    sheet.head()
    sheet.text(WHAT_AT, "Saldo awal", font=BOLD)
    sheet.figure(RIGHT, rupiah(paper.opening), font=BOLD)
    sheet.down()


def _line(sheet: _Sheet, line: PaperLine) -> None:
    sheet.text(LEFT, f"{line.at:%d/%m/%Y %H.%M}", size=8)
    sheet.text(WHAT_AT, _fitting(sheet.canvas, line.what))
    sheet.text(ORDER_AT, line.order, size=8)
    sheet.figure(AMOUNT_AT, f"+{rupiah(line.amount)}" if line.amount > 0 else rupiah(line.amount))
    sheet.figure(RIGHT, rupiah(line.balance))
    sheet.down()


def _ending(sheet: _Sheet) -> None:
    sums, closing = sheet.paper.ending()
    sheet.room(len(sums) + 5)
    sheet.canvas.line(LEFT, sheet.y + 3.5 * mm, RIGHT, sheet.y + 3.5 * mm)
    sheet.text(WHAT_AT, "Saldo akhir", font=BOLD)
    sheet.figure(RIGHT, rupiah(closing), font=BOLD)
    sheet.down(9 * mm)
    sheet.text(LEFT, "Ringkasan", font=BOLD, size=11)
    sheet.down(6 * mm)
    for name, amount in [("Saldo awal", sheet.paper.opening), *sums, ("Saldo akhir", closing)]:
        sheet.text(LEFT, name)
        sheet.figure(ORDER_AT + 30 * mm, rupiah(amount))
        sheet.down()


def _fitting(canvas: Canvas, words: str) -> str:
    """As much of it as fits its column."""
    while canvas.stringWidth(_letters(words), PLAIN, 9) > WIDEST_WHAT:
        words = words.rstrip("…")[:-1] + "…"
    return words


def _letters(words: str) -> str:
    """What the built-in letters can write; anything else becomes a question mark."""
    return words.encode("cp1252", "replace").decode("cp1252")

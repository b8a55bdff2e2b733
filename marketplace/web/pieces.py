"""How many pieces of each line of an order somebody means, from a page with a field for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from marketplace.orders.parcels.pieces import Pieces
from marketplace.orders.views import OrderView, SoldLine


@dataclass(frozen=True, slots=True)
class Row:
    """One line with its field: what was typed, and what is wrong with it."""

    name: str
    line: SoldLine
    shown: str
    fault: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page shows, and what is meant; nothing is meant while anything is wrong."""

    rows: tuple[Row, ...]
    pieces: Pieces

    @property
    def everything(self) -> bool:
        """Whether all that is left is meant."""
        return all(self.pieces.get(row.line.id, 0) == row.line.left for row in self.rows)

    @property
    def named(self) -> str:
        """What is meant, in one line."""
        return ", ".join(f"{count} {line.full_name}" for line, count in self.content)

    @property
    def worth(self) -> int:
        """What was paid for it."""
        return sum(line.paid_for(count) for line, count in self.content)

    @property
    def faults(self) -> list[tuple[str, str]]:
        """For the summary above the form: field, sentence."""
        return [(row.name, row.fault) for row in self.rows if row.fault]

    @property
    def carried(self) -> dict[str, str]:
        """What the next page carries along, hidden."""
        return {row.name: row.shown for row in self.rows if row.line.id in self.pieces}

    @property
    def content(self) -> list[tuple[SoldLine, int]]:
        """The lines that are meant, with how many pieces."""
        return [
            (row.line, self.pieces[row.line.id]) for row in self.rows if row.line.id in self.pieces
        ]


def asked(order: OrderView, typed: Mapping[str, str], *, everything: bool) -> Asked:
    """Read the fields `barang-1`, `barang-2` … of what is left to be packed.

    Before anything was typed they show all that is left of each line when `everything`, else 0.
    """
    fields = [(f"barang-{number}", line) for number, line in enumerate(order.lines, 1) if line.left]
    if not any(name in typed for name, _ in fields):
        shown = [(name, line, str(line.left) if everything else "0") for name, line in fields]
        return Asked(tuple(Row(*row, fault="") for row in shown), {})
    rows = [_row(name, line, typed.get(name, "").strip()[:20]) for name, line in fields]
    pieces = {row.line.id: int(row.shown or 0) for row in rows if not row.fault}
    if not any(pieces.values()) and not any(row.fault for row in rows):
        rows[0] = replace(rows[0], fault="Pilih paling sedikit satu barang.")
    wrong = any(row.fault for row in rows)
    return Asked(tuple(rows), {} if wrong else {id: some for id, some in pieces.items() if some})


def _row(name: str, line: SoldLine, text: str) -> Row:
    if text and not (text.isascii() and text.isdigit() and len(text) < 6):
        return Row(name, line, text, "Isi dengan angka saja. Contoh: 1.")
    too_many = f"Paling banyak {line.left}." if int(text or 0) > line.left else ""
    return Row(name, line, text, too_many)

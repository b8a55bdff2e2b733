"""The file for the bank: see docs/payout-file.md for its form."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from marketplace.orders.payouts.rules import BANKS, harmless, words_for_bank

HEAD = (
    "no", "kode_bank", "nama_bank", "nomor_rekening", "nama_penerima", "jumlah", "berita", "kode",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Transfer:
    """One line: to whom, where, how much."""

    bank: str
    number: str
    holder: str
    rupiah: int
    payout_code: str


def written(transfers: Iterable[Transfer]) -> bytes:
    """UTF-8, a head, every cell in quotes, lines end as RFC 4180 says; no cell is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(HEAD)
    for number, one in enumerate(transfers, start=1):
        bank = BANKS[one.bank]
        cells = (
            str(number), bank.code, bank.name, one.number, one.holder, str(one.rupiah),
            words_for_bank(one.payout_code), one.payout_code,
        )  # fmt: skip
        writer.writerow([harmless(cell) for cell in cells])
    return text.getvalue().encode()

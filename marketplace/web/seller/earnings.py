"""What a maker gets of a price, said before it is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.catalog.sheets import Sheet
from marketplace.core import clock
from marketplace.core.money import rupiah
from marketplace.orders.commission import rates
from marketplace.orders.commission.rules import Rate, cut_of
from marketplace.web.money_words import rate_words


@dataclass(frozen=True, slots=True)
class Earning:
    """A headline, and a line for each size when there are several."""

    title: str
    lines: tuple[str, ...]


def for_each_choice(sheet: Sheet) -> list[int]:
    """What one piece of each size brings, at the rate of today."""
    rate = _rate(sheet)
    return [choice.price - cut_of(rate, choice.price).total for choice in sheet.choices]


def for_price_page(sheet: Sheet) -> Earning:
    """The promise beside the price: what the maker gets, and the cut in one plain sentence."""
    rate = _rate(sheet)
    cut = f"Potongan pasar: {rate_words(rate)}."
    gets = for_each_choice(sheet)
    if rate_words(rate) == "tanpa potongan":
        if len(gets) == 1:
            return Earning(f"Bapak/Ibu terima {rupiah(gets[0])}: sekarang belum ada potongan.", ())
        return Earning("Bapak/Ibu terima harga penuh: sekarang belum ada potongan.", ())
    if not gets:
        return Earning(cut, ("Simpan harga dulu untuk melihat yang Bapak/Ibu terima.",))
    if len(gets) == 1:
        return Earning(f"Bapak/Ibu terima {rupiah(gets[0])} per buah.", (cut,))
    lines = [
        f"{choice.name}: Bapak/Ibu terima {rupiah(get)} per buah."
        for choice, get in zip(sheet.choices, gets, strict=True)
    ]
    return Earning(cut, tuple(lines))


def _rate(sheet: Sheet) -> Rate:
    what = rates.thing(sheet.ikm_id, sheet.sentra_id, sheet.category_id)
    return rates.rate(what, now=clock.now())

"""How the market's cut is said in words, for makers and for the dinas alike."""

from __future__ import annotations

from marketplace.core.money import rupiah
from marketplace.orders.commission.rules import Rate


def percent(basis_points: int) -> str:
    """5%, 2,5% or 0,25%."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole},{rest:02d}".rstrip("0").rstrip(",") + "%"


def rate_words(rate: Rate) -> str:
    """What a rate takes: "5% dari harga, Rp500 per buah"; "tanpa potongan" when nothing."""
    parts = []
    if rate.basis_points:
        parts.append(f"{percent(rate.basis_points)} dari harga")
    if rate.fixed:
        parts.append(f"{rupiah(rate.fixed)} per buah")
    if not parts:
        return "tanpa potongan"
    if rate.tax_bp:
        parts.append(f"pajak {percent(rate.tax_bp)} dari potongan")
    return ", ".join(parts)

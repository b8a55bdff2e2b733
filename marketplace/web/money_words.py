"""How money is said in words, for makers and for the dinas alike."""

from __future__ import annotations

from marketplace.core.money import rupiah
from marketplace.orders.commission.rules import Rate
from marketplace.orders.ledger.rules import Fact

# What moved a shop's balance.
FACTS = {
    Fact.GOODS_RELEASED: "Harga barang, pesanan selesai",
    Fact.POSTAGE_RELEASED: "Ongkir, untuk membayar kurir",
    Fact.COMMISSION_TAKEN: "Potongan pasar",
    Fact.COMMISSION_TAX_TAKEN: "Pajak atas potongan pasar",
    Fact.GOODS_TAKEN_BACK: "Harga barang kembali ke pembeli",
    Fact.POSTAGE_TAKEN_BACK: "Ongkir kembali ke pembeli",
    Fact.COMMISSION_GIVEN_BACK: "Potongan pasar dikembalikan",
    Fact.COMMISSION_TAX_GIVEN_BACK: "Pajak atas potongan dikembalikan",
    Fact.CHARGEBACK_FROM_SHOP: "Ditarik kembali oleh bank pembeli",
    Fact.PAYOUT_MADE: "Dicairkan ke rekening",
    Fact.PAYOUT_RETURNED: "Pencairan kembali dari bank",
    Fact.REVERSED: "Koreksi catatan",
}


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

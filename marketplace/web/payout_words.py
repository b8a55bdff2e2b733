"""How payouts are said in words, for makers and for the dinas alike."""

from __future__ import annotations

from typing import Any

from marketplace.orders.ledger.rules import Fact
from marketplace.orders.payouts import queries, rules
from marketplace.orders.payouts.states import BACK, PayoutState, RunState
from marketplace.web.money_words import FACTS

STATES = {
    PayoutState.PLANNED: ("Menunggu dikirim", "wait"),
    PayoutState.SENT: ("Sedang dikirim", "wait"),
    PayoutState.PAID: ("Sudah masuk", "ok"),
    PayoutState.RETURNED: ("Dikembalikan bank", "stop"),
    PayoutState.FAILED: ("Belum jadi", "stop"),
}
RUN_STATES = {
    RunState.PLANNED: ("Menunggu disetujui", "wait"),
    RunState.APPROVED: ("Menunggu orang kedua", "wait"),
    RunState.RELEASED: ("Dilepas", "ok"),
    RunState.CANCELLED: ("Dibatalkan", ""),
}
WHY = {
    "account_changed": "Rekening toko diganti sebelum uang dikirim.",
    "shop_suspended": "Toko dihentikan sementara oleh dinas.",
    "shop_closed": "Toko sudah tutup; uangnya ditahan sampai dinas memeriksa.",
    "debt": "Ada uang yang kembali ke pembeli; sisanya ikut putaran berikutnya.",
    "provider": "Ditarik kembali di penyedia pembayaran.",
    "insufficient_funds": "Saldo pasar di penyedia belum cukup.",
    "balance_insufficient": "Saldo pasar di penyedia belum cukup.",
}


def one(row: Any) -> dict[str, Any]:
    """A payout in words."""
    return {
        "code": row.code,
        "shop": row.shop,
        "amount": row.amount,
        "state": STATES[PayoutState(row.state)],
        "raw": row.state,
        "where": rules.masked(row.way, row.bank, row.tail),
        "holder": row.holder,
        "at": row.paid_at or row.sent_at or row.touched_at,
        "reference": row.reference or row.transfer or "",
        "asked": None if row.state in BACK or not row.asker else (row.asker, row.back_why),
        "why": WHY.get(row.reason, row.reason),
    }


def lines(payout_id: int, after: int | None) -> tuple[list[dict[str, Any]], int | None]:
    """What a payout is made of, in words, and where the next page begins."""
    rows, more = queries.lines_of(payout_id, after)
    return [
        {
            "at": row.at,
            "what": FACTS[Fact(row.fact)],
            "order": row.order_code,
            "amount": row.amount,
        }
        for row in rows
    ], more

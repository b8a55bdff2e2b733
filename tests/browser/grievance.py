"""Buyers of the street who are not content: one waits for the shop, one for the dinas."""

from __future__ import annotations

from typing import Any

from marketplace.flows import complaining
from marketplace.flows.complaining import Shop
from marketplace.makers.models import Ikm
from marketplace.orders import links
from marketplace.orders.complaints.states import Wish
from marketplace.outside import outside
from tests import builders
from tests.orders import grievances as sad
from tests.web.seller.listing import snapshot


def lay(shop: Ikm) -> dict[str, Any]:
    """Three parcels of this shop are on the road: two are complained about, one is not yet."""
    ikm_id, citra = shop.id, builders.person("Citra")
    asked, desk, quiet = (sad.shipped(75_000, shop=shop) for _ in range(3))
    for code in (asked, desk):
        _complain(code)
    complaining.refuse(
        desk, Shop(ikm_id, citra), words="Waktu kami kirim masih utuh.", photos=[snapshot()]
    )
    return {
        "complaints": {
            "asked": asked,
            "desk": desk,
            "page": _page(asked),
            "desk_page": _page(desk),
            "new": _page(quiet),
        }
    }


def _complain(code: str) -> None:
    said = sad.filed(code, wish=Wish.PART, amount=10_000, words="Kainnya sobek di satu sisi.")
    complaining.complain(sad.group_of(code), code, said, [snapshot()], by=None)


def _page(code: str) -> str:
    token = links.token_of(sad.group_of(code).code, outside().config.secret_key)
    return f"/pesanan/{token}/keluhan/{code}"

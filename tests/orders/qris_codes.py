"""QRIS payloads of an invented merchant, as its acquirer would print them."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.orders.qris import rules

ACCOUNTS = {
    "26": "0016ID.CO.CONTOH.WWW01189360099900000000010215000000000000123" + "0303UMI",
    "51": "0014ID.CO.QRIS.WWW0215ID10203040506070303UMI",
}


def code(
    *,
    merchant: str = "GUYUB CONTOH",
    city: str = "SLEMAN",
    method: str = "11",
    currency: str = "360",
    country: str = "ID",
    amount: str = "",
    tip: str = "",
    accounts: Mapping[str, str] | None = None,
) -> str:
    """A standing code, or one with something wrong."""
    values = {
        "00": "01",
        "01": method,
        **(ACCOUNTS if accounts is None else accounts),
        "52": "5499",
        "53": currency,
        "54": amount,
        "55": tip,
        "58": country,
        "59": merchant,
        "60": city,
        "61": "55281",
        "62": "0703A01",
    }
    return rules.sealed([(name, value) for name, value in values.items() if value])


OURS = code()

"""Cards that banks refuse: thieves try stolen ones in shops, so after a few nobody may go on.

The bank's no reaches us as a signed message, once for each card; what was being paid says whose
it is. A bank transfer stays open to everybody, and so does the rest of the market.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from marketplace.flows import limiting
from marketplace.orders.payments import ON_OUR_ACCOUNT

DECLINED = "payment_intent.payment_failed"


def asked_from(address: str) -> str:
    """What a network address hashes to; the address itself is not kept."""
    return limiting.fingerprint((address,))


def refuse_when_too_many(
    provider: str, *, person_id: int | None, phone: str, asked_from: str
) -> None:
    """No further try by card for who, or from where, too many cards were refused."""
    if provider not in ON_OUR_ACCOUNT:
        limiting.refuse_when_full(
            ("failed_card_person", _payer(person_id, phone)),
            ("failed_card_address", asked_from),
        )


def count(payment: Row[Any]) -> None:
    """Count one refused card against the person and the network that asked for the page."""
    limiting.count("failed_card_person", _payer(payment.person_id, payment.phone))
    if payment.asked_from:
        limiting.count("failed_card_address", payment.asked_from)


def _payer(person_id: int | None, phone: str) -> str:
    return f"person:{person_id}" if person_id is not None else f"phone:{phone}"

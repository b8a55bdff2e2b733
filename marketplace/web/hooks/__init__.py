"""Doors for providers' messages: a signature instead of a token, an answer within two seconds."""

from __future__ import annotations

from flask import Blueprint, request

from marketplace.core.errors import NotFound
from marketplace.flows import payments, provider_messages
from marketplace.orders.ports import EventRefused
from marketplace.web.access import PROVIDER, allow

bp = Blueprint("hooks", __name__)
LARGEST_MESSAGE = 1024 * 1024
SIGNATURES = {"stripe": "Stripe-Signature", "simulator": "Simulator-Signature"}


@bp.post("/hooks/stripe")
@allow(PROVIDER)
def stripe() -> tuple[str, int]:
    return _hear("stripe")


@bp.post("/hooks/simulator")
@allow(PROVIDER)
def simulator() -> tuple[str, int]:
    return _hear("simulator")


def _hear(provider: str) -> tuple[str, int]:
    """Keep a message whose signature is right; a wrong one changes nothing."""
    if provider not in payments.ways():
        raise NotFound()
    request.max_content_length = LARGEST_MESSAGE
    body = request.get_data(cache=False)
    try:
        provider_messages.hear(provider, body, request.headers.get(SIGNATURES[provider], ""))
    except EventRefused as refusal:
        return refusal.code, 400
    return "", 204

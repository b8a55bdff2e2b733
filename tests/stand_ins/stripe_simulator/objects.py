"""Stripe's objects as they travel: each with the fields that Stripe's document requires."""

from __future__ import annotations

import secrets
from typing import Any

API_VERSION = "2026-05-27.dahlia"
Thing = dict[str, Any]


class Refusal(Exception):
    """Stripe says no; `stored` tells whether the answer is kept for its idempotency key."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        stored: bool = False,
    ) -> None:
        super().__init__(message)
        self.status, self.stored = status, stored
        error = {"type": kind, "message": message, "code": code, "param": param}
        self.body = {"error": {name: value for name, value in error.items() if value}}


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(12)}"


def checkout_session(form: Thing, *, base: str, now: int, total: int) -> Thing:
    identity = new_id("cs_test")
    adaptive = form.get("adaptive_pricing", {}).get("enabled") == "true"
    return {
        "id": identity,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": adaptive},
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "cancel_url": form.get("cancel_url"),
        "client_reference_id": form.get("client_reference_id"),
        "created": now,
        "currency": form["line_items"][0]["price_data"]["currency"],
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer_email": form.get("customer_email"),
        "expires_at": int(form.get("expires_at", now + 24 * 3600)),
        "livemode": False,
        "locale": form.get("locale"),
        "metadata": form.get("metadata") or {},
        "mode": form["mode"],
        "payment_intent": None,
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "shipping_options": [],
        "status": "open",
        "success_url": form.get("success_url"),
        "ui_mode": "hosted_page",
        "url": f"{base}/pay/{identity}",
    }


def payment_intent(session: Thing, *, metadata: Thing, now: int) -> Thing:
    return {
        "id": new_id("pi"),
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_received": 0,
        "capture_method": "automatic_async",
        "created": now,
        "currency": session["currency"],
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": metadata,
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
    }


def charge(intent: Thing, *, paid: bool, failure: str | None, now: int) -> Thing:
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {
        "id": new_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if paid else 0,
        "amount_refunded": 0,
        "billing_details": {
            "address": address,
            "email": None,
            "name": None,
            "phone": None,
            "tax_id": None,
        },
        "captured": paid,
        "created": now,
        "currency": intent["currency"],
        "disputed": False,
        "failure_code": failure,
        "livemode": False,
        "metadata": intent["metadata"],
        "paid": paid,
        "payment_intent": intent["id"],
        "refunded": False,
        "status": "succeeded" if paid else "failed",
    }


def refund(of: Thing, form: Thing, *, amount: int, status: str, now: int) -> Thing:
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "charge": of["id"],
        "created": now,
        "currency": of["currency"],
        "metadata": form.get("metadata") or {},
        "payment_intent": of["payment_intent"],
        "reason": form.get("reason"),
        "status": status,
    }


def event(kind: str, thing: Thing, *, now: int) -> Thing:
    return {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": now,
        "data": {"object": thing},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }

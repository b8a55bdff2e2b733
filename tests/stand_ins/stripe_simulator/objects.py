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
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status, self.stored = status, stored
        error = {"type": kind, "message": message, "code": code, "param": param, **more}
        self.body = {"error": {name: value for name, value in error.items() if value}}


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(12)}"


def checkout_session(form: Thing, *, base: str, now: int, total: int | None) -> Thing:
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
        "currency": "idr" if total is not None else None,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer": None,
        "customer_email": form.get("customer_email"),
        "expires_at": int(form.get("expires_at", now + 24 * 3600)),
        "livemode": False,
        "locale": form.get("locale"),
        "metadata": form.get("metadata") or {},
        "mode": form["mode"],
        "payment_intent": None,
        "payment_method_types": ["card"],
        "payment_status": "unpaid" if total is not None else "no_payment_required",
        "setup_intent": None,
        "shipping_options": [],
        "status": "open",
        "success_url": form.get("success_url"),
        "ui_mode": "hosted_page",
        "url": f"{base}/pay/{identity}",
    }


def payment_intent(*, amount: int, manual: bool, metadata: Thing, now: int) -> Thing:
    return {
        "id": new_id("pi"),
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "capture_method": "manual" if manual else "automatic_async",
        "created": now,
        "currency": "idr",
        "customer": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": metadata,
        "payment_method": None,
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
    }


def setup_intent(form: Thing, *, now: int) -> Thing:
    return {
        "id": new_id("seti"),
        "object": "setup_intent",
        "created": now,
        "customer": None,
        "last_setup_error": None,
        "livemode": False,
        "metadata": (form.get("setup_intent_data") or {}).get("metadata") or {},
        "payment_method": None,
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
        "usage": "off_session",
    }


def customer(email: str | None, *, now: int) -> Thing:
    return {
        "id": new_id("cus"),
        "object": "customer",
        "created": now,
        "email": email,
        "livemode": False,
    }


def card_method(customer: str, number: str, *, now: int) -> Thing:
    return {
        "id": new_id("pm"),
        "object": "payment_method",
        "billing_details": nobody(),
        "card": {
            "brand": "visa",
            "checks": None,
            "country": "ID",
            "exp_month": 8,
            "exp_year": 2040,
            "funding": "credit",
            "generated_from": None,
            "last4": number[-4:],
            "networks": None,
            "three_d_secure_usage": None,
            "wallet": None,
        },
        "created": now,
        "customer": customer,
        "livemode": False,
        "type": "card",
    }


def card_details(capture_before: int) -> Thing:
    return {
        "card": {
            "amount_authorized": None,
            "brand": "visa",
            "capture_before": capture_before,
            "checks": None,
            "country": "ID",
            "exp_month": 8,
            "exp_year": 2040,
            "funding": "credit",
            "installments": None,
            "last4": "4242",
            "mandate": None,
            "network": "visa",
            "three_d_secure": None,
            "wallet": None,
        },
        "type": "card",
    }


def nobody() -> Thing:
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {"address": address, "email": None, "name": None, "phone": None, "tax_id": None}


def charge(
    intent: Thing, *, paid: bool, now: int, held: bool = False, failure: str | None = None
) -> Thing:
    taken = paid and not held
    return {
        "id": new_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if taken else 0,
        "amount_refunded": 0,
        "billing_details": nobody(),
        "captured": taken,
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


def dispute(of: Thing, *, reason: str, amount: int, now: int) -> Thing:
    return {
        "id": new_id("dp"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": of["id"],
        "created": now,
        "currency": of["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": now + 7 * 24 * 3600,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": of["payment_intent"],
        "reason": reason,
        "status": "needs_response",
    }


def balance_transaction(of: Thing, amount: int, *, now: int) -> Thing:
    return {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": now,
        "balance_type": "payments",
        "created": now,
        "currency": of["currency"],
        "fee": 0,
        "fee_details": [],
        "net": amount,
        "reporting_category": "dispute" if amount < 0 else "dispute_reversal",
        "source": of["id"],
        "status": "available",
        "type": "adjustment",
    }


def account(*, able: bool, now: int) -> Thing:
    return {
        "id": f"acct_{secrets.token_hex(8)}",
        "object": "account",
        "capabilities": {"transfers": "active" if able else "pending"},
        "charges_enabled": able,
        "created": now,
        "payouts_enabled": able,
        "requirements": {
            "alternatives": [],
            "current_deadline": None,
            "currently_due": [] if able else ["external_account"],
            "disabled_reason": None,
            "errors": [],
            "eventually_due": [],
            "past_due": [],
            "pending_verification": [],
        },
        "type": "express",
    }


def transfer(form: Thing, *, amount: int, now: int) -> Thing:
    identity = new_id("tr")
    return {
        "id": identity,
        "object": "transfer",
        "amount": amount,
        "amount_reversed": 0,
        "created": now,
        "currency": form["currency"],
        "description": form.get("description"),
        "destination": form["destination"],
        "livemode": False,
        "metadata": form.get("metadata") or {},
        "reversals": {
            "object": "list",
            "data": [],
            "has_more": False,
            "url": f"/v1/transfers/{identity}/reversals",
        },
        "reversed": False,
        "transfer_group": form.get("transfer_group"),
    }


def reversal(of: Thing, form: Thing, *, amount: int, now: int) -> Thing:
    return {
        "id": new_id("trr"),
        "object": "transfer_reversal",
        "amount": amount,
        "created": now,
        "currency": of["currency"],
        "metadata": form.get("metadata") or {},
        "transfer": of["id"],
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

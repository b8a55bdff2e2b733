"""emulate with its gaps filled, so that the whole shop can talk to it.

    with bridged_emulate(webhook_url=..., webhook_secret=...) as bridge:
        start the shop with STRIPE_API_BASE=bridge.url

emulate keeps the checkout, shows the pay page, decides what is paid and sends the message. The
bridge only translates what emulate has no word for, and docs/decisions/0005 lists it all: prices
made from `price_data`, fields that emulate forgets, and the envelope of its events. It checks
emulate's own signature on each message before it signs the completed one anew.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from stripe import WebhookSignature
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests.services.emulate import emulate
from tests.stand_ins.stripe_simulator.server import QuietHandler
from tests.stand_ins.stripe_spec import unflatten

Thing = dict[str, Any]


class Bridge:
    """One shop's way to emulate: a WSGI program."""

    def __init__(self, webhook_url: str, webhook_secret: str) -> None:
        self.url = ""
        self.emulate_url = ""
        self.delivered: list[tuple[str, int]] = []
        self._webhook_url, self._secret = webhook_url, webhook_secret
        self._forgotten: dict[str, Thing] = {}
        self._intents: dict[str, str] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        if request.path == "/message":
            answer = self._pass_message_on(request)
        elif (request.method, request.path) == ("POST", "/v1/checkout/sessions"):
            answer = self._create_checkout(unflatten(request.get_data(as_text=True)))
        else:
            answer = self._pass_on(request)
        return answer(environ, start_response)

    def _create_checkout(self, form: Thing) -> Response:
        lines = [(line["price_data"], int(line["quantity"])) for line in form["line_items"]]
        known: Thing = {"mode": form["mode"]}
        for place, (price, quantity) in enumerate(lines):
            known[f"line_items[{place}][price]"] = self._make_price(price)
            known[f"line_items[{place}][quantity]"] = quantity
        known |= {name: form[name] for name in ("success_url", "cancel_url") if name in form}
        known |= {f"metadata[{name}]": value for name, value in form.get("metadata", {}).items()}
        status, session = self._ask("POST", "/v1/checkout/sessions", known)
        if status == 200:
            self._forgotten[session["id"]] = {
                "amount_total": sum(int(price["unit_amount"]) * n for price, n in lines),
                "currency": lines[0][0]["currency"],
                "client_reference_id": form.get("client_reference_id"),
                "expires_at": int(form.get("expires_at", time.time() + 24 * 3600)),
            }
        return self._complete_answer(status, session)

    def _make_price(self, price: Thing) -> str:
        product = self._ask("POST", "/v1/products", {"name": price["product_data"]["name"]})[1]
        form = {"product": product["id"], "currency": price["currency"]}
        form["unit_amount"] = price["unit_amount"]
        return str(self._ask("POST", "/v1/prices", form)[1]["id"])

    def _pass_on(self, request: Request) -> Response:
        address = f"{request.path}?{request.query_string.decode()}"
        status, answer = self._ask(request.method, address, request.get_data())
        return self._complete_answer(status, answer)

    def _complete_answer(self, status: int, answer: Thing) -> Response:
        if answer.get("object") == "checkout.session":
            answer = self._complete(answer)
        elif answer.get("object") == "list":
            answer["data"] = [self._complete(thing) for thing in answer["data"]]
        return Response(json.dumps(answer), status, mimetype="application/json")

    def _complete(self, thing: Thing) -> Thing:
        if thing.get("object") != "checkout.session":
            return thing
        paid = thing["payment_status"] == "paid"
        intent = self._intent(thing["id"]) if paid else None
        return {**thing, **self._forgotten.get(thing["id"], {}), "payment_intent": intent}

    def _intent(self, session: str) -> str:
        """A payment intent of emulate's own for a paid checkout: it makes none by itself."""
        with self._lock:
            if session not in self._intents:
                kept = self._forgotten[session]
                form = {"amount": kept["amount_total"], "currency": kept["currency"]}
                self._intents[session] = self._ask("POST", "/v1/payment_intents", form)[1]["id"]
            return self._intents[session]

    def _pass_message_on(self, request: Request) -> Response:
        body, header = request.get_data(), request.headers.get("Stripe-Signature")
        WebhookSignature.verify_header(body, header, self._secret, tolerance=300)
        event = json.loads(body)
        event = {
            "id": f"evt_{hashlib.sha256(body).hexdigest()[:24]}",
            "object": "event",
            "created": int(time.time()),
            "livemode": False,
            **event,
        }
        event["data"] = {"object": self._complete(event["data"]["object"])}
        text = json.dumps(event)
        headers = {
            "Content-Type": "application/json",
            "Stripe-Signature": WebhookSignature.generate_signature_header(text, self._secret),
        }
        answer = requests.post(self._webhook_url, text.encode(), headers=headers, timeout=10)
        self.delivered.append((event["type"], answer.status_code))
        return Response(status=answer.status_code)

    def _ask(self, method: str, path: str, form: Thing | bytes) -> tuple[int, Thing]:
        headers = {"Authorization": "Bearer sk_test_tests"}
        if isinstance(form, bytes):
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = requests.request(
            method, self.emulate_url + path, data=form, headers=headers, timeout=10
        )
        return answer.status_code, answer.json()


@contextmanager
def bridged_emulate(*, webhook_url: str, webhook_secret: str) -> Iterator[Bridge]:
    """Run emulate and its bridge on free ports."""
    bridge = Bridge(webhook_url, webhook_secret)
    server = make_server("127.0.0.1", 0, bridge, threaded=True, request_handler=QuietHandler)
    server.daemon_threads = True
    bridge.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        with emulate(
            webhook_url=f"{bridge.url}/message", webhook_secret=webhook_secret
        ) as bridge.emulate_url:
            yield bridge
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

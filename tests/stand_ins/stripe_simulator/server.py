"""The simulator as a web server on a free port: the API, the pay page and the switches."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from markupsafe import escape
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from tests.stand_ins.stripe_simulator.account import Account
from tests.stand_ins.stripe_simulator.api import (
    BROKEN,
    IN_USE,
    NO_SUCH_ADDRESS,
    TOO_MANY,
    Api,
    Call,
    encode,
)
from tests.stand_ins.stripe_simulator.cards import (
    BROKE_CARD,
    DECLINED_CARD,
    GOOD_CARD,
    SLOW_BAD_CARD,
    SLOW_CARD,
)
from tests.stand_ins.stripe_simulator.control import Control
from tests.stand_ins.stripe_simulator.faults import Fault, Faults
from tests.stand_ins.stripe_simulator.objects import Refusal
from tests.stand_ins.stripe_simulator.webhooks import Webhooks

CARDS = {
    GOOD_CARD: "Kartu yang diterima",
    DECLINED_CARD: "Kartu yang ditolak",
    BROKE_CARD: "Kartu tanpa dana",
    SLOW_CARD: "Cara lambat, uang sampai",
    SLOW_BAD_CARD: "Cara lambat, uang tidak sampai",
}
PAGE = """<!doctype html><html lang="id"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Tiruan Stripe</title>
<h1>Tiruan Stripe</h1><p>{notice}</p><p>{name}: Rp{rupiah}</p>
<form method="post"><select name="card" aria-label="Kartu">{cards}</select>
<button>Bayar</button></form><p><a href="{cancel}">Kembali ke toko</a></p></html>"""


class Simulator:
    """One running simulator: `url` for STRIPE_API_BASE, the rest to look and to switch."""

    def __init__(self) -> None:
        self.webhooks = Webhooks()
        self.account = Account(self.webhooks.take)
        self.api = Api(self.account)
        self.faults = Faults()
        self.control = Control(self.account, self.api, self.faults, self.webhooks)
        self.calls: list[str] = []

    @property
    def url(self) -> str:
        return self.account.base

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        request = Request(environ)
        if request.path.startswith("/v1/"):
            response = self._serve_api(request)
        elif request.path.startswith("/pay/"):
            response = self._serve_page(request, request.path.removeprefix("/pay/"))
        else:
            response = self._serve_control(request)
        return response(environ, start_response)

    def _serve_api(self, request: Request) -> Response:
        said = f"{request.method} {request.path}"
        self.calls.append(said)
        if not request.headers.get("Authorization", "").startswith(("Bearer sk_", "Bearer rk_")):
            refusal = Refusal("Invalid API Key provided.", status=401)
            return _json(401, refusal.body)
        call = Call(
            method=request.method,
            path=request.path,
            query=request.query_string.decode(),
            body=request.get_data(as_text=True),
            key=request.headers.get("Idempotency-Key"),
        )
        fault = self.faults.take(said)
        return self._answer_badly(request, call, fault) if fault else self._answer(call)

    def _answer(self, call: Call, *, broken: str | None = None) -> Response:
        answer = self.api.answer(call, broken=broken)
        response = _json(answer.status, answer.body)
        if answer.replayed:
            response.headers["Idempotent-Replayed"] = "true"
        return response

    def _answer_badly(self, request: Request, call: Call, fault: Fault) -> Response:
        match fault.kind:
            case "refuse":
                return _cut(request)
            case "hang":
                self.faults.gate.wait(fault.seconds)
                return self._answer(call)
            case "500":
                return self._answer(call, broken="before")
            case "500_after_effect":
                return self._answer(call, broken="after")
            case "drop_after_effect":
                self._answer(call)
                return _cut(request)
            case "429":
                return _json(429, TOO_MANY)
            case "409":
                return _json(409, IN_USE)
            case "404":
                return _json(404, NO_SUCH_ADDRESS)
            case "garbage":
                return Response("<h1>Bad gateway</h1>", 200, mimetype="text/html")
            case _:
                return _json(500, BROKEN)

    def _serve_page(self, request: Request, identity: str) -> Response:
        session = self.account.sessions.get(identity)
        if session is None:
            return Response("Tidak ada", 404)
        notice = "Halaman percobaan. Tidak ada uang sungguhan."
        if request.method == "POST":
            session = self.account.pay(identity, card=request.form.get("card", GOOD_CARD))
            if session["status"] == "complete":
                return Response(status=303, headers={"Location": session["success_url"]})
            notice = "Kartu ditolak. Coba cara lain."
        if session["status"] != "open":
            return Response("Halaman ini sudah ditutup.", 410)
        cards = "".join(f'<option value="{card}">{name}' for card, name in CARDS.items())
        page = PAGE.format(
            notice=notice,
            name=escape(session["client_reference_id"] or ""),
            rupiah=(session["amount_total"] or 0) // 100,
            cards=cards,
            cancel=escape(session["cancel_url"]),
        )
        return Response(page, mimetype="text/html")

    def _serve_control(self, request: Request) -> Response:
        name = request.path.removeprefix("/_control/")
        said = json.loads(request.get_data() or b"{}")
        try:
            return _json(200, self.control.answer(name, said))
        except Refusal as refusal:
            return _json(refusal.status, refusal.body)
        except (KeyError, TypeError, ValueError) as error:
            return _json(400, {"error": repr(error)})


def _json(status: int, body: Any) -> Response:
    return Response(encode(body), status, mimetype="application/json")


def _cut(request: Request) -> Response:
    """End the connection without a word."""
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError


class QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Tests read `calls`, not a log."""


@contextmanager
def stripe_simulator(*, port: int = 0) -> Iterator[Simulator]:
    """Run a simulator in this process on a free port."""
    simulator = Simulator()
    server = make_server("127.0.0.1", port, simulator, threaded=True, request_handler=QuietHandler)
    server.daemon_threads = True
    simulator.account.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield simulator
    finally:
        simulator.faults.clear()
        simulator.webhooks.close()
        server.shutdown()
        thread.join()
        server.server_close()

"""The pay page of the play-money provider; it stands only where play money may be used."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from marketplace.adapters.simulator_gateway import SimulatorGateway
from marketplace.core.errors import NotFound
from marketplace.flows import provider_messages
from marketplace.orders.ports import GatewayRefused
from marketplace.web.access import LINK, allow
from marketplace.web.buying.blueprint import bp


@bp.get("/simulator/bayar/<reference>")
@allow(LINK)
def simulator(reference: str) -> str:
    try:
        paying = _playing().look(reference[:80])
    except GatewayRefused:
        raise NotFound() from None
    return render_template("buying/simulator.html", paying=paying)


@bp.post("/simulator/bayar/<reference>")
@allow(LINK)
def simulate(reference: str) -> Answer:
    playing, act = _playing(), request.form.get("act", "")
    try:
        paying = playing.look(reference[:80])
        if act == "bayar":
            paying = playing.pay(reference)
            return redirect(paying.success_url, 303)
        if act == "tolak":
            playing.decline(reference)
            return redirect(url_for("buying.simulator", reference=reference), 303)
    except GatewayRefused:
        raise NotFound() from None
    if act == "batal":
        return redirect(paying.cancel_url, 303)
    raise NotFound()


def _playing() -> SimulatorGateway:
    playing = provider_messages.simulator()
    if playing is None:
        raise NotFound()
    return playing

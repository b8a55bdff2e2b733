"""Private pictures of a complaint: served to who was let in, in two sizes, by the application."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from marketplace.core.errors import NotFound
from marketplace.flows import photo_work
from marketplace.orders.complaints.queries import ComplaintView, Shot
from marketplace.orders.complaints.states import Side

SMALL = 360
WHOSE = {Side.BUYER: "pembeli", Side.SHOP: "toko"}


def answer(view: ComplaintView, code: str) -> Response:
    """One picture of this complaint and no other; `?besar` is the largest there is."""
    shot = next((shot for shot in view.shots if shot.code == code), None)
    if shot is None:
        raise NotFound()
    width = max(shot.widths) if "besar" in request.args else _small(shot)
    return Response(photo_work.private_file(shot.code, shot.version, width), mimetype="image/webp")


def gallery(view: ComplaintView) -> list[dict[str, Any]]:
    """Every picture with its words and its shape, as the pages draw it."""
    seen = dict.fromkeys(WHOSE, 0)
    rows = []
    for shot in view.shots:
        seen[shot.side] += 1
        width = _small(shot)
        rows.append(
            {
                "code": shot.code,
                "side": WHOSE[shot.side],
                "alt": f"Foto {seen[shot.side]} dari {WHOSE[shot.side]}",
                "width": width,
                "height": max(1, round(shot.height * width / max(shot.width, 1))),
            }
        )
    return rows


def _small(shot: Shot) -> int:
    return min(shot.widths, key=lambda width: abs(width - SMALL))

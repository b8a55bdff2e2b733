"""Where parcels go: chosen by typing or from lists, never asked of the phone."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, redirect, render_template, request, session
from werkzeug.exceptions import BadRequest

from marketplace.core import regions
from marketplace.core.regions import DISTRICT, VILLAGE, Place
from marketplace.web.access import EVERYONE, allow
from marketplace.web.account.cookies import way_on
from marketplace.web.storefront.blueprint import bp

CODE = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?\Z")
LONGEST = 80
MOST = 12


@bp.get("/lokasi")
@allow(EVERYONE)
def place() -> str:
    """Type a name, or walk down from the province; either way ends at a village."""
    typed = " ".join(request.args.get("q", "").split())[:LONGEST]
    inside = request.args.get("di", "")
    if inside and not CODE.match(inside):
        raise BadRequest()
    path = regions.path(inside) if inside else []
    return render_template(
        "storefront/place.html",
        typed=typed,
        found=regions.find(typed, MOST, near=session.get("place", "")[:5]) if typed else [],
        path=path,
        choices=regions.children(path[-1].code) if path else regions.provinces(),
        level=path[-1].level + 1 if path else 1,
        kind=_kind(path),
        village_level=VILLAGE,
        lanjut=way_on("/"),
        chosen=session.get("place_name"),
    )


@bp.post("/lokasi")
@allow(EVERYONE)
def choose_place() -> Response | Any:
    """Keep the village for this browser and go back to where one was."""
    if request.form.get("hapus"):
        session.pop("place", None)
        session.pop("place_name", None)
        return redirect(way_on("/"), 303)
    code = request.form.get("kode", "")
    found = regions.place(code) if CODE.match(code) else None
    if found is None or found.level != VILLAGE:
        raise BadRequest()
    session["place"] = found.code
    session["place_name"] = short_name(found)
    return redirect(way_on("/"), 303)


def short_name(found: Place) -> str:
    """Ngaglik, Sleman: district and regency, as people say where they live."""
    return ", ".join(found.full_name.split(", ")[1:3])


def _kind(path: list[Place]) -> str:
    """What is chosen next, in the words of that region."""
    if not path:
        return "provinsi"
    code, level = path[-1].code, path[-1].level
    if level == 1:
        return "kabupaten atau kota"
    if level < DISTRICT:
        return regions.district_word(code)
    return "kalurahan atau desa"

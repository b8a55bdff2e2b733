"""What the tests of applying share: a maker at the task list, and answers to every page."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from marketplace.core.db import read_one
from marketplace.makers import sheets
from marketplace.makers.models import Ikm
from marketplace.makers.sheets import ShopSheet
from tests import builders
from tests.web.seller.listing import snapshot

ANSWERS: dict[str, dict[str, Any]] = {
    "nama": {"name": "Batik Sekar Ayu", "owner_name": "Sekar Ayu", "since": "1998"},
    "tempat": {"village_code": builders.CONDONGCATUR, "address": "Jalan Anggajaya 12, RT 03"},
    "karya": {"sector": "batik", "sentra_id": ""},
    "cerita": {"story": "Saya belajar membatik dari Ibu sejak kecil, di teras rumah kami."},
    "jam": {"mon_from": "08:00", "mon_to": "16:00", "pickup": "y"},
    "whatsapp": {"whatsapp": "0812 3456 7890"},
}


def begin(client: FlaskClient, name: str = "Batik Sekar Ayu") -> str:
    """Citra presses "Mulai"; the code of her shop."""
    builders.sign_in(client, builders.person("Citra"))
    answer = builders.post(client, "/buka-toko", {"name": name})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.location.rsplit("/", 1)[-1]


def fill(client: FlaskClient, code: str, word: str, **changed: Any) -> TestResponse:
    """Send one page as its own form would."""
    path = f"/toko-saya/{code}/toko/{word}"
    seen = sheets.of_code(code).sign(PART_OF[word])
    return builders.post(
        client, path, {"version": seen, **ANSWERS.get(word, {}), **changed}, page=page_of(path)
    )


def send_photo(client: FlaskClient, code: str) -> TestResponse:
    """A photo of the workshop, from the phone."""
    path = f"/toko-saya/{code}/toko/foto"
    token = builders.form_token(client, path)
    file = (BytesIO(snapshot()), "bengkel.jpg")
    return client.post(path, data={"csrf_token": token, "foto": file, "alt": "Sekar mencanting"})


def fill_all(client: FlaskClient, code: str) -> None:
    """Every page that has to be filled."""
    for word in ANSWERS:
        assert fill(client, code, word).status_code == 303, word
    assert send_photo(client, code).status_code == 303


def page_of(path: str) -> str:
    """Where the form stands: the place page shows it once a village is chosen."""
    return f"{path}?desa={builders.CONDONGCATUR}" if path.endswith("/tempat") else path


def sheet() -> ShopSheet:
    """The only shop there is."""
    row = read_one(select(Ikm.id))
    assert row is not None
    return sheets.of_shop(row.id)


PART_OF = {
    "nama": "name",
    "tempat": "place",
    "karya": "craft",
    "cerita": "story",
    "foto": "photo",
    "jam": "hours",
    "whatsapp": "contact",
    "nib": "nib",
    "libur": "holiday",
}

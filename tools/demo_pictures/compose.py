"""Puts one drawing on its set: the main picture, and the second one a buyer asks for."""

from __future__ import annotations

from dataclasses import replace

from . import clay, clothes, craft, food, sewn, textile, weave
from .paint import DRAWINGS, Look, Shot, at, finish, ground, line, text
from .scenes import scene

MODULES = (textile, clothes, sewn, food, weave, clay, craft)
WALL = {
    "kain_gantung",
    "selendang",
    "kemeja",
    "gamis",
    "outer",
    "celemek",
    "cermin_rotan",
    "lampu_anyam",
}
FROM_ABOVE = {"nama_dada", "kaos", "emblem", "kerudung", "bordir", "masker", "sajadah", "perca", "alas", "manik",
              "gantungan", "sandal", "kipas", "sabun", "talenan"}  # fmt: skip
WOODEN = {"toples", "botol", "plastik", "besek_isi", "gerabah_mangkuk", "gula_batok", "dus"}


def _set(shot: Shot, look: Look) -> str:
    if look.draw in WALL:
        return ground(shot, look.seed, "dinding")
    if look.draw in FROM_ABOVE:
        return ground(shot, look.seed, "atas")
    wooden = look.draw in WOODEN and look.seed % 3 != 0
    return ground(shot, look.seed, "kayu" if wooden else "meja")


def main_picture(look: Look) -> str:
    """The thing itself, whole, on a quiet ground."""
    shot = Shot(look.seed)
    nearer = at(DRAWINGS[look.draw](shot, look), -54, -60, 0, 1.1)
    return finish(shot, _set(shot, look) + nearer)


def close_up(look: Look) -> str:
    """The same thing from near, so that the hand can be seen in it."""
    shot = Shot(look.seed)
    body = ground(shot, look.seed + 2, "atas") + DRAWINGS[look.draw](shot, look)
    x, y = look.get("near", (540, 600))
    return finish(shot, at(body, 540 - x * 2.1, 540 - y * 2.1, 0, 2.1))


def in_a_row(look: Look) -> str:
    """The choice: the same thing in three colours."""
    shot = Shot(look.seed)
    names = [look.palette, *look.get("colours", ("nila", "bata"))][:3]
    body = _set(shot, look)
    places = ((300, 370, 0.6), (780, 380, 0.6), (540, 700, 0.7))
    for name, (x, y, scale) in zip(reversed(names), places, strict=True):
        one = DRAWINGS[look.draw](shot, replace(look, palette=name))
        body += at(one, x - 540 * scale, y - 560 * scale, 0, scale)
    return finish(shot, body)


def with_sizes(look: Look) -> str:
    """The thing with its measure drawn beside it, read from the product's own size."""
    shot = Shot(look.seed)
    wide, tall = look.get("size_words", ("", ""))
    ink = "#482B14"
    body = _set(shot, look) + at(DRAWINGS[look.draw](shot, look), 60, 10, 0, 0.84)
    body += line(
        "M200 950H820M200 930V970M820 930V970M990 190V800M970 190H1010M970 800H1010", ink, 5
    )
    body += '<rect x="400" y="918" width="220" height="64" rx="32" fill="#FFFDF6"/>' + text(
        wide, 510, 962, 36, ink, width=200
    )
    body += '<rect x="880" y="462" width="200" height="64" rx="32" fill="#FFFDF6"/>' + text(
        tall, 980, 506, 36, ink, width=180
    )
    return finish(shot, body)


SECOND = {"dekat": close_up, "jejer": in_a_row, "ukuran": with_sizes}


def workshop(look: Look) -> str:
    """The maker at work."""
    shot = Shot(look.seed)
    return finish(shot, scene(shot, look))

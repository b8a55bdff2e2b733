"""Patterns for cloth and plaiting, all drawn here; no parang, it is kept for the court."""

from __future__ import annotations

import math
from collections.abc import Callable

from .paint import Look, Palette, Shot, line, shape


def _petals(x: float, y: float, count: int, far: float, rx: float, ry: float) -> str:
    step = 360 / count
    return "".join(
        f'<ellipse cx="{x + far}" cy="{y}" rx="{rx}" ry="{ry}" '
        f'transform="rotate({step * i + step / 2} {x} {y})"/>'
        for i in range(count)
    )


def _dots(points: list[tuple[float, float]], r: float) -> str:
    return "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}"/>' for x, y in points)


def kawung(p: Palette) -> tuple[int, int, str]:
    """Four ovals around a crossing, as the palm fruit is cut."""
    return 80, 80, (
        f'<g fill="{p.light}">{_petals(40, 40, 4, 28, 24, 13)}</g>'
        f'<g fill="none" stroke="{p.base}" stroke-width="2.4">{_petals(40, 40, 4, 28, 16, 7)}</g>'
        f'<g fill="{p.deep}">{_petals(40, 40, 4, 28, 4, 2.4)}</g>'
        f'<g fill="{p.accent}">{_dots([(40, 40), (0, 0), (80, 0), (0, 80), (80, 80)], 5)}</g>'
        f'<g fill="{p.light}">{_dots([(40, 6), (40, 74), (6, 40), (74, 40)], 3)}</g>'
    )  # fmt: skip


def truntum(p: Palette) -> tuple[int, int, str]:
    """Small stars that keep coming up."""
    stars = "".join(f"<g>{_petals(x, y, 8, 9, 8, 2.8)}</g>" for x, y in ((22, 22), (66, 66)))
    small = _dots([(66, 22), (22, 66)], 3.4) + _dots(
        [(66, 12), (66, 32), (56, 22), (76, 22), (22, 56), (22, 76), (12, 66), (32, 66)], 2
    )
    return 88, 88, (
        f'<g fill="{p.light}">{stars}</g><g fill="{p.accent}">{_dots([(22, 22), (66, 66)], 3.4)}'
        f"{small}</g>"
    )  # fmt: skip


def sinom(p: Palette) -> tuple[int, int, str]:
    """A hill plant with hanging berries: stem, paired leaves, a bunch of fruit."""
    leaves = (
        "M64 34C78 10 104 8 122 20C108 40 84 44 64 34Z"
        "M64 34C50 10 24 8 6 20C20 40 44 44 64 34Z"
        "M64 66C76 48 96 48 110 58C98 74 80 76 64 66Z"
        "M64 66C52 48 32 48 18 58C30 74 48 76 64 66Z"
    )
    fruit = [(64, 98), (52, 104), (76, 104), (58, 116), (70, 116), (64, 128)]
    isen = [(8, 92), (24, 104), (12, 118), (120, 92), (104, 104), (116, 118), (30, 128), (98, 128)]
    return 128, 140, (
        line("M64 4C60 40 70 70 64 100", p.light, 4)
        + shape(leaves, p.light)
        + line("M66 34C84 26 100 20 116 20M62 34C44 26 28 20 12 20", p.base, 2)
        + line("M66 66C80 60 94 56 106 58M62 66C48 60 34 56 22 58", p.base, 2)
        + f'<g fill="{p.accent}">{_dots(fruit, 7)}</g><g fill="{p.light}">{_dots(isen, 2.6)}</g>'
    )  # fmt: skip


def ceplok(p: Palette) -> tuple[int, int, str]:
    """A rosette in every square of a grid."""
    return 120, 120, (
        f'<rect x="6" y="6" width="108" height="108" rx="8" fill="none" stroke="{p.light}" '
        f'stroke-width="2.6"/><rect x="13" y="13" width="94" height="94" rx="6" fill="none" '
        f'stroke="{p.accent}" stroke-width="1.6"/>'
        f'<g fill="{p.light}">{_petals(60, 60, 8, 26, 17, 8)}</g>'
        f'<g fill="{p.base}">{_petals(60, 60, 8, 26, 10, 3)}</g>'
        f'<circle cx="60" cy="60" r="10" fill="{p.accent}"/>'
        f'<circle cx="60" cy="60" r="4.4" fill="{p.deep}"/>'
        f'<g fill="{p.light}">{_dots([(23, 23), (97, 23), (23, 97), (97, 97)], 6)}</g>'
        f'<g fill="{p.accent}">{_dots([(0, 0), (120, 0), (0, 120), (120, 120)], 5)}</g>'
    )  # fmt: skip


def mega(p: Palette) -> tuple[int, int, str]:
    """Clouds in bands that grow lighter."""
    cloud = "M{x} {y}c0 -34 34 -44 52 -24c10 -34 62 -30 66 4c28 -8 44 24 22 40h-128c-16 0 -20 -12 -12 -20z"
    body = ""
    for x, y in ((14, 64), (-66, 134), (94, 134)):
        for grow, colour in ((12, p.light), (7, p.accent), (3, p.base), (-2, p.light)):
            body += shape(
                cloud.format(x=x, y=y), "none" if grow > 0 else p.deep,
                stroke=colour, stroke_width=max(grow * 2, 2.4),
            )  # fmt: skip
    return 160, 140, body


def nitik(p: Palette) -> tuple[int, int, str]:
    """Everything made of dots, as a weaver would copy it."""
    ring = [(45 + 26 * math.cos(i * math.pi / 6), 45 + 26 * math.sin(i * math.pi / 6))
            for i in range(12)]  # fmt: skip
    inner = [(45 + 13 * math.cos(i * math.pi / 3), 45 + 13 * math.sin(i * math.pi / 3))
             for i in range(6)]  # fmt: skip
    edge = [(x, y) for x in (0, 90) for y in (0, 15, 30, 45, 60, 75, 90)]
    edge += [(x, y) for y in (0, 90) for x in (15, 30, 45, 60, 75)]
    return (
        90,
        90,
        (
            f'<g fill="{p.light}">{_dots(ring, 3.6)}{_dots(edge, 2.6)}</g>'
            f'<g fill="{p.accent}">{_dots(inner, 3.4)}{_dots([(45, 45)], 4.6)}</g>'
        ),
    )


def sisik(p: Palette) -> tuple[int, int, str]:
    """Overlapping scales, each with its dot."""
    arcs = "M0 40a30 30 0 0 1 60 0M-30 70a30 30 0 0 1 60 0M30 70a30 30 0 0 1 60 0M0 10a30 30 0 0 1 60 0"
    return (
        60,
        60,
        (
            line(arcs, p.light, 3)
            + f'<g fill="{p.accent}">{_dots([(30, 28), (0, 58), (60, 58)], 4)}</g>'
            + f'<g fill="{p.light}">{_dots([(30, 40), (0, 10), (60, 10)], 2)}</g>'
        ),
    )


def kembang(p: Palette) -> tuple[int, int, str]:
    """Loose garden flowers with tendrils, in the free manner of the coast."""
    body = line("M20 150C30 90 80 110 84 60M84 60C100 80 140 70 150 20", p.light, 3)
    body += shape("M50 104C36 88 40 74 54 70C62 84 62 96 50 104ZM112 70C110 90 124 98 138 92"
                  "C134 78 126 70 112 70Z", p.base, stroke=p.light, stroke_width=2)  # fmt: skip
    for x, y, s in ((84, 52, 1.0), (24, 142, 0.7), (150, 22, 0.7)):
        body += (
            f'<g transform="translate({x} {y}) scale({s})" fill="{p.accent}" stroke="{p.light}" '
            f'stroke-width="2.4">{_petals(0, 0, 6, 20, 14, 10)}</g>'
            f'<circle cx="{x}" cy="{y}" r="{9 * s}" fill="{p.light}"/>'
        )
    return 170, 170, body


def polos(p: Palette) -> tuple[int, int, str]:
    return 40, 40, ""


BATIK: dict[str, Callable[[Palette], tuple[int, int, str]]] = {
    "kawung": kawung, "truntum": truntum, "sinom": sinom, "ceplok": ceplok, "mega": mega,
    "nitik": nitik, "sisik": sisik, "kembang": kembang, "polos": polos,
}  # fmt: skip


def cloth(shot: Shot, look: Look, scale: float = 1, turn: float = 0, motif: str = "") -> str:
    """The fill of a cloth: a batik motif, lurik stripes or plain weave."""
    name = motif or look.motif
    how = f"scale({scale}) rotate({turn})"
    if name == "lurik":
        return lurik(shot, look, how)
    p = look.colours
    w, h, body = BATIK[name](p)
    return shot.pattern(w, h, f'<rect width="{w}" height="{h}" fill="{p.base}"/>{body}', how)


def lurik(shot: Shot, look: Look, how: str = "") -> str:
    """Warp stripes whose order comes from the picture's own seed."""
    p, x, body = look.colours, 0, ""
    rng = shot.rng
    tones = [p.base, p.deep, p.light, p.base, p.accent, look.second.base]
    while x < 150:
        wide = rng.choice((3, 3, 6, 9, 14, 24))
        body += f'<rect x="{x}" width="{wide}" height="6" fill="{rng.choice(tones)}"/>'
        x += wide
    body += f'<rect y="0" width="{x}" height="1.4" fill="#000" opacity=".16"/>'
    body += f'<rect y="3" width="{x}" height="1.2" fill="#fff" opacity=".12"/>'
    return shot.pattern(x, 6, body, how)


def plait(shot: Shot, look: Look, kind: str = "anyam", scale: float = 1, turn: float = 0) -> str:
    """The fill of a plaited thing: anyam, kepang, rajut (crochet) or rotan (wicker)."""
    p = look.colours
    how = f"scale({scale}) rotate({turn})"
    strand = shot.linear(f"0 {p.deep}", f"0.45 {p.base}", "0.5 #fff 0.5", f"0.62 {p.base}",
                         f"1 {p.deep}", angle="v")  # fmt: skip
    upright = shot.linear(f"0 {p.deep}", f"0.4 {p.base}", f"0.65 {p.base}", f"1 {p.deep}")
    second = look.second.base if look.get("second") else p.light
    if kind == "anyam":
        body = f'<rect width="56" height="56" fill="{p.deep}"/>'
        for x, y in ((0, 0), (28, 28)):
            body += f'<rect x="{x - 1}" y="{y + 2}" width="30" height="24" rx="5" fill="{strand}"/>'
            body += f'<rect x="{28 - x + 2}" y="{y - 1}" width="24" height="30" rx="5" fill="{upright}"/>'
            body += (
                f'<rect x="{28 - x + 2}" y="{y - 1}" width="24" height="30" rx="5" '
                f'fill="{second}" opacity=".5"/>'
            )
        return shot.pattern(56, 56, body, how)
    if kind == "kepang":
        body = f'<rect width="64" height="64" fill="{p.deep}"/>'
        for row in range(4):
            for part in (-64, 0):
                x = part + row * 16
                body += f'<rect x="{x + 1}" y="{row * 16 + 1}" width="30" height="14" rx="3" fill="{strand}"/>'
                body += (
                    f'<rect x="{x + 33}" y="{row * 16 + 1}" width="30" height="14" rx="3" '
                    f'fill="{second}"/>'
                )
                body += f'<rect x="{x + 65}" y="{row * 16 + 1}" width="30" height="14" rx="3" fill="{strand}"/>'
        return shot.pattern(64, 64, body, how)
    if kind == "rajut":
        body = f'<rect width="36" height="30" fill="{p.deep}"/>'
        body += line("M2 22C6 4 16 4 18 18C20 4 30 4 34 22", p.base, 8)
        body += line("M3 20C7 5 15 5 18 16C21 5 29 5 33 20", p.light, 2.4, opacity=0.7)
        return shot.pattern(36, 30, body, how)
    body = f'<rect width="60" height="40" fill="{p.deep}"/>'
    for y, start in ((0, 0), (20, 30)):
        for x in (start - 60, start, start + 60):
            body += (
                f'<rect x="{x - 24}" y="{y + 1}" width="52" height="17" rx="8" fill="{strand}"/>'
            )
        body += (
            f'<rect x="{(start + 30) % 60 - 3}" y="{y}" width="7" height="20" fill="{upright}"/>'
        )
    return shot.pattern(60, 40, body, how)

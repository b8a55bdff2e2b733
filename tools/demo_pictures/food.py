"""What is eaten and drunk, and the packs it comes in."""

from __future__ import annotations

import math
from collections.abc import Callable

from .motifs import cloth, plait
from .paint import FLOOR, Look, Shot, at, drawing, line, lines_of, shape, text


def _chip(shot: Shot, colour: str, rim: str) -> str:
    fill = shot.radial(f"0 {colour}", f"0.75 {colour}", f"1 {rim}")
    return shape("M-34 -6C-30 -28 8 -34 30 -20C42 -8 34 22 6 26C-20 30 -38 14 -34 -6Z", fill) + line(
        "M-20 -4C-8 8 8 -8 22 2", rim, 3, opacity=0.7
    )


def _salak_chip(shot: Shot) -> str:
    return _chip(shot, "#F2D79B", "#C58D45")


def _banana_chip(shot: Shot) -> str:
    return _chip(shot, "#F4CF63", "#C98F1E") + '<circle r="4" fill="#8a5a14"/>'


def _cassava_chip(shot: Shot) -> str:
    return _chip(shot, "#F6E3B4", "#D7A94F") + '<circle cx="4" cy="-6" r="3" fill="#B2452C"/><circle cx="-12" cy="8" r="2.4" fill="#B2452C"/>'


def _leaf_chip(shot: Shot) -> str:
    return _chip(shot, "#A9A45A", "#5d6428") + line("M-24 0H24", "#4E5024", 2)


def _cracker(shot: Shot) -> str:
    fill = shot.radial("0 #FFF6E2", "1 #E3C391")
    return shape("M-40 0C-36 -24 -18 -36 2 -34C26 -36 42 -16 38 4C40 26 18 36 -4 34C-26 34 -42 20 -40 0Z", fill) + line(
        "M-22 -8q8 -8 14 0t14 0M-16 12q10 -8 18 0t16 0", "#C99E5E", 3
    )


def _peyek(shot: Shot) -> str:
    fill = shot.radial("0 #F8DDA0", "0.7 #E9BE6A", "1 #B9822F")
    thin = shape("M-44 2C-40 -28 -16 -38 6 -36C30 -40 46 -18 42 6C44 30 16 38 -6 36C-28 36 -46 24 -44 2Z", fill)
    nuts = "".join(f'<ellipse cx="{x}" cy="{y}" rx="9" ry="7" fill="#A8652B"/>' for x, y in ((-16, -10), (12, -14), (4, 12), (-20, 14), (24, 8)))
    return thin + nuts + line("M-4 -24l10 -4M-30 2l8 4", "#5d7a34", 4)


def _amplang(shot: Shot) -> str:
    fill = shot.radial("0 #FFF0D0", "0.7 #E9C384", "1 #B98640")
    return shape("M-30 -10C-22 -26 24 -28 32 -8C38 10 20 24 -4 22C-30 22 -40 6 -30 -10Z", fill) + line("M-14 -6q8 6 22 0", "#fff", 3, opacity=0.6)


def _cashew(shot: Shot) -> str:
    fill = shot.radial("0 #FBEBCB", "0.7 #E8C58C", "1 #BD8A46")
    return shape("M-30 -14C-24 -32 6 -34 24 -18C42 0 38 26 26 28C12 30 14 8 2 2C-10 -4 -26 4 -30 -14Z", fill)


def _peanut(shot: Shot) -> str:
    fill = shot.radial("0 #E7B87A", "1 #9A5B28")
    return f'<ellipse rx="26" ry="18" fill="{fill}"/>' + line("M-14 -6q14 -8 26 0", "#fff", 3, opacity=0.4)


def _bean(shot: Shot) -> str:
    fill = shot.radial("0 #8a5a3c", "0.7 #4B2C1B", "1 #2A1509")
    return f'<ellipse rx="26" ry="19" fill="{fill}"/>' + line("M-22 4C-8 -8 8 10 22 -4", "#1f0d04", 5)


def _leaf(shot: Shot) -> str:
    fill = shot.linear("0 #7FA05A", "1 #3F6A34")
    return shape("M-28 0C-16 -22 16 -22 30 0C16 20 -16 20 -28 0Z", fill) + line("M-26 0H28", "#DDE8C6", 2, opacity=0.7)


def _sugar(shot: Shot) -> str:
    rng = shot.rng
    tones = ("#C9853B", "#A9652A", "#DCA259", "#8A4E1C")
    return "".join(
        f'<rect x="{rng.randrange(-40, 34)}" y="{rng.randrange(-14, 12)}" width="{rng.randrange(8, 17)}" '
        f'height="{rng.randrange(7, 13)}" rx="2.6" fill="{rng.choice(tones)}"/>' for _ in range(22)
    )  # fmt: skip


def _date_cube(shot: Shot) -> str:
    fill = shot.linear("0 #A66A34", "1 #5E3414", angle="v")
    return f'<rect x="-30" y="-20" width="60" height="40" rx="9" fill="{fill}"/>' + "".join(
        f'<circle cx="{x}" cy="{y}" r="2.6" fill="#fff" opacity=".7"/>' for x, y in ((-16, -8), (4, -12), (16, 2), (-6, 6))
    )


def _spice(shot: Shot) -> str:
    kind = shot.rng.randrange(4)
    if kind == 0:
        return "".join(shape("M0 0L-7 -34L7 -34Z", "#6b3a1a", transform=f"rotate({a})") for a in range(0, 360, 45)) + '<circle r="8" fill="#8a5a2c"/>'
    if kind == 1:
        return '<rect x="-40" y="-9" width="80" height="18" rx="8" fill="#8B4A22"/><path d="M-36 -2H36" stroke="#c98a4b" stroke-width="4"/>'
    if kind == 2:
        return shape("M-32 0C-30 -26 -4 -30 8 -20C22 -32 40 -14 30 2C36 20 10 28 0 18C-14 30 -34 20 -32 0Z", "#D9B176") + line("M-20 -4q10 -8 20 0M4 8q10 -6 18 0", "#9a6a2c", 3)
    return shape("M-36 0C-20 -18 20 -18 38 0C20 16 -20 16 -36 0Z", "#8C3B2B") + line("M-30 0H32", "#d98a6a", 2)


def _stick(shot: Shot) -> str:
    fill = shot.linear("0 #F3D28C", "1 #C98F3C", angle="v")
    return f'<rect x="-48" y="-8" width="96" height="16" rx="8" fill="{fill}"/>'


def _cookie(shot: Shot) -> str:
    fill = shot.radial("0 #EBC07E", "1 #A96C2C")
    return f'<circle r="34" fill="{fill}"/>' + "".join(
        f'<circle cx="{x}" cy="{y}" r="5" fill="#6b3a1a"/>' for x, y in ((-12, -10), (10, -14), (16, 8), (-6, 14), (-20, 6))
    )


def _floss(shot: Shot) -> str:
    rng = shot.rng
    return "".join(
        line(f"M{rng.randrange(-44, 20)} {rng.randrange(-18, 18)}q{rng.randrange(6, 26)} {rng.randrange(-18, 18)} {rng.randrange(20, 44)} {rng.randrange(-8, 8)}",
             rng.choice(("#B5793B", "#8F5722", "#D9A564")), 4) for _ in range(12)
    )  # fmt: skip


def _powder(shot: Shot) -> str:
    return shape("M-60 18C-40 -20 -14 -34 4 -34C26 -34 46 -12 62 18Z", shot.radial("0 #9DB86A", "1 #52752F"))


def _geplak(shot: Shot) -> str:
    tone = shot.rng.choice(("#F4EFE2", "#E79AA0", "#A9C28C", "#F0CB6A"))
    return f'<circle r="32" fill="{shot.radial("0 #fff", f"0.35 {tone}", f"1 {tone}")}"/>' + "".join(
        line(f"M{x} {y}l9 5", "#fff", 4, opacity=0.8) for x, y in ((-18, -8), (6, -18), (8, 8), (-12, 14))
    )


def _petal(shot: Shot) -> str:
    fill = shot.linear("0 #4B5FB8", "1 #2A2F73")
    return shape("M-26 4C-30 -22 4 -32 26 -12C34 8 6 26 -8 20C-18 18 -24 14 -26 4Z", fill) + line("M-16 4C-4 -6 8 -6 18 -8", "#B9C3F0", 3)


def _husk(shot: Shot) -> str:
    fill = shot.radial("0 #B5563A", "1 #5E1F18")
    return shape("M-30 2C-26 -22 16 -26 30 -6C24 20 -12 26 -30 2Z", fill) + line("M-20 2C-6 10 10 6 22 -4", "#E0A080", 3, opacity=0.7)


def _salak(shot: Shot) -> str:
    p = "M0 -46C10 -36 36 -22 36 12C36 38 18 50 0 50C-18 50 -36 38 -36 12C-36 -22 -10 -36 0 -46Z"
    scales = shot.pattern(13, 11, '<rect width="13" height="11" fill="#7A4A1E"/><path d="M0 5.5L6.5 0L13 5.5L6.5 11Z" fill="#B07434" stroke="#4b2a0d" stroke-width=".9"/>')
    shade = shot.radial("0 #fff 0.42", "0.5 #fff 0", "1 #2a1404 0.6")
    return shape(p, scales) + shape(p, shade) + line("M0 -46q3 -8 0 -14", "#4b2a0d", 4)


PIECES: dict[str, Callable[[Shot], str]] = {
    "salak": _salak_chip, "pisang": _banana_chip, "singkong": _cassava_chip, "daun": _leaf_chip,
    "kerupuk": _cracker, "peyek": _peyek, "amplang": _amplang, "mete": _cashew, "kacang": _peanut, "kopi": _bean,
    "teh": _leaf, "gula": _sugar, "dodol": _date_cube, "rempah": _spice, "stik": _stick,
    "kue": _cookie, "abon": _floss, "bubuk": _powder, "buah": _salak, "geplak": _geplak,
    "telang": _petal, "cascara": _husk,
}  # fmt: skip


def scatter(shot: Shot, kind: str, spots: list[tuple[float, float, float]]) -> str:
    """Some pieces on the table, each with its own small shade."""
    soft, body = shot.blur(6), ""
    for x, y, s in spots:
        body += f'<ellipse cx="{x + 6}" cy="{y + 20 * s}" rx="{40 * s}" ry="{13 * s}" fill="#2a1606" opacity=".38" filter="{soft}"/>'
        turn = shot.rng.randrange(-14, 14) if kind in ("gula", "bubuk") else shot.rng.randrange(0, 360)
        body += at(PIECES[kind](shot), x, y, turn, s)
    return body


def heap(shot: Shot, kind: str, x: float, y: float, wide: float, tall: float, s: float = 1) -> str:
    """A filled space: pieces close together, row upon row."""
    body, rows = "", max(2, int(tall / (34 * s)))
    for row in range(rows):
        cy = y - tall + row * tall / rows + 22 * s
        count = max(2, int(wide / (50 * s)))
        for i in range(count + 1):
            cx = x - wide / 2 + i * wide / count + shot.rng.uniform(-14, 14)
            body += at(PIECES[kind](shot), cx, cy + shot.rng.uniform(-8, 8), shot.rng.randrange(360), s)
    return body


FRONT = [(236, 884, 0.9), (312, 924, 1.0), (806, 896, 0.95), (872, 930, 0.85), (188, 934, 0.8), (742, 942, 0.9)]


def _label_words(look: Look, x: float, y: float, wide: float, ink: str, size: float, font: str) -> str:
    body, rows = "", lines_of(look.title, 11)
    for i, row in enumerate(rows):
        body += text(row, x, y + i * size * 0.98, size, ink, font, width=wide)
    return body


@drawing("kantong")
def standing_pouch(shot: Shot, look: Look) -> str:
    """A standing pouch; design 'pita', 'lencana', 'penuh' or 'jendela', contents in front."""
    p = look.colours
    kraft = bool(look.get("kraft", look.seed % 2))
    paper = ("#BF9867", "#E6C999", "#D3B27E", "#9B7747") if kraft else (p.deep, p.base, p.base, p.deep)
    body_fill = shot.linear(f"0 {paper[0]}", f"0.24 {paper[1]}", f"0.7 {paper[2]}", f"1 {paper[3]}")
    d = "M312 196H768C776 400 792 640 804 836C804 872 780 884 748 884H332C300 884 276 872 276 836C288 640 304 400 312 196Z"
    body = shot.shadow(540, 884, 280)
    body += f'<g filter="{shot.folds(0.004, 0.005, 9, 5)}">{shape(d, body_fill)}</g>'
    design = look.get("design", ("pita", "lencana", "penuh", "jendela")[look.seed % 4])
    body += f'<g clip-path="{shot.clip(shape(d, "#000"))}">{_front(shot, look, design, kraft)}</g>'
    gloss = shot.linear("0 #1c0f04 0.34", "0.1 #1c0f04 0.05", "0.2 #fff 0.4", "0.29 #fff 0.04", "0.75 #1c0f04 0", "0.9 #1c0f04 0.12", "1 #1c0f04 0.4")
    body += shape(d, gloss)
    foot = shot.linear("0.7 #1c0f04 0", "0.9 #1c0f04 0.2", "1 #1c0f04 0.42", angle="v")
    body += shape(d, foot) + shape("M312 196H768V262H312Z", "#fff", opacity=0.12)
    body += line("M314 226H766M312 262H768", "#1c0f04", 2.4, opacity=0.3)
    body += '<path d="M312 226l-4 -10v20zM768 226l4 -10v20z" fill="#FFFDF6"/>'
    return body + scatter(shot, look.get("fill", "salak"), FRONT)


def _front(shot: Shot, look: Look, design: str, kraft: bool) -> str:
    p = look.colours
    motif = cloth(shot, look, 0.62)
    paper, ink = ("#FFFDF6", p.deep) if kraft else (p.light, p.deep)
    font = look.get("font", "jakarta")
    if design == "pita":
        return (
            f'<rect x="260" y="196" width="560" height="112" fill="{motif}"/>'
            f'<rect x="260" y="396" width="560" height="300" fill="{paper}"/>'
            f'<path d="M260 408H820M260 684H820" stroke="{p.accent}" stroke-width="6"/>'
            + text(look.maker, 540, 448, 28, p.base if kraft else p.deep, "pacifico", width=380)
            + _label_words(look, 540, 528, 400, ink, 76, font)
            + text(look.sub, 540, 666, 26, ink, weight=600, width=400)
            + text("dari dapur kami sendiri", 540, 790, 20, p.ink if kraft else p.light, weight=600, width=360)
        )
    if design == "lencana":
        return (
            f'<circle cx="540" cy="500" r="206" fill="{paper}"/><circle cx="540" cy="500" r="190" fill="none" '
            f'stroke="{p.accent}" stroke-width="5"/><circle cx="540" cy="500" r="180" fill="none" stroke="{ink}" stroke-width="2" stroke-dasharray="3 8"/>'
            + text(look.maker, 540, 396, 27, p.base if kraft else ink, "pacifico", width=250)
            + _label_words(look, 540, 478, 310, ink, 66, font)
            + text(look.sub, 540, 634, 23, ink, weight=600, width=230)
            + f'<rect x="260" y="770" width="560" height="120" fill="{motif}"/>'
        )
    if design == "penuh":
        return (
            f'<rect x="260" y="180" width="560" height="720" fill="{motif}"/>'
            f'<path d="M360 330C360 306 376 296 396 296H684C704 296 720 306 720 330V640C720 760 540 790 540 790C540 790 360 760 360 640Z" fill="#FFFDF6"/>'
            f'<path d="M376 334C376 320 384 312 400 312H680C696 312 704 320 704 334V636C704 742 540 772 540 772C540 772 376 742 376 636Z" fill="none" stroke="{p.accent}" stroke-width="4"/>'
            + text(look.maker, 540, 374, 28, p.base, "pacifico", width=280)
            + _label_words(look, 540, 464, 300, p.deep, 70, font)
            + text(look.sub, 540, 690, 24, p.ink, weight=600, width=270)
        )
    inside = heap(shot, look.get("fill", "salak"), 540, 800, 330, 260, 0.95)
    window = shape("M540 520C650 520 712 590 712 660C712 750 640 806 540 806C440 806 368 750 368 660C368 590 430 520 540 520Z", "#000")
    return (
        f'<rect x="260" y="196" width="560" height="70" fill="{motif}"/>'
        + text(look.maker, 540, 324, 30, ink if kraft else p.light, "pacifico", width=380)
        + _label_words(look, 540, 404, 420, p.deep if kraft else p.light, 78, font)
        + f'<g clip-path="{shot.clip(window)}"><rect x="360" y="510" width="360" height="300" fill="#5a3518"/>{inside}</g>'
        + '<path d="M420 600C440 560 500 540 540 540" stroke="#fff" stroke-width="12" stroke-linecap="round" fill="none" opacity=".5"/>'
        + text(look.sub, 540, 858, 26, p.ink if kraft else p.light, weight=600, width=400)
    )


@drawing("plastik")
def clear_bag(shot: Shot, look: Look) -> str:
    """A clear bag under a printed header card; you see what you buy."""
    p = look.colours
    d = "M300 330H780C800 500 806 700 796 840C790 876 770 884 740 884H340C310 884 290 876 284 840C274 700 280 500 300 330Z"
    inside = heap(shot, look.get("fill", "kerupuk"), 540, 880, 500, 500, look.get("size", 1.25))
    glass = shot.linear("0 #fff 0.5", "0.12 #fff 0.08", "0.2 #fff 0.42", "0.26 #fff 0.02", "0.8 #fff 0", "0.92 #fff 0.34", "1 #1c0f04 0.2")
    body = shot.shadow(540, 884, 270, dark=0.34)
    body += shape(d, "#F6EBD6", opacity=0.75)
    body += f'<g clip-path="{shot.clip(shape(d, "#000"))}">{inside}</g>' + shape(d, glass)
    body += line("M330 350C360 420 330 480 350 560M750 352C730 420 756 500 740 580M470 340C480 380 470 400 476 430", "#fff", 5, opacity=0.55)
    card = "M272 150H808V392H272Z"
    body += at(shape(card, "#2a1606", opacity=0.3, filter=shot.blur(10)), 4, 12)
    body += shape(card, p.base) + shape("M272 150H808V204H272Z", cloth(shot, look, 0.5))
    body += text(look.maker, 540, 246, 28, p.accent, "pacifico", width=420)
    for i, row in enumerate(lines_of(look.title, 18)[:2]):
        body += text(row, 540, 306 + i * 52, 56, p.light, look.get("font", "jakarta"), width=480)
    body += f'<rect x="424" y="368" width="232" height="46" rx="23" fill="{p.light}"/>'
    body += text(look.sub, 540, 398, 22, p.deep, weight=600, width=210)
    return body + '<circle cx="540" cy="172" r="13" fill="#2a1606" opacity=".55"/>'


@drawing("toples")
def jar(shot: Shot, look: Look) -> str:
    """A glass jar; lid of metal, cloth or wood; the contents show through."""
    p, tint = look.colours, look.get("tint", "#C24A22")
    wide = look.get("wide", 400)
    x, y = 540 - wide / 2, 330
    d = f"M{x + 40} {y}H{x + wide - 40}C{x + wide} {y + 30} {x + wide + 8} {y + 70} {x + wide + 8} {y + 120}V{FLOOR - 50}C{x + wide + 8} {FLOOR - 10} {x + wide - 20} {FLOOR} {x + wide - 60} {FLOOR}H{x + 60}C{x + 20} {FLOOR} {x - 8} {FLOOR - 10} {x - 8} {FLOOR - 50}V{y + 120}C{x - 8} {y + 70} {x} {y + 30} {x + 40} {y}Z"
    body = shot.shadow(540, FLOOR, wide * 0.56) + shape(d, "#EFEDE4", opacity=0.8)
    clip = shot.clip(shape(d, "#000"))
    if look.get("fill"):
        inside = f'<rect x="{x}" y="{y + 66}" width="{wide}" height="540" fill="#7a4a1e" opacity=".45"/>'
        inside += heap(shot, look.get("fill"), 540, FLOOR, wide, FLOOR - y - 80, 1.1)
    else:
        rng = shot.rng
        fill = shot.linear(f"0 {tint}", f"1 {tint}")
        inside = f'<rect x="{x - 10}" y="{y + 64}" width="{wide + 20}" height="560" fill="{fill}"/>'
        for _ in range(int(look.get("bits", 60))):
            cx, cy = rng.uniform(x, x + wide), rng.uniform(y + 74, FLOOR)
            inside += f'<ellipse cx="{cx:.0f}" cy="{cy:.0f}" rx="{rng.randrange(4, 12)}" ry="{rng.randrange(3, 7)}" fill="{rng.choice((p.accent, "#fff", "#7A1F11"))}" opacity=".35" transform="rotate({rng.randrange(180)} {cx:.0f} {cy:.0f})"/>'
        inside += f'<ellipse cx="540" cy="{y + 66}" rx="{wide / 2}" ry="14" fill="#fff" opacity=".25"/>'
    body += f'<g clip-path="{clip}">{inside}</g>'
    body += shape(d, shot.round_shade(0.42))
    body += line(f"M{x + 34} {y + 96}V{FLOOR - 70}", "#fff", 16, opacity=0.5)
    body += _jar_label(shot, look, wide) + _lid(shot, look, x, y, wide)
    return body + (scatter(shot, look.get("front"), FRONT[:4]) if look.get("front") else "")


def _jar_label(shot: Shot, look: Look, wide: float) -> str:
    p, half = look.colours, wide * 0.44
    y = 520
    body = f'<rect x="{540 - half}" y="{y}" width="{half * 2}" height="246" rx="10" fill="#FFFDF6"/>'
    body += f'<rect x="{540 - half}" y="{y}" width="{half * 2}" height="42" rx="10" fill="{cloth(shot, look, 0.42)}"/>'
    body += text(look.maker, 540, y + 76, 22, p.base if look.palette != "gading" else p.ink, "pacifico", width=half * 1.7)
    rows = lines_of(look.title, 10)
    size = 50 if len(rows) < 3 else 40
    for i, row in enumerate(rows):
        body += text(row, 540, y + 128 + i * size * 0.92, size, p.deep, look.get("font", "fraunces"), width=half * 1.75)
    body += text(look.sub, 540, y + 228, 18, p.ink, weight=600, width=half * 1.6)
    return body + f'<rect x="{540 - half}" y="{y}" width="{half * 2}" height="246" rx="10" fill="{shot.linear("0 #1c0f04 0.2", "0.25 #fff 0.1", "1 #1c0f04 0.22")}"/>'


def _lid(shot: Shot, look: Look, x: float, y: float, wide: float) -> str:
    p, kind = look.colours, look.get("lid", "logam")
    if kind == "kain":
        d = f"M{x + 20} {y + 6}C{x + 10} {y - 90} {x + wide - 10} {y - 90} {x + wide - 20} {y + 6}L{x + wide + 16} {y + 80}C{x + wide - 60} {y + 60} {x + wide - 90} {y + 96} 540 {y + 74}C{x + 110} {y + 98} {x + 60} {y + 62} {x - 16} {y + 82}Z"
        return f'<g filter="{shot.folds(0.012, 0.004, 30, 6)}">{shape(d, cloth(shot, look, 0.5))}</g>' + line(f"M{x + 18} {y + 8}C{x + 90} {y + 24} {x + wide - 90} {y + 24} {x + wide - 18} {y + 8}", "#8A6A3A", 9)
    tone = ("#8a5a2c", "#d9ab70", "#a8713a") if kind == "kayu" else (p.deep, p.accent, p.deep)
    fill = shot.linear(f"0 {tone[0]}", f"0.28 {tone[1]}", f"1 {tone[2]}")
    return (
        f'<rect x="{x + 16}" y="{y - 66}" width="{wide - 32}" height="84" rx="16" fill="{fill}"/>'
        f'<rect x="{x + 16}" y="{y - 66}" width="{wide - 32}" height="18" rx="9" fill="#fff" opacity=".25"/>'
    )


@drawing("botol")
def bottle(shot: Shot, look: Look) -> str:
    """A bottle of syrup, honey or oil; form 'tinggi', 'bulat' or 'pipih'."""
    p, tint, deep = look.colours, look.get("tint", "#C9781B"), look.get("tint_deep", "#6b3208")
    form = look.get("form", ("tinggi", "bulat", "pipih")[look.seed % 3])
    half, neck, shoulder = {"tinggi": (118, 46, 420), "bulat": (168, 54, 470), "pipih": (186, 50, 520)}[form]
    d = f"M{540 - neck} 230H{540 + neck}V{shoulder - 120}C{540 + neck} {shoulder - 30} {540 + half} {shoulder - 40} {540 + half} {shoulder + 70}V850C{540 + half} 876 {540 + half - 16} 884 {540 + half - 44} 884H{540 - half + 44}C{540 - half + 16} 884 {540 - half} 876 {540 - half} 850V{shoulder + 70}C{540 - half} {shoulder - 40} {540 - neck} {shoulder - 30} {540 - neck} {shoulder - 120}Z"
    liquid = shot.linear(f"0 {deep}", f"0.25 {tint}", f"0.6 {tint}", f"1 {deep}")
    body = shot.shadow(540, 884, half * 1.1) + shape(d, "#F3EFE2", opacity=0.85)
    body += f'<g clip-path="{shot.clip(shape(d, "#000"))}"><rect x="300" y="{shoulder - 90}" width="480" height="700" fill="{liquid}"/><ellipse cx="540" cy="{shoulder - 90}" rx="{neck}" ry="8" fill="#fff" opacity=".4"/></g>'
    body += shape(d, shot.round_shade(0.5))
    cap = shot.linear(f"0 {p.deep}", f"0.3 {p.accent}", f"1 {p.deep}")
    body += f'<rect x="{540 - neck - 10}" y="176" width="{neck * 2 + 20}" height="78" rx="12" fill="{cap}"/>'
    top = shoulder + 90
    body += f'<rect x="{540 - half}" y="{top}" width="{half * 2}" height="230" fill="#FFFDF6"/>'
    body += f'<rect x="{540 - half}" y="{top}" width="{half * 2}" height="34" fill="{cloth(shot, look, 0.4)}"/>'
    body += text(look.maker, 540, top + 66, 21, p.base, "pacifico", width=half * 1.6)
    for i, row in enumerate(lines_of(look.title, 9)):
        body += text(row, 540, top + 112 + i * 40, 44, p.deep, look.get("font", "fraunces"), width=half * 1.7)
    body += text(look.sub, 540, top + 216, 17, p.ink, weight=600, width=half * 1.5)
    body += f'<rect x="{540 - half}" y="{top}" width="{half * 2}" height="230" fill="{shot.round_shade(0.4)}"/>'
    body += line(f"M{540 - half + 30} {shoulder + 60}V840", "#fff", 12, opacity=0.45)
    front = look.get("front")
    return body + (scatter(shot, front, [(x, y, s * 1.3) for x, y, s in FRONT[:4]]) if front else "")


@drawing("kotak_teh")
def tea_box(shot: Shot, look: Look) -> str:
    """A carton of tea with two bags and a glass of what comes out."""
    p, motif = look.colours, cloth(shot, look, 0.7)
    front, side = "M240 300H640V884H240Z", "M640 300L760 260V836L640 884Z"
    body = shot.shadow(500, 884, 300) + shape(side, p.deep) + shape(side, "#000", opacity=0.18)
    body += shape("M240 300H640L760 260H370Z", p.light) + shape(front, p.base)
    body += f'<rect x="240" y="700" width="400" height="184" fill="{motif}"/>'
    body += f'<rect x="274" y="336" width="332" height="330" rx="14" fill="{p.light}"/>'
    body += text(look.maker, 440, 388, 26, p.base, "pacifico", width=280)
    for i, row in enumerate(lines_of(look.title, 10)):
        body += text(row, 440, 462 + i * 58, 60, p.deep, look.get("font", "fraunces"), width=300)
    body += text(look.sub, 440, 640, 22, p.ink, weight=600, width=280)
    body += shape(front, shot.linear("0 #fff 0.2", "0.4 #fff 0", "1 #1c0f04 0.2"))
    return body + _glass(shot, look, 800, 884) + _teabag(shot, look, 300, 930)


def _glass(shot: Shot, look: Look, x: float, y: float) -> str:
    tint = look.get("tint", "#B9872B")
    d = f"M{x - 92} {y - 210}H{x + 92}L{x + 70} {y}H{x - 70}Z"
    tea = f"M{x - 87} {y - 160}H{x + 87}L{x + 69} {y - 8}H{x - 69}Z"
    fill = shot.linear(f"0 {tint}", "0.4 #F0CB77", f"1 {tint}")
    return (
        shot.shadow(x, y, 82, 18) + shape(d, "#fff", opacity=0.4) + shape(tea, fill, opacity=0.92)
        + f'<ellipse cx="{x}" cy="{y - 160}" rx="87" ry="13" fill="#fff" opacity=".35"/>'
        + f'<ellipse cx="{x}" cy="{y - 210}" rx="92" ry="14" fill="none" stroke="#fff" stroke-width="5" opacity=".8"/>'
        + line(f"M{x - 70} {y - 180}L{x - 56} {y - 30}", "#fff", 9, opacity=0.6)
        + line(f"M{x - 20} {y - 250}c-20 -30 20 -50 0 -84M{x + 26} {y - 250}c-16 -26 16 -40 0 -70", "#fff", 9, opacity=0.35, filter=shot.blur(4))
    )  # fmt: skip


def _teabag(shot: Shot, look: Look, x: float, y: float) -> str:
    p = look.colours
    body = at(shape("M-70 -60H70V62H-70Z", "#2a1606", opacity=0.3, filter=shot.blur(8)), x + 4, y + 8)
    body += at(shape("M-60 -66H60L72 60H-72Z", "#F6F0E0") + shape("M-52 -6H58L66 52H-66Z", look.get("leafcolour", "#7d8a4a"), opacity=0.6)
               + line("M-72 60H72", "#D3BD98", 3), x, y, -8)  # fmt: skip
    body += line(f"M{x} {y - 62}C{x + 40} {y - 120} {x + 90} {y - 20} {x + 150} {y + 10}", "#EFE6D2", 4)
    return body + at(f'<rect x="-30" y="-24" width="60" height="48" rx="5" fill="{p.base}"/><circle r="9" fill="{p.light}"/>', x + 168, y + 16, 14)


@drawing("kaleng")
def tin(shot: Shot, look: Look) -> str:
    """A round tin with a full wrap of pattern."""
    p, motif = look.colours, cloth(shot, look, 0.8)
    body = shot.shadow(540, 876, 220)
    d = "M330 330V850C330 900 750 900 750 850V330Z"
    body += shape(d, motif) + shape("M330 470H750V730C640 756 440 756 330 730Z", p.light)
    body += text(look.maker, 540, 528, 28, p.base, "pacifico", width=330)
    for i, row in enumerate(lines_of(look.title, 11)):
        body += text(row, 540, 600 + i * 58, 62, p.deep, look.get("font", "fraunces"), width=340)
    body += text(look.sub, 540, 722, 22, p.ink, weight=600, width=300) + shape(d, shot.round_shade(0.6))
    lid = shot.linear(f"0 {p.deep}", "0.28 #F4E7C8", f"0.6 {p.accent}", f"1 {p.deep}")
    body += f'<path d="M322 300V352C322 392 758 392 758 352V300Z" fill="{lid}"/><ellipse cx="540" cy="300" rx="218" ry="46" fill="{p.accent}"/>'
    body += '<ellipse cx="540" cy="298" rx="196" ry="38" fill="#fff" opacity=".22"/>'
    return body + scatter(shot, look.get("fill", "kopi"), FRONT)


@drawing("tampah_isi")
def tray_of_food(shot: Shot, look: Look) -> str:
    """A round bamboo tray on banana leaf, full of what the kitchen made."""
    kind = look.get("fill", "kerupuk")
    weave = plait(shot, Look("x", "madu"), "anyam", 0.8, 20)
    body = shot.shadow(540, 760, 430, 60)
    body += f'<ellipse cx="540" cy="640" rx="430" ry="270" fill="{weave}"/><ellipse cx="540" cy="640" rx="430" ry="270" fill="none" stroke="#8a5a2c" stroke-width="34"/><ellipse cx="540" cy="632" rx="430" ry="268" fill="none" stroke="#D9AB70" stroke-width="14"/>'
    leaf = shot.linear("0 #7FA05A", "0.5 #4C7A45", "1 #2f5a30", angle="d")
    body += shape("M220 600C330 430 700 400 860 560C860 720 700 800 500 800C340 800 240 740 220 600Z", leaf)
    body += line("M240 620C420 560 660 540 850 570", "#DDE8C6", 4, opacity=0.5)
    rng, soft = shot.rng, shot.blur(7)
    big = look.get("size", 1.9)
    for ring, count in ((190, 13), (110, 8), (20, 3)):
        for i in range(count):
            a = 2 * math.pi * i / count + rng.uniform(0, 0.4)
            x, y = 540 + ring * 1.3 * math.cos(a), 620 + ring * 0.78 * math.sin(a) - (190 - ring) * 0.42
            body += f'<ellipse cx="{x + 6:.0f}" cy="{y + 24:.0f}" rx="{40 * big * 0.8:.0f}" ry="{16 * big * 0.8:.0f}" fill="#2a1606" opacity=".3" filter="{soft}"/>'
            body += at(PIECES[kind](shot), x, y, rng.randrange(360), big)
    return body + _card(shot, look, 800, 860)


def _card(shot: Shot, look: Look, x: float, y: float) -> str:
    p = look.colours
    body = '<rect x="-120" y="-78" width="240" height="156" rx="10" fill="#FFFDF6"/>'
    body += f'<rect x="-120" y="-78" width="240" height="28" rx="10" fill="{cloth(shot, look, 0.3)}"/>'
    body += text(look.title, 0, -2, 38, p.deep, "pacifico", width=216) + text(look.maker, 0, 34, 19, p.ink, weight=600, width=206)
    body += text(look.sub, 0, 60, 16, "#8A7352", weight=600, width=206)
    return at(f'<rect x="-116" y="-66" width="240" height="156" rx="10" fill="#2a1606" opacity=".3" filter="{shot.blur(8)}"/>{body}', x, y, 4)


@drawing("besek_isi")
def besek(shot: Shot, look: Look) -> str:
    """A plaited bamboo box, lid leaning behind, filled and labelled."""

    p = look.colours
    weave = plait(shot, Look("x", "madu"), "anyam", 1.0)
    pale = plait(shot, Look("x", "gading", options={"second": "madu"}), "anyam", 1.0)
    lid = "M250 240H830L800 520H280Z"
    body = shot.shadow(540, 884, 360) + shape(lid, pale) + shape(lid, shot.linear("0 #1c0f04 0", "1 #1c0f04 0.5", angle="v"))
    kind = look.get("fill", "buah")
    s = look.get("size", 1.5)
    for row, y in enumerate((452, 512, 560)):
        for i in range(8 - row % 2):
            body += at(PIECES[kind](shot), 250 + row % 2 * 36 + i * 82, y, shot.rng.randrange(-40, 40), s)
    front = "M200 560H880L850 884H230Z"
    body += shape(front, weave) + shape(front, shot.linear("0 #1c0f04 0.4", "0.25 #fff 0.12", "0.7 #1c0f04 0", "1 #1c0f04 0.42"))
    body += f'<rect x="188" y="548" width="704" height="40" rx="10" fill="{pale}"/>' + line("M190 590H890", "#1c0f04", 4, opacity=0.4)
    body += '<rect x="370" y="640" width="340" height="190" rx="6" fill="#FFFDF6"/>'
    body += f'<rect x="382" y="652" width="316" height="166" fill="none" stroke="{p.base}" stroke-width="4"/>'
    for i, row in enumerate(lines_of(look.title, 13)[:2]):
        body += text(row, 540, 708 + i * 46, 46, p.deep, look.get("font", "fraunces"), width=290)
    body += text(look.sub, 540, 804, 22, p.ink, weight=600, width=280)
    return body + (scatter(shot, kind, [(150, 900, 1.4), (928, 908, 1.3)]) if look.get("loose", True) else "")


@drawing("dus")
def cake_box(shot: Shot, look: Look) -> str:
    """An open cardboard box with rows of small cakes."""
    p, motif = look.colours, cloth(shot, look, 0.6)
    lid = "M220 180H860L890 470H190Z"
    body = shot.shadow(540, 884, 400) + shape(lid, motif) + shape(lid, shot.linear("0 #fff 0.1", "1 #1c0f04 0.4", angle="v"))
    body += f'<rect x="330" y="230" width="420" height="190" rx="12" fill="{p.light}"/>'
    for i, row in enumerate(lines_of(look.title, 14)[:2]):
        body += text(row, 540, 300 + i * 52, 56, p.deep, look.get("font", "pacifico"), width=380)
    body += text(look.maker, 540, 404, 22, p.ink, weight=600, width=360)
    body += shape("M190 470H890L930 740H150Z", "#F2E7D2") + shape("M190 470H890L900 540H180Z", "#1c0f04", opacity=0.2)
    kind, s = look.get("fill", "dodol"), look.get("size", 1.5)
    for row in range(4):
        for i in range(7):
            x, y = 540 + (i - 3) * (98 + row * 5), 518 + row * 58
            body += f'<ellipse cx="{x}" cy="{y + 22}" rx="44" ry="15" fill="#2a1606" opacity=".3"/>' + at(PIECES[kind](shot), x, y, shot.rng.randrange(-12, 12), s)
    body += shape("M150 740H930L916 884H164Z", p.base) + shape("M150 740H930L927 766H153Z", p.accent)
    return body + text(look.sub, 540, 836, 30, p.light, weight=600, width=600)


@drawing("gula_batok")
def palm_sugar(shot: Shot, look: Look) -> str:
    """Half-coconut blocks of palm sugar, one broken, tied in a leaf."""
    fill = shot.radial("0 #C9853B", "0.6 #94561F", "1 #4f2a0c")
    leaf = shot.linear("0 #BFA56A", "0.5 #D9C48C", "1 #9A8048")
    body = shot.shadow(540, 850, 400, 40)
    for x, y, s in ((330, 640, 1.0), (740, 640, 1.0), (540, 720, 1.15), (540, 500, 0.95)):
        d = "M-170 60C-170 -60 -90 -130 0 -130C90 -130 170 -60 170 60C120 110 -120 110 -170 60Z"
        body += at(f'<g filter="{shot.grain(0.03, 0.03, 3)}">{shape(d, fill)}</g><ellipse cy="-104" rx="66" ry="18" fill="#E2AA66" opacity=".5"/>' + line("M-150 30C-60 70 60 70 150 30", "#2a1404", 5, opacity=0.3), x, y, 0, s)
    body += at(shape("M-190 -20H190V24H-190Z", leaf) + shape("M-30 -50C-90 -110 -120 -40 -30 -10M30 -50C90 -110 120 -40 30 -10", leaf) + '<rect x="-34" y="-34" width="68" height="64" rx="12" fill="#A98C50"/>', 540, 742, 0, 1.05)
    return body + scatter(shot, "gula", [(220, 880, 1.2), (300, 920, 1), (840, 890, 1.2)]) + _card(shot, look, 800, 900)


@drawing("sabun")
def soap(shot: Shot, look: Look) -> str:
    """Bars of plain soap with paper sleeves."""
    p = look.colours
    body = ""
    for x, y, turn, wrapped in ((400, 470, -6, True), (680, 600, 8, False), (430, 770, 3, True)):
        d = "M-190 -80H190C206 -80 214 -70 214 -56V60C214 74 206 84 190 84H-190C-206 84 -214 74 -214 60V-56C-214 -70 -206 -80 -190 -80Z"
        top = shape("M-190 -80H190L170 -126H-166Z", p.light)
        bar = f'<g filter="{shot.grain(0.02, 0.02, 1.6)}">{shape(d, p.base)}</g>' + top + shape(d, shot.linear("0 #fff 0.3", "1 #1c0f04 0.28", angle="v"))
        if wrapped:
            bar += shape("M-120 -128H110L124 -80V84H-124V-80Z", "#F4E9D2") + f'<rect x="-124" y="52" width="248" height="32" fill="{cloth(shot, look, 0.4)}"/>'
            bar += text(look.title, 0, -16, 36, p.deep, "pacifico", width=220) + text(look.maker, 0, 22, 18, p.ink, weight=600, width=210)
        else:
            bar += text(look.title.split()[0].lower(), 0, 24, 56, p.deep, "pacifico", width=300)
        body += shot.shadow(x, y + 84, 200, 22) + at(bar, x, y, turn)
    return body + scatter(shot, "teh", [(780, 840, 1.3), (860, 800, 1.0), (240, 930, 1.2), (860, 330, 1.2)])


@drawing("hampers")
def hamper(shot: Shot, look: Look) -> str:
    """A gift basket with a jar, a pouch and a box, ribbon in front."""

    p = look.colours
    body = shot.shadow(540, 890, 390)
    small = {**look.__dict__, "options": {**look.options}}
    body += at(jar(shot, Look(**{**small, "palette": look.get("second", "kunyit")})), 60, 150, -6, 0.58)
    body += at(standing_pouch(shot, Look(**small)), 330, 60, 3, 0.66)
    body += at(bottle(shot, Look(**{**small, "palette": look.get("second", "kunyit")})), 30, 110, 0, 0.62).replace("translate(30.0", "translate(240.0")
    weave = plait(shot, Look("x", "madu"), "rotan", 1)
    front = "M170 620H910L866 890H214Z"
    body += shape(front, weave) + shape(front, shot.linear("0 #1c0f04 0.45", "0.3 #fff 0.14", "1 #1c0f04 0.45"))
    body += f'<rect x="156" y="600" width="768" height="44" rx="22" fill="{plait(shot, Look("x", "madu"), "kepang", 0.5)}"/>'
    body += f'<rect x="496" y="610" width="88" height="280" fill="{p.base}"/>'
    body += shape("M540 640C460 540 350 560 380 640C400 690 500 680 540 650C580 680 680 690 700 640C730 560 620 540 540 640Z", p.base, stroke=p.deep, stroke_width=4)
    return body + f'<circle cx="540" cy="646" r="32" fill="{p.deep}"/>'

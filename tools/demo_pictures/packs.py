"""Pouches, bags, jars, bottles, boxes and tins with their labels."""

from __future__ import annotations

from .motifs import cloth
from .paint import FLOOR, Look, Shot, at, drawing, line, lines_of, shape, text
from .pieces import heap, scatter

FRONT = [
    (236, 884, 0.9),
    (312, 924, 1.0),
    (806, 896, 0.95),
    (872, 930, 0.85),
    (188, 934, 0.8),
    (742, 942, 0.9),
]


def _label_words(
    look: Look, x: float, y: float, wide: float, ink: str, size: float, font: str
) -> str:
    body, rows = "", lines_of(look.title, 11)
    for i, row in enumerate(rows):
        body += text(row, x, y + i * size * 0.98, size, ink, font, width=wide)
    return body


@drawing("kantong")
def standing_pouch(shot: Shot, look: Look) -> str:
    """A standing pouch; design 'pita', 'lencana', 'penuh' or 'jendela', contents in front."""
    p = look.colours
    kraft = bool(look.get("kraft", look.seed % 2))
    paper = (
        ("#BF9867", "#E6C999", "#D3B27E", "#9B7747") if kraft else (p.deep, p.base, p.base, p.deep)
    )
    body_fill = shot.linear(f"0 {paper[0]}", f"0.24 {paper[1]}", f"0.7 {paper[2]}", f"1 {paper[3]}")
    d = "M312 196H768C776 400 792 640 804 836C804 872 780 884 748 884H332C300 884 276 872 276 836C288 640 304 400 312 196Z"
    body = shot.shadow(540, 884, 280)
    body += f'<g filter="{shot.folds(0.004, 0.005, 9, 5)}">{shape(d, body_fill)}</g>'
    design = look.get("design", ("pita", "lencana", "penuh", "jendela")[look.seed % 4])
    body += f'<g clip-path="{shot.clip(shape(d, "#000"))}">{_front(shot, look, design, kraft)}</g>'
    gloss = shot.linear(
        "0 #1c0f04 0.34",
        "0.1 #1c0f04 0.05",
        "0.2 #fff 0.4",
        "0.29 #fff 0.04",
        "0.75 #1c0f04 0",
        "0.9 #1c0f04 0.12",
        "1 #1c0f04 0.4",
    )
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
            + text(
                "dari dapur kami sendiri",
                540,
                790,
                20,
                p.ink if kraft else p.light,
                weight=600,
                width=360,
            )
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
    window = shape(
        "M540 520C650 520 712 590 712 660C712 750 640 806 540 806C440 806 368 750 368 660C368 590 430 520 540 520Z",
        "#000",
    )
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
    glass = shot.linear(
        "0 #fff 0.5",
        "0.12 #fff 0.08",
        "0.2 #fff 0.42",
        "0.26 #fff 0.02",
        "0.8 #fff 0",
        "0.92 #fff 0.34",
        "1 #1c0f04 0.2",
    )
    body = shot.shadow(540, 884, 270, dark=0.34)
    body += shape(d, "#F6EBD6", opacity=0.75)
    body += f'<g clip-path="{shot.clip(shape(d, "#000"))}">{inside}</g>' + shape(d, glass)
    body += line(
        "M330 350C360 420 330 480 350 560M750 352C730 420 756 500 740 580M470 340C480 380 470 400 476 430",
        "#fff",
        5,
        opacity=0.55,
    )
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
        inside = (
            f'<rect x="{x}" y="{y + 66}" width="{wide}" height="540" fill="#7a4a1e" opacity=".45"/>'
        )
        inside += heap(shot, look.get("fill"), 540, FLOOR, wide, FLOOR - y - 80, 1.1)
    else:
        rng = shot.rng
        fill = shot.linear(f"0 {tint}", f"1 {tint}")
        inside = f'<rect x="{x - 10}" y="{y + 64}" width="{wide + 20}" height="560" fill="{fill}"/>'
        for _ in range(int(look.get("bits", 60))):
            cx, cy = rng.uniform(x, x + wide), rng.uniform(y + 74, FLOOR)
            inside += f'<ellipse cx="{cx:.0f}" cy="{cy:.0f}" rx="{rng.randrange(4, 12)}" ry="{rng.randrange(3, 7)}" fill="{rng.choice((p.accent, "#fff", "#7A1F11"))}" opacity=".35" transform="rotate({rng.randrange(180)} {cx:.0f} {cy:.0f})"/>'
        inside += (
            f'<ellipse cx="540" cy="{y + 66}" rx="{wide / 2}" ry="14" fill="#fff" opacity=".25"/>'
        )
    body += f'<g clip-path="{clip}">{inside}</g>'
    body += shape(d, shot.round_shade(0.42))
    body += line(f"M{x + 34} {y + 96}V{FLOOR - 70}", "#fff", 16, opacity=0.5)
    body += _jar_label(shot, look, wide) + _lid(shot, look, x, y, wide)
    return body + (scatter(shot, look.get("front"), FRONT[:4]) if look.get("front") else "")


def _jar_label(shot: Shot, look: Look, wide: float) -> str:
    p, half = look.colours, wide * 0.44
    y = 520
    body = (
        f'<rect x="{540 - half}" y="{y}" width="{half * 2}" height="246" rx="10" fill="#FFFDF6"/>'
    )
    body += f'<rect x="{540 - half}" y="{y}" width="{half * 2}" height="42" rx="10" fill="{cloth(shot, look, 0.42)}"/>'
    body += text(
        look.maker,
        540,
        y + 76,
        22,
        p.base if look.palette != "gading" else p.ink,
        "pacifico",
        width=half * 1.7,
    )
    rows = lines_of(look.title, 10)
    size = 50 if len(rows) < 3 else 40
    for i, row in enumerate(rows):
        body += text(
            row,
            540,
            y + 128 + i * size * 0.92,
            size,
            p.deep,
            look.get("font", "fraunces"),
            width=half * 1.75,
        )
    body += text(look.sub, 540, y + 228, 18, p.ink, weight=600, width=half * 1.6)
    return (
        body
        + f'<rect x="{540 - half}" y="{y}" width="{half * 2}" height="246" rx="10" fill="{shot.linear("0 #1c0f04 0.2", "0.25 #fff 0.1", "1 #1c0f04 0.22")}"/>'
    )


def _lid(shot: Shot, look: Look, x: float, y: float, wide: float) -> str:
    p, kind = look.colours, look.get("lid", "logam")
    if kind == "kain":
        d = f"M{x + 20} {y + 6}C{x + 10} {y - 90} {x + wide - 10} {y - 90} {x + wide - 20} {y + 6}L{x + wide + 16} {y + 80}C{x + wide - 60} {y + 60} {x + wide - 90} {y + 96} 540 {y + 74}C{x + 110} {y + 98} {x + 60} {y + 62} {x - 16} {y + 82}Z"
        return (
            f'<g filter="{shot.folds(0.012, 0.004, 30, 6)}">{shape(d, cloth(shot, look, 0.5))}</g>'
            + line(
                f"M{x + 18} {y + 8}C{x + 90} {y + 24} {x + wide - 90} {y + 24} {x + wide - 18} {y + 8}",
                "#8A6A3A",
                9,
            )
        )
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
    half, neck, shoulder = {
        "tinggi": (118, 46, 420),
        "bulat": (168, 54, 470),
        "pipih": (186, 50, 520),
    }[form]
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
        body += text(
            row, 540, top + 112 + i * 40, 44, p.deep, look.get("font", "fraunces"), width=half * 1.7
        )
    body += text(look.sub, 540, top + 216, 17, p.ink, weight=600, width=half * 1.5)
    body += f'<rect x="{540 - half}" y="{top}" width="{half * 2}" height="230" fill="{shot.round_shade(0.4)}"/>'
    body += line(f"M{540 - half + 30} {shoulder + 60}V840", "#fff", 12, opacity=0.45)
    front = look.get("front")
    return body + (
        scatter(shot, front, [(x, y, s * 1.3) for x, y, s in FRONT[:4]]) if front else ""
    )


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
    body = at(
        shape("M-70 -60H70V62H-70Z", "#2a1606", opacity=0.3, filter=shot.blur(8)), x + 4, y + 8
    )
    body += at(shape("M-60 -66H60L72 60H-72Z", "#F6F0E0") + shape("M-52 -6H58L66 52H-66Z", look.get("leafcolour", "#7d8a4a"), opacity=0.6)
               + line("M-72 60H72", "#D3BD98", 3), x, y, -8)  # fmt: skip
    body += line(
        f"M{x} {y - 62}C{x + 40} {y - 120} {x + 90} {y - 20} {x + 150} {y + 10}", "#EFE6D2", 4
    )
    return body + at(
        f'<rect x="-30" y="-24" width="60" height="48" rx="5" fill="{p.base}"/><circle r="9" fill="{p.light}"/>',
        x + 168,
        y + 16,
        14,
    )


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
    body += text(look.sub, 540, 722, 22, p.ink, weight=600, width=300) + shape(
        d, shot.round_shade(0.6)
    )
    lid = shot.linear(f"0 {p.deep}", "0.28 #F4E7C8", f"0.6 {p.accent}", f"1 {p.deep}")
    body += f'<path d="M322 300V352C322 392 758 392 758 352V300Z" fill="{lid}"/><ellipse cx="540" cy="300" rx="218" ry="46" fill="{p.accent}"/>'
    body += '<ellipse cx="540" cy="298" rx="196" ry="38" fill="#fff" opacity=".22"/>'
    return body + scatter(shot, look.get("fill", "kopi"), FRONT)

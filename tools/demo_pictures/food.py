"""Food as it is served or given: trays, besek, boxes, sugar, soap and hampers."""

from __future__ import annotations

import math

from .motifs import cloth, plait
from .packs import bottle, jar, standing_pouch
from .paint import Look, Shot, at, drawing, line, lines_of, shape, text
from .pieces import PIECES, scatter


@drawing("tampah_isi")
def tray_of_food(shot: Shot, look: Look) -> str:
    """A round bamboo tray on banana leaf, full of what the kitchen made."""
    kind = look.get("fill", "kerupuk")
    weave = plait(shot, Look("x", "madu"), "anyam", 0.8, 20)
    body = shot.shadow(540, 760, 430, 60)
    body += f'<ellipse cx="540" cy="640" rx="430" ry="270" fill="{weave}"/><ellipse cx="540" cy="640" rx="430" ry="270" fill="none" stroke="#8a5a2c" stroke-width="34"/><ellipse cx="540" cy="632" rx="430" ry="268" fill="none" stroke="#D9AB70" stroke-width="14"/>'
    leaf = shot.linear("0 #7FA05A", "0.5 #4C7A45", "1 #2f5a30", angle="d")
    body += shape(
        "M220 600C330 430 700 400 860 560C860 720 700 800 500 800C340 800 240 740 220 600Z", leaf
    )
    body += line("M240 620C420 560 660 540 850 570", "#DDE8C6", 4, opacity=0.5)
    rng, soft = shot.rng, shot.blur(7)
    big = look.get("size", 1.9)
    for ring, count in ((190, 13), (110, 8), (20, 3)):
        for i in range(count):
            a = 2 * math.pi * i / count + rng.uniform(0, 0.4)
            x, y = (
                540 + ring * 1.3 * math.cos(a),
                620 + ring * 0.78 * math.sin(a) - (190 - ring) * 0.42,
            )
            body += f'<ellipse cx="{x + 6:.0f}" cy="{y + 24:.0f}" rx="{40 * big * 0.8:.0f}" ry="{16 * big * 0.8:.0f}" fill="#2a1606" opacity=".3" filter="{soft}"/>'
            body += at(PIECES[kind](shot), x, y, rng.randrange(360), big)
    return body + _card(shot, look, 800, 860)


def _card(shot: Shot, look: Look, x: float, y: float) -> str:
    p = look.colours
    body = '<rect x="-120" y="-78" width="240" height="156" rx="10" fill="#FFFDF6"/>'
    body += (
        f'<rect x="-120" y="-78" width="240" height="28" rx="10" fill="{cloth(shot, look, 0.3)}"/>'
    )
    body += text(look.title, 0, -2, 38, p.deep, "pacifico", width=216) + text(
        look.maker, 0, 34, 19, p.ink, weight=600, width=206
    )
    body += text(look.sub, 0, 60, 16, "#8A7352", weight=600, width=206)
    return at(
        f'<rect x="-116" y="-66" width="240" height="156" rx="10" fill="#2a1606" opacity=".3" filter="{shot.blur(8)}"/>{body}',
        x,
        y,
        4,
    )


@drawing("besek_isi")
def besek(shot: Shot, look: Look) -> str:
    """A plaited bamboo box, lid leaning behind, filled and labelled."""

    p = look.colours
    weave = plait(shot, Look("x", "madu"), "anyam", 1.0)
    pale = plait(shot, Look("x", "gading", options={"second": "madu"}), "anyam", 1.0)
    lid = "M250 240H830L800 520H280Z"
    body = (
        shot.shadow(540, 884, 360)
        + shape(lid, pale)
        + shape(lid, shot.linear("0 #1c0f04 0", "1 #1c0f04 0.5", angle="v"))
    )
    kind = look.get("fill", "buah")
    s = look.get("size", 1.5)
    for row, y in enumerate((452, 512, 560)):
        for i in range(8 - row % 2):
            body += at(
                PIECES[kind](shot), 250 + row % 2 * 36 + i * 82, y, shot.rng.randrange(-40, 40), s
            )
    front = "M200 560H880L850 884H230Z"
    body += shape(front, weave) + shape(
        front, shot.linear("0 #1c0f04 0.4", "0.25 #fff 0.12", "0.7 #1c0f04 0", "1 #1c0f04 0.42")
    )
    body += f'<rect x="188" y="548" width="704" height="40" rx="10" fill="{pale}"/>' + line(
        "M190 590H890", "#1c0f04", 4, opacity=0.4
    )
    body += '<rect x="370" y="640" width="340" height="190" rx="6" fill="#FFFDF6"/>'
    body += f'<rect x="382" y="652" width="316" height="166" fill="none" stroke="{p.base}" stroke-width="4"/>'
    for i, row in enumerate(lines_of(look.title, 13)[:2]):
        body += text(row, 540, 708 + i * 46, 46, p.deep, look.get("font", "fraunces"), width=290)
    body += text(look.sub, 540, 804, 22, p.ink, weight=600, width=280)
    return body + (
        scatter(shot, kind, [(150, 900, 1.4), (928, 908, 1.3)]) if look.get("loose", True) else ""
    )


@drawing("dus")
def cake_box(shot: Shot, look: Look) -> str:
    """An open cardboard box with rows of small cakes."""
    p, motif = look.colours, cloth(shot, look, 0.6)
    lid = "M220 180H860L890 470H190Z"
    body = (
        shot.shadow(540, 884, 400)
        + shape(lid, motif)
        + shape(lid, shot.linear("0 #fff 0.1", "1 #1c0f04 0.4", angle="v"))
    )
    body += f'<rect x="330" y="230" width="420" height="190" rx="12" fill="{p.light}"/>'
    for i, row in enumerate(lines_of(look.title, 14)[:2]):
        body += text(row, 540, 300 + i * 52, 56, p.deep, look.get("font", "pacifico"), width=380)
    body += text(look.maker, 540, 404, 22, p.ink, weight=600, width=360)
    body += shape("M190 470H890L930 740H150Z", "#F2E7D2") + shape(
        "M190 470H890L900 540H180Z", "#1c0f04", opacity=0.2
    )
    kind, s = look.get("fill", "dodol"), look.get("size", 1.5)
    for row in range(4):
        for i in range(7):
            x, y = 540 + (i - 3) * (98 + row * 5), 518 + row * 58
            body += (
                f'<ellipse cx="{x}" cy="{y + 22}" rx="44" ry="15" fill="#2a1606" opacity=".3"/>'
                + at(PIECES[kind](shot), x, y, shot.rng.randrange(-12, 12), s)
            )
    body += shape("M150 740H930L916 884H164Z", p.base) + shape(
        "M150 740H930L927 766H153Z", p.accent
    )
    return body + text(look.sub, 540, 836, 30, p.light, weight=600, width=600)


@drawing("gula_batok")
def palm_sugar(shot: Shot, look: Look) -> str:
    """Half-coconut blocks of palm sugar, one broken, tied in a leaf."""
    fill = shot.radial("0 #C9853B", "0.6 #94561F", "1 #4f2a0c")
    leaf = shot.linear("0 #BFA56A", "0.5 #D9C48C", "1 #9A8048")
    body = shot.shadow(540, 850, 400, 40)
    for x, y, s in ((330, 640, 1.0), (740, 640, 1.0), (540, 720, 1.15), (540, 500, 0.95)):
        d = "M-170 60C-170 -60 -90 -130 0 -130C90 -130 170 -60 170 60C120 110 -120 110 -170 60Z"
        body += at(
            f'<g filter="{shot.grain(0.03, 0.03, 3)}">{shape(d, fill)}</g><ellipse cy="-104" rx="66" ry="18" fill="#E2AA66" opacity=".5"/>'
            + line("M-150 30C-60 70 60 70 150 30", "#2a1404", 5, opacity=0.3),
            x,
            y,
            0,
            s,
        )
    body += at(
        shape("M-190 -20H190V24H-190Z", leaf)
        + shape("M-30 -50C-90 -110 -120 -40 -30 -10M30 -50C90 -110 120 -40 30 -10", leaf)
        + '<rect x="-34" y="-34" width="68" height="64" rx="12" fill="#A98C50"/>',
        540,
        742,
        0,
        1.05,
    )
    return (
        body
        + scatter(shot, "gula", [(220, 880, 1.2), (300, 920, 1), (840, 890, 1.2)])
        + _card(shot, look, 800, 900)
    )


@drawing("sabun")
def soap(shot: Shot, look: Look) -> str:
    """Bars of plain soap with paper sleeves."""
    p = look.colours
    body = ""
    for x, y, turn, wrapped in ((400, 470, -6, True), (680, 600, 8, False), (430, 770, 3, True)):
        d = "M-190 -80H190C206 -80 214 -70 214 -56V60C214 74 206 84 190 84H-190C-206 84 -214 74 -214 60V-56C-214 -70 -206 -80 -190 -80Z"
        top = shape("M-190 -80H190L170 -126H-166Z", p.light)
        bar = (
            f'<g filter="{shot.grain(0.02, 0.02, 1.6)}">{shape(d, p.base)}</g>'
            + top
            + shape(d, shot.linear("0 #fff 0.3", "1 #1c0f04 0.28", angle="v"))
        )
        if wrapped:
            bar += (
                shape("M-120 -128H110L124 -80V84H-124V-80Z", "#F4E9D2")
                + f'<rect x="-124" y="52" width="248" height="32" fill="{cloth(shot, look, 0.4)}"/>'
            )
            bar += text(look.title, 0, -16, 36, p.deep, "pacifico", width=220) + text(
                look.maker, 0, 22, 18, p.ink, weight=600, width=210
            )
        else:
            bar += text(look.title.split()[0].lower(), 0, 24, 56, p.deep, "pacifico", width=300)
        body += shot.shadow(x, y + 84, 200, 22) + at(bar, x, y, turn)
    return body + scatter(
        shot, "teh", [(780, 840, 1.3), (860, 800, 1.0), (240, 930, 1.2), (860, 330, 1.2)]
    )


@drawing("hampers")
def hamper(shot: Shot, look: Look) -> str:
    """A gift basket with a jar, a pouch and a box, ribbon in front."""

    p = look.colours
    body = shot.shadow(540, 890, 390)
    small = {**look.__dict__, "options": {**look.options}}
    body += at(
        jar(shot, Look(**{**small, "palette": look.get("second", "kunyit")})), 60, 150, -6, 0.58
    )
    body += at(standing_pouch(shot, Look(**small)), 330, 60, 3, 0.66)
    body += at(
        bottle(shot, Look(**{**small, "palette": look.get("second", "kunyit")})), 30, 110, 0, 0.62
    ).replace("translate(30.0", "translate(240.0")
    weave = plait(shot, Look("x", "madu"), "rotan", 1)
    front = "M170 620H910L866 890H214Z"
    body += shape(front, weave) + shape(
        front, shot.linear("0 #1c0f04 0.45", "0.3 #fff 0.14", "1 #1c0f04 0.45")
    )
    body += f'<rect x="156" y="600" width="768" height="44" rx="22" fill="{plait(shot, Look("x", "madu"), "kepang", 0.5)}"/>'
    body += f'<rect x="496" y="610" width="88" height="280" fill="{p.base}"/>'
    body += shape(
        "M540 640C460 540 350 560 380 640C400 690 500 680 540 650C580 680 680 690 700 640C730 560 620 540 540 640Z",
        p.base,
        stroke=p.deep,
        stroke_width=4,
    )
    return body + f'<circle cx="540" cy="646" r="32" fill="{p.deep}"/>'

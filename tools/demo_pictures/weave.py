"""Plaited and twisted things: bags, baskets, mats, hats, lamps of fibre."""

from __future__ import annotations

import math

from .motifs import plait
from .paint import Look, Shot, at, drawing, line, shape, text


def _label(look: Look, x: float, y: float, turn: float = 3) -> str:
    """A small sewn leather label."""
    words = text(look.maker, 0, 6, 20, "#F6E3C2", "pacifico", width=118)
    return at(
        f'<rect x="-72" y="-30" width="144" height="56" rx="7" fill="#7A4F2A"/><rect x="-65" y="-23" width="130" height="42" rx="4" fill="none" stroke="#E2C08A" stroke-width="2" stroke-dasharray="6 5"/>{words}',
        x,
        y,
        turn,
    )


def _sides(shot: Shot, d: str, strength: float = 0.46) -> str:
    return shape(d, shot.round_shade(strength)) + shape(
        d, shot.linear("0.6 #1c0f04 0", "1 #1c0f04 0.34", angle="v")
    )


@drawing("tas_anyam")
def woven_bag(shot: Shot, look: Look) -> str:
    """A plaited bag; form 'kotak', 'ember', 'bulat' or 'selempang'."""
    form, p = look.get("form", "kotak"), look.colours
    fill = plait(shot, look, look.get("weave", "anyam"), look.get("scale", 0.9))
    strap = look.get("strap", "#7A4F2A")
    if form == "bulat":
        return _round_bag(shot, look, fill, strap)
    if form == "selempang":
        d = "M250 520C250 496 266 480 290 480H790C814 480 830 496 830 520V840C830 868 814 884 786 884H294C266 884 250 868 250 840Z"
        body = shot.shadow(540, 884, 320) + line("M280 500C200 120 880 120 800 500", strap, 16)
        body += shape(d, fill) + _sides(shot, d)
        flap = "M244 474H836V640C740 740 340 740 244 640Z"
        body += at(shape(flap, "#1c0f04", opacity=0.4, filter=shot.blur(10)), 0, 12)
        body += shape(flap, plait(shot, look, look.get("weave", "anyam"), 0.9, 45)) + shape(
            flap, shot.linear("0 #fff 0.2", "1 #1c0f04 0.25", angle="v")
        )
        body += line("M244 640C340 740 740 740 836 640", p.deep, 9)
        return (
            body
            + f'<circle cx="540" cy="700" r="26" fill="{strap}"/><circle cx="534" cy="694" r="9" fill="#fff" opacity=".4"/>'
            + _label(look, 360, 800)
        )
    d = {"kotak": "M246 420H834L812 850C810 874 798 884 776 884H304C282 884 270 874 268 850Z",
         "ember": "M236 440H844C830 640 800 760 720 862C712 876 700 884 682 884H398C380 884 368 876 360 862C280 760 250 640 236 440Z"}[form]  # fmt: skip
    body = shot.shadow(540, 884, 300)
    body += line("M396 440C380 150 700 150 684 440", p.deep, 20, opacity=0.8)
    body += f'<ellipse cx="540" cy="432" rx="296" ry="34" fill="{p.deep}"/>'
    body += shape(d, fill) + _sides(shot, d)
    for y in look.get("bands", []):
        body += shape(
            f"M246 {y}H834V{y + 60}H246Z",
            plait(shot, Look("x", look.get("second", "bata")), "kepang", 0.6),
            clip_path=shot.clip(shape(d, "#000")),
        )
    rim = plait(shot, look, "kepang", 0.45)
    body += f'<rect x="230" y="412" width="620" height="40" rx="18" fill="{rim}"/><rect x="230" y="412" width="620" height="40" rx="18" fill="{shot.round_shade(0.5)}"/>'
    body += line("M420 450C404 200 676 200 660 450", strap, 26) + line(
        "M420 450C404 200 676 200 660 450", "#fff", 4, opacity=0.3, stroke_dasharray="10 8"
    )
    for x in (420, 660):
        body += f'<rect x="{x - 24}" y="430" width="48" height="84" rx="8" fill="{strap}"/><circle cx="{x}" cy="{452}" r="6" fill="#E6CF9A"/><circle cx="{x}" cy="{492}" r="6" fill="#E6CF9A"/>'
    return body + _label(look, 540, 660)


def _round_bag(shot: Shot, look: Look, fill: str, strap: str) -> str:
    p = look.colours
    body = shot.shadow(540, 892, 250) + line("M350 420C300 60 780 60 730 420", strap, 14)
    body += f'<circle cx="556" cy="604" r="290" fill="{p.deep}"/><circle cx="540" cy="600" r="290" fill="{fill}"/>'
    for r in range(40, 290, 42):
        body += f'<circle cx="540" cy="600" r="{r}" fill="none" stroke="{p.deep}" stroke-width="5" opacity=".42"/>'
    star = "".join(
        f'<path d="M0 0C-34 -60 -30 -140 0 -190C30 -140 34 -60 0 0Z" fill="{p.light}" opacity=".55" transform="rotate({a})"/>'
        for a in range(0, 360, 45)
    )
    body += at(star, 540, 600)
    body += f'<circle cx="540" cy="600" r="290" fill="{shot.radial("0 #fff 0.3", "0.5 #fff 0", "1 #1c0f04 0.5")}"/>'
    body += f'<circle cx="540" cy="600" r="284" fill="none" stroke="{plait(shot, look, "kepang", 0.4)}" stroke-width="26"/>'
    return (
        body
        + f'<rect x="500" y="290" width="80" height="120" rx="14" fill="{strap}"/><circle cx="540" cy="380" r="13" fill="#E6CF9A"/>'
    )


@drawing("keranjang")
def basket(shot: Shot, look: Look) -> str:
    """A basket; form 'gagang', 'pot', 'cucian' or 'rendah'."""
    p, form = look.colours, look.get("form", "gagang")
    fill = plait(shot, look, look.get("weave", "rotan"), look.get("scale", 1.0))
    top, w1, w2 = {
        "gagang": (520, 350, 270),
        "pot": (360, 270, 220),
        "cucian": (260, 290, 240),
        "rendah": (640, 390, 330),
    }[form]
    d = f"M{540 - w1} {top}H{540 + w1}L{540 + w2} 850C{540 + w2} 880 {540 - w2} 880 {540 - w2} 850Z"
    body = shot.shadow(540, 876, w2 * 1.15)
    if form == "gagang":
        body += line(
            f"M{540 - w1 + 40} {top}C{540 - w1 + 40} 120 {540 + w1 - 40} 120 {540 + w1 - 40} {top}",
            p.deep,
            34,
        )
        body += line(
            f"M{540 - w1 + 40} {top}C{540 - w1 + 40} 120 {540 + w1 - 40} 120 {540 + w1 - 40} {top}",
            p.light,
            18,
            stroke_dasharray="34 9",
        )
    body += f'<ellipse cx="540" cy="{top}" rx="{w1}" ry="46" fill="{p.deep}"/><ellipse cx="540" cy="{top + 12}" rx="{w1 - 24}" ry="34" fill="#2a1606" opacity=".5"/>'
    if form == "pot":
        body += plant(shot, 540, top + 6)
    if form == "cucian":
        body += shape(
            f"M330 {top}C380 {top - 90} 480 {top - 40} 540 {top - 80}C620 {top - 110} 700 {top - 30} 750 {top}C660 {top + 40} 420 {top + 40} 330 {top}Z",
            look.second.light,
        )
        body += line(
            f"M420 {top - 30}C460 {top} 520 {top - 40} 600 {top + 10}",
            look.second.base,
            5,
            opacity=0.5,
        )
    body += shape(d, fill) + _sides(shot, d)
    clip = shot.clip(shape(d, "#000"))
    if look.get("second"):
        body += f'<g clip-path="{clip}"><rect x="100" y="{top + (880 - top) * 0.45:.0f}" width="880" height="70" fill="{plait(shot, Look("x", look.get("second")), look.get("weave", "rotan"), 1)}" opacity=".9"/></g>'
    body += f'<path d="M{540 - w1 - 8} {top - 6}C{540 - w1} {top + 60} {540 + w1} {top + 60} {540 + w1 + 8} {top - 6}L{540 + w1} {top + 26}C{540 + w1 - 20} {top + 92} {540 - w1 + 20} {top + 92} {540 - w1} {top + 26}Z" fill="{plait(shot, look, "kepang", 0.5)}"/>'
    if form in ("cucian", "rendah"):
        for x in (540 - w1, 540 + w1):
            body += line(f"M{x} {top + 40}q{-44 if x < 540 else 44} 40 0 90", p.deep, 18)
    return body + _label(look, 540, top + (880 - top) * 0.72)


def plant(shot: Shot, x: float, y: float) -> str:
    leaf, body = shot.linear("0 #7FA05A", "1 #2f5a30"), ""
    for turn, s in (
        (-64, 0.9),
        (-38, 1.15),
        (-12, 1.3),
        (14, 1.25),
        (40, 1.1),
        (66, 0.9),
        (0, 0.9),
    ):
        body += at(
            shape("M0 0C-54 -90 -44 -190 0 -250C44 -190 54 -90 0 0Z", leaf)
            + line("M0 -6V-236", "#DDE8C6", 3, opacity=0.6),
            x,
            y,
            turn,
            s,
        )
    return body


@drawing("tikar")
def mat(shot: Shot, look: Look) -> str:
    """A mat half unrolled towards the viewer."""
    p = look.colours
    fill = plait(shot, look, look.get("weave", "kepang"), 0.9)
    flat = "M220 420H860L970 880H110Z"
    body = at(shape(flat, "#2a1606", opacity=0.4, filter=shot.blur(20)), 8, 22) + shape(flat, fill)
    for k in (0.14, 0.86):
        y = 420 + 460 * k
        x = 220 - 110 * k
        band = plait(shot, Look("x", look.get("second", "bata")), "kepang", 0.7)
        body += shape(
            f"M{x:.0f} {y:.0f}H{1080 - x:.0f}L{1092 - x:.0f} {y + 50:.0f}H{x - 12:.0f}Z", band
        )
    body += shape(flat, shot.linear("0 #1c0f04 0.36", "0.3 #fff 0.12", "1 #fff 0.1", angle="v"))
    body += line("M110 880H970L860 420M220 420L110 880", p.deep, 8)
    roll = "M190 260H890C930 260 930 430 890 430H190C150 430 150 260 190 260Z"
    body += shape(roll, fill) + shape(
        roll, shot.linear("0 #fff 0.24", "0.4 #fff 0", "1 #1c0f04 0.6", angle="v")
    )
    body += f'<ellipse cx="890" cy="345" rx="36" ry="84" fill="{p.light}"/>'
    body += "".join(
        f'<ellipse cx="890" cy="345" rx="{36 * k:.0f}" ry="{84 * k:.0f}" fill="none" stroke="{p.deep}" stroke-width="4"/>'
        for k in (0.85, 0.62, 0.4, 0.18)
    )
    return body + _label(look, 540, 640, 0)


@drawing("topi_anyam")
def hat(shot: Shot, look: Look) -> str:
    """A brimmed hat, or the farmer's cone when form is 'caping'."""
    p = look.colours
    fill = plait(shot, look, look.get("weave", "kepang"), 0.6)
    if look.get("form") == "caping":
        cone = "M540 250C620 420 820 600 980 720C880 830 200 830 100 720C260 600 460 420 540 250Z"
        body = (
            shot.shadow(540, 800, 430, 40) + shape(cone, fill) + shape(cone, shot.round_shade(0.56))
        )
        for k in (0.4, 0.62, 0.84):
            y, half = 250 + 480 * k, 440 * k
            body += line(
                f"M{540 - half:.0f} {y:.0f}Q540 {y + 90 * k:.0f} {540 + half:.0f} {y:.0f}",
                p.deep,
                6,
                opacity=0.6,
            )
        return (
            body
            + line("M100 720C200 830 880 830 980 720", p.deep, 20)
            + f'<circle cx="540" cy="254" r="18" fill="{p.deep}"/>'
        )
    brim = '<ellipse cx="540" cy="720" rx="430" ry="140" fill="{f}"/>'
    crown = "M330 700C330 470 380 380 470 372C520 400 560 400 610 372C700 380 750 470 750 700C700 760 380 760 330 700Z"
    body = shot.shadow(540, 850, 400, 40) + brim.format(f=fill)
    body += brim.format(f=shot.linear("0 #1c0f04 0.35", "0.35 #fff 0.2", "1 #1c0f04 0.4"))
    body += f'<ellipse cx="540" cy="720" rx="430" ry="140" fill="none" stroke="{p.deep}" stroke-width="9"/>'
    body += shape(crown, fill) + shape(crown, shot.round_shade(0.5))
    return (
        body
        + shape("M330 630C380 690 700 690 750 630V706C690 766 390 766 330 706Z", look.second.base)
        + line("M330 640C380 700 700 700 750 640", "#fff", 3, opacity=0.4)
    )


@drawing("alas")
def coasters(shot: Shot, look: Look) -> str:
    """Round place mats or coasters, overlapping, from above."""
    body = ""
    for x, y, r, name in (
        (400, 420, 250, look.palette),
        (690, 560, 240, look.get("second", "gading")),
        (430, 740, 220, look.palette),
    ):
        q = Look("x", name)
        body += f'<circle cx="{x + 14}" cy="{y + 20}" r="{r}" fill="#2a1606" opacity=".4" filter="{shot.blur(14)}"/>'
        body += f'<circle cx="{x}" cy="{y}" r="{r}" fill="{q.colours.base}"/>'
        for k, ring in enumerate(range(16, r, 17)):
            tone = q.colours.deep if k % 4 == 3 else q.colours.light
            body += f'<circle cx="{x}" cy="{y}" r="{ring}" fill="none" stroke="{tone}" stroke-width="6" stroke-dasharray="11 4" opacity=".8"/>'
        body += f'<circle cx="{x}" cy="{y}" r="{r}" fill="{shot.radial("0 #fff 0.25", "0.6 #fff 0", "1 #1c0f04 0.3")}"/>'
        loops = "".join(
            f'<circle cx="{x + r * math.cos(a):.1f}" cy="{y + r * math.sin(a):.1f}" r="14" fill="none" stroke="{q.colours.deep}" stroke-width="6"/>'
            for a in [i * math.pi / 18 for i in range(36)]
        )
        body += loops if look.get("loops") else ""
    return body + _label(look, 690, 560, -4)


@drawing("lampu_anyam")
def lamp(shot: Shot, look: Look) -> str:
    """A hanging lamp of open weave, lit from inside."""
    p, form = look.colours, look.get("form", "bulat")
    glow = shot.radial("0 #FFE9AE 0.95", "0.5 #FFD98A 0.4", "1 #FFD98A 0", cx=0.5, cy=0.5, r=0.5)
    d = {"bulat": "M540 320C720 320 820 440 820 570C820 720 700 820 540 820C380 820 260 720 260 570C260 440 360 320 540 320Z",
         "lonceng": "M470 320H610C660 460 800 600 850 790C700 850 380 850 230 790C280 600 420 460 470 320Z",
         "tabung": "M340 330H740V830C640 860 440 860 340 830Z"}[form]  # fmt: skip
    body = (
        line("M540 0V320", "#3A210F", 7)
        + '<rect x="510" y="270" width="60" height="60" rx="10" fill="#3A210F"/>'
    )
    body += f'<circle cx="540" cy="600" r="520" fill="{glow}"/>' + shape(d, "#FFE2A0")
    ribs = ""
    for i in range(-9, 10):
        ribs += line(
            f"M540 300C{540 + i * 50} 420 {540 + i * 58} 700 {540 + i * (34 if form == 'bulat' else 62)} 860",
            p.base,
            9,
        )
    for y in range(340, 850, 30):
        ribs += line(f"M180 {y}Q540 {y + 60} 900 {y}", p.deep, 7)
        ribs += line(f"M180 {y - 4}Q540 {y + 56} 900 {y - 4}", p.light, 2, opacity=0.6)
    body += f'<g clip-path="{shot.clip(shape(d, "#000"))}">{ribs}<circle cx="540" cy="580" r="180" fill="{shot.radial("0 #FFF7DD 0.95", "1 #FFE2A0 0", cx=0.5, cy=0.5, r=0.5)}"/></g>'
    return (
        body
        + shape(d, shot.linear("0 #1c0f04 0.3", "0.4 #fff 0", "1 #1c0f04 0.36"))
        + line(d, p.deep, 12)
    )


@drawing("kotak_anyam")
def woven_box(shot: Shot, look: Look) -> str:
    """A lidded plaited box, a smaller one beside it."""
    p = look.colours
    fill, lidfill = (
        plait(shot, look, look.get("weave", "anyam"), 0.8),
        plait(shot, look, "kepang", 0.7),
    )
    body = ""
    for x, y, s in ((430, 860, 1.0), (800, 890, 0.52)):
        d, lid = "M-270 -330H270L262 0H-262Z", "M-290 -400H290V-270H-290Z"
        top = "M-290 -400H290L230 -470H-230Z"
        one = (
            shape(d, fill)
            + _sides(shot, d)
            + shape(top, lidfill)
            + shape(top, "#fff", opacity=0.22)
        )
        one += (
            at(shape(lid, "#1c0f04", opacity=0.4, filter=shot.blur(8)), 0, 12)
            + shape(lid, lidfill)
            + shape(lid, shot.round_shade(0.45))
        )
        one += f'<rect x="-22" y="-500" width="44" height="40" rx="16" fill="{p.deep}"/>'
        if look.get("tissue") and s == 1.0:
            one += shape(
                "M-90 -436C-60 -560 -10 -520 0 -580C30 -530 70 -560 90 -436Z",
                "#FFFDF6",
                stroke="#E8D9BF",
                stroke_width=3,
            )
        body += shot.shadow(x, y, 290 * s, 24) + at(one, x, y, 0, s)
    return body + _label(look, 430, 700, 0)


@drawing("nampan_anyam")
def woven_tray(shot: Shot, look: Look) -> str:
    """A serving tray of rattan with two cups on it."""
    p, fill = look.colours, plait(shot, look, "kepang", 0.9)
    body = (
        shot.shadow(540, 800, 440, 50)
        + f'<ellipse cx="540" cy="660" rx="440" ry="210" fill="{p.deep}"/><ellipse cx="540" cy="640" rx="440" ry="205" fill="{fill}"/>'
    )
    rim = plait(shot, look, "rotan", 0.8)
    body += f'<ellipse cx="540" cy="640" rx="432" ry="198" fill="none" stroke="{rim}" stroke-width="46"/>'
    body += f'<ellipse cx="540" cy="622" rx="436" ry="200" fill="none" stroke="{p.light}" stroke-width="6" opacity=".6"/>'
    for x, y in ((400, 610), (660, 640)):
        body += shot.shadow(x, y + 56, 78, 14) + shape(
            f"M{x - 80} {y - 70}H{x + 80}C{x + 80} {y + 20} {x + 40} {y + 60} {x} {y + 60}C{x - 40} {y + 60} {x - 80} {y + 20} {x - 80} {y - 70}Z",
            shot.linear("0 #B89E73", "0.3 #FFFDF6", "1 #CBB692"),
        )
        body += f'<ellipse cx="{x}" cy="{y - 70}" rx="80" ry="22" fill="#FFFDF6"/><ellipse cx="{x}" cy="{y - 66}" rx="68" ry="16" fill="#8a4a1c"/>'
    for x in (110, 970):
        body += line(f"M{x} 590q{-50 if x < 540 else 50} 50 0 100", p.deep, 22)
    return body


@drawing("sandal")
def slippers(shot: Shot, look: Look) -> str:
    """A pair of house slippers from above."""
    p, fill = look.colours, plait(shot, look, look.get("weave", "kepang"), 0.6)
    sole = "M0 -330C100 -330 140 -220 130 -100C124 0 110 60 116 170C120 270 70 330 0 330C-76 330 -120 270 -110 170C-100 60 -130 0 -136 -100C-146 -220 -100 -330 0 -330Z"
    strap = "M-158 -140C-100 -230 100 -230 152 -130L140 30C60 -50 -70 -50 -140 30Z"
    body = ""
    for x, turn, flip in ((360, -8, 1), (720, 8, -1)):
        one = at(shape(sole, "#2a1606", opacity=0.4, filter=shot.blur(14)), 12, 20) + shape(
            sole, p.deep
        )
        one += at(shape(sole, fill), 0, 0, 0, 0.93) + at(
            shape(strap, "#1c0f04", opacity=0.4, filter=shot.blur(9)), 0, 14
        )
        one += (
            shape(strap, look.second.base)
            + shape(strap, shot.round_shade(0.5))
            + line(
                "M-146 -124C-90 -206 92 -206 142 -116",
                "#fff",
                3,
                opacity=0.5,
                stroke_dasharray="9 7",
            )
        )
        body += f'<g transform="translate({x} 560) rotate({turn}) scale({flip} 1)">{one}</g>'
    return body


@drawing("kipas")
def fan(shot: Shot, look: Look) -> str:
    """A hand fan of plaited bamboo with a wooden grip."""
    p, fill = look.colours, plait(shot, look, "kepang", 0.8)
    d = "M540 190C730 190 830 330 800 480C770 610 640 660 540 660C440 660 310 610 280 480C250 330 350 190 540 190Z"
    body = (
        at(shape(d, "#2a1606", opacity=0.4, filter=shot.blur(16)), 14, 22)
        + f'<rect x="514" y="600" width="52" height="330" rx="24" fill="{shot.linear("0 #6d4420", "0.4 #d9ab70", "1 #6d4420")}"/>'
    )
    body += (
        shape(d, fill)
        + shape(d, shot.radial("0 #fff 0.25", "0.6 #fff 0", "1 #1c0f04 0.36"))
        + line(d, look.second.base, 22)
    )
    return body + line("M540 200V660", p.deep, 16) + _label(look, 540, 560, 0)


@drawing("cermin_rotan")
def mirror(shot: Shot, look: Look) -> str:
    """A round mirror with rays of rattan."""
    p = look.colours
    rays = "".join(
        line("M0 -210V-350", p.base if a % 30 else p.deep, 17, transform=f"rotate({a})")
        + f'<circle cy="-356" r="17" fill="{p.light}" stroke="{p.deep}" stroke-width="5" transform="rotate({a})"/>'
        for a in range(0, 360, 15)
    )
    body = at(
        f'<circle r="350" fill="#2a1606" opacity=".3" filter="{shot.blur(26)}"/>', 566, 576
    ) + at(rays, 540, 540)
    body += f'<circle cx="540" cy="540" r="214" fill="{plait(shot, look, "rotan", 0.7)}"/>'
    body += f'<circle cx="540" cy="540" r="176" fill="{shot.linear("0 #F4F7F7", "0.45 #C9D6DA", "0.55 #E9F0F1", "1 #AEBDC3", angle="d")}"/>'
    return (
        body + f'<circle cx="540" cy="540" r="180" fill="none" stroke="{p.deep}" stroke-width="9"/>'
    )

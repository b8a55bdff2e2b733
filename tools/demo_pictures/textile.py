"""Cloth and what is sewn from it."""

from __future__ import annotations

from .motifs import cloth
from .paint import Look, Shot, at, drawing, line, lines_of, shape, text

STITCH = "#FFFDF6"
FLOOR_Y = 880


def _hook(shot: Shot, y: float = 150) -> str:
    """A wooden hanger with its wire."""
    wood = shot.linear("0 #8a5a2c", "0.4 #d9ab70", "1 #8a5a2c", angle="v")
    return (
        line(f"M540 {y + 62}V{y + 20}c0 -34 44 -34 40 -4", "#7d7a74", 7)
        + shape(f"M540 {y + 52}C600 {y + 66} 690 {y + 96} 742 {y + 126}c10 14 -8 22 -24 18"
                f"C640 {y + 112} 580 {y + 96} 540 {y + 96}C500 {y + 96} 440 {y + 112} 362 {y + 144}"
                f"c-16 4 -34 -4 -24 -18C390 {y + 96} 480 {y + 66} 540 {y + 52}Z", wood)
    )  # fmt: skip


def _wallshade(shot: Shot, d: str) -> str:
    """The shade of a hanging thing on the wall behind it."""
    return at(shape(d, "#2a1606", opacity=0.26, filter=shot.blur(24)), 34, 30)


def _tag(look: Look, x: float, y: float, turn: float = 6) -> str:
    """A paper tag on a string with the maker's name."""
    p = look.colours
    body = line("M0 -70C-6 -40 6 -30 0 -4", "#8A7352", 3)
    body += '<path d="M-44 10L-24 -14H24L44 10V132H-44Z" fill="#FFFDF6" stroke="#D3BD98"/>'
    body += '<circle cy="6" r="7" fill="#B89E73"/>'
    for i, row in enumerate(lines_of(look.maker, 10)):
        body += text(row, 0, 48 + i * 23, 19, p.ink, width=78)
    body += text(look.sub[:14], 0, 120, 12, "#8A7352", weight=600, width=76)
    return at(body, x, y, turn)


@drawing("kain_lipat")
def folded_cloth(shot: Shot, look: Look) -> str:
    """Two or three folded cloths, the top one bound with a paper band."""
    fills = [cloth(shot, look, 0.86)]
    layers = int(look.get("layers", 2))
    motifs = look.get("under", ["truntum", "polos"])
    second = Look(**{**look.__dict__, "palette": look.get("second", "gading")})
    fills += [cloth(shot, second, 0.8, motif=motifs[i % len(motifs)]) for i in range(layers - 1)]
    shade = shot.linear("0 #fff 0.34", "0.3 #fff 0.02", "0.6 #1c0f04 0.05", "1 #1c0f04 0.52", angle="v")  # fmt: skip
    side = shot.linear("0 #1c0f04 0.34", "0.08 #1c0f04 0", "0.86 #1c0f04 0", "1 #1c0f04 0.3")
    body, tall = shot.shadow(540, FLOOR_Y, 390), 150
    for i, fill in reversed(list(enumerate(fills))):
        y = FLOOR_Y - tall * (len(fills) - i)
        dx = (-14, 16, -8)[i % 3]
        d = (f"M{190 + dx} {y + 4}H{800 + dx}a{tall / 2} {tall / 2} 0 0 1 0 {tall - 6}H{190 + dx}"
             f"c-34 -8 -40 -30 -40 -{tall / 2}s6 -{tall / 2 - 12} 40 -{tall / 2 - 4}Z")  # fmt: skip
        body += f'<g filter="{shot.folds(0.002, 0.012, 10, 6)}">{shape(d, fill)}</g>'
        body += shape(d, shade) + shape(d, side)
        for k in (0.33, 0.66):
            body += line(f"M{830 + dx} {y + tall * k}H{220 + dx}", "#1c0f04", 3, opacity=0.26)
    return (
        body
        + _top_face(shot, look, fills[0], len(fills), tall)
        + _band(shot, look, len(fills), tall)
    )


def _top_face(shot: Shot, look: Look, fill: str, count: int, tall: int) -> str:
    """The top of the pile, seen a little from above."""
    y = FLOOR_Y - tall * count + 12
    d = f"M170 {y}C176 {y - 60} 206 {y - 150} 240 {y - 176}H712C748 {y - 150} 790 {y - 60} 792 {y}Z"
    light = shot.linear("0 #1c0f04 0.16", "0.5 #fff 0.12", "1 #fff 0.26", angle="v")
    return (
        f'<g filter="{shot.folds(0.004, 0.006, 12, 6)}">{shape(d, fill)}</g>'
        + shape(d, light)
        + line(f"M180 {y - 2}H784", "#fff", 3, opacity=0.35)
    )


def _band(shot: Shot, look: Look, count: int, tall: int) -> str:
    p, top = look.colours, FLOOR_Y - tall * count
    paper = shot.linear("0 #EFE3CB", "0.5 #FFFDF6", "1 #E2D2B3")
    body = shape(f"M432 {top - 164}H590L612 {top + 12}V{FLOOR_Y - 2}H420V{top + 12}Z", paper)
    body += shape(f"M420 {top + 8}H612V{top + 26}H420Z", "#1c0f04", opacity=0.08)
    y = top + 70 if count > 1 else top + 50
    body += (
        f'<circle cx="516" cy="{y + 40}" r="76" fill="none" stroke="{p.deep}" stroke-width="3"/>'
    )
    for i, row in enumerate(lines_of(look.maker, 9)):
        body += text(row, 516, y + 34 + i * 28, 27, p.deep, "fraunces", width=132)
    return body + text(look.sub, 516, y + 140, 17, p.ink, weight=600, width=170)


@drawing("kain_gantung")
def hanging_cloth(shot: Shot, look: Look) -> str:
    """A long cloth over a bamboo pole, its border at the foot."""
    fill, edge = cloth(shot, look, look.get("scale", 1.0)), look.colours
    left, right = 270, 810
    d = f"M{left} 196C{left - 6} 420 {left + 8} 700 {left - 4} 930H{right + 6}C{right - 8} 700 {right + 8} 420 {right} 196Z"
    bamboo = shot.linear("0 #6f5a1e", "0.35 #e2cf8a", "0.6 #b99a4c", "1 #5e4a14", angle="v")
    border = "".join(
        f'<path d="M{left + i * 45} 900l22 -96l23 96Z" fill="{edge.accent if i % 2 else edge.light}"/>'
        for i in range(12)
    )
    inside = (
        f'<rect x="240" y="180" width="600" height="770" fill="{fill}"/>'
        f'<rect x="240" y="786" width="600" height="160" fill="{edge.deep}"/>{border}'
        f'<rect x="240" y="780" width="600" height="8" fill="{edge.light}"/>'
        f'<rect x="240" y="906" width="600" height="6" fill="{edge.accent}"/>'
    )
    body = _wallshade(shot, d)
    body += (
        f'<g filter="{shot.folds(0.011, 0.0008, 44, 18)}">'
        f'<g clip-path="{shot.clip(shape(d, "#000"))}">{inside}</g></g>'
    )
    if look.get("fringe"):
        body += "".join(
            line(f"M{left + 4 + i * 12} 928q{shot.rng.randrange(-6, 6)} 20 0 44", edge.deep, 4)
            for i in range(45)
        )
    body += shape(f"M{left} 190H{right}V216C{right - 160} 226 {left + 160} 226 {left} 216Z", fill)
    body += f'<rect x="120" y="168" width="840" height="36" rx="16" fill="{bamboo}"/>'
    body += "".join(f'<rect x="{x}" y="166" width="7" height="40" fill="#5e4a14" opacity=".6"/>'
                    for x in (330, 560, 790))  # fmt: skip
    roll = shot.linear("0 #fff 0.3", "1 #1c0f04 0.3", angle="v")
    wrap = f"M{left} 162H{right}V214H{left}Z"
    body += shape(wrap, fill) + shape(wrap, roll)
    return body + _tag(look, 700, 330)


@drawing("selendang")
def scarf(shot: Shot, look: Look) -> str:
    """A long scarf, folded once and laid over a round peg, both ends falling."""
    fill, p = cloth(shot, look, look.get("scale", 1.0), 0), look.colours
    fringe = "".join(
        line(f"M{x} {y}q{shot.rng.randrange(-8, 8)} 26 {shot.rng.randrange(-4, 4)} 56", c, 5)
        for x0, x1, y, c in ((330, 520, 868, p.deep), (500, 730, 798, p.base))
        for x in range(x0, x1, 11)
    )
    back = "M486 250C520 420 480 620 492 804H736C720 600 760 420 610 246Z"
    front = "M468 240C380 420 316 640 320 874H530C540 640 560 420 612 250Z"
    loop = "M462 258C450 190 500 150 546 150C596 150 634 190 618 262C580 320 500 316 462 258Z"
    body = _wallshade(shot, back) + _wallshade(shot, front) + fringe
    for d, dark in ((back, 0.34), (front, 0.0)):
        body += f'<g filter="{shot.folds(0.014, 0.0014, 46, 12)}">{shape(d, fill)}</g>'
        body += shape(d, "#1c0f04", opacity=dark)
    edge = shot.linear("0 #1c0f04 0.4", "0.3 #fff 0.16", "1 #1c0f04 0.42")
    body += f'<g filter="{shot.folds(0.012, 0.006, 36, 10)}">{shape(loop, fill)}</g>'
    body += shape(loop, edge)
    peg = shot.radial("0 #e7c08a", "1 #7d4f24")
    body += f'<circle cx="540" cy="176" r="30" fill="{peg}"/>'
    return body + _tag(look, 690, 330, 8)


def _garment(shot: Shot, d: str, fill: str, depth: float = 34) -> str:
    body = f'<g filter="{shot.folds(0.008, 0.003, depth, 10)}">{shape(d, fill)}</g>'
    return body + shape(d, shot.linear("0 #1c0f04 0.26", "0.3 #fff 0.08", "0.7 #1c0f04 0", "1 #1c0f04 0.32"))  # fmt: skip


SHIRT = (
    "M404 262L470 232C500 262 580 262 610 232L676 262L712 300V{h}C640 {h2} 440 {h2} 368 {h}V300Z"
)


@drawing("kemeja")
def shirt(shot: Shot, look: Look) -> str:
    """A shirt on a hanger; long or short sleeves, buttons, pocket or badge."""
    fill, p = cloth(shot, look, look.get("scale", 0.8)), look.colours
    trunk = SHIRT.format(h=850, h2=872)
    long = bool(look.get("long"))
    end = 800 if long else 520
    wide = 40 if long else 0
    left = f"M404 262C330 290 296 330 {270 - wide} {end}L{366 - wide} {end + 22}C370 480 380 420 396 380Z"
    right = f"M676 262C750 290 784 330 {810 + wide} {end}L{714 + wide} {end + 22}C710 480 700 420 684 380Z"
    body = _wallshade(shot, trunk) + _wallshade(shot, left) + _wallshade(shot, right)
    body += _hook(shot)
    for d in (left, right, trunk):
        body += _garment(shot, d, fill)
    if look.get("trim"):
        body += shape(
            f"M{270 - wide} {end}L{366 - wide} {end + 22}l4 -34L{274 - wide} {end - 36}Z",
            look.second.base,
        )
        body += shape(
            f"M{810 + wide} {end}L{714 + wide} {end + 22}l-4 -34L{806 + wide} {end - 36}Z",
            look.second.base,
        )
    placket = shot.linear("0 #1c0f04 0.24", "0.2 #fff 0.12", "1 #1c0f04 0.12")
    body += shape("M522 262H560V862H522Z", placket)
    neck = look.second.base if look.get("trim") else p.deep
    if look.get("collar", "kerah") == "kerah":
        body += shape(
            "M470 232L540 300L506 356L440 262Z", neck, stroke="#1c0f04", stroke_opacity=0.3
        )
        body += shape(
            "M610 232L540 300L574 356L640 262Z", neck, stroke="#1c0f04", stroke_opacity=0.3
        )
    else:
        body += shape("M466 228C500 276 580 276 614 228L624 254C590 306 490 306 456 254Z", neck)
    body += "".join(f'<circle cx="541" cy="{y}" r="7" fill="{p.light}" stroke="#1c0f04" '
                    f'stroke-opacity=".4"/>' for y in range(330, 840, 92))  # fmt: skip
    if look.get("pocket", True):
        body += shape("M592 420H668V512L630 530L592 512Z", "#1c0f04", opacity=0.14)
        body += line(
            "M592 420H668V512L630 530L592 512Z", STITCH, 2.4, opacity=0.6, stroke_dasharray="8 6"
        )
    if look.get("badge"):
        body += _badge(look, 630, 466, 0.34)
    return body + (_tag(look, 468, 420, -5) if not look.get("badge") else "")


@drawing("kaos")
def tshirt(shot: Shot, look: Look) -> str:
    """A T-shirt or polo laid flat, with words printed or embroidered."""
    p = look.colours
    fill = cloth(shot, look, 1, motif="polos")
    d = ("M390 218L474 190C500 236 580 236 606 190L690 218L856 366L754 462L712 414V872H368V414L326 462"
         "L224 366L390 218Z")  # fmt: skip
    body = at(shape(d, "#2a1606", opacity=0.3, filter=shot.blur(20)), 14, 18)
    body += _garment(shot, d, fill, 40)
    body += line("M474 190C500 236 580 236 606 190", p.deep, 20)
    body += line(
        "M240 352L340 446M840 352L740 446", STITCH, 2.4, opacity=0.5, stroke_dasharray="8 6"
    )
    if look.get("badge"):
        return body + _badge(look, 612, 372, 0.4)
    for i, row in enumerate(lines_of(look.title, 10)):
        body += text(row, 540, 430 + i * 74, 76, p.light, look.get("font", "fraunces"), width=250)
    return body + text(look.sub, 540, 640, 24, p.accent, "oswald", width=250, spacing=2)


def _badge(look: Look, x: float, y: float, scale: float) -> str:
    """An embroidered emblem: satin rim, flower and words."""
    p = look.second
    rim = "".join(
        f'<path d="M0 -128V-112" stroke="{p.accent}" stroke-width="7" transform="rotate({a})"/>'
        for a in range(0, 360, 4)
    )
    petals = "".join(
        f'<ellipse cy="-40" rx="17" ry="34" fill="{p.accent}" stroke="{p.deep}" stroke-width="3" '
        f'transform="rotate({a})"/>'
        for a in range(0, 360, 60)
    )
    body = f'<circle r="124" fill="{p.base}"/>{rim}<g transform="translate(0 -16) scale(.8)">{petals}</g>'
    body += f'<circle cy="-16" r="13" fill="{p.light}"/>'
    body += text(look.title.upper(), 0, 70, 24, p.light, "oswald", width=118, spacing=1)
    return at(body, x, y, 0, scale)


@drawing("emblem")
def emblems(shot: Shot, look: Look) -> str:
    """Embroidered badges laid out on cloth."""
    body = ""
    for i, (x, y, s, turn) in enumerate(
        ((540, 480, 2.2, -4), (270, 800, 0.95, 12), (806, 812, 1.0, -14))
    ):
        body += at(
            f'<circle r="128" fill="#2a1606" opacity=".36" filter="{shot.blur(12)}"/>',
            x + 10,
            y + 16,
            0,
            s,
        )
        body += at(_badge(look, 0, 0, 1), x, y, turn if i else -4, s)
    return body


@drawing("nama_dada")
def name_patches(shot: Shot, look: Look) -> str:
    """Woven name strips as they are sewn above a pocket."""
    body = ""
    rows = (("SURATMI", look.palette), ("BAGUS W.", look.get("second", "bata")), ("ENDAH P.", "arang"))
    for i, (words, name) in enumerate(rows):
        p = Look("x", name).colours
        d = "M-330 -84H330V84H-330Z"
        edge = f'<path d="{d}" fill="none" stroke="{p.accent}" stroke-width="16" stroke-dasharray="5 2"/>'
        one = at(shape(d, "#2a1606", opacity=0.4, filter=shot.blur(14)), 10, 16)
        one += f'<g filter="{shot.grain(0.5, 0.5, 1.6)}">{shape(d, p.base)}</g>{edge}'
        one += text(words, 0, 32, 92, p.light, "oswald", width=600, spacing=4)
        body += at(one, 520 + (i - 1) * 30, 300 + i * 250, (-4, 3, -2)[i])
    return body


@drawing("handuk")
def towels(shot: Shot, look: Look) -> str:
    """Folded towels with a name embroidered on the top one."""
    p, q = look.colours, look.second
    body = shot.shadow(540, 880, 380)
    for i, tone in enumerate((q, p)):
        y = 690 - i * 190
        d = f"M200 {y}H860C920 {y} 920 {y + 190} 860 {y + 190}H200C150 {y + 190} 150 {y} 200 {y}Z"
        body += f'<g filter="{shot.grain(0.22, 0.22, 2.4)}">{shape(d, tone.base)}</g>'
        body += shape(d, shot.linear("0 #fff 0.3", "0.4 #fff 0", "1 #1c0f04 0.4", angle="v"))
        body += line(f"M880 {y + 95}H220", "#1c0f04", 5, opacity=0.25)
    top = "M176 506C190 430 220 330 260 300H770C810 330 850 430 872 506Z"
    body += f'<g filter="{shot.grain(0.22, 0.22, 2)}">{shape(top, p.base)}</g>'
    body += shape("M182 470H866L872 506H176Z", p.light, opacity=0.5)
    return body + text("Nala", 520, 420, 96, p.deep, "pacifico") + _vine(p.deep, p.accent, 520, 600, 420)


@drawing("gamis")
def dress(shot: Shot, look: Look) -> str:
    """A dress on a hanger; long gown or tunic by its length."""
    fill, p = cloth(shot, look, look.get("scale", 0.9)), look.colours
    foot = {"gamis": 960, "tunik": 800, "blus": 680}[look.get("length", "gamis")]
    flare = (foot - 600) * 0.36
    trunk = (f"M408 262L474 236C504 284 576 284 606 236L672 262C700 340 664 420 666 500"
             f"C676 {foot - 240} {690 + flare} {foot - 120} {704 + flare} {foot}"
             f"C600 {foot + 30} 480 {foot + 30} {376 - flare} {foot}"
             f"C{390 - flare} {foot - 120} 404 {foot - 240} 414 500C416 420 380 340 408 262Z")  # fmt: skip
    sleeve = "M408 262C340 300 300 420 262 640L352 668C372 560 394 460 414 400Z"
    mirror = "M672 262C740 300 780 420 818 640L728 668C708 560 686 460 666 400Z"
    body = _wallshade(shot, trunk) + _wallshade(shot, sleeve) + _hook(shot)
    plain = cloth(shot, look, 1, motif="polos") if look.get("plain_sleeve") else fill
    for d, f in ((sleeve, plain), (mirror, plain), (trunk, fill)):
        body += _garment(shot, d, f, 44)
    body += line("M474 236C504 284 576 284 606 236", p.accent, 11)
    body += line("M540 272V420", p.accent, 9)
    body += "".join(f'<circle cx="540" cy="{y}" r="8" fill="{p.light}"/>' for y in (300, 342, 384))
    if look.get("belt"):
        body += shape(
            "M408 488C480 504 600 504 672 488V530C600 546 480 546 408 530Z", look.second.base
        )
    if look.get("embroidery"):
        body += _vine(p.light, p.accent, 540, foot - 70, 300 + flare)
    body += line("M268 612L358 642M812 612L722 642", p.accent, 9)
    return body + _tag(look, 626, 460, 7)


def _vine(stem: str, flower: str, x: float, y: float, wide: float) -> str:
    """A row of embroidered flowers on a running stem."""
    count = max(3, int(wide / 88))
    body, step = "", wide / count
    d = f"M{x - wide / 2} {y}" + "".join(
        f"q{step / 4} {-22 if i % 2 else 22} {step / 2} 0t{step / 2} 0" for i in range(count)
    )
    body += line(d, stem, 5)
    for i in range(count):
        cx = x - wide / 2 + step * (i + 0.5)
        petals = "".join(
            f'<ellipse cy="-16" rx="9" ry="15" transform="rotate({a})"/>' for a in range(0, 360, 72)
        )
        body += f'<g transform="translate({cx} {y}) scale(1.1)" fill="{flower}" stroke="{stem}" stroke-width="1.6">{petals}<circle r="6" fill="{stem}"/></g>'
        body += f'<g fill="{stem}"><ellipse cx="{cx - step / 2}" cy="{y - 22}" rx="16" ry="7" transform="rotate(-30 {cx - step / 2} {y - 22})"/></g>'
    return body


@drawing("outer")
def outer(shot: Shot, look: Look) -> str:
    """An open kimono jacket over nothing, its two fronts falling apart."""
    fill, p = cloth(shot, look, look.get("scale", 0.9)), look.colours
    inside = "M470 250H610L636 850H444Z"
    left = "M404 258L476 232L486 300C462 480 470 700 462 880L330 868C360 640 386 440 404 258Z"
    right = "M676 258L604 232L594 300C618 480 610 700 618 880L750 868C720 640 694 440 676 258Z"
    sleeve_l = "M404 258C330 300 280 430 214 600L352 664C372 560 394 470 408 400Z"
    sleeve_r = "M676 258C750 300 800 430 866 600L728 664C708 560 686 470 672 400Z"
    body = _wallshade(shot, left) + _wallshade(shot, right) + _wallshade(shot, sleeve_r)
    body += _hook(shot) + shape(inside, p.deep) + shape(inside, "#1c0f04", opacity=0.35)
    for d in (sleeve_l, sleeve_r, left, right):
        body += _garment(shot, d, fill, 44)
    lapel = look.second.base
    body += line("M480 236C468 400 476 640 466 876", lapel, 22)
    body += line("M600 236C612 400 604 640 614 876", lapel, 22)
    return body + _tag(look, 690, 470, 8)


@drawing("mukena")
def mukena(shot: Shot, look: Look) -> str:
    """A prayer robe on a stand with an embroidered hem, its pouch beside it."""
    p = look.colours
    fill = cloth(shot, look, 1, motif=look.get("motif_kain", "polos"))
    robe = ("M486 196C480 130 600 130 594 196C640 300 760 560 800 876C640 912 420 912 250 876"
            "C300 560 440 300 486 196Z")  # fmt: skip
    body = (
        shot.shadow(530, 890, 330)
        + f'<g filter="{shot.folds(0.013, 0.0016, 58, 14)}">{shape(robe, fill)}</g>'
    )
    body += shape(robe, shot.linear("0 #1c0f04 0.2", "0.35 #fff 0.14", "1 #1c0f04 0.26"))
    body += shape(
        "M500 196C500 168 580 168 580 196C588 240 566 270 540 276C514 270 492 240 500 196Z",
        "#3a2a1c",
        opacity=0.82,
    )
    body += line(
        "M494 200C492 158 588 158 586 200C594 246 570 282 540 288C510 282 486 246 494 200Z",
        p.accent,
        7,
        stroke_dasharray="2 12",
    )
    clip = shot.clip(shape(robe, "#000"))
    vines = _vine(p.deep, p.accent, 526, 830, 620) + _vine(p.deep, p.accent, 526, 752, 540)
    body += f'<g clip-path="{clip}">{vines}</g>'
    pouch = "M720 742H900C914 742 920 760 918 780L908 884C906 896 896 902 884 902H736C724 902 714 896 712 884L702 780C700 760 706 742 720 742Z"
    body += shot.shadow(812, 902, 110, 18) + _garment(shot, pouch, p.deep)
    body += line("M712 772H908", p.accent, 6) + text(
        look.maker, 810, 838, 26, p.light, "pacifico", width=160
    )
    return body


@drawing("kerudung")
def kerchief(shot: Shot, look: Look) -> str:
    """A square headscarf folded to a triangle, embroidery along its edge."""
    p, fill = look.colours, cloth(shot, look, 1, motif=look.get("motif_kain", "polos"))
    d = "M150 330C400 290 700 300 940 340C820 560 680 760 556 900C420 760 260 560 150 330Z"
    body = at(shape(d, "#2a1606", opacity=0.34, filter=shot.blur(18)), 14, 20)
    body += f'<g filter="{shot.folds(0.006, 0.005, 30, 14)}">{shape(d, fill)}</g>'
    body += shape(d, shot.linear("0 #fff 0.16", "1 #1c0f04 0.2", angle="d"))
    left = _vine(p.light, p.accent, 0, 0, 560)
    body += at(left, 372, 600, 53.5) + at(left, 728, 604, -55)
    body += line("M170 344C400 306 700 314 920 352", p.accent, 5, stroke_dasharray="14 8")
    return body + _tag(look, 546, 420, 3)


@drawing("bordir")
def hoop(shot: Shot, look: Look) -> str:
    """An embroidery frame with a bouquet in it."""
    p, linen = look.colours, shot.radial("0 #FFFDF6", "1 #EFE5D2")
    wood = shot.linear("0 #7d4f24", "0.3 #e2b981", "0.6 #c08f52", "1 #6d4420")
    body = at(f'<circle r="346" fill="#2a1606" opacity=".34" filter="{shot.blur(22)}"/>', 556, 566)
    body += (
        f'<circle cx="540" cy="540" r="340" fill="{linen}" filter="{shot.grain(0.6, 0.6, 1.2)}"/>'
    )
    body += line("M540 800C530 640 540 560 540 470M540 700C480 640 430 600 400 520M540 700C600 640 660 600 690 520"
                 "M536 620C500 560 470 500 460 420M544 620C580 560 610 500 620 420", p.deep, 8)  # fmt: skip
    for x, y, turn in (
        (450, 620, -40),
        (630, 620, 40),
        (486, 700, -60),
        (596, 700, 60),
        (420, 560, 10),
        (664, 560, -10),
    ):
        body += at(shape("M0 0C18 -14 44 -14 60 0C44 14 18 14 0 0Z", p.base)
                   + line("M4 0H54", p.light, 2.5), x, y, turn)  # fmt: skip
    tones = (p.accent, look.second.base, p.base, look.second.accent)
    for i, (x, y, s) in enumerate(
        ((540, 430, 1.5), (396, 480, 1.1), (690, 484, 1.1), (456, 376, 0.9), (628, 378, 0.9))
    ):
        petals = "".join(
            f'<path d="M0 -8C-26 -30 -22 -66 0 -72C22 -66 26 -30 0 -8Z" transform="rotate({a})"/>'
            + f'<path d="M0 -20V-62" stroke="#fff" stroke-opacity=".5" stroke-width="2.4" transform="rotate({a})"/>'
            for a in range(0, 360, 60)
        )
        body += at(f'<g fill="{tones[i % 4]}">{petals}</g><circle r="15" fill="{p.light}"/>'
                   f'<circle r="15" fill="none" stroke="{p.deep}" stroke-width="4" stroke-dasharray="3 5"/>', x, y, i * 17, s)  # fmt: skip
    for a in range(0, 360, 30):
        body += at(f'<circle r="5" fill="{p.accent}"/>', 540, 540, a).replace(
            'r="5"', 'cy="-296" r="5"'
        )
    body += text(look.title, 540, 822, 40, p.deep, "pacifico", width=300)
    body += f'<circle cx="540" cy="540" r="342" fill="none" stroke="{wood}" stroke-width="30"/>'
    body += '<circle cx="540" cy="540" r="356" fill="none" stroke="#fff" stroke-opacity=".3" stroke-width="3"/>'
    return (
        body
        + '<rect x="512" y="150" width="56" height="44" rx="8" fill="#b98648"/><rect x="528" y="128" width="24" height="34" rx="6" fill="#9a9690"/>'
    )


@drawing("totebag")
def tote(shot: Shot, look: Look) -> str:
    """A flat cloth bag with two handles, a printed front or a batik panel."""
    p = look.colours
    fill = cloth(shot, look, 0.9) if look.get("panel") != "polos" else p.base
    canvas = shot.linear("0 #D9C7A2", "0.4 #F7EEDB", "1 #CDB88E") if not look.get("full") else fill
    d = "M268 382H812L838 850C838 876 824 884 800 884H280C256 884 242 876 242 850Z"
    strap = "M384 396C372 120 708 120 696 396"
    body = shot.shadow(540, 884, 320)
    body += line(strap, p.deep, 34) + line(strap, "#fff", 3, opacity=0.35, stroke_dasharray="9 8")
    body += f'<g filter="{shot.folds(0.006, 0.003, 26, 8)}">{shape(d, canvas)}</g>'
    if not look.get("full"):
        panel = f'<rect x="236" y="560" width="610" height="330" fill="{fill}"/><rect x="236" y="552" width="610" height="10" fill="{p.deep}"/>'
        body += f'<g clip-path="{shot.clip(shape(d, "#000"))}"><g filter="{shot.folds(0.006, 0.003, 22, 4)}">{panel}</g></g>'
        for i, row in enumerate(lines_of(look.title, 14)[:2]):
            body += text(
                row, 540, 470 + i * 50, 50, p.deep, look.get("font", "pacifico"), width=470
            )
    else:
        body += shape("M440 560H640V690H440Z", "#FFFDF6", opacity=0.94)
        for i, row in enumerate(lines_of(look.maker, 11)):
            body += text(row, 540, 604 + i * 34, 30, p.ink, "fraunces", width=184)
    body += shape(
        d, shot.linear("0 #1c0f04 0.22", "0.2 #fff 0.1", "0.8 #1c0f04 0", "1 #1c0f04 0.26")
    )
    body += line("M276 408H806", "#fff", 2.6, opacity=0.5, stroke_dasharray="10 8")
    for x in (384, 696):
        body += f'<rect x="{x - 22}" y="376" width="44" height="64" rx="5" fill="{p.deep}"/>'
        body += line(f"M{x - 14} 384L{x + 14} 432M{x + 14} 384L{x - 14} 432", p.accent, 2.6)
    return body


@drawing("pouch_kain")
def zip_pouch(shot: Shot, look: Look) -> str:
    """A zipped cloth case with a tassel on its puller."""
    p, fill = look.colours, cloth(shot, look, 0.75)
    wide, tall = (560, 330) if look.get("form") != "tinggi" else (420, 430)
    x, y = 540 - wide / 2, 880 - tall
    d = (f"M{x + 30} {y}H{x + wide - 30}C{x + wide + 6} {y + 4} {x + wide + 20} {y + tall * 0.6} {x + wide + 4} {y + tall - 30}"
         f"C{x + wide} {y + tall} {x + wide - 30} {y + tall} {x + wide - 60} {y + tall}H{x + 60}C{x + 30} {y + tall} {x} {y + tall} {x - 4} {y + tall - 30}"
         f"C{x - 20} {y + tall * 0.6} {x - 6} {y + 4} {x + 30} {y}Z")  # fmt: skip
    body = shot.shadow(540, 880, wide * 0.56) + _garment(shot, d, fill, 30)
    body += shape(
        d, shot.radial("0.3 #fff 0.22", "0.7 #fff 0", "1 #1c0f04 0.4", cx=0.4, cy=0.4, r=0.75)
    )
    body += (
        f'<rect x="{x + 20}" y="{y - 4}" width="{wide - 40}" height="26" rx="8" fill="{p.deep}"/>'
    )
    body += line(f"M{x + 34} {y + 9}H{x + wide - 34}", "#D8B35A", 9, stroke_dasharray="5 5")
    body += at('<rect x="-9" y="-4" width="18" height="44" rx="8" fill="#D8B35A"/>'
               + "".join(line(f"M{i * 4} 40q{i * 2} 40 {i * 5} 96", p.accent, 5) for i in range(-4, 5)),
               x + wide - 70, y + 8, 8)  # fmt: skip
    if look.get("flower"):
        body += _vine(p.light, p.accent, 540, y + tall * 0.55, wide * 0.7)
    body += shape(f"M{x + 46} {y + tall - 96}h120v56h-120z", "#FFFDF6")
    return body + text(look.maker, x + 106, y + tall - 60, 22, p.ink, width=104)


@drawing("masker")
def masks(shot: Shot, look: Look) -> str:
    """Three cloth masks, fanned out."""
    body, p = "", look.colours
    motifs = look.get("motifs", [look.motif, "polos", "truntum"])
    for i, (x, y, turn) in enumerate(((560, 330, 8), (470, 540, -7), (590, 742, 5))):
        fill = cloth(shot, look, 0.6, motif=motifs[i % 3])
        d = "M-230 -92C-120 -130 120 -130 230 -92C250 -30 250 40 226 96C120 160 -120 160 -226 96C-250 40 -250 -30 -230 -92Z"
        loops = line(
            "M-228 -84C-380 -110 -380 116 -224 90M228 -84C380 -110 380 116 224 90", p.light, 12
        )
        shade = shape(d, "#2a1606", opacity=0.36, filter=shot.blur(16))
        folds = line(
            "M-228 -36C-110 -66 110 -66 228 -36M-232 16C-110 -8 110 -8 232 16M-230 62C-110 60 110 60 230 62",
            "#1c0f04",
            4,
            opacity=0.24,
        )
        light = shape(d, shot.linear("0 #fff 0.3", "0.5 #fff 0", "1 #1c0f04 0.3", angle="v"))
        body += at(
            at(shade, 10, 16) + loops + _garment(shot, d, fill, 16) + folds + light, x, y, turn
        )
    return body


@drawing("topi_kain")
def cap(shot: Shot, look: Look) -> str:
    """A baseball cap with an embroidered front."""
    p = look.colours
    crown = "M190 690C170 450 290 310 470 306C660 306 770 460 760 690C600 730 360 730 190 690Z"
    visor = "M470 660C600 640 720 640 770 664C880 690 990 740 1000 790C980 830 800 800 690 790C600 784 500 760 440 722C420 700 430 670 470 660Z"
    body = shot.shadow(540, 810, 380) + _garment(shot, crown, p.base, 26)
    body += line("M470 306C400 410 350 540 350 712M470 306C590 400 640 540 640 706", "#1c0f04", 3.4, opacity=0.35)
    body += shape(crown, shot.radial("0 #fff 0.3", "0.5 #fff 0", "1 #1c0f04 0.46"))
    body += f'<ellipse cx="470" cy="308" rx="26" ry="14" fill="{p.deep}"/>'
    body += _garment(shot, visor, p.deep, 12)
    body += line("M480 690C600 680 720 690 930 780", p.light, 3, opacity=0.6, stroke_dasharray="10 7")
    return body + _badge(look, 520, 540, 0.84)


@drawing("celemek")
def apron(shot: Shot, look: Look) -> str:
    """A kitchen apron hanging from a peg."""
    p, fill = look.colours, cloth(shot, look, 0.9)
    d = "M430 330H650C656 440 700 500 780 520L790 900C640 924 440 924 290 900L300 520C380 500 424 440 430 330Z"
    body = line("M440 340C430 150 650 150 640 340", p.deep, 18) + _wallshade(shot, d)
    body += _garment(shot, d, fill) + shape("M380 620H700V800C600 820 480 820 380 800Z", p.deep)
    body += line("M392 634H688M540 634V806", p.accent, 3, stroke_dasharray="10 7")
    body += text(look.maker, 540, 470, 46, p.light, "pacifico", width=230)
    peg = shot.radial("0 #e7c08a", "1 #7d4f24")
    return body + f'<circle cx="540" cy="190" r="28" fill="{peg}"/>'


@drawing("bantal")
def cushion(shot: Shot, look: Look) -> str:
    """A square cushion standing on its edge."""
    p, fill = look.colours, cloth(shot, look, look.get("scale", 1.1), 0)
    d = "M226 280C400 318 680 318 854 280C822 440 822 720 854 880C680 846 400 846 226 880C258 720 258 440 226 280Z"
    body = shot.shadow(540, 872, 330) + _garment(shot, d, fill, 22)
    body += shape(
        d, shot.radial("0.2 #fff 0.24", "0.6 #fff 0", "1 #1c0f04 0.5", cx=0.42, cy=0.4, r=0.72)
    )
    if look.get("flower"):
        body += _vine(p.light, p.accent, 540, 580, 420)
    body += line(d, p.deep, 9) + line(d, p.accent, 3, stroke_dasharray="4 10")
    return body


@drawing("taplak")
def runner(shot: Shot, look: Look) -> str:
    """A runner over the edge of a table with a vase on it."""
    p, fill = look.colours, cloth(shot, look, 0.85)
    top = "M390 470H690L760 660H320Z"
    fall = "M320 660H760V900L540 986L320 900Z"
    wood = shot.linear("0 #C08A55", "1 #8A5A2C", angle="v")
    body = (
        f'<g filter="{shot.grain(0.004, 0.08, 2)}">{shape("M250 470H830L1040 660H40Z", wood)}</g>'
    )
    body += shape("M40 660H1040V706H40Z", "#6d4420") + shape(
        "M70 706H1010V1080H70Z", "#2a1606", opacity=0.35
    )
    body += f'<g filter="{shot.folds(0.004, 0.004, 12, 3)}">{shape(top, fill)}</g>'
    body += at(shape(fall, "#2a1606", opacity=0.4, filter=shot.blur(14)), 12, 16)
    body += _garment(shot, fall, fill, 30) + line("M320 900L540 986L760 900", p.accent, 10)
    body += _vine(p.light, p.accent, 540, 820, 320) if look.get("flower") else ""
    glass = shot.linear("0 #3C8583", "0.3 #BFE0D9", "1 #164A4C")
    body += f'<ellipse cx="560" cy="560" rx="74" ry="18" fill="#2a1606" opacity=".4" filter="{shot.blur(8)}"/>'
    body += shape(
        "M500 380C470 440 480 540 520 560H570C610 540 620 440 590 380L596 340H494Z", glass
    )
    body += line(
        "M540 340C530 260 500 220 470 180M548 340C552 250 560 210 566 150M556 340C580 260 610 230 640 200",
        "#4C7A45",
        7,
    )
    for x, y in ((470, 176), (566, 144), (642, 196)):
        body += at(
            "".join(
                f'<ellipse cy="-26" rx="15" ry="25" fill="{p.accent}" transform="rotate({a})"/>'
                for a in range(0, 360, 60)
            )
            + f'<circle r="13" fill="{p.deep}"/>',
            x,
            y,
        )
    return body


@drawing("sajadah")
def prayer_rug(shot: Shot, look: Look) -> str:
    """A prayer mat from above, its arch pointing up, one end rolled."""
    p, fill = look.colours, cloth(shot, look, 0.8)
    d = "M320 150H760V900H320Z"
    fringe = "".join(
        line(f"M{x} {y}v{dy}", p.light, 5)
        for x in range(326, 760, 12)
        for y, dy in ((146, -34), (904, 34))
    )
    body = at(shape(d, "#2a1606", opacity=0.4, filter=shot.blur(18)), 16, 20) + fringe
    body += f'<g filter="{shot.folds(0.004, 0.004, 14, 4)}">{shape(d, fill)}</g>'
    body += shape("M372 850V430C372 330 470 300 540 220C610 300 708 330 708 430V850Z", p.deep)
    body += line("M372 850V430C372 330 470 300 540 220C610 300 708 330 708 430V850Z", p.accent, 9)
    body += line("M404 836V450C404 360 490 334 540 276C590 334 676 360 676 450V836Z", p.light, 3)
    return (
        body
        + at(_vine(p.light, p.accent, 0, 0, 240), 540, 780)
        + at(_vine(p.light, p.accent, 0, 0, 120), 540, 470)
    )


@drawing("perca")
def patchwork(shot: Shot, look: Look) -> str:
    """A patchwork blanket or place mat folded over itself."""
    p, q = look.colours, look.second
    rng, body = shot.rng, ""
    motifs = ("kawung", "truntum", "ceplok", "nitik", "polos", "kembang", "sisik")
    fills = [cloth(shot, Look("x", look.palette, m), 0.5) for m in motifs]
    fills += [p.light, p.accent, q.base, q.light]
    for row in range(6):
        for col in range(6):
            x, y = 210 + col * 110, 230 + row * 110
            body += f'<rect x="{x}" y="{y}" width="110" height="110" fill="{rng.choice(fills)}"/>'
            body += line(
                f"M{x + 7} {y + 7}h96v96h-96z", "#fff", 2, opacity=0.5, stroke_dasharray="8 6"
            )
    d = "M210 230H870V890H210Z"
    shade = at(shape(d, "#2a1606", opacity=0.38, filter=shot.blur(20)), 16, 20)
    body = shade + f'<g filter="{shot.folds(0.005, 0.005, 20, 8)}">{body}</g>'
    return (
        body
        + line(d, p.deep, 16)
        + line("M204 224H876V896H204Z", p.accent, 3, stroke_dasharray="9 7")
    )

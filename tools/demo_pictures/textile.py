"""Cloth as it comes from the maker: folded, hung, worn as a scarf, embroidered."""

from __future__ import annotations

from .motifs import cloth
from .paint import FLOOR, Look, Shot, at, drawing, line, lines_of, shape, text
from .stitches import badge, paper_tag, vine, wall_shade


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
    body, tall = shot.shadow(540, FLOOR, 390), 150
    for i, fill in reversed(list(enumerate(fills))):
        y = FLOOR - tall * (len(fills) - i)
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
    y = FLOOR - tall * count + 12
    d = f"M170 {y}C176 {y - 60} 206 {y - 150} 240 {y - 176}H712C748 {y - 150} 790 {y - 60} 792 {y}Z"
    light = shot.linear("0 #1c0f04 0.16", "0.5 #fff 0.12", "1 #fff 0.26", angle="v")
    return (
        f'<g filter="{shot.folds(0.004, 0.006, 12, 6)}">{shape(d, fill)}</g>'
        + shape(d, light)
        + line(f"M180 {y - 2}H784", "#fff", 3, opacity=0.35)
    )


def _band(shot: Shot, look: Look, count: int, tall: int) -> str:
    p, top = look.colours, FLOOR - tall * count
    paper = shot.linear("0 #EFE3CB", "0.5 #FFFDF6", "1 #E2D2B3")
    body = shape(f"M432 {top - 164}H590L612 {top + 12}V{FLOOR - 2}H420V{top + 12}Z", paper)
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
    body = wall_shade(shot, d)
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
    return body + paper_tag(look, 700, 330)


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
    body = wall_shade(shot, back) + wall_shade(shot, front) + fringe
    for d, dark in ((back, 0.34), (front, 0.0)):
        body += f'<g filter="{shot.folds(0.014, 0.0014, 46, 12)}">{shape(d, fill)}</g>'
        body += shape(d, "#1c0f04", opacity=dark)
    edge = shot.linear("0 #1c0f04 0.4", "0.3 #fff 0.16", "1 #1c0f04 0.42")
    body += f'<g filter="{shot.folds(0.012, 0.006, 36, 10)}">{shape(loop, fill)}</g>'
    body += shape(loop, edge)
    peg = shot.radial("0 #e7c08a", "1 #7d4f24")
    body += f'<circle cx="540" cy="176" r="30" fill="{peg}"/>'
    return body + paper_tag(look, 690, 330, 8)


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
        body += at(badge(look, 0, 0, 1), x, y, turn if i else -4, s)
    return body


@drawing("nama_dada")
def name_patches(shot: Shot, look: Look) -> str:
    """Woven name strips as they are sewn above a pocket."""
    body = ""
    rows = (
        ("SURATMI", look.palette),
        ("BAGUS W.", look.get("second", "bata")),
        ("ENDAH P.", "arang"),
    )
    for i, (words, name) in enumerate(rows):
        p = Look("x", name).colours
        d = "M-330 -84H330V84H-330Z"
        edge = f'<path d="{d}" fill="none" stroke="{p.accent}" stroke-width="16" stroke-dasharray="5 2"/>'
        one = at(shape(d, "#2a1606", opacity=0.4, filter=shot.blur(14)), 10, 16)
        one += f'<g filter="{shot.grain(0.12, 0.12, 1.2)}">{shape(d, p.base)}</g>{edge}'
        one += text(words, 0, 32, 92, p.light, "oswald", width=600, spacing=4)
        body += at(one, 520 + (i - 1) * 30, 300 + i * 250, (-4, 3, -2)[i])
    return body


@drawing("bordir")
def hoop(shot: Shot, look: Look) -> str:
    """An embroidery frame with a bouquet in it."""
    p, linen = look.colours, shot.radial("0 #FFFDF6", "1 #EFE5D2")
    wood = shot.linear("0 #7d4f24", "0.3 #e2b981", "0.6 #c08f52", "1 #6d4420")
    body = at(f'<circle r="346" fill="#2a1606" opacity=".34" filter="{shot.blur(22)}"/>', 556, 566)
    body += f'<circle cx="540" cy="540" r="340" fill="{linen}"/>'
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


@drawing("handuk")
def towels(shot: Shot, look: Look) -> str:
    """Folded towels with a name embroidered on the top one."""
    p, q = look.colours, look.second
    body = shot.shadow(540, 880, 380)
    for i, tone in enumerate((q, p)):
        y = 690 - i * 190
        d = f"M200 {y}H860C920 {y} 920 {y + 190} 860 {y + 190}H200C150 {y + 190} 150 {y} 200 {y}Z"
        body += f'<g filter="{shot.grain(0.09, 0.09, 1.8)}">{shape(d, tone.base)}</g>'
        body += shape(d, shot.linear("0 #fff 0.3", "0.4 #fff 0", "1 #1c0f04 0.4", angle="v"))
        body += line(f"M880 {y + 95}H220", "#1c0f04", 5, opacity=0.25)
    top = "M176 506C190 430 220 330 260 300H770C810 330 850 430 872 506Z"
    body += f'<g filter="{shot.grain(0.09, 0.09, 1.6)}">{shape(top, p.base)}</g>'
    body += shape("M182 470H866L872 506H176Z", p.light, opacity=0.5)
    return (
        body
        + text("Nala", 520, 420, 96, p.deep, "pacifico")
        + vine(p.deep, p.accent, 520, 600, 420)
    )

"""What is sewn to be worn."""

from __future__ import annotations

from .motifs import cloth
from .paint import Look, Shot, at, drawing, line, lines_of, shape, text
from .stitches import badge, hanger, paper_tag, sewn, vine, wall_shade

STITCH = "#FFFDF6"


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
    body = wall_shade(shot, trunk) + wall_shade(shot, left) + wall_shade(shot, right)
    body += hanger(shot)
    for d in (left, right, trunk):
        body += sewn(shot, d, fill)
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
        body += badge(look, 630, 466, 0.34)
    return body + (paper_tag(look, 468, 420, -5) if not look.get("badge") else "")


@drawing("kaos")
def tshirt(shot: Shot, look: Look) -> str:
    """A T-shirt or polo laid flat, with words printed or embroidered."""
    p = look.colours
    fill = cloth(shot, look, 1, motif="polos")
    d = ("M390 218L474 190C500 236 580 236 606 190L690 218L856 366L754 462L712 414V872H368V414L326 462"
         "L224 366L390 218Z")  # fmt: skip
    body = at(shape(d, "#2a1606", opacity=0.3, filter=shot.blur(20)), 14, 18)
    body += sewn(shot, d, fill, 40)
    body += line("M474 190C500 236 580 236 606 190", p.deep, 20)
    body += line(
        "M240 352L340 446M840 352L740 446", STITCH, 2.4, opacity=0.5, stroke_dasharray="8 6"
    )
    if look.get("badge"):
        return body + badge(look, 612, 372, 0.4)
    for i, row in enumerate(lines_of(look.title, 10)):
        body += text(row, 540, 430 + i * 74, 76, p.light, look.get("font", "fraunces"), width=250)
    return body + text(look.sub, 540, 640, 24, p.accent, "oswald", width=250, spacing=2)


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
    body = wall_shade(shot, trunk) + wall_shade(shot, sleeve) + hanger(shot)
    plain = cloth(shot, look, 1, motif="polos") if look.get("plain_sleeve") else fill
    for d, f in ((sleeve, plain), (mirror, plain), (trunk, fill)):
        body += sewn(shot, d, f, 44)
    body += line("M474 236C504 284 576 284 606 236", p.accent, 11)
    body += line("M540 272V420", p.accent, 9)
    body += "".join(f'<circle cx="540" cy="{y}" r="8" fill="{p.light}"/>' for y in (300, 342, 384))
    if look.get("belt"):
        body += shape(
            "M408 488C480 504 600 504 672 488V530C600 546 480 546 408 530Z", look.second.base
        )
    if look.get("embroidery"):
        body += vine(p.light, p.accent, 540, foot - 70, 300 + flare)
    body += line("M268 612L358 642M812 612L722 642", p.accent, 9)
    return body + paper_tag(look, 626, 460, 7)


@drawing("outer")
def outer(shot: Shot, look: Look) -> str:
    """An open kimono jacket over nothing, its two fronts falling apart."""
    fill, p = cloth(shot, look, look.get("scale", 0.9)), look.colours
    inside = "M470 250H610L636 850H444Z"
    left = "M404 258L476 232L486 300C462 480 470 700 462 880L330 868C360 640 386 440 404 258Z"
    right = "M676 258L604 232L594 300C618 480 610 700 618 880L750 868C720 640 694 440 676 258Z"
    sleeve_l = "M404 258C330 300 280 430 214 600L352 664C372 560 394 470 408 400Z"
    sleeve_r = "M676 258C750 300 800 430 866 600L728 664C708 560 686 470 672 400Z"
    body = wall_shade(shot, left) + wall_shade(shot, right) + wall_shade(shot, sleeve_r)
    body += hanger(shot) + shape(inside, p.deep) + shape(inside, "#1c0f04", opacity=0.35)
    for d in (sleeve_l, sleeve_r, left, right):
        body += sewn(shot, d, fill, 44)
    lapel = look.second.base
    body += line("M480 236C468 400 476 640 466 876", lapel, 22)
    body += line("M600 236C612 400 604 640 614 876", lapel, 22)
    return body + paper_tag(look, 690, 470, 8)


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
    vines = vine(p.deep, p.accent, 526, 830, 620) + vine(p.deep, p.accent, 526, 752, 540)
    body += f'<g clip-path="{clip}">{vines}</g>'
    pouch = "M720 742H900C914 742 920 760 918 780L908 884C906 896 896 902 884 902H736C724 902 714 896 712 884L702 780C700 760 706 742 720 742Z"
    body += shot.shadow(812, 902, 110, 18) + sewn(shot, pouch, p.deep)
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
    left = vine(p.light, p.accent, 0, 0, 560)
    body += at(left, 372, 600, 53.5) + at(left, 728, 604, -55)
    body += line("M170 344C400 306 700 314 920 352", p.accent, 5, stroke_dasharray="14 8")
    return body + paper_tag(look, 546, 420, 3)


@drawing("celemek")
def apron(shot: Shot, look: Look) -> str:
    """A kitchen apron hanging from a peg."""
    p, fill = look.colours, cloth(shot, look, 0.9)
    d = "M430 330H650C656 440 700 500 780 520L790 900C640 924 440 924 290 900L300 520C380 500 424 440 430 330Z"
    body = line("M440 340C430 150 650 150 640 340", p.deep, 18) + wall_shade(shot, d)
    body += sewn(shot, d, fill) + shape("M380 620H700V800C600 820 480 820 380 800Z", p.deep)
    body += line("M392 634H688M540 634V806", p.accent, 3, stroke_dasharray="10 7")
    body += text(look.maker, 540, 470, 46, p.light, "pacifico", width=230)
    peg = shot.radial("0 #e7c08a", "1 #7d4f24")
    return body + f'<circle cx="540" cy="190" r="28" fill="{peg}"/>'

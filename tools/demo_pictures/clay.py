"""Clay from the wheel and cement from the mould."""

from __future__ import annotations

import math

from .motifs import cloth
from .paint import Look, Shot, at, drawing, line, shape, text
from .weave import plant


def skin(shot: Shot, look: Look) -> str:
    p = look.colours
    return shot.linear(f"0 {p.deep}", f"0.3 {p.base}", f"0.62 {p.base}", f"1 {p.deep}")


def thrown(shot: Shot, d: str, fill: str, rough: float = 1.3) -> str:
    """A body of clay or cement with its rough skin and the light on it."""
    return f'<g filter="{shot.grain(0.03, 0.05, rough)}">{shape(d, fill)}</g>' + shape(
        d, shot.round_shade(0.42)
    )


def _mug(shot: Shot, look: Look, x: float, y: float, s: float) -> str:
    p, fill = look.colours, skin(shot, look)
    d = "M-150 -220H150C150 -90 140 -30 110 0H-110C-140 -30 -150 -90 -150 -220Z"
    body = line("M140 -170C240 -180 240 -40 130 -50", p.deep, 34) + line(
        "M140 -174C232 -182 232 -46 130 -56", p.base, 20
    )
    body += thrown(shot, d, fill)
    body += shape(
        "M-150 -220H150C150 -190 149 -166 147 -146C60 -126 -60 -126 -147 -146C-149 -166 -150 -190 -150 -220Z",
        p.light,
        opacity=0.88,
    )
    body += line("M-144 -110C-60 -92 60 -92 144 -110", p.accent, 5, stroke_dasharray="2 14")
    body += f'<ellipse cy="-220" rx="150" ry="34" fill="{p.deep}"/><ellipse cy="-216" rx="134" ry="26" fill="#3b1e10"/>'
    return shot.shadow(x, y, 150 * s, 24) + at(body, x, y, 0, s)


@drawing("gerabah_gelas")
def mugs(shot: Shot, look: Look) -> str:
    return _mug(shot, look, 660, 800, 1.0) + _mug(shot, look, 370, 890, 1.2)


@drawing("gerabah_teko")
def teapot(shot: Shot, look: Look) -> str:
    """A teapot with two small cups."""
    p, fill = look.colours, skin(shot, look)
    belly = "M300 600C300 460 420 400 540 400C660 400 780 460 780 600C780 760 680 850 540 850C400 850 300 760 300 600Z"
    body = shot.shadow(540, 850, 230)
    body += line("M760 520C930 480 940 740 740 740", p.deep, 40) + line(
        "M760 516C918 480 926 730 740 732", p.base, 24
    )
    body += thrown(
        shot, "M330 600C240 580 220 480 150 430L196 396C270 420 330 470 380 500Z", fill
    ) + thrown(shot, belly, fill)
    body += line("M312 560C420 600 660 600 768 560M306 640C420 680 660 680 774 640", p.light, 6)
    for i in range(9):
        body += f'<circle cx="{340 + i * 50}" cy="{622 + 16 * math.sin(math.pi * i / 8):.0f}" r="9" fill="{p.light}"/>'
    body += f'<ellipse cx="540" cy="412" rx="130" ry="30" fill="{p.deep}"/>' + thrown(
        shot, "M420 404C440 340 640 340 660 404C620 430 460 430 420 404Z", fill
    )
    body += f'<circle cx="540" cy="340" r="30" fill="{shot.radial(f"0 {p.base}", f"1 {p.deep}")}"/>'
    return body + _mug(shot, look, 250, 910, 0.5) + _mug(shot, look, 830, 920, 0.5)


@drawing("gerabah_mangkuk")
def bowls(shot: Shot, look: Look) -> str:
    """Stacked bowls, or a mortar when form is 'cobek'."""
    p, fill = look.colours, skin(shot, look)
    if look.get("form") == "cobek":
        stone = "M150 600H930C930 760 780 850 540 850C300 850 150 760 150 600Z"
        body = shot.shadow(540, 852, 330) + thrown(shot, stone, fill, 2.6)
        body += f'<ellipse cx="540" cy="600" rx="390" ry="110" fill="{p.base}"/><ellipse cx="540" cy="612" rx="330" ry="84" fill="{p.deep}"/>'
        body += "".join(
            at(
                shape("M0 0C20 -18 90 -22 130 0C90 20 20 16 0 0Z", c)
                + line("M0 0q-14 -6 -26 -20", "#3F6A34", 6),
                x,
                y,
                a,
            )
            for x, y, a, c in (
                (420, 620, -10, "#B2221C"),
                (500, 590, 20, "#C7341F"),
                (380, 590, 40, "#3F7A34"),
            )
        )
        grip = "M640 560C640 480 700 330 760 270C800 250 850 290 830 330C790 400 750 500 740 590C720 640 650 620 640 560Z"
        return body + thrown(shot, grip, fill, 2.6)
    body = shot.shadow(540, 880, 220)
    for i, (y, w) in enumerate(((880, 300), (740, 310), (600, 320))):
        d = f"M{540 - w} {y - 200}H{540 + w}C{540 + w} {y - 80} {540 + w * 0.5} {y} {540 + w * 0.35} {y}H{540 - w * 0.35}C{540 - w * 0.5} {y} {540 - w} {y - 80} {540 - w} {y - 200}Z"
        body += thrown(
            shot,
            d,
            fill if i != 1 else shot.linear(f"0 {p.accent}", f"0.4 {p.light}", f"1 {p.accent}"),
        )
        body += line(
            f"M{540 - w + 12} {y - 150}C{540 - w * 0.4} {y - 120} {540 + w * 0.4} {y - 120} {540 + w - 12} {y - 150}",
            p.light,
            6,
            opacity=0.85,
        )
        body += f'<ellipse cx="540" cy="{y - 200}" rx="{w}" ry="52" fill="{p.deep}"/><ellipse cx="540" cy="{y - 192}" rx="{w - 22}" ry="40" fill="{p.base}"/>'
    return body


@drawing("gerabah_kendi")
def pitcher(shot: Shot, look: Look) -> str:
    """A water jug, a vase or a big jar by its form."""
    p, fill, form = look.colours, skin(shot, look), look.get("form", "kendi")
    d = {"kendi": "M480 190H600C610 250 580 300 600 360C740 400 800 520 780 640C760 790 660 880 540 880C420 880 320 790 300 640C280 520 340 400 480 360C500 300 470 250 480 190Z",
         "vas": "M450 170H630C660 170 640 220 610 260C590 330 760 420 760 600C760 760 660 880 620 880H460C420 880 320 760 320 600C320 420 490 330 470 260C440 220 420 170 450 170Z",
         "guci": "M400 250H680C720 260 690 310 670 330C800 400 830 520 800 640C770 790 690 880 640 880H440C390 880 310 790 280 640C250 520 280 400 410 330C390 310 360 260 400 250Z"}[form]  # fmt: skip
    body = shot.shadow(540, 880, 210)
    if form == "vas":
        for x, a in ((-110, -24), (0, 0), (120, 26), (-60, -12), (60, 13)):
            body += at(
                line("M0 0V-270", "#8A6A3A", 6)
                + "".join(
                    f'<ellipse cx="{(-1) ** k * 14}" cy="{-270 + k * 22}" rx="11" ry="20" fill="#D9B176"/>'
                    for k in range(7)
                ),
                540 + x * 0.2,
                200,
                a,
                0.72,
            )
    if form == "kendi":
        body += thrown(
            shot, "M740 520C820 480 850 420 880 360L920 380C910 460 870 560 770 620Z", fill
        )
    body += thrown(shot, d, fill)
    body += f'<g clip-path="{shot.clip(shape(d, "#000"))}"><rect x="240" y="520" width="640" height="110" fill="{cloth(shot, Look("x", look.palette, look.motif), 0.7)}" opacity=".9"/>'
    body += line("M240 512H880M240 638H880", p.light, 7) + "</g>" + shape(d, shot.round_shade(0.4))
    top = {"kendi": 190, "vas": 176, "guci": 256}[form]
    half = {"kendi": 60, "vas": 92, "guci": 146}[form]
    return body + f'<ellipse cx="540" cy="{top}" rx="{half}" ry="20" fill="{p.deep}"/>'


@drawing("pot_semen")
def planter(shot: Shot, look: Look) -> str:
    """A cement pot with a plant; form 'kubus', 'silinder', 'wajah' or 'segi'."""
    p, form, fill = look.colours, look.get("form", "silinder"), skin(shot, look)
    d = {"kubus": "M330 520H750L736 872C736 880 730 884 722 884H358C350 884 344 880 344 872Z",
         "silinder": "M330 520H750C752 640 740 780 716 850C710 876 690 884 660 884H420C390 884 370 876 364 850C340 780 328 640 330 520Z",
         "segi": "M300 520H780L720 720L660 884H420L360 720Z",
         "wajah": "M350 520H730C760 640 750 760 690 840C660 884 600 884 540 884C480 884 420 884 390 840C330 760 320 640 350 520Z"}[form]  # fmt: skip
    body = shot.shadow(540, 884, 220) + plant(shot, 540, 540)
    body += '<ellipse cx="540" cy="526" rx="210" ry="34" fill="#3a2a1c"/>' + thrown(
        shot, d, fill, 1.7
    )
    if form == "segi":
        body += shape("M300 520L360 720L540 720L460 520Z", "#fff", opacity=0.16) + shape(
            "M780 520L720 720L540 720L620 520Z", "#1c0f04", opacity=0.16
        )
        body += shape("M360 720L420 884H540V720Z", "#1c0f04", opacity=0.12)
    elif form == "wajah":
        body += line(
            "M440 660q36 -26 70 0M570 660q36 -26 70 0M540 680q-22 60 4 74M500 800q40 26 84 0",
            p.deep,
            9,
        )
    else:
        clip = shot.clip(shape(d, "#000"))
        chips = "".join(
            f'<rect x="{shot.rng.randrange(330, 750)}" y="{shot.rng.randrange(700, 880)}" width="{shot.rng.randrange(8, 26)}" height="{shot.rng.randrange(8, 20)}" rx="4" fill="{shot.rng.choice((p.accent, p.light, p.deep, "#B5683F"))}" transform="rotate({shot.rng.randrange(60)} 540 790)"/>'
            for _ in range(46)
        )
        body += f'<g clip-path="{clip}">{chips}</g>'
    body += f'<path d="M328 520C328 476 752 476 752 520C752 560 328 560 328 520Z" fill="none" stroke="{p.light}" stroke-width="18"/>'
    return body + text(look.maker, 540, 862, 20, p.deep, "pacifico", width=200)


@drawing("nampan_semen")
def cement_tray(shot: Shot, look: Look) -> str:
    """A terrazzo tray or coasters with a candle and a ring dish."""
    p, rng = look.colours, shot.rng
    d = "M160 640C160 560 260 540 540 540C820 540 920 560 920 640C920 780 760 830 540 830C320 830 160 780 160 640Z"
    rim = "M160 640C160 560 260 540 540 540C820 540 920 560 920 640V680C920 810 760 864 540 864C320 864 160 810 160 680Z"
    chips = "".join(
        shape(
            f"M{x} {y}l{rng.randrange(8, 26)} {rng.randrange(-8, 8)}l{rng.randrange(-6, 12)} {rng.randrange(8, 16)}l-{rng.randrange(8, 24)} {rng.randrange(-2, 8)}Z",
            rng.choice((p.accent, p.deep, "#B5683F", "#FFFDF6", "#4C7A45")),
        )
        for x, y in [(rng.randrange(170, 900), rng.randrange(545, 830)) for _ in range(90)]
    )
    body = shot.shadow(540, 858, 380, 34) + shape(rim, p.deep)
    body += f'<g filter="{shot.grain(0.04, 0.04, 1.6)}">{shape(d, p.light)}</g><g clip-path="{shot.clip(shape(d, "#000"))}">{chips}</g>'
    body += shape(d, shot.linear("0 #fff 0.3", "0.5 #fff 0", "1 #1c0f04 0.22", angle="d"))
    body += _candle(shot, look, 440, 730, 1.0)
    body += shot.shadow(720, 740, 90, 16) + thrown(
        shot, "M620 690H820C810 740 770 756 720 756C670 756 630 740 620 690Z", skin(shot, look)
    )
    return (
        body
        + f'<ellipse cx="720" cy="690" rx="100" ry="22" fill="{p.deep}"/><circle cx="706" cy="684" r="17" fill="none" stroke="#D8B35A" stroke-width="6"/>'
    )


def _candle(shot: Shot, look: Look, x: float, y: float, s: float) -> str:
    p = look.colours
    glow = shot.radial("0 #FFE9AE 0.9", "1 #FFE9AE 0", cx=0.5, cy=0.5, r=0.5)
    body = thrown(shot, "M-110 -230H110V-10C90 10 -90 10 -110 -10Z", skin(shot, look), 1.4)
    body += f'<ellipse cy="-230" rx="110" ry="26" fill="{p.light}"/><ellipse cy="-226" rx="94" ry="20" fill="#FBF0D6"/>'
    body += (
        line("M0 -226V-258", "#3a2a1c", 5)
        + f'<circle cy="-290" r="150" fill="{glow}"/>'
        + shape("M0 -330C26 -290 22 -262 0 -256C-22 -262 -26 -290 0 -330Z", "#FFB84D")
        + shape("M0 -300C11 -280 9 -264 0 -260C-9 -264 -11 -280 0 -300Z", "#FFF6D8")
    )
    return shot.shadow(x, y, 110 * s, 18) + at(body, x, y, 0, s)


@drawing("lilin")
def candles(shot: Shot, look: Look) -> str:
    """Candles in cement cups."""
    other = Look("x", look.get("second", "gading"), options=look.options)
    return _candle(shot, other, 730, 800, 1.05) + _candle(shot, look, 400, 880, 1.5)


@drawing("hiasan_semen")
def cement_blocks(shot: Shot, look: Look) -> str:
    """Cement desk things: pen cup, phone stand, clock or number sign by form."""
    p, form, fill = look.colours, look.get("form", "jam"), skin(shot, look)
    if form == "jam":
        body = (
            shot.shadow(540, 884, 260)
            + f'<g filter="{shot.grain(0.05, 0.05, 1.5)}"><circle cx="540" cy="560" r="320" fill="{p.light}"/></g>'
        )
        body += f'<circle cx="540" cy="560" r="320" fill="{shot.radial("0 #fff 0.3", "0.6 #fff 0", "1 #1c0f04 0.36")}"/>'
        body += "".join(
            line(
                "M0 -262V-292",
                p.deep,
                12 if a % 90 == 0 else 6,
                transform=f"translate(540 560) rotate({a})",
            )
            for a in range(0, 360, 30)
        )
        body += (
            line("M540 560L440 440", p.deep, 14)
            + line("M540 560L680 420", p.deep, 9)
            + line("M540 600L500 300", p.accent, 4)
        )
        return body + f'<circle cx="540" cy="560" r="18" fill="{p.accent}"/>'
    if form == "nomor":
        d = "M240 300H840V840H240Z"
        body = (
            at(shape(d, "#2a1606", opacity=0.4, filter=shot.blur(18)), 14, 22)
            + f'<g filter="{shot.grain(0.05, 0.05, 1.6)}">{shape(d, p.base)}</g>'
        )
        body += line("M270 330H810V810H270Z", p.light, 5) + text(
            look.title or "17", 540, 660, 280, p.light, "oswald", width=480
        )
        return body + text(look.sub, 540, 770, 44, p.accent, "oswald", width=460, spacing=3)
    body = shot.shadow(540, 884, 330)
    for x, h, w in ((330, 330, 190), (560, 240, 210), (770, 160, 170)):
        d = f"M{x - w / 2} {884 - h}H{x + w / 2}V884H{x - w / 2}Z"
        if h > 300:
            for k, c in enumerate(("#B2452C", "#DD9A1E", "#2B4A93")):
                body += at(
                    f'<rect x="-11" y="-240" width="22" height="250" fill="{c}"/><path d="M-11 -240L0 -284L11 -240Z" fill="#F0DFC0"/>',
                    x - 40 + k * 40,
                    884 - h + 20,
                    (k - 1) * 9,
                )
        body += (
            thrown(shot, d, fill, 1.6)
            + f'<rect x="{x - w / 2}" y="{884 - h}" width="{w}" height="18" fill="{p.light}" opacity=".6"/>'
        )
        if h == 240:
            body += _mini_cactus(shot, x, 884 - h)
    return body


def _mini_cactus(shot: Shot, x: float, y: float) -> str:
    green = shot.linear("0 #3F6A34", "0.4 #7FA05A", "1 #2f5a30")
    return (
        f'<ellipse cx="{x}" cy="{y - 60}" rx="60" ry="78" fill="{green}"/>'
        + "".join(
            line(f"M{x + k} {y - 130}V{y}", "#DDE8C6", 2, stroke_dasharray="3 10")
            for k in (-34, -12, 12, 34)
        )
        + f'<circle cx="{x + 8}" cy="{y - 138}" r="16" fill="#D48A8C"/>'
    )

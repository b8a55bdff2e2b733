"""Clay, cement, wood, beads and light."""

from __future__ import annotations

import math

from .motifs import cloth, plait
from .paint import FLOOR, Look, Shot, at, drawing, line, shape, text
from .weave import _plant


def _skin(shot: Shot, look: Look) -> str:
    p = look.colours
    return shot.linear(f"0 {p.deep}", f"0.3 {p.base}", f"0.62 {p.base}", f"1 {p.deep}")


def _thrown(shot: Shot, d: str, fill: str, rough: float = 1.3) -> str:
    """A body of clay or cement with its rough skin and the light on it."""
    return f'<g filter="{shot.grain(0.03, 0.05, rough)}">{shape(d, fill)}</g>' + shape(d, shot.round_shade(0.42))


def _mug(shot: Shot, look: Look, x: float, y: float, s: float) -> str:
    p, fill = look.colours, _skin(shot, look)
    d = "M-150 -220H150C150 -90 140 -30 110 0H-110C-140 -30 -150 -90 -150 -220Z"
    body = line("M140 -170C240 -180 240 -40 130 -50", p.deep, 34) + line("M140 -174C232 -182 232 -46 130 -56", p.base, 20)
    body += _thrown(shot, d, fill)
    body += shape("M-150 -220H150C150 -190 149 -166 147 -146C60 -126 -60 -126 -147 -146C-149 -166 -150 -190 -150 -220Z", p.light, opacity=0.88)
    body += line("M-144 -110C-60 -92 60 -92 144 -110", p.accent, 5, stroke_dasharray="2 14")
    body += f'<ellipse cy="-220" rx="150" ry="34" fill="{p.deep}"/><ellipse cy="-216" rx="134" ry="26" fill="#3b1e10"/>'
    return shot.shadow(x, y, 150 * s, 24) + at(body, x, y, 0, s)


@drawing("gerabah_gelas")
def mugs(shot: Shot, look: Look) -> str:
    return _mug(shot, look, 660, 800, 1.0) + _mug(shot, look, 370, 890, 1.2)


@drawing("gerabah_teko")
def teapot(shot: Shot, look: Look) -> str:
    """A teapot with two small cups."""
    p, fill = look.colours, _skin(shot, look)
    belly = "M300 600C300 460 420 400 540 400C660 400 780 460 780 600C780 760 680 850 540 850C400 850 300 760 300 600Z"
    body = shot.shadow(540, 850, 230)
    body += line("M760 520C930 480 940 740 740 740", p.deep, 40) + line("M760 516C918 480 926 730 740 732", p.base, 24)
    body += _thrown(shot, "M330 600C240 580 220 480 150 430L196 396C270 420 330 470 380 500Z", fill) + _thrown(shot, belly, fill)
    body += line("M312 560C420 600 660 600 768 560M306 640C420 680 660 680 774 640", p.light, 6)
    for i in range(9):
        body += f'<circle cx="{340 + i * 50}" cy="{622 + 16 * math.sin(math.pi * i / 8):.0f}" r="9" fill="{p.light}"/>'
    body += f'<ellipse cx="540" cy="412" rx="130" ry="30" fill="{p.deep}"/>' + _thrown(shot, "M420 404C440 340 640 340 660 404C620 430 460 430 420 404Z", fill)
    body += f'<circle cx="540" cy="340" r="30" fill="{shot.radial(f"0 {p.base}", f"1 {p.deep}")}"/>'
    return body + _mug(shot, look, 250, 910, 0.5) + _mug(shot, look, 830, 920, 0.5)


@drawing("gerabah_mangkuk")
def bowls(shot: Shot, look: Look) -> str:
    """Stacked bowls, or a mortar when form is 'cobek'."""
    p, fill = look.colours, _skin(shot, look)
    if look.get("form") == "cobek":
        stone = "M150 600H930C930 760 780 850 540 850C300 850 150 760 150 600Z"
        body = shot.shadow(540, 852, 330) + _thrown(shot, stone, fill, 2.6)
        body += f'<ellipse cx="540" cy="600" rx="390" ry="110" fill="{p.base}"/><ellipse cx="540" cy="612" rx="330" ry="84" fill="{p.deep}"/>'
        body += "".join(at(shape("M0 0C20 -18 90 -22 130 0C90 20 20 16 0 0Z", c) + line("M0 0q-14 -6 -26 -20", "#3F6A34", 6), x, y, a) for x, y, a, c in ((420, 620, -10, "#B2221C"), (500, 590, 20, "#C7341F"), (380, 590, 40, "#3F7A34")))
        grip = "M640 560C640 480 700 330 760 270C800 250 850 290 830 330C790 400 750 500 740 590C720 640 650 620 640 560Z"
        return body + _thrown(shot, grip, fill, 2.6)
    body = shot.shadow(540, 880, 220)
    for i, (y, w) in enumerate(((880, 300), (740, 310), (600, 320))):
        d = f"M{540 - w} {y - 200}H{540 + w}C{540 + w} {y - 80} {540 + w * 0.5} {y} {540 + w * 0.35} {y}H{540 - w * 0.35}C{540 - w * 0.5} {y} {540 - w} {y - 80} {540 - w} {y - 200}Z"
        body += _thrown(shot, d, fill if i != 1 else shot.linear(f"0 {p.accent}", f"0.4 {p.light}", f"1 {p.accent}"))
        body += line(f"M{540 - w + 12} {y - 150}C{540 - w * 0.4} {y - 120} {540 + w * 0.4} {y - 120} {540 + w - 12} {y - 150}", p.light, 6, opacity=0.85)
        body += f'<ellipse cx="540" cy="{y - 200}" rx="{w}" ry="52" fill="{p.deep}"/><ellipse cx="540" cy="{y - 192}" rx="{w - 22}" ry="40" fill="{p.base}"/>'
    return body


@drawing("gerabah_kendi")
def pitcher(shot: Shot, look: Look) -> str:
    """A water jug, a vase or a big jar by its form."""
    p, fill, form = look.colours, _skin(shot, look), look.get("form", "kendi")
    d = {"kendi": "M480 190H600C610 250 580 300 600 360C740 400 800 520 780 640C760 790 660 880 540 880C420 880 320 790 300 640C280 520 340 400 480 360C500 300 470 250 480 190Z",
         "vas": "M450 170H630C660 170 640 220 610 260C590 330 760 420 760 600C760 760 660 880 620 880H460C420 880 320 760 320 600C320 420 490 330 470 260C440 220 420 170 450 170Z",
         "guci": "M400 250H680C720 260 690 310 670 330C800 400 830 520 800 640C770 790 690 880 640 880H440C390 880 310 790 280 640C250 520 280 400 410 330C390 310 360 260 400 250Z"}[form]  # fmt: skip
    body = shot.shadow(540, 880, 210)
    if form == "vas":
        for x, a in ((-110, -24), (0, 0), (120, 26), (-60, -12), (60, 13)):
            body += at(line("M0 0V-270", "#8A6A3A", 6) + "".join(f'<ellipse cx="{(-1) ** k * 14}" cy="{-270 + k * 22}" rx="11" ry="20" fill="#D9B176"/>' for k in range(7)), 540 + x * 0.2, 200, a, 0.72)
    if form == "kendi":
        body += _thrown(shot, "M740 520C820 480 850 420 880 360L920 380C910 460 870 560 770 620Z", fill)
    body += _thrown(shot, d, fill)
    body += f'<g clip-path="{shot.clip(shape(d, "#000"))}"><rect x="240" y="520" width="640" height="110" fill="{cloth(shot, Look("x", look.palette, look.motif), 0.7)}" opacity=".9"/>'
    body += line("M240 512H880M240 638H880", p.light, 7) + "</g>" + shape(d, shot.round_shade(0.4))
    top = {"kendi": 190, "vas": 176, "guci": 256}[form]
    half = {"kendi": 60, "vas": 92, "guci": 146}[form]
    return body + f'<ellipse cx="540" cy="{top}" rx="{half}" ry="20" fill="{p.deep}"/>'


@drawing("pot_semen")
def planter(shot: Shot, look: Look) -> str:
    """A cement pot with a plant; form 'kubus', 'silinder', 'wajah' or 'segi'."""
    p, form, fill = look.colours, look.get("form", "silinder"), _skin(shot, look)
    d = {"kubus": "M330 520H750L736 872C736 880 730 884 722 884H358C350 884 344 880 344 872Z",
         "silinder": "M330 520H750C752 640 740 780 716 850C710 876 690 884 660 884H420C390 884 370 876 364 850C340 780 328 640 330 520Z",
         "segi": "M300 520H780L720 720L660 884H420L360 720Z",
         "wajah": "M350 520H730C760 640 750 760 690 840C660 884 600 884 540 884C480 884 420 884 390 840C330 760 320 640 350 520Z"}[form]  # fmt: skip
    body = shot.shadow(540, 884, 220) + _plant(shot, 540, 540)
    body += '<ellipse cx="540" cy="526" rx="210" ry="34" fill="#3a2a1c"/>' + _thrown(shot, d, fill, 1.7)
    if form == "segi":
        body += shape("M300 520L360 720L540 720L460 520Z", "#fff", opacity=0.16) + shape("M780 520L720 720L540 720L620 520Z", "#1c0f04", opacity=0.16)
        body += shape("M360 720L420 884H540V720Z", "#1c0f04", opacity=0.12)
    elif form == "wajah":
        body += line("M440 660q36 -26 70 0M570 660q36 -26 70 0M540 680q-22 60 4 74M500 800q40 26 84 0", p.deep, 9)
    else:
        clip = shot.clip(shape(d, "#000"))
        chips = "".join(f'<rect x="{shot.rng.randrange(330, 750)}" y="{shot.rng.randrange(700, 880)}" width="{shot.rng.randrange(8, 26)}" height="{shot.rng.randrange(8, 20)}" rx="4" fill="{shot.rng.choice((p.accent, p.light, p.deep, "#B5683F"))}" transform="rotate({shot.rng.randrange(60)} 540 790)"/>' for _ in range(46))
        body += f'<g clip-path="{clip}">{chips}</g>'
    body += f'<path d="M328 520C328 476 752 476 752 520C752 560 328 560 328 520Z" fill="none" stroke="{p.light}" stroke-width="18"/>'
    return body + text(look.maker, 540, 862, 20, p.deep, "pacifico", width=200)


@drawing("nampan_semen")
def cement_tray(shot: Shot, look: Look) -> str:
    """A terrazzo tray or coasters with a candle and a ring dish."""
    p, rng = look.colours, shot.rng
    d = "M160 640C160 560 260 540 540 540C820 540 920 560 920 640C920 780 760 830 540 830C320 830 160 780 160 640Z"
    rim = "M160 640C160 560 260 540 540 540C820 540 920 560 920 640V680C920 810 760 864 540 864C320 864 160 810 160 680Z"
    chips = "".join(shape(f"M{x} {y}l{rng.randrange(8, 26)} {rng.randrange(-8, 8)}l{rng.randrange(-6, 12)} {rng.randrange(8, 16)}l-{rng.randrange(8, 24)} {rng.randrange(-2, 8)}Z", rng.choice((p.accent, p.deep, "#B5683F", "#FFFDF6", "#4C7A45"))) for x, y in [(rng.randrange(170, 900), rng.randrange(545, 830)) for _ in range(90)])
    body = shot.shadow(540, 858, 380, 34) + shape(rim, p.deep)
    body += f'<g filter="{shot.grain(0.04, 0.04, 1.6)}">{shape(d, p.light)}</g><g clip-path="{shot.clip(shape(d, "#000"))}">{chips}</g>'
    body += shape(d, shot.linear("0 #fff 0.3", "0.5 #fff 0", "1 #1c0f04 0.22", angle="d"))
    body += _candle(shot, look, 440, 730, 1.0)
    body += shot.shadow(720, 740, 90, 16) + _thrown(shot, "M620 690H820C810 740 770 756 720 756C670 756 630 740 620 690Z", _skin(shot, look))
    return body + f'<ellipse cx="720" cy="690" rx="100" ry="22" fill="{p.deep}"/><circle cx="706" cy="684" r="17" fill="none" stroke="#D8B35A" stroke-width="6"/>'


def _candle(shot: Shot, look: Look, x: float, y: float, s: float) -> str:
    p = look.colours
    glow = shot.radial("0 #FFE9AE 0.9", "1 #FFE9AE 0", cx=0.5, cy=0.5, r=0.5)
    body = _thrown(shot, "M-110 -230H110V-10C90 10 -90 10 -110 -10Z", _skin(shot, look), 1.4)
    body += f'<ellipse cy="-230" rx="110" ry="26" fill="{p.light}"/><ellipse cy="-226" rx="94" ry="20" fill="#FBF0D6"/>'
    body += line("M0 -226V-258", "#3a2a1c", 5) + f'<circle cy="-290" r="150" fill="{glow}"/>' + shape("M0 -330C26 -290 22 -262 0 -256C-22 -262 -26 -290 0 -330Z", "#FFB84D") + shape("M0 -300C11 -280 9 -264 0 -260C-9 -264 -11 -280 0 -300Z", "#FFF6D8")
    return shot.shadow(x, y, 110 * s, 18) + at(body, x, y, 0, s)


@drawing("lilin")
def candles(shot: Shot, look: Look) -> str:
    """Candles in cement cups."""
    other = Look("x", look.get("second", "gading"), options=look.options)
    return _candle(shot, other, 730, 800, 1.05) + _candle(shot, look, 400, 880, 1.5)


@drawing("hiasan_semen")
def cement_blocks(shot: Shot, look: Look) -> str:
    """Cement desk things: pen cup, phone stand, clock or number sign by form."""
    p, form, fill = look.colours, look.get("form", "jam"), _skin(shot, look)
    if form == "jam":
        body = shot.shadow(540, 884, 260) + f'<g filter="{shot.grain(0.05, 0.05, 1.5)}"><circle cx="540" cy="560" r="320" fill="{p.light}"/></g>'
        body += f'<circle cx="540" cy="560" r="320" fill="{shot.radial("0 #fff 0.3", "0.6 #fff 0", "1 #1c0f04 0.36")}"/>'
        body += "".join(line("M0 -262V-292", p.deep, 12 if a % 90 == 0 else 6, transform=f"translate(540 560) rotate({a})") for a in range(0, 360, 30))
        body += line("M540 560L440 440", p.deep, 14) + line("M540 560L680 420", p.deep, 9) + line("M540 600L500 300", p.accent, 4)
        return body + f'<circle cx="540" cy="560" r="18" fill="{p.accent}"/>'
    if form == "nomor":
        d = "M240 300H840V840H240Z"
        body = at(shape(d, "#2a1606", opacity=0.4, filter=shot.blur(18)), 14, 22) + f'<g filter="{shot.grain(0.05, 0.05, 1.6)}">{shape(d, p.base)}</g>'
        body += line("M270 330H810V810H270Z", p.light, 5) + text(look.title or "17", 540, 660, 280, p.light, "oswald", width=480)
        return body + text(look.sub, 540, 770, 44, p.accent, "oswald", width=460, spacing=3)
    body = shot.shadow(540, 884, 330)
    for x, h, w in ((330, 330, 190), (560, 240, 210), (770, 160, 170)):
        d = f"M{x - w / 2} {884 - h}H{x + w / 2}V884H{x - w / 2}Z"
        if h > 300:
            for k, c in enumerate(("#B2452C", "#DD9A1E", "#2B4A93")):
                body += at(f'<rect x="-11" y="-240" width="22" height="250" fill="{c}"/><path d="M-11 -240L0 -284L11 -240Z" fill="#F0DFC0"/>', x - 40 + k * 40, 884 - h + 20, (k - 1) * 9)
        body += _thrown(shot, d, fill, 1.6) + f'<rect x="{x - w / 2}" y="{884 - h}" width="{w}" height="18" fill="{p.light}" opacity=".6"/>'
        if h == 240:
            body += _mini_cactus(shot, x, 884 - h)
    return body


def _mini_cactus(shot: Shot, x: float, y: float) -> str:
    green = shot.linear("0 #3F6A34", "0.4 #7FA05A", "1 #2f5a30")
    return f'<ellipse cx="{x}" cy="{y - 60}" rx="60" ry="78" fill="{green}"/>' + "".join(line(f"M{x + k} {y - 130}V{y}", "#DDE8C6", 2, stroke_dasharray="3 10") for k in (-34, -12, 12, 34)) + f'<circle cx="{x + 8}" cy="{y - 138}" r="16" fill="#D48A8C"/>'


@drawing("mainan_kayu")
def toy(shot: Shot, look: Look) -> str:
    """A wooden train; wheels, chimney, two wagons."""
    p, q = look.colours, look.second
    wood = shot.linear("0 #E6C08A", "1 #B9854A", angle="v")
    body = shot.shadow(540, 884, 400)
    parts = [("M120 560H420V800H120Z", wood), ("M120 400H280V570H120Z", p.base), ("M470 640H700V800H470Z", q.base), ("M750 640H960V800H750Z", p.accent)]
    for d, fill in parts:
        body += f'<g filter="{shot.grain(0.006, 0.09, 2)}">{shape(d, fill, stroke=fill if fill.startswith("#") else "#B9854A", stroke_width=18, stroke_linejoin="round")}</g>' + shape(d, shot.linear("0 #fff 0.26", "0.5 #fff 0", "1 #1c0f04 0.22", angle="v"))
    body += f'<rect x="320" y="440" width="62" height="120" rx="8" fill="{p.deep}"/><rect x="306" y="418" width="90" height="34" rx="12" fill="{q.base}"/><rect x="150" y="440" width="96" height="84" rx="10" fill="#FFF6E4"/>'
    body += line("M420 770H480M700 770H760", "#6d4420", 12)
    for x in (180, 340, 520, 650, 800, 910):
        body += f'<circle cx="{x}" cy="822" r="60" fill="{p.deep}"/><circle cx="{x}" cy="822" r="44" fill="{wood}"/><circle cx="{x}" cy="822" r="12" fill="{p.deep}"/>'
    return body + "".join(f'<circle cx="{540 + i * 58}" cy="{616 - (i % 2) * 18}" r="42" fill="{c}"/>' for i, c in enumerate((p.accent, p.base, q.light))) + "".join(f'<circle cx="{800 + i * 60}" cy="612" r="40" fill="{c}"/>' for i, c in enumerate((q.base, p.base, p.light)))


@drawing("talenan")
def boards(shot: Shot, look: Look) -> str:
    """Wooden or bamboo kitchen tools: board, spoons."""
    wood = shot.linear("0 #D9AB70", "0.5 #C48E50", "1 #A8713A")
    dark = shot.linear("0 #8A5A2C", "0.5 #A8713A", "1 #6d4420")
    board = "M280 330C280 300 300 290 330 290H430V200C430 150 530 150 530 200V290H620C650 290 670 300 670 330V850C670 884 650 890 620 890H330C300 890 280 884 280 850Z"
    body = at(shape(board, "#2a1606", opacity=0.4, filter=shot.blur(16)), 14, 20) + f'<g filter="{shot.grain(0.08, 0.004, 3)}">{shape(board, wood)}</g><circle cx="480" cy="206" r="20" fill="#5a3518"/>'
    body += text(look.maker, 475, 820, 40, "#6d4420", "pacifico", width=320)
    for x, turn, head in ((750, 5, "M0 -70C52 -70 62 -4 44 50C30 84 -30 84 -44 50C-62 -4 -52 -70 0 -70Z"), (880, 12, "M-48 -80H48V40C48 80 -48 80 -48 40Z")):
        spoon = shape("M-14 40H14L18 520H-18Z", dark) + shape(head, dark) + shape(head, shot.round_shade(0.5))
        body += at(at(spoon, 0, 0).replace("<path", '<path filter="none"'), x, 330, turn)
    return body


@drawing("manik")
def beads(shot: Shot, look: Look) -> str:
    """Bead work: 'gelang', 'kalung' or 'anting' on cloth."""
    p, q, form = look.colours, look.second, look.get("form", "gelang")
    tones = [p.base, p.accent, q.base, p.light, q.accent, p.deep]

    def bead(x: float, y: float, r: float, tone: str) -> str:
        return (f'<circle cx="{x + 3:.1f}" cy="{y + 7:.1f}" r="{r}" fill="#2a1606" opacity=".34"/><circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" fill="{tone}"/>'
                f'<circle cx="{x - r * 0.3:.1f}" cy="{y - r * 0.35:.1f}" r="{r * 0.32:.1f}" fill="#fff" opacity=".65"/>')  # fmt: skip

    body = ""
    if form == "anting":
        for x in (390, 690):
            body += line(f"M{x} 300C{x - 50} 240 {x + 50} 230 {x + 14} 290", "#D8B35A", 9)
            for row in range(9):
                for k in range(-row // 2, row // 2 + 1):
                    body += bead(x + k * 30, 330 + row * 32, 14, tones[(row + abs(k)) % 6])
            for k in range(-4, 5):
                for j in range(6 - abs(k) // 2):
                    body += bead(x + k * 30, 630 + j * 28, 11, tones[(j + abs(k) + 2) % 6])
        return body
    if form == "kalung":
        for ring, r in enumerate((330, 290, 250)):
            for i in range(46 - ring * 6):
                a = math.pi * (0.06 + 0.88 * i / (45 - ring * 6))
                body += bead(540 + r * math.cos(a), 340 + r * 1.2 * math.sin(a), 17 - ring, tones[(i // 3 + ring) % 6])
        return body + "".join(bead(540 + k * 30, 780 + j * 30, 14, tones[(j + abs(k)) % 6]) for j in range(5) for k in range(-(4 - j), 5 - j))
    for cx, cy, r, off in ((400, 470, 200, 0), (690, 640, 190, 2), (390, 800, 120, 4)):
        for band in range(3):
            count = int(r * 2 * math.pi / 36)
            for i in range(count):
                a = 2 * math.pi * i / count
                body += bead(cx + (r + band * 5) * math.cos(a), cy + (r * 0.62) * math.sin(a) + band * 27, 16, tones[(i // 2 + band + off) % 6])
    return body


@drawing("kursi")
def stool(shot: Shot, look: Look) -> str:
    """A stool with a plaited seat."""
    p, fill = look.colours, plait(shot, look, look.get("weave", "kepang"), 0.8)
    wood = shot.linear("0 #5e3a1a", "0.4 #B9854A", "1 #5e3a1a")
    body = shot.shadow(540, 900, 330)
    for x0, x1 in ((420, 390), (660, 690)):
        body += line(f"M{x0} 470L{x1} 820", "#5e3a1a", 30)
    for x0, x1 in ((300, 236), (780, 844)):
        body += shape(f"M{x0 - 24} 480H{x0 + 24}L{x1 + 18} 900H{x1 - 18}Z", wood)
    body += line("M266 720H814", "#7d4f24", 26) + line("M404 680H676", "#5e3a1a", 20)
    seat = "M240 400C300 350 780 350 840 400L860 480C800 540 280 540 220 480Z"
    return body + shape(seat, fill) + shape(seat, shot.linear("0 #fff 0.26", "0.5 #fff 0", "1 #1c0f04 0.4", angle="v")) + line("M220 480C280 540 800 540 860 480", p.deep, 16)


@drawing("lampu_meja")
def table_lamp(shot: Shot, look: Look) -> str:
    """A table lamp: cement or clay foot, cloth or plaited shade."""
    p = look.colours
    glow = shot.radial("0 #FFE9AE 0.85", "1 #FFE9AE 0", cx=0.5, cy=0.5, r=0.5)
    shade = "M400 200H680L800 540H280Z"
    fill = plait(shot, Look("x", look.get("second", "gading")), "kepang", 0.7) if look.get("plaited") else cloth(shot, look, 0.7)
    body = shot.shadow(540, 890, 200) + f'<circle cx="540" cy="440" r="470" fill="{glow}"/>' + _thrown(shot, "M520 530H560L590 640C680 690 690 820 640 884H440C390 820 400 690 490 640Z", _skin(shot, look), 1.7)
    body += shape(shade, fill) + shape(shade, shot.radial("0 #FFF3CF 0.75", "0.6 #FFE2A0 0.3", "1 #1c0f04 0.3", cx=0.5, cy=0.8, r=0.8))
    return body + line("M280 540H800", p.deep, 10) + line("M400 200H680", p.deep, 8)


@drawing("gantungan")
def keyrings(shot: Shot, look: Look) -> str:
    """Key rings in a row on a card."""
    p, q, body = look.colours, look.second, ""
    fills = [cloth(shot, look, 0.5), q.base, cloth(shot, Look("x", look.get("second", "bata"), "ceplok"), 0.5)]
    for i, x in enumerate((270, 540, 810)):
        d = ("M0 0C90 -10 120 90 110 180C100 270 -100 270 -110 180C-120 90 -90 -10 0 0Z", "M-100 20H100V260H-100Z", "M0 0L110 90L70 260H-70L-110 90Z")[i]
        one = '<circle cy="-150" r="70" fill="none" stroke="#B9B4A8" stroke-width="14"/>' + line("M0 -82V0", "#9a9690", 12)
        one += at(shape(d, "#2a1606", opacity=0.4, filter=shot.blur(10)), 8, 14) + shape(d, fills[i], stroke=p.deep, stroke_width=7, stroke_linejoin="round") + shape(d, shot.linear("0 #fff 0.34", "0.5 #fff 0", "1 #1c0f04 0.3", angle="d"))
        body += at(one, x, 470, (i - 1) * 7, 1.15)
    return body


@drawing("kertas")
def book(shot: Shot, look: Look) -> str:
    """A notebook with a cloth cover, or a framed piece when form is 'bingkai'."""
    p, fill = look.colours, cloth(shot, look, 0.8)
    if look.get("form") == "bingkai":
        wood = shot.linear("0 #6d4420", "0.4 #B9854A", "1 #5e3a1a", angle="d")
        body = at('<rect x="230" y="180" width="620" height="720" fill="#2a1606" opacity=".36" filter="' + shot.blur(22) + '"/>', 18, 28)
        return body + f'<rect x="230" y="180" width="620" height="720" fill="{wood}"/><rect x="270" y="220" width="540" height="640" fill="#FFFDF6"/><rect x="340" y="300" width="400" height="480" fill="{fill}"/><rect x="340" y="300" width="400" height="480" fill="{shot.linear("0 #fff 0.25", "0.5 #fff 0", "1 #1c0f04 0.12", angle="d")}"/>'
    body = shot.shadow(540, FLOOR, 300) + '<path d="M300 250H800V890H300Z" fill="#EFE6D2"/>' + "".join(line(f"M806 {y}H300", "#D3BD98", 2) for y in range(262, 890, 9))
    body += shape("M270 236H780C792 236 796 244 796 256V862C796 874 790 880 780 880H270Z", fill) + shape("M270 236H330V880H270Z", p.deep)
    body += shape("M270 236H796V880H270Z", shot.linear("0 #1c0f04 0.3", "0.2 #fff 0.14", "1 #1c0f04 0.1")) + line("M690 236V880", p.accent, 14)
    return body + '<rect x="410" y="420" width="220" height="120" rx="8" fill="#FFFDF6"/>' + text(look.maker, 520, 492, 32, p.ink, "pacifico", width=190)

"""Wood, beads, light and paper."""

from __future__ import annotations

import math

from .clay import skin, thrown
from .motifs import cloth, plait
from .paint import FLOOR, Look, Shot, at, drawing, line, shape, text


@drawing("mainan_kayu")
def toy(shot: Shot, look: Look) -> str:
    """A wooden train; wheels, chimney, two wagons."""
    p, q = look.colours, look.second
    wood = shot.linear("0 #E6C08A", "1 #B9854A", angle="v")
    body = shot.shadow(540, 884, 400)
    parts = [
        ("M120 560H420V800H120Z", wood),
        ("M120 400H280V570H120Z", p.base),
        ("M470 640H700V800H470Z", q.base),
        ("M750 640H960V800H750Z", p.accent),
    ]
    for d, fill in parts:
        body += (
            f'<g filter="{shot.grain(0.006, 0.09, 2)}">{shape(d, fill, stroke=fill if fill.startswith("#") else "#B9854A", stroke_width=18, stroke_linejoin="round")}</g>'
            + shape(d, shot.linear("0 #fff 0.26", "0.5 #fff 0", "1 #1c0f04 0.22", angle="v"))
        )
    body += f'<rect x="320" y="440" width="62" height="120" rx="8" fill="{p.deep}"/><rect x="306" y="418" width="90" height="34" rx="12" fill="{q.base}"/><rect x="150" y="440" width="96" height="84" rx="10" fill="#FFF6E4"/>'
    body += line("M420 770H480M700 770H760", "#6d4420", 12)
    for x in (180, 340, 520, 650, 800, 910):
        body += f'<circle cx="{x}" cy="822" r="60" fill="{p.deep}"/><circle cx="{x}" cy="822" r="44" fill="{wood}"/><circle cx="{x}" cy="822" r="12" fill="{p.deep}"/>'
    return (
        body
        + "".join(
            f'<circle cx="{540 + i * 58}" cy="{616 - (i % 2) * 18}" r="42" fill="{c}"/>'
            for i, c in enumerate((p.accent, p.base, q.light))
        )
        + "".join(
            f'<circle cx="{800 + i * 60}" cy="612" r="40" fill="{c}"/>'
            for i, c in enumerate((q.base, p.base, p.light))
        )
    )


@drawing("talenan")
def boards(shot: Shot, look: Look) -> str:
    """Wooden or bamboo kitchen tools: board, spoons."""
    wood = shot.linear("0 #D9AB70", "0.5 #C48E50", "1 #A8713A")
    dark = shot.linear("0 #8A5A2C", "0.5 #A8713A", "1 #6d4420")
    board = "M280 330C280 300 300 290 330 290H430V200C430 150 530 150 530 200V290H620C650 290 670 300 670 330V850C670 884 650 890 620 890H330C300 890 280 884 280 850Z"
    body = (
        at(shape(board, "#2a1606", opacity=0.4, filter=shot.blur(16)), 14, 20)
        + f'<g filter="{shot.grain(0.08, 0.004, 3)}">{shape(board, wood)}</g><circle cx="480" cy="206" r="20" fill="#5a3518"/>'
    )
    body += text(look.maker, 475, 820, 40, "#6d4420", "pacifico", width=320)
    for x, turn, head in (
        (750, 5, "M0 -70C52 -70 62 -4 44 50C30 84 -30 84 -44 50C-62 -4 -52 -70 0 -70Z"),
        (880, 12, "M-48 -80H48V40C48 80 -48 80 -48 40Z"),
    ):
        spoon = (
            shape("M-14 40H14L18 520H-18Z", dark)
            + shape(head, dark)
            + shape(head, shot.round_shade(0.5))
        )
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
                body += bead(
                    540 + r * math.cos(a),
                    340 + r * 1.2 * math.sin(a),
                    17 - ring,
                    tones[(i // 3 + ring) % 6],
                )
        return body + "".join(
            bead(540 + k * 30, 780 + j * 30, 14, tones[(j + abs(k)) % 6])
            for j in range(5)
            for k in range(-(4 - j), 5 - j)
        )
    for cx, cy, r, off in ((400, 470, 200, 0), (690, 640, 190, 2), (390, 800, 120, 4)):
        for band in range(3):
            count = int(r * 2 * math.pi / 36)
            for i in range(count):
                a = 2 * math.pi * i / count
                body += bead(
                    cx + (r + band * 5) * math.cos(a),
                    cy + (r * 0.62) * math.sin(a) + band * 27,
                    16,
                    tones[(i // 2 + band + off) % 6],
                )
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
    return (
        body
        + shape(seat, fill)
        + shape(seat, shot.linear("0 #fff 0.26", "0.5 #fff 0", "1 #1c0f04 0.4", angle="v"))
        + line("M220 480C280 540 800 540 860 480", p.deep, 16)
    )


@drawing("lampu_meja")
def table_lamp(shot: Shot, look: Look) -> str:
    """A table lamp: cement or clay foot, cloth or plaited shade."""
    p = look.colours
    glow = shot.radial("0 #FFE9AE 0.85", "1 #FFE9AE 0", cx=0.5, cy=0.5, r=0.5)
    shade = "M400 200H680L800 540H280Z"
    fill = (
        plait(shot, Look("x", look.get("second", "gading")), "kepang", 0.7)
        if look.get("plaited")
        else cloth(shot, look, 0.7)
    )
    body = (
        shot.shadow(540, 890, 200)
        + f'<circle cx="540" cy="440" r="470" fill="{glow}"/>'
        + thrown(
            shot,
            "M520 530H560L590 640C680 690 690 820 640 884H440C390 820 400 690 490 640Z",
            skin(shot, look),
            1.7,
        )
    )
    body += shape(shade, fill) + shape(
        shade,
        shot.radial("0 #FFF3CF 0.75", "0.6 #FFE2A0 0.3", "1 #1c0f04 0.3", cx=0.5, cy=0.8, r=0.8),
    )
    return body + line("M280 540H800", p.deep, 10) + line("M400 200H680", p.deep, 8)


@drawing("gantungan")
def keyrings(shot: Shot, look: Look) -> str:
    """Key rings in a row on a card."""
    p, q, body = look.colours, look.second, ""
    fills = [
        cloth(shot, look, 0.5),
        q.base,
        cloth(shot, Look("x", look.get("second", "bata"), "ceplok"), 0.5),
    ]
    for i, x in enumerate((270, 540, 810)):
        d = (
            "M0 0C90 -10 120 90 110 180C100 270 -100 270 -110 180C-120 90 -90 -10 0 0Z",
            "M-100 20H100V260H-100Z",
            "M0 0L110 90L70 260H-70L-110 90Z",
        )[i]
        one = '<circle cy="-150" r="70" fill="none" stroke="#B9B4A8" stroke-width="14"/>' + line(
            "M0 -82V0", "#9a9690", 12
        )
        one += (
            at(shape(d, "#2a1606", opacity=0.4, filter=shot.blur(10)), 8, 14)
            + shape(d, fills[i], stroke=p.deep, stroke_width=7, stroke_linejoin="round")
            + shape(d, shot.linear("0 #fff 0.34", "0.5 #fff 0", "1 #1c0f04 0.3", angle="d"))
        )
        body += at(one, x, 470, (i - 1) * 7, 1.15)
    return body


@drawing("kertas")
def book(shot: Shot, look: Look) -> str:
    """A notebook with a cloth cover, or a framed piece when form is 'bingkai'."""
    p, fill = look.colours, cloth(shot, look, 0.8)
    if look.get("form") == "bingkai":
        wood = shot.linear("0 #6d4420", "0.4 #B9854A", "1 #5e3a1a", angle="d")
        body = at(
            '<rect x="230" y="180" width="620" height="720" fill="#2a1606" opacity=".36" filter="'
            + shot.blur(22)
            + '"/>',
            18,
            28,
        )
        return (
            body
            + f'<rect x="230" y="180" width="620" height="720" fill="{wood}"/><rect x="270" y="220" width="540" height="640" fill="#FFFDF6"/><rect x="340" y="300" width="400" height="480" fill="{fill}"/><rect x="340" y="300" width="400" height="480" fill="{shot.linear("0 #fff 0.25", "0.5 #fff 0", "1 #1c0f04 0.12", angle="d")}"/>'
        )
    body = (
        shot.shadow(540, FLOOR, 300)
        + '<path d="M300 250H800V890H300Z" fill="#EFE6D2"/>'
        + "".join(line(f"M806 {y}H300", "#D3BD98", 2) for y in range(262, 890, 9))
    )
    body += shape(
        "M270 236H780C792 236 796 244 796 256V862C796 874 790 880 780 880H270Z", fill
    ) + shape("M270 236H330V880H270Z", p.deep)
    body += shape(
        "M270 236H796V880H270Z", shot.linear("0 #1c0f04 0.3", "0.2 #fff 0.14", "1 #1c0f04 0.1")
    ) + line("M690 236V880", p.accent, 14)
    return (
        body
        + '<rect x="410" y="420" width="220" height="120" rx="8" fill="#FFFDF6"/>'
        + text(look.maker, 520, 492, 32, p.ink, "pacifico", width=190)
    )

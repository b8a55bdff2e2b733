"""Where things are made: one room or yard for each maker and each centre."""

from __future__ import annotations

from collections.abc import Callable

from .motifs import cloth, plait
from .paint import Look, Shot, at, line, shape, text
from .pieces import PIECES

SKIN = ("#8A5A3C", "#A06A46", "#7A4B31")


def person(
    shot: Shot,
    shirt: str,
    scarf: str,
    x: float,
    y: float,
    s: float = 1,
    flip: int = 1,
    reach: float = 0,
) -> str:
    """Somebody sitting at work, seen from the side; no face, just posture."""
    skin = shot.rng.choice(SKIN)
    arm = f"M-10 -250C60 -220 110 -180 {150 + reach} {-150 - reach * 0.2}"
    body = shape(
        "M-110 0C-130 -150 -110 -290 -20 -300C60 -300 90 -200 80 -110C110 -70 150 -40 170 0Z", shirt
    )
    body += shape(
        "M-110 0C-130 -150 -110 -290 -20 -300C60 -300 90 -200 80 -110C110 -70 150 -40 170 0Z",
        shot.linear("0 #fff 0.2", "1 #1c0f04 0.3"),
    )
    body += f'<ellipse cx="26" cy="-358" rx="56" ry="64" fill="{skin}"/>'
    if scarf:
        body += shape(
            "M-50 -350C-50 -430 60 -450 84 -390C60 -400 40 -380 30 -340C30 -310 50 -296 70 -290C50 -250 -40 -250 -70 -280C-60 -300 -50 -320 -50 -350Z",
            scarf,
        )
    else:
        body += shape(
            "M-34 -352C-44 -430 50 -450 82 -394C50 -400 10 -390 4 -340C-10 -320 -30 -330 -34 -352Z",
            "#2A1911",
        )
    body += (
        line(arm, shirt, 50)
        + f'<circle cx="{150 + reach}" cy="{-150 - reach * 0.2}" r="26" fill="{skin}"/>'
    )
    return f'<g transform="translate({x} {y}) scale({s * flip} {s})">{body}</g>'


def _room(shot: Shot, look: Look) -> str:
    """A wall with a window that looks out on green, and a tiled floor."""
    p = look.colours
    wall = shot.linear(f"0 {p.light}", "1 #EAD9BC", angle="v")
    sky = shot.linear("0 #CFE3EA", "0.6 #E8EFD9", "1 #A9C28C", angle="v")
    body = f'<rect width="1080" height="1080" fill="{wall}"/><rect x="90" y="130" width="400" height="330" fill="{sky}"/>'
    if look.get("land"):
        body += (
            '<rect x="90" y="350" width="400" height="110" fill="#6FA3B0"/>'
            + line("M110 376h90M260 392h120M150 430h110M380 424h80", "#DDEEF0", 5, opacity=0.7)
            + shape("M90 356C200 330 330 336 490 352V362H90Z", "#5F8A4C")
        )
    else:
        body += shape("M200 340L300 230L400 340Z", "#8FA7B0") + shape(
            "M90 400C180 340 260 380 330 350C400 330 460 360 490 340V460H90Z", "#7FA05A"
        )
    body += line("M90 130H490V460H90ZM290 130V460M90 295H490", "#7d4f24", 16)
    floor = shot.linear("0 #C9A27A", "1 #A9794B", angle="v")
    body += (
        f'<rect y="780" width="1080" height="300" fill="{floor}"/>'
        + "".join(
            line(f"M{x} 780L{x * 2.2 - 650} 1080", "#7d4f24", 3, opacity=0.3)
            for x in range(0, 1200, 120)
        )
        + line("M0 860H1080M0 960H1080", "#7d4f24", 3, opacity=0.25)
    )
    return body + shape("M90 460H490L760 1080H300Z", "#fff", opacity=0.12, filter=shot.blur(16))


def _mountain() -> str:
    return shape("M420 520L660 240C690 220 720 220 750 250L1000 520Z", "#9DB4BE") + shape(
        "M640 262L660 240C690 220 720 220 750 250L766 268C720 290 680 250 640 262Z", "#EEF3F4"
    )


def _yard(shot: Shot, look: Look) -> str:
    """Outdoors: hill, palms, ground of packed earth."""
    sky = shot.linear("0 #BFDCE6", "0.7 #F1EEDB", "1 #F6E9C8", angle="v")
    earth = shot.linear("0 #CFAE7C", "1 #A97F4C", angle="v")
    body = f'<rect width="1080" height="1080" fill="{sky}"/>'
    if look.get("land"):
        body += (
            '<rect y="430" width="1080" height="200" fill="#7FB2BF"/>'
            + line(
                "M60 470h160M340 500h220M640 468h180M820 520h160M200 540h140",
                "#E4F1F2",
                6,
                opacity=0.7,
            )
            + shape("M0 440C200 400 420 410 620 436V446H0Z", "#6F9A72")
        )
        body += shape(
            "M620 496H820C810 530 790 540 760 540H680C650 540 630 530 620 496Z", "#6d4420"
        ) + shape("M716 490V380L790 480Z", "#FFFDF6")
        body += shape("M0 600C240 560 480 610 700 580C860 560 980 590 1080 570V760H0Z", "#5F8A4C")
    else:
        body += _mountain()
        body += shape(
            "M0 560C160 470 320 540 480 490C680 450 860 530 1080 470V700H0Z", "#8FAE6B"
        ) + shape("M0 640C240 560 480 640 700 590C860 560 980 600 1080 580V760H0Z", "#5F8A4C")
    for x, s in ((90, 1.0), (980, 1.2), (190, 0.7)):
        fronds = "".join(
            shape(
                "M0 0C60 -50 150 -50 200 10C140 -10 70 0 0 12Z", "#3F6A34", transform=f"rotate({a})"
            )
            for a in range(-200, 20, 36)
        )
        body += at(
            line("M0 0C-10 -130 10 -240 0 -340", "#6d4a26", 18) + at(fronds, 0, -340), x, 700, 0, s
        )
    return body + f'<rect y="690" width="1080" height="390" fill="{earth}"/>'


def _shelf(shot: Shot, look: Look, y: float, items: str = "") -> str:
    return f'<rect x="560" y="{y}" width="440" height="18" rx="4" fill="#7d4f24"/><rect x="560" y="{y + 18}" width="440" height="12" fill="#2a1606" opacity=".18"/>{items}'


def _folded(shot: Shot, look: Look, y: float, names: tuple[str, ...]) -> str:
    body = ""
    for i, name in enumerate(names):
        fill = cloth(shot, Look("x", name, ("kawung", "polos", "truntum", "ceplok")[i % 4]), 0.4)
        for k in range(2 + i % 2):
            body += f'<rect x="{580 + i * 102}" y="{y - 28 - k * 30}" width="90" height="27" rx="10" fill="{fill}"/><rect x="{580 + i * 102}" y="{y - 28 - k * 30}" width="90" height="27" rx="10" fill="{shot.linear("0 #fff 0.3", "1 #1c0f04 0.3", angle="v")}"/>'
    return body


def batik(shot: Shot, look: Look) -> str:
    """Two women with canting before a hanging cloth, wax on the stove."""
    p = look.colours
    body = _room(shot, look) + _shelf(
        shot, look, 320, _folded(shot, look, 320, ("sogan", "nila", "bata", "daun"))
    )
    fill = cloth(shot, look, 0.8)
    body += line("M360 470H980", "#7d4f24", 18) + line("M380 470V900M960 470V900", "#5e3a1a", 18)
    body += (
        f'<g filter="{shot.folds(0.01, 0.001, 34, 10)}">{shape("M430 462H910V840C750 860 590 860 430 840Z", fill)}</g>'
        + shape("M640 640H910V840C820 856 730 856 640 852Z", "#F3E6CC", opacity=0.9)
    )
    body += person(shot, p.base, p.accent, 260, 960, 1.05, 1, 20) + line(
        "M440 776L470 748", "#5e3a1a", 9
    )
    body += person(shot, look.second.base, look.second.light, 1010, 1000, 1.0, -1, 10)
    body += (
        shape("M560 960H740L720 1030H580Z", "#6E3417")
        + '<ellipse cx="650" cy="958" rx="88" ry="20" fill="#2A1911"/><ellipse cx="650" cy="956" rx="66" ry="13" fill="#A9652A"/>'
    )
    return body + line(
        "M620 930c-14 -30 14 -40 0 -70M676 930c-14 -30 14 -40 0 -70",
        "#fff",
        9,
        opacity=0.35,
        filter=shot.blur(5),
    )


def jahit(shot: Shot, look: Look) -> str:
    """A row of sewing machines and a rail of finished clothes."""
    p = look.colours
    body = _room(shot, look) + line("M540 200H1040", "#7d4f24", 12)
    for i, name in enumerate(
        (look.palette, "gading", look.get("second", "bata"), "langit", look.palette)
    ):
        d = f"M{580 + i * 92} 214C{560 + i * 92} 230 {552 + i * 92} 330 {556 + i * 92} 470H{632 + i * 92}C{636 + i * 92} 330 {628 + i * 92} 230 {608 + i * 92} 214Z"
        body += shape(
            d, cloth(shot, Look("x", name, ("polos", "truntum", "kembang")[i % 3]), 0.4)
        ) + shape(d, shot.round_shade(0.4))
    for x, y, s, shirt, scarf in (
        (230, 820, 0.84, look.second.base, look.second.light),
        (560, 960, 1.05, p.base, p.accent),
    ):
        body += person(shot, shirt, scarf, x, y, s, 1, 10)
        machine = "M0 0H250V-34H0ZM180 -34V-170C180 -196 160 -200 140 -200H20C-6 -200 -10 -170 -10 -130V-70H20V-140H130V-34Z"
        table = '<rect x="-70" y="0" width="420" height="26" rx="6" fill="#B9854A"/><rect x="-50" y="26" width="18" height="240" fill="#6d4420"/><rect x="312" y="26" width="18" height="240" fill="#6d4420"/>'
        cloth_on = shape("M-60 2H120C90 60 20 90 -40 70Z", cloth(shot, look, 0.4))
        body += at(
            table
            + shape(machine, "#F3EEE4")
            + shape(machine, shot.linear("0 #fff 0.2", "1 #1c0f04 0.25"))
            + cloth_on
            + '<circle cx="196" cy="-120" r="26" fill="#B2452C"/>',
            x + 160,
            y - 130,
            0,
            s,
        )
    return body


def dapur(shot: Shot, look: Look) -> str:
    """A kitchen: a wide pan over fire, jars, somebody packing."""
    p = look.colours
    body = _room(shot, look)
    jars = ""
    for i in range(5):
        x = 590 + i * 82
        jars += f'<rect x="{x}" y="220" width="62" height="100" rx="12" fill="#fff" opacity=".6"/><rect x="{x}" y="250" width="62" height="70" rx="10" fill="{(p.base, "#DE9F2C", "#B2452C", "#8A8A4B", "#C9781B")[i]}"/><rect x="{x + 6}" y="206" width="50" height="22" rx="6" fill="{p.deep}"/>'
    body += _shelf(shot, look, 320, jars)
    body += '<rect x="60" y="720" width="440" height="200" rx="12" fill="#B5683F"/><path d="M180 920V820C180 780 380 780 380 820V920Z" fill="#2A1911"/><path d="M230 920C220 860 270 870 270 820C310 850 300 880 320 860C340 890 340 910 330 920Z" fill="#F2A33C"/>'
    body += (
        shape("M90 650H470C460 730 390 750 280 750C170 750 100 730 90 650Z", "#3A3B40")
        + '<ellipse cx="280" cy="650" rx="190" ry="34" fill="#8a5a1c"/>'
        + "".join(
            at(
                '<ellipse rx="22" ry="12" fill="#F2D79B"/>',
                160 + i * 34,
                646 + (i % 3 - 1) * 9,
                i * 40,
            )
            for i in range(8)
        )
    )
    body += line(
        "M240 600c-20 -50 20 -60 0 -120M330 600c-20 -50 20 -60 0 -120",
        "#fff",
        16,
        opacity=0.4,
        filter=shot.blur(8),
    )
    body += person(shot, look.second.base, look.second.light, 570, 920, 1.1, -1, 30)
    body += '<rect x="640" y="820" width="420" height="28" rx="6" fill="#B9854A"/><rect x="670" y="848" width="22" height="220" fill="#6d4420"/><rect x="1010" y="848" width="22" height="220" fill="#6d4420"/>'
    for i in range(5):
        body += (
            shape(
                f"M{690 + i * 70} 700H{744 + i * 70}L{750 + i * 70} 820H{684 + i * 70}Z",
                p.base if i % 2 else "#D3B27E",
            )
            + f'<circle cx="{717 + i * 70}" cy="764" r="18" fill="#FFFDF6"/>'
        )
    return body + person(shot, p.base, p.accent, 1000, 1040, 0.8, -1, 20)


def tenun(shot: Shot, look: Look) -> str:
    """A hand loom with striped cloth growing on it."""
    p, fill = look.colours, cloth(shot, look, 1, motif="lurik")
    body = _room(shot, look) + _shelf(
        shot, look, 250, _folded(shot, look, 250, ("nila", "bata", "daun", "sogan"))
    )
    body += line("M360 400V960M960 400V960M330 420H990M330 560H990", "#7d4f24", 30)
    body += shape("M420 600H900L860 900H460Z", fill) + "".join(
        line(f"M{430 + i * 16} 440L{430 + i * 16} 600", p.base if i % 3 else p.accent, 3)
        for i in range(30)
    )
    body += '<rect x="400" y="570" width="520" height="34" rx="8" fill="#A8713A"/><path d="M560 630q60 -24 130 0q-70 24 -130 0z" fill="#5e3a1a"/>'
    return (
        body
        + person(shot, p.base, p.accent, 250, 1000, 1.15, 1, 60)
        + '<rect x="120" y="1000" width="320" height="30" rx="8" fill="#6d4420"/>'
    )


def anyam(shot: Shot, look: Look) -> str:
    """A porch where strips are plaited; baskets stand around."""
    p = look.colours
    body = (
        _yard(shot, look)
        + shape("M0 0H1080V120L1000 190H80L0 120Z", "#8A5A2C")
        + line("M110 190V860M970 190V860", "#6d4420", 34)
    )
    fill = plait(shot, look, "anyam", 0.6)
    for x, y, s in ((840, 860, 1.0), (980, 960, 0.8), (130, 980, 0.9)):
        body += at(
            shape("M-110 -170H110L86 0H-86Z", fill)
            + shape("M-110 -170H110L86 0H-86Z", shot.round_shade(0.5))
            + f'<ellipse cy="-170" rx="110" ry="24" fill="{p.deep}"/>',
            x,
            y,
            0,
            s,
        )
    body += person(shot, p.base, p.accent, 330, 940, 1.15, 1, 0) + person(
        shot, look.second.base, "", 720, 900, 0.95, -1, 0
    )
    body += shape("M420 800H620L600 900H440Z", fill) + "".join(
        line(f"M{430 + i * 22} 800q{(i - 4) * 10} -70 {(i - 4) * 18} -130", p.light, 7)
        for i in range(9)
    )
    return (
        body
        + "".join(
            line(f"M{600 + i * 12} 260V430", p.light if i % 2 else p.base, 7) for i in range(18)
        )
        + line("M580 260H830", "#6d4420", 12)
    )


def gerabah(shot: Shot, look: Look) -> str:
    """A potter at the wheel, shelves of drying ware."""
    p = look.colours
    body, ware = _room(shot, look), ""
    for row in (250, 420):
        ware += f'<rect x="560" y="{row}" width="450" height="18" fill="#7d4f24"/>'
        for i in range(5):
            d = (
                "M-34 -90H34C34 -40 26 -14 20 0H-20C-26 -14 -34 -40 -34 -90Z",
                "M-16 -104H16C12 -80 40 -70 40 -40C40 -14 24 0 16 0H-16C-24 0 -40 -14 -40 -40C-40 -70 -12 -80 -16 -104Z",
            )[i % 2]
            ware += at(shape(d, p.base) + shape(d, shot.round_shade(0.5)), 610 + i * 88, row)
    body += ware + person(shot, look.second.base, look.second.light, 300, 980, 1.2, 1, 80)
    pot = "M520 640H680C690 720 720 740 700 810C690 840 640 850 600 850C560 850 510 840 500 810C480 740 510 720 520 640Z"
    body += '<ellipse cx="600" cy="860" rx="200" ry="40" fill="#6d4420"/><rect x="560" y="860" width="80" height="160" fill="#5e3a1a"/>'
    return (
        body
        + shape(pot, p.base)
        + shape(pot, shot.round_shade(0.5))
        + f'<ellipse cx="600" cy="640" rx="80" ry="18" fill="{p.deep}"/>'
    )


def kebun(shot: Shot, look: Look) -> str:
    """Leaves or beans drying on trays in front of the garden."""
    p = look.colours
    body = _yard(shot, look)
    fill = plait(shot, Look("x", "madu"), "anyam", 0.5)
    kind = look.get("fill", "teh")
    for x, y, s in ((620, 800, 1.0), (860, 900, 1.15), (560, 980, 1.2)):
        body += at(
            f'<ellipse cy="14" rx="170" ry="70" fill="#2a1606" opacity=".3" filter="{shot.blur(10)}"/><ellipse rx="170" ry="66" fill="{fill}"/><ellipse rx="170" ry="66" fill="none" stroke="#8a5a2c" stroke-width="14"/>',
            x,
            y,
            0,
            s,
        )
        for _i in range(26):
            dx, dy = shot.rng.uniform(-120, 120), shot.rng.uniform(-34, 30)
            body += at(
                PIECES[kind](shot), x + dx * s, y + dy * s, shot.rng.randrange(360), 0.55 * s
            )
    body += person(shot, p.base, p.accent, 260, 960, 1.2, 1, 60) + person(
        shot, look.second.base, "", 1000, 760, 0.7, -1, 20
    )
    for x in (80, 160):
        body += shape(
            f"M{x} 860C{x - 50} 760 {x - 40} 680 {x} 620C{x + 40} 680 {x + 50} 760 {x} 860Z",
            "#4C7A45",
        )
    return body


def semen(shot: Shot, look: Look) -> str:
    """Moulds and drying pots under a roof."""
    p = look.colours
    body = _room(shot, look)
    for row in (260, 430):
        body += f'<rect x="560" y="{row}" width="450" height="18" fill="#7d4f24"/>'
        for i in range(5):
            body += at(
                shape("M-34 -80H34L26 0H-26Z", p.light if i % 2 else p.base)
                + shape("M-34 -80H34L26 0H-26Z", shot.round_shade(0.45)),
                610 + i * 88,
                row,
            )
    body += '<rect x="420" y="780" width="580" height="30" rx="6" fill="#B9854A"/><rect x="460" y="810" width="24" height="240" fill="#6d4420"/><rect x="930" y="810" width="24" height="240" fill="#6d4420"/>'
    for x in (560, 700, 850):
        body += at(
            shape("M-60 -120H60L50 0H-50Z", p.base)
            + shape("M-60 -120H60L50 0H-50Z", shot.round_shade(0.45))
            + line(
                "M0 -120C-30 -170 -20 -200 0 -230C20 -200 30 -170 0 -120M0 -120C-60 -150 -70 -180 -70 -200",
                "#4C7A45",
                10,
            ),
            x,
            780,
        )
    return body + person(shot, look.second.base, "", 290, 1000, 1.25, 1, 70)


def manik(shot: Shot, look: Look) -> str:
    """A table by the window with bowls of beads."""
    p = look.colours
    body = _room(shot, look) + _shelf(
        shot, look, 320, _folded(shot, look, 320, ("bata", "kunyit", "arang", "daun"))
    )
    body += '<rect x="300" y="790" width="720" height="32" rx="6" fill="#B9854A"/>'
    tones = ("#B2452C", "#F2CB6C", "#2B4A93", "#FFFDF6", "#1C1D21", "#4C7A45")
    for i in range(5):
        x = 450 + i * 120
        body += shape(
            f"M{x - 50} 740H{x + 50}C{x + 46} 780 {x + 20} 792 {x} 792C{x - 20} 792 {x - 46} 780 {x - 50} 740Z",
            "#E9DCC3",
        )
        body += "".join(
            f'<circle cx="{x + shot.rng.uniform(-40, 40):.0f}" cy="{736 + shot.rng.uniform(-10, 8):.0f}" r="8" fill="{tones[i]}"/>'
            for _ in range(16)
        )
    return (
        body
        + person(shot, p.base, p.accent, 250, 1000, 1.2, 1, 40)
        + person(shot, look.second.base, look.second.light, 940, 1060, 1.0, -1, 20)
    )


SCENES: dict[str, Callable[[Shot, Look], str]] = {
    "batik": batik, "jahit": jahit, "dapur": dapur, "tenun": tenun, "anyam": anyam,
    "gerabah": gerabah, "kebun": kebun, "semen": semen, "manik": manik,
}  # fmt: skip


def scene(shot: Shot, look: Look) -> str:
    """The workshop of one maker, with its name board over the door."""
    p = look.colours
    board = f'<rect x="556" y="70" width="448" height="76" rx="10" fill="{p.deep}"/><rect x="564" y="78" width="432" height="60" rx="7" fill="none" stroke="{p.accent}" stroke-width="3"/>'
    board += text(look.maker, 780, 120, 36, p.light, "pacifico", width=400)
    return SCENES[look.draw](shot, look) + board

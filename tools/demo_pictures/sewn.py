"""What is sewn for the house and the hand: cushions, runners, bags, cases, masks."""

from __future__ import annotations

from .motifs import cloth
from .paint import Look, Shot, at, drawing, line, lines_of, shape, text
from .stitches import badge, sewn, vine


@drawing("bantal")
def cushion(shot: Shot, look: Look) -> str:
    """A square cushion standing on its edge."""
    p, fill = look.colours, cloth(shot, look, look.get("scale", 1.1), 0)
    d = "M226 280C400 318 680 318 854 280C822 440 822 720 854 880C680 846 400 846 226 880C258 720 258 440 226 280Z"
    body = shot.shadow(540, 872, 330) + sewn(shot, d, fill, 22)
    body += shape(
        d, shot.radial("0.2 #fff 0.24", "0.6 #fff 0", "1 #1c0f04 0.5", cx=0.42, cy=0.4, r=0.72)
    )
    if look.get("flower"):
        body += vine(p.light, p.accent, 540, 580, 420)
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
    body += sewn(shot, fall, fill, 30) + line("M320 900L540 986L760 900", p.accent, 10)
    body += vine(p.light, p.accent, 540, 820, 320) if look.get("flower") else ""
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
        + at(vine(p.light, p.accent, 0, 0, 240), 540, 780)
        + at(vine(p.light, p.accent, 0, 0, 120), 540, 470)
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
    body = shot.shadow(540, 880, wide * 0.56) + sewn(shot, d, fill, 30)
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
        body += vine(p.light, p.accent, 540, y + tall * 0.55, wide * 0.7)
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
        body += at(at(shade, 10, 16) + loops + sewn(shot, d, fill, 16) + folds + light, x, y, turn)
    return body


@drawing("topi_kain")
def cap(shot: Shot, look: Look) -> str:
    """A baseball cap with an embroidered front."""
    p = look.colours
    crown = "M190 690C170 450 290 310 470 306C660 306 770 460 760 690C600 730 360 730 190 690Z"
    visor = "M470 660C600 640 720 640 770 664C880 690 990 740 1000 790C980 830 800 800 690 790C600 784 500 760 440 722C420 700 430 670 470 660Z"
    body = shot.shadow(540, 810, 380) + sewn(shot, crown, p.base, 26)
    body += line(
        "M470 306C400 410 350 540 350 712M470 306C590 400 640 540 640 706",
        "#1c0f04",
        3.4,
        opacity=0.35,
    )
    body += shape(crown, shot.radial("0 #fff 0.3", "0.5 #fff 0", "1 #1c0f04 0.46"))
    body += f'<ellipse cx="470" cy="308" rx="26" ry="14" fill="{p.deep}"/>'
    body += sewn(shot, visor, p.deep, 12)
    body += line(
        "M480 690C600 680 720 690 930 780", p.light, 3, opacity=0.6, stroke_dasharray="10 7"
    )
    return body + badge(look, 520, 540, 0.84)

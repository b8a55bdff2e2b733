"""Single pieces of food, and how they lie scattered or heaped."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .paint import Shot, at, line, shape


def _chip(shot: Shot, colour: str, rim: str) -> str:
    fill = shot.radial(f"0 {colour}", f"0.75 {colour}", f"1 {rim}")
    return shape(
        "M-34 -6C-30 -28 8 -34 30 -20C42 -8 34 22 6 26C-20 30 -38 14 -34 -6Z", fill
    ) + line("M-20 -4C-8 8 8 -8 22 2", rim, 3, opacity=0.7)


def _salak_chip(shot: Shot) -> str:
    return _chip(shot, "#F2D79B", "#C58D45")


def _banana_chip(shot: Shot) -> str:
    return _chip(shot, "#F4CF63", "#C98F1E") + '<circle r="4" fill="#8a5a14"/>'


def _cassava_chip(shot: Shot) -> str:
    return (
        _chip(shot, "#F6E3B4", "#D7A94F")
        + '<circle cx="4" cy="-6" r="3" fill="#B2452C"/><circle cx="-12" cy="8" r="2.4" fill="#B2452C"/>'
    )


def _leaf_chip(shot: Shot) -> str:
    return _chip(shot, "#A9A45A", "#5d6428") + line("M-24 0H24", "#4E5024", 2)


def _cracker(shot: Shot) -> str:
    fill = shot.radial("0 #FFF6E2", "1 #E3C391")
    return shape(
        "M-40 0C-36 -24 -18 -36 2 -34C26 -36 42 -16 38 4C40 26 18 36 -4 34C-26 34 -42 20 -40 0Z",
        fill,
    ) + line("M-22 -8q8 -8 14 0t14 0M-16 12q10 -8 18 0t16 0", "#C99E5E", 3)


def _peyek(shot: Shot) -> str:
    fill = shot.radial("0 #F8DDA0", "0.7 #E9BE6A", "1 #B9822F")
    thin = shape(
        "M-44 2C-40 -28 -16 -38 6 -36C30 -40 46 -18 42 6C44 30 16 38 -6 36C-28 36 -46 24 -44 2Z",
        fill,
    )
    nuts = "".join(
        f'<ellipse cx="{x}" cy="{y}" rx="9" ry="7" fill="#A8652B"/>'
        for x, y in ((-16, -10), (12, -14), (4, 12), (-20, 14), (24, 8))
    )
    return thin + nuts + line("M-4 -24l10 -4M-30 2l8 4", "#5d7a34", 4)


def _amplang(shot: Shot) -> str:
    fill = shot.radial("0 #FFF0D0", "0.7 #E9C384", "1 #B98640")
    return shape(
        "M-30 -10C-22 -26 24 -28 32 -8C38 10 20 24 -4 22C-30 22 -40 6 -30 -10Z", fill
    ) + line("M-14 -6q8 6 22 0", "#fff", 3, opacity=0.6)


def _cashew(shot: Shot) -> str:
    fill = shot.radial("0 #FBEBCB", "0.7 #E8C58C", "1 #BD8A46")
    return shape(
        "M-30 -14C-24 -32 6 -34 24 -18C42 0 38 26 26 28C12 30 14 8 2 2C-10 -4 -26 4 -30 -14Z", fill
    )


def _peanut(shot: Shot) -> str:
    fill = shot.radial("0 #E7B87A", "1 #9A5B28")
    return f'<ellipse rx="26" ry="18" fill="{fill}"/>' + line(
        "M-14 -6q14 -8 26 0", "#fff", 3, opacity=0.4
    )


def _bean(shot: Shot) -> str:
    fill = shot.radial("0 #8a5a3c", "0.7 #4B2C1B", "1 #2A1509")
    return f'<ellipse rx="26" ry="19" fill="{fill}"/>' + line(
        "M-22 4C-8 -8 8 10 22 -4", "#1f0d04", 5
    )


def _leaf(shot: Shot) -> str:
    fill = shot.linear("0 #7FA05A", "1 #3F6A34")
    return shape("M-28 0C-16 -22 16 -22 30 0C16 20 -16 20 -28 0Z", fill) + line(
        "M-26 0H28", "#DDE8C6", 2, opacity=0.7
    )


def _sugar(shot: Shot) -> str:
    rng = shot.rng
    tones = ("#C9853B", "#A9652A", "#DCA259", "#8A4E1C")
    return "".join(
        f'<rect x="{rng.randrange(-40, 34)}" y="{rng.randrange(-14, 12)}" width="{rng.randrange(8, 17)}" '
        f'height="{rng.randrange(7, 13)}" rx="2.6" fill="{rng.choice(tones)}"/>' for _ in range(22)
    )  # fmt: skip


def _date_cube(shot: Shot) -> str:
    fill = shot.linear("0 #A66A34", "1 #5E3414", angle="v")
    return f'<rect x="-30" y="-20" width="60" height="40" rx="9" fill="{fill}"/>' + "".join(
        f'<circle cx="{x}" cy="{y}" r="2.6" fill="#fff" opacity=".7"/>'
        for x, y in ((-16, -8), (4, -12), (16, 2), (-6, 6))
    )


def _spice(shot: Shot) -> str:
    kind = shot.rng.randrange(4)
    if kind == 0:
        return (
            "".join(
                shape("M0 0L-7 -34L7 -34Z", "#6b3a1a", transform=f"rotate({a})")
                for a in range(0, 360, 45)
            )
            + '<circle r="8" fill="#8a5a2c"/>'
        )
    if kind == 1:
        return '<rect x="-40" y="-9" width="80" height="18" rx="8" fill="#8B4A22"/><path d="M-36 -2H36" stroke="#c98a4b" stroke-width="4"/>'
    if kind == 2:
        return shape(
            "M-32 0C-30 -26 -4 -30 8 -20C22 -32 40 -14 30 2C36 20 10 28 0 18C-14 30 -34 20 -32 0Z",
            "#D9B176",
        ) + line("M-20 -4q10 -8 20 0M4 8q10 -6 18 0", "#9a6a2c", 3)
    return shape("M-36 0C-20 -18 20 -18 38 0C20 16 -20 16 -36 0Z", "#8C3B2B") + line(
        "M-30 0H32", "#d98a6a", 2
    )


def _stick(shot: Shot) -> str:
    fill = shot.linear("0 #F3D28C", "1 #C98F3C", angle="v")
    return f'<rect x="-48" y="-8" width="96" height="16" rx="8" fill="{fill}"/>'


def _cookie(shot: Shot) -> str:
    fill = shot.radial("0 #EBC07E", "1 #A96C2C")
    return f'<circle r="34" fill="{fill}"/>' + "".join(
        f'<circle cx="{x}" cy="{y}" r="5" fill="#6b3a1a"/>'
        for x, y in ((-12, -10), (10, -14), (16, 8), (-6, 14), (-20, 6))
    )


def _floss(shot: Shot) -> str:
    rng = shot.rng
    return "".join(
        line(f"M{rng.randrange(-44, 20)} {rng.randrange(-18, 18)}q{rng.randrange(6, 26)} {rng.randrange(-18, 18)} {rng.randrange(20, 44)} {rng.randrange(-8, 8)}",
             rng.choice(("#B5793B", "#8F5722", "#D9A564")), 4) for _ in range(12)
    )  # fmt: skip


def _powder(shot: Shot) -> str:
    return shape(
        "M-60 18C-40 -20 -14 -34 4 -34C26 -34 46 -12 62 18Z", shot.radial("0 #9DB86A", "1 #52752F")
    )


def _geplak(shot: Shot) -> str:
    tone = shot.rng.choice(("#F4EFE2", "#E79AA0", "#A9C28C", "#F0CB6A"))
    return (
        f'<circle r="32" fill="{shot.radial("0 #fff", f"0.35 {tone}", f"1 {tone}")}"/>'
        + "".join(
            line(f"M{x} {y}l9 5", "#fff", 4, opacity=0.8)
            for x, y in ((-18, -8), (6, -18), (8, 8), (-12, 14))
        )
    )


def _petal(shot: Shot) -> str:
    fill = shot.linear("0 #4B5FB8", "1 #2A2F73")
    return shape("M-26 4C-30 -22 4 -32 26 -12C34 8 6 26 -8 20C-18 18 -24 14 -26 4Z", fill) + line(
        "M-16 4C-4 -6 8 -6 18 -8", "#B9C3F0", 3
    )


def _husk(shot: Shot) -> str:
    fill = shot.radial("0 #B5563A", "1 #5E1F18")
    return shape("M-30 2C-26 -22 16 -26 30 -6C24 20 -12 26 -30 2Z", fill) + line(
        "M-20 2C-6 10 10 6 22 -4", "#E0A080", 3, opacity=0.7
    )


def _salak(shot: Shot) -> str:
    p = "M0 -46C10 -36 36 -22 36 12C36 38 18 50 0 50C-18 50 -36 38 -36 12C-36 -22 -10 -36 0 -46Z"
    scales = shot.pattern(
        13,
        11,
        '<rect width="13" height="11" fill="#7A4A1E"/><path d="M0 5.5L6.5 0L13 5.5L6.5 11Z" fill="#B07434" stroke="#4b2a0d" stroke-width=".9"/>',
    )
    shade = shot.radial("0 #fff 0.42", "0.5 #fff 0", "1 #2a1404 0.6")
    return shape(p, scales) + shape(p, shade) + line("M0 -46q3 -8 0 -14", "#4b2a0d", 4)


PIECES: dict[str, Callable[[Shot], str]] = {
    "salak": _salak_chip, "pisang": _banana_chip, "singkong": _cassava_chip, "daun": _leaf_chip,
    "kerupuk": _cracker, "peyek": _peyek, "amplang": _amplang, "mete": _cashew, "kacang": _peanut, "kopi": _bean,
    "teh": _leaf, "gula": _sugar, "dodol": _date_cube, "rempah": _spice, "stik": _stick,
    "kue": _cookie, "abon": _floss, "bubuk": _powder, "buah": _salak, "geplak": _geplak,
    "telang": _petal, "cascara": _husk,
}  # fmt: skip


def scatter(shot: Shot, kind: str, spots: Sequence[tuple[float, float, float]]) -> str:
    """Some pieces on the table, each with its own small shade."""
    soft, body = shot.blur(6), ""
    for x, y, s in spots:
        body += f'<ellipse cx="{x + 6}" cy="{y + 20 * s}" rx="{40 * s}" ry="{13 * s}" fill="#2a1606" opacity=".38" filter="{soft}"/>'
        turn = (
            shot.rng.randrange(-14, 14) if kind in ("gula", "bubuk") else shot.rng.randrange(0, 360)
        )
        body += at(PIECES[kind](shot), x, y, turn, s)
    return body


def heap(shot: Shot, kind: str, x: float, y: float, wide: float, tall: float, s: float = 1) -> str:
    """A filled space: pieces close together, row upon row."""
    body, rows = "", max(2, int(tall / (34 * s)))
    for row in range(rows):
        cy = y - tall + row * tall / rows + 22 * s
        count = max(2, int(wide / (50 * s)))
        for i in range(count + 1):
            cx = x - wide / 2 + i * wide / count + shot.rng.uniform(-14, 14)
            body += at(
                PIECES[kind](shot), cx, cy + shot.rng.uniform(-8, 8), shot.rng.randrange(360), s
            )
    return body

"""What sewn things share: hanger, tag, folds, badge and the embroidered vine."""

from __future__ import annotations

from .paint import Look, Shot, at, line, lines_of, shape, text


def hanger(shot: Shot, y: float = 150) -> str:
    """A wooden hanger with its wire."""
    wood = shot.linear("0 #8a5a2c", "0.4 #d9ab70", "1 #8a5a2c", angle="v")
    return (
        line(f"M540 {y + 62}V{y + 20}c0 -34 44 -34 40 -4", "#7d7a74", 7)
        + shape(f"M540 {y + 52}C600 {y + 66} 690 {y + 96} 742 {y + 126}c10 14 -8 22 -24 18"
                f"C640 {y + 112} 580 {y + 96} 540 {y + 96}C500 {y + 96} 440 {y + 112} 362 {y + 144}"
                f"c-16 4 -34 -4 -24 -18C390 {y + 96} 480 {y + 66} 540 {y + 52}Z", wood)
    )  # fmt: skip


def wall_shade(shot: Shot, d: str) -> str:
    """The shade of a hanging thing on the wall behind it."""
    return at(shape(d, "#2a1606", opacity=0.26, filter=shot.blur(24)), 34, 30)


def paper_tag(look: Look, x: float, y: float, turn: float = 6) -> str:
    """A paper tag on a string with the maker's name."""
    p = look.colours
    body = line("M0 -70C-6 -40 6 -30 0 -4", "#8A7352", 3)
    body += '<path d="M-44 10L-24 -14H24L44 10V132H-44Z" fill="#FFFDF6" stroke="#D3BD98"/>'
    body += '<circle cy="6" r="7" fill="#B89E73"/>'
    for i, row in enumerate(lines_of(look.maker, 10)):
        body += text(row, 0, 48 + i * 23, 19, p.ink, width=78)
    body += text(look.sub[:14], 0, 120, 12, "#8A7352", weight=600, width=76)
    return at(body, x, y, turn)


def sewn(shot: Shot, d: str, fill: str, depth: float = 34) -> str:
    body = f'<g filter="{shot.folds(0.008, 0.003, depth, 10)}">{shape(d, fill)}</g>'
    return body + shape(d, shot.linear("0 #1c0f04 0.26", "0.3 #fff 0.08", "0.7 #1c0f04 0", "1 #1c0f04 0.32"))  # fmt: skip


def badge(look: Look, x: float, y: float, scale: float) -> str:
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


def vine(stem: str, flower: str, x: float, y: float, wide: float) -> str:
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

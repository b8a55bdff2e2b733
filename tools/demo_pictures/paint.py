"""The studio every drawing shares: colours, light, shadows, grounds and lettering."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

SIZE = 1080
FLOOR = 880


@dataclass(frozen=True)
class Palette:
    """Five colours that belong together, from the ground of a thing to its ink."""

    base: str
    deep: str
    light: str
    accent: str
    ink: str


PALETTES = {
    "sogan": Palette("#7A4F2A", "#482B14", "#F0DFC0", "#D9A441", "#3A210F"),
    "nila": Palette("#2B4A93", "#15254F", "#E4EAF6", "#E9C568", "#15254F"),
    "bata": Palette("#B2452C", "#7A1F11", "#F8E3D6", "#F2CB6C", "#6B1B0E"),
    "daun": Palette("#4C7A45", "#1E4A24", "#E6F0DC", "#E3BE5A", "#1E4A24"),
    "kunyit": Palette("#DE9F2C", "#845607", "#FBEFCF", "#9A2A18", "#5E3D05"),
    "gading": Palette("#E9DCC3", "#B89E73", "#FBF6EC", "#9C7A4A", "#5A4020"),
    "kopi": Palette("#4B3125", "#2A1911", "#EBDCCB", "#C98A4B", "#2A1911"),
    "manggis": Palette("#7B3B63", "#47193A", "#F4E3EC", "#E5B769", "#47193A"),
    "toska": Palette("#3C8583", "#164A4C", "#DDEFEC", "#F0C987", "#123F41"),
    "mawar": Palette("#D48A8C", "#94454D", "#FBE9E6", "#8C5A3C", "#6E2A33"),
    "abu": Palette("#8E908D", "#4F5250", "#EDEDE9", "#C2A36B", "#333634"),
    "arang": Palette("#3A3B40", "#1C1D21", "#E7E4DF", "#D8A94A", "#1C1D21"),
    "langit": Palette("#7FA6C4", "#3A617F", "#EAF2F7", "#E2B25C", "#28475E"),
    "zaitun": Palette("#8A8A4B", "#4E5024", "#F0EFD9", "#C8743A", "#3C3E1A"),
    "jingga": Palette("#DD7A3A", "#93420F", "#FCE9D8", "#3E6B4B", "#6E300A"),
    "putih": Palette("#F4F1EA", "#C9C1B2", "#FFFFFF", "#C79A5E", "#54483A"),
    "tanah": Palette("#B5683F", "#6E3417", "#F5DFCB", "#F3D9BF", "#57270F"),
    "lilac": Palette("#A897C4", "#655286", "#F1ECF7", "#DDAE5F", "#43335F"),
    "sage": Palette("#A3B493", "#61734F", "#EFF3E8", "#C28B57", "#3D4B30"),
    "madu": Palette("#C9781B", "#7A3E08", "#FDEBC4", "#FFD36B", "#5E2F06"),
}

# Wall above, wall below, table near, table far: quiet tones that leave the thing its colour.
GROUNDS = (
    ("#F7EEDF", "#E7D6BA", "#DCC5A0", "#EBDCC2"),
    ("#EEF0E6", "#D6DBC6", "#C8CDB2", "#DFE3D1"),
    ("#F8EAE2", "#EACFC1", "#DDB9A7", "#F0D9CC"),
    ("#EDF1F3", "#D2DBE0", "#C0CBD2", "#DFE7EA"),
    ("#F5F1EA", "#DFD8CC", "#CFC5B5", "#E8E1D6"),
    ("#FAF0D8", "#EFD9A9", "#E2C78C", "#F4E4BF"),
    ("#EFEAF1", "#D8CFDD", "#C8BCCE", "#E3DCE7"),
)


@dataclass(frozen=True)
class Look:
    """What one picture shows: which drawing, in which colours, with which words on it."""

    draw: str
    palette: str = "sogan"
    motif: str = "kawung"
    title: str = ""
    sub: str = ""
    maker: str = ""
    seed: int = 1
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def colours(self) -> Palette:
        return PALETTES[self.palette]

    @property
    def second(self) -> Palette:
        """A partner palette for the other cloth, the other cup, the lid."""
        return PALETTES[self.options.get("second", "gading")]

    def get(self, name: str, default: Any = None) -> Any:
        return self.options.get(name, default)


class Shot:
    """One photograph in the making: collects gradients, patterns and filters as they are used."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.defs: list[str] = []

    def _define(self, template: str) -> str:
        name = f"d{len(self.defs)}"
        self.defs.append(template.replace("ID", name, 1))
        return f"url(#{name})"

    def linear(self, *stops: str, angle: str = "h") -> str:
        """A gradient; each stop is 'offset colour opacity?', angle h, v or d."""
        end = {"h": (1, 0), "v": (0, 1), "d": (1, 1)}[angle]
        return self._define(
            f'<linearGradient id="ID" x1="0" y1="0" x2="{end[0]}" y2="{end[1]}">'
            f"{_stops(stops)}</linearGradient>"
        )

    def radial(self, *stops: str, cx: float = 0.35, cy: float = 0.28, r: float = 0.85) -> str:
        return self._define(
            f'<radialGradient id="ID" cx="{cx}" cy="{cy}" r="{r}">{_stops(stops)}</radialGradient>'
        )

    def pattern(self, w: float, h: float, body: str, transform: str = "") -> str:
        return self._define(
            f'<pattern id="ID" width="{w}" height="{h}" patternUnits="userSpaceOnUse" '
            f'patternTransform="{transform}">{body}</pattern>'
        )

    def clip(self, body: str) -> str:
        return self._define(f'<clipPath id="ID">{body}</clipPath>')

    def blur(self, amount: float) -> str:
        return self._define(
            '<filter id="ID" x="-60%" y="-60%" width="220%" height="220%">'
            f'<feGaussianBlur stdDeviation="{amount}"/></filter>'
        )

    def folds(
        self, across: float = 0.009, along: float = 0.0022, depth: float = 26, bend: float = 16
    ) -> str:
        """Light on uneven cloth: noise is the height, a low sun from the left shows it."""
        return self._define(
            '<filter id="ID" x="-5%" y="-5%" width="110%" height="110%" '
            'color-interpolation-filters="sRGB">'
            f'<feTurbulence type="fractalNoise" baseFrequency="{across} {along}" numOctaves="2" '
            f'seed="{self.rng.randrange(1, 900)}" result="n"/>'
            f'<feDisplacementMap in="SourceGraphic" in2="n" scale="{bend}" '
            'xChannelSelector="R" yChannelSelector="G" result="s"/>'
            f'<feDiffuseLighting in="n" surfaceScale="{depth}" lighting-color="#fff" result="l">'
            '<feDistantLight azimuth="205" elevation="58"/></feDiffuseLighting>'
            '<feComposite in="s" in2="l" operator="arithmetic" k1="1.22" k2="0" k3="0" k4="0" '
            'result="m"/><feComposite in="m" in2="s" operator="in"/></filter>'
        )

    def grain(self, across: float = 0.02, along: float = 0.02, depth: float = 3) -> str:
        """A rough skin (cement, clay, wood, leather) without moving the outline."""
        return self._define(
            '<filter id="ID" x="0" y="0" width="100%" height="100%" '
            'color-interpolation-filters="sRGB">'
            f'<feTurbulence type="fractalNoise" baseFrequency="{across} {along}" numOctaves="3" '
            f'seed="{self.rng.randrange(1, 900)}" result="n"/>'
            f'<feDiffuseLighting in="n" surfaceScale="{depth}" lighting-color="#fff" result="l">'
            '<feDistantLight azimuth="225" elevation="62"/></feDiffuseLighting>'
            '<feComposite in="SourceGraphic" in2="l" operator="arithmetic" k1="1.12" '
            'result="m"/><feComposite in="m" in2="SourceGraphic" operator="in"/></filter>'
        )

    def round_shade(self, strength: float = 0.5) -> str:
        """Paint laid over a round body lit from the left."""
        return self.linear(
            f"0 #1c0f04 {strength * 0.75}",
            "0.16 #1c0f04 0.04",
            f"0.3 #fff {strength * 0.62}",
            "0.46 #fff 0",
            f"0.8 #1c0f04 {strength * 0.45}",
            f"1 #1c0f04 {strength}",
        )

    def shadow(self, x: float, y: float, half: float, tall: float = 26, dark: float = 0.42) -> str:
        """Where a thing touches the table, and the longer shade it throws to the right."""
        return (
            f'<ellipse cx="{x + half * 0.22}" cy="{y + tall * 0.25}" rx="{half * 1.16}" '
            f'ry="{tall * 1.5}" fill="#2a1606" opacity="{dark * 0.55}" filter="{self.blur(26)}"/>'
            f'<ellipse cx="{x}" cy="{y}" rx="{half}" ry="{tall * 0.55}" fill="#2a1606" '
            f'opacity="{dark}" filter="{self.blur(9)}"/>'
        )


def _stops(stops: tuple[str, ...]) -> str:
    parts = []
    for stop in stops:
        offset, colour, *rest = stop.split()
        opacity = f' stop-opacity="{rest[0]}"' if rest else ""
        parts.append(f'<stop offset="{offset}" stop-color="{colour}"{opacity}/>')
    return "".join(parts)


def shape(d: str, fill: str, **attributes: Any) -> str:
    """A path; attribute names take underscores for dashes."""
    extra = "".join(f' {k.replace("_", "-")}="{v}"' for k, v in attributes.items())
    return f'<path d="{d}" fill="{fill}"{extra}/>'


def line(d: str, colour: str, width: float, **attributes: Any) -> str:
    return shape(d, "none", stroke=colour, stroke_width=width, stroke_linecap="round", **attributes)


def at(body: str, x: float = 0, y: float = 0, turn: float = 0, scale: float = 1) -> str:
    return f'<g transform="translate({x:.1f} {y:.1f}) rotate({turn:.1f}) scale({scale:.3f})">{body}</g>'


FONTS = {
    "jakarta": ("Jakarta", 0.6, 800),
    "fraunces": ("Fraunces", 0.57, 700),
    "oswald": ("Oswald", 0.47, 600),
    "pacifico": ("Pacifico", 0.52, 400),
}


def text(
    words: str, x: float, y: float, size: float, colour: str, font: str = "jakarta",
    width: float = 0, weight: int = 0, spacing: float = 0,
) -> str:  # fmt: skip
    """Centred lettering that shrinks to the width it is given."""
    family, ratio, natural = FONTS[font]
    if width and words:
        size = min(size, width / (len(words) * (ratio + spacing / max(size, 1))))
    safe = words.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" font-family="{family}" '
        f'font-weight="{weight or natural}" font-size="{size:.1f}" letter-spacing="{spacing}" '
        f'fill="{colour}">{safe}</text>'
    )


def lines_of(words: str, longest: int = 11) -> list[str]:
    """Breaks a title into at most three lines for a label."""
    rows: list[str] = []
    for word in words.split():
        if rows and len(rows[-1]) + 1 + len(word) <= longest:
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return rows[:3]


def ground(shot: Shot, tone: int, kind: str = "meja") -> str:
    """The set: a wall, a table and window light, in one of the quiet tones."""
    top, low, near, far = GROUNDS[tone % len(GROUNDS)]
    wall = shot.radial(f"0 {top}", f"1 {low}", cx=0.3, cy=0.2, r=1)
    body = f'<rect width="{SIZE}" height="{SIZE}" fill="{wall}"/>'
    if kind == "meja":
        body += _table(shot, near, far)
    elif kind == "kayu":
        body += _planks(shot)
    elif kind == "atas":
        body = (
            f'<rect width="{SIZE}" height="{SIZE}" fill="{shot.radial(f"0 {top}", f"1 {near}")}"/>'
        )
    return body + _window(shot)


def _table(shot: Shot, near: str, far: str) -> str:
    fill = shot.linear(f"0 {far} 0", f"0.14 {far}", f"1 {near}", angle="v")
    return f'<rect y="640" width="{SIZE}" height="{SIZE - 640}" fill="{fill}"/>'


def _planks(shot: Shot) -> str:
    fill = shot.linear("0 #C79B6B", "1 #A87443", angle="v")
    body = (
        f'<g filter="{shot.grain(0.004, 0.09, 2.2)}">'
        f'<rect y="690" width="{SIZE}" height="{SIZE - 690}" fill="{fill}"/></g>'
    )
    for y in (772, 900):
        body += line(f"M0 {y}H{SIZE}", "#6d4420", 3, opacity=0.45)
    return body + f'<rect y="690" width="{SIZE}" height="5" fill="#fff" opacity=".25"/>'


def _window(shot: Shot) -> str:
    shift = shot.rng.randrange(-160, 200)
    soft = shot.blur(22)
    panes = "".join(
        f'<path d="M{shift + x} -40h150l-360 1180h-150z"/>' for x in (240, 430, 760, 950)
    )
    return (
        f'<g fill="#fff" opacity=".3" filter="{soft}" style="mix-blend-mode:soft-light">{panes}</g>'
    )


def finish(shot: Shot, body: str) -> str:
    """The whole picture: definitions first, then the set, then a little darkness at the rim."""
    rim = shot.radial("0.6 #2a1606 0", "1 #2a1606 0.2", cx=0.48, cy=0.45, r=0.78)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" '
        f'width="{SIZE}" height="{SIZE}"><defs>{"".join(shot.defs)}</defs>{body}'
        f'<rect width="{SIZE}" height="{SIZE}" fill="{rim}"/></svg>'
    )


Drawing = Callable[[Shot, Look], str]
DRAWINGS: dict[str, Drawing] = {}


def drawing(name: str) -> Callable[[Drawing], Drawing]:
    """Registers a drawing under the name that the content files use."""

    def register(draw: Drawing) -> Drawing:
        DRAWINGS[name] = draw
        return draw

    return register

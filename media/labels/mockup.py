"""The label on its packaging, as a picture: drawn light and shade, and marked as an illustration.

Nothing here pretends to be a photograph. The packaging is a plain body of our own drawing, the
label is the very page that goes to the press, and the word "Ilustrasi" is part of the picture, so
that it stays with it wherever it is shared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import asin, cos, pi

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from media.labels.letters import FOLDER

SIDE = 1400  # of the square picture
GROUND = (246, 242, 234)
KRAFT, LID, GLASS, STRING = (196, 164, 124), (206, 178, 140), (240, 240, 236), (150, 116, 78)
MARK = "Ilustrasi"
Point = tuple[float, float]


def draw(paper: str, pages: Sequence[Image.Image]) -> Image.Image:
    """The scene of a paper; `pages` are its sides, cut to what is left after cutting."""
    scene = Image.new("RGB", (SIDE, SIDE), GROUND)
    _light(scene)
    SCENES[paper](scene, pages)
    _mark(scene)
    return scene


# --- Scenes ---------------------------------------------------------------------------------------


def _pouch(scene: Image.Image, pages: Sequence[Image.Image]) -> None:
    """A standing pouch, wider at its foot, sealed at the top."""
    left, right, top, foot = 330, SIDE - 330, 150, SIDE - 170
    _shadow(scene, (left - 10, foot - 40, right + 10, foot + 50))
    body = [(left + 18, top), (right - 18, top), (right, foot - 40), (right - 40, foot),
            (left + 40, foot), (left, foot - 40)]  # fmt: skip
    _solid(scene, body, KRAFT)
    pen = ImageDraw.Draw(scene)
    seal = [(left + 18, top), (right - 18, top), (right - 16, top + 62), (left + 16, top + 62)]
    pen.polygon(seal, fill=(182, 148, 108))
    for y in range(top + 8, top + 60, 9):
        pen.line([(left + 20, y), (right - 20, y)], fill=(170, 136, 98), width=2)
    page = pages[0]
    high = 860
    wide = high * page.width // page.height
    x, y = (SIDE - wide) / 2, top + 180
    _lay(scene, page, [(x, y), (x + wide, y), (x + wide + 8, y + high), (x - 8, y + high)])
    _folds(scene, body)


def _jar(scene: Image.Image, pages: Sequence[Image.Image]) -> None:
    _vessel(scene, pages[0], width=640, top=330, foot=SIDE - 190, neck=0)


def _bottle(scene: Image.Image, pages: Sequence[Image.Image]) -> None:
    _vessel(scene, pages[0], width=440, top=520, foot=SIDE - 150, neck=230)


def _vessel(
    scene: Image.Image, page: Image.Image, *, width: int, top: int, foot: int, neck: int
) -> None:
    """A round vessel with its lid; the label bends around it and is seen a little from above."""
    middle, bend = SIDE // 2, width // 12
    left, right = middle - width // 2, middle + width // 2
    _shadow(scene, (left - 30, foot - bend, right + 70, foot + bend + 30))
    body, mask = Image.new("RGB", scene.size, GLASS), Image.new("L", scene.size)
    shape = ImageDraw.Draw(mask)
    shape.rectangle((left, top, right, foot), fill=255)
    shape.ellipse((left, foot - bend, right, foot + bend), fill=255)
    if neck:
        throat = width // 6
        shape.pieslice((left, top - 150, right, top + 150), 180, 360, fill=255)
        shape.rectangle((middle - throat, top - neck - 60, middle + throat, top), fill=255)
        cap = (middle - throat - 16, top - neck - 150, middle + throat + 16, top - neck)
    else:
        cap = (left - 16, top - 130, right + 16, top + 24)
    shape.rounded_rectangle(cap, 26, fill=255)
    pen = ImageDraw.Draw(body)
    _wrapped(body, page, left, width, bend, foot)
    pen.rectangle((cap[0], 0, cap[2], cap[3]), fill=LID)
    _round(body, left, width)
    scene.paste(body, mask=mask.filter(ImageFilter.GaussianBlur(0.8)))
    if not neck:
        lid = (cap[0], cap[1] - bend, cap[2], cap[1] + bend)
        ImageDraw.Draw(scene).ellipse(lid, fill=(224, 202, 168), outline=(190, 162, 124), width=2)


def _wrapped(
    body: Image.Image, page: Image.Image, left: int, width: int, bend: int, foot: int
) -> None:
    """The half of the label that is seen: what lies around the middle of its face."""
    around = width * pi
    high = round(page.height * around / page.width)
    strip = page.resize((round(around), high), Image.Resampling.LANCZOS)
    face = strip.width * 0.23
    top = foot - high - bend - 50
    for x in range(left, left + width):
        angle = asin(max(-1.0, min(1.0, (x - left + 0.5) / width * 2 - 1)))
        along = int(face + angle / (2 * pi) * strip.width) % strip.width
        column = strip.crop((along, 0, along + 1, high))
        body.paste(column, (x, top + round(bend * cos(angle))))


def _box(scene: Image.Image, pages: Sequence[Image.Image]) -> None:
    """A box seen from its corner: the label on the front, a plain side, the lid."""
    _shadow(scene, (190, SIDE - 330, SIDE - 170, SIDE - 230))
    front = [(170.0, 480.0), (1010.0, 560.0), (1010.0, 1190.0), (170.0, 1080.0)]
    side = [(1010.0, 560.0), (1240.0, 470.0), (1240.0, 1060.0), (1010.0, 1190.0)]
    lid = [(170.0, 480.0), (420.0, 400.0), (1240.0, 470.0), (1010.0, 560.0)]
    _solid(scene, front, KRAFT)
    _solid(scene, side, (166, 134, 98))
    _solid(scene, lid, (214, 186, 150))
    inset = ((0.05, 0.07), (0.95, 0.07), (0.95, 0.93), (0.05, 0.93))
    _lay(scene, pages[0], [_between(front, across, down) for across, down in inset])


def _tag(scene: Image.Image, pages: Sequence[Image.Image]) -> None:
    """A tag on its string, the back of another behind it."""
    for page, turn, place in ((pages[-1], -11, (680, 330)), (pages[0], 5, (290, 230))):
        high = 860
        card = page.resize((high * page.width // page.height, high), Image.Resampling.LANCZOS)
        hole = ImageDraw.Draw(card)
        centre, radius = (card.width // 2, round(high * 7 / 110)), round(high * 2.2 / 110)
        hole.ellipse([centre[0] - radius, centre[1] - radius, centre[0] + radius,
                      centre[1] + radius], fill=GROUND, outline=STRING, width=3)  # fmt: skip
        pen = ImageDraw.Draw(card)
        pen.line([centre, (centre[0], 0)], fill=STRING, width=5)
        _drop(scene, card, turn, place)


def _card(scene: Image.Image, pages: Sequence[Image.Image]) -> None:
    """Two cards on a table: the back, and the face over it."""
    for page, turn, place in ((pages[-1], -8, (560, 290)), (pages[0], 4, (230, 210))):
        high = 840
        card = page.resize((high * page.width // page.height, high), Image.Resampling.LANCZOS)
        _drop(scene, card, turn, place)


SCENES: dict[str, Callable[[Image.Image, Sequence[Image.Image]], None]] = {
    "pouch": _pouch,
    "stoples": _jar,
    "botol": _bottle,
    "kotak": _box,
    "gantungan": _tag,
    "kartu": _card,
}


# --- Light and shade ------------------------------------------------------------------------------


def _light(scene: Image.Image) -> None:
    """A table that is a little brighter where the light falls."""
    half = SIDE // 2
    glow = Image.radial_gradient("L").resize((SIDE * 2, SIDE * 2))
    glow = glow.crop((half, half, half + SIDE, half + SIDE))
    darker = Image.new("RGB", scene.size, (222, 214, 200))
    scene.paste(darker, mask=glow.point(lambda value: value // 2))


def _shadow(scene: Image.Image, box: tuple[int, int, int, int]) -> None:
    mask = Image.new("L", scene.size)
    ImageDraw.Draw(mask).ellipse(box, fill=120)
    scene.paste((92, 76, 58), mask=mask.filter(ImageFilter.GaussianBlur(26)))


def _solid(scene: Image.Image, shape: Sequence[Point], colour: tuple[int, int, int]) -> None:
    """A flat face with smooth edges: drawn twice as large, then made smaller."""
    mask = Image.new("L", (SIDE * 2, SIDE * 2))
    ImageDraw.Draw(mask).polygon([(x * 2, y * 2) for x, y in shape], fill=255)
    scene.paste(colour, mask=mask.resize(scene.size, Image.Resampling.LANCZOS))


def _lay(scene: Image.Image, page: Image.Image, corners: Sequence[Point]) -> None:
    """Lay a page on four corners, from the upper left clockwise, as the eye would see it."""
    width, height = page.size
    twice = [(x * 2, y * 2) for x, y in corners]
    seen = page.transform(
        (SIDE * 2, SIDE * 2),
        Image.Transform.PERSPECTIVE,
        _towards(twice, [(0, 0), (width - 1, 0), (width - 1, height - 1), (0, height - 1)]),
        Image.Resampling.BICUBIC,
    ).resize(scene.size, Image.Resampling.LANCZOS)
    mask = Image.new("L", (SIDE * 2, SIDE * 2))
    ImageDraw.Draw(mask).polygon(twice, fill=255)
    scene.paste(seen, mask=mask.resize(scene.size, Image.Resampling.LANCZOS))


def _drop(scene: Image.Image, card: Image.Image, turn: float, place: tuple[int, int]) -> None:
    """Let a card fall on the table, with its shadow."""
    mask = Image.new("L", card.size, 255).rotate(turn, Image.Resampling.BICUBIC, expand=True)
    shown = card.rotate(turn, Image.Resampling.BICUBIC, expand=True)
    dark = Image.new("L", scene.size)
    dark.paste(mask.point(lambda value: value // 2), (place[0] + 10, place[1] + 16))
    scene.paste((92, 76, 58), mask=dark.filter(ImageFilter.GaussianBlur(14)))
    scene.paste(shown, place, mask)


def _round(body: Image.Image, left: int, width: int) -> None:
    """Darken a round body towards its sides and let a window shine on it."""
    edge = 20  # of a lid that is wider than what it covers
    for x in range(left - edge, left + width + edge):
        angle = asin(max(-1.0, min(1.0, (x - left) / width * 2 - 1)))
        bright = 0.60 + 0.42 * max(0.0, cos(angle + 0.4))
        shine = 26 * max(0.0, 1 - abs(angle + 0.75) / 0.16)
        strip = body.crop((x, 0, x + 1, body.height))
        told = [min(255, round(value * min(1.0, bright) + shine)) for value in range(256)]
        body.paste(strip.point(told * 3), (x, 0))


def _folds(scene: Image.Image, body: Sequence[Point]) -> None:
    """The soft light and dark of a filled bag."""
    mask = Image.new("L", scene.size)
    ImageDraw.Draw(mask).polygon(list(body), fill=255)
    shade = Image.new("L", scene.size, 128)
    pen = ImageDraw.Draw(shade)
    left, right = min(x for x, _ in body), max(x for x, _ in body)
    pen.rectangle((left, 0, left + 70, SIDE), fill=84)
    pen.rectangle((right - 80, 0, right, SIDE), fill=76)
    pen.rectangle((left + 130, 220, left + 190, SIDE - 330), fill=160)
    pen.rectangle((0, SIDE - 260, SIDE, SIDE - 150), fill=92)
    soft = shade.filter(ImageFilter.GaussianBlur(46))
    lit = ImageChops.soft_light(scene, Image.merge("RGB", (soft, soft, soft)))
    scene.paste(lit, mask=mask)


def _mark(scene: Image.Image) -> None:
    """Say what it is, in the corner."""
    font = ImageFont.truetype(str(FOLDER / "plus-jakarta-sans-bold.ttf"), 40)
    pen = ImageDraw.Draw(scene)
    wide = pen.textlength(MARK, font=font)
    box = (36, SIDE - 104, 36 + wide + 44, SIDE - 36)
    pen.rounded_rectangle(box, 34, fill=(255, 255, 255))
    pen.text((58, SIDE - 96), MARK, font=font, fill=(72, 43, 20))


# --- Seeing at an angle ---------------------------------------------------------------------------


def _between(corners: Sequence[Point], u: float, v: float) -> Point:
    """A point of a four-cornered face, by its share of the way across and down."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    top, low = (ax + (bx - ax) * u, ay + (by - ay) * u), (dx + (cx - dx) * u, dy + (cy - dy) * u)
    return top[0] + (low[0] - top[0]) * v, top[1] + (low[1] - top[1]) * v


def _towards(seen: Sequence[Point], flat: Sequence[Point]) -> list[float]:
    """The eight numbers that lead from points of the picture to points of the page."""
    rows = []
    for (x, y), (u, v) in zip(seen, flat, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    size = len(rows)
    for step in range(size):
        best = max(range(step, size), key=lambda row: abs(rows[row][step]))
        rows[step], rows[best] = rows[best], rows[step]
        rows[step] = [value / rows[step][step] for value in rows[step]]
        for other in range(size):
            if other != step:
                much = rows[other][step]
                rows[other] = [a - much * b for a, b in zip(rows[other], rows[step], strict=True)]
    return [row[-1] for row in rows]

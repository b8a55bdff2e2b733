"""Photos of goods as a phone would send them, drawn here: light, cloth, shadow, sensor noise."""

import io
import math
import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

PHONE = (4032, 3024)


def phone_photo(seed: int, size: tuple[int, int] = PHONE) -> Image.Image:
    """Two or three goods on a table before a wall, one of them patterned; the same each time."""
    draw = random.Random(seed)
    width, height = size
    scene = _room(draw, size)
    for place in range(draw.choice((2, 3))):
        side = int(min(size) * draw.uniform(0.35, 0.6))
        goods = _cloth(draw, side) if place == 0 else _pottery(draw, side)
        outline = _outline(draw, side)
        left = int(draw.uniform(0.05, 0.9) * (width - side))
        top = int(draw.uniform(0.3, 0.95) * (height - side))
        shadow = outline.filter(ImageFilter.GaussianBlur(side / 14)).point(lambda v: v // 2)
        scene.paste((38, 30, 26), (left + side // 20, top + side // 16), shadow)
        scene.paste(goods, (left, top), outline)
    return _sensor(scene.filter(ImageFilter.GaussianBlur(max(size) / 2600)))


def jpeg(image: Image.Image, **options: object) -> bytes:
    return encoded(image, "JPEG", **({"quality": 90} | options))


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def corners(size: tuple[int, int] = (800, 600)) -> Image.Image:
    """Red, green, blue and white, clockwise from the upper left: shows which way up it is."""
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    middle, low = size[0] // 2, size[1] // 2
    pen.rectangle((0, 0, middle - 1, low - 1), fill=(200, 30, 30))
    pen.rectangle((middle, 0, size[0], low - 1), fill=(30, 160, 30))
    pen.rectangle((middle, low, *size), fill=(30, 30, 200))
    return image


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def _room(draw: random.Random, size: tuple[int, int]) -> Image.Image:
    wall, table = _warm(draw, 150, 225), _warm(draw, 90, 190)
    small = Image.new("RGB", (64, 48), wall)
    ImageDraw.Draw(small).rectangle((0, draw.randint(18, 26), 64, 48), fill=table)
    room = small.resize(size, Image.Resampling.BICUBIC)
    light = Image.radial_gradient("L").point(lambda v: 255 - v // 3).resize(size)
    grain = Image.effect_noise((size[0] // 12, size[1] // 3), 14).resize(size)
    return ImageChops.overlay(
        ImageChops.multiply(room, Image.merge("RGB", (light,) * 3)),
        Image.merge("RGB", (grain,) * 3),
    )


def _cloth(draw: random.Random, side: int) -> Image.Image:
    """Kawung: four petals round each point of a grid, dark on light, a little worn."""
    ground, ink = _warm(draw, 170, 235), _warm(draw, 30, 110)
    cloth = Image.new("RGB", (side, side), ground)
    pen = ImageDraw.Draw(cloth)
    step = side / draw.randint(7, 11)
    for row in range(math.ceil(side / step) + 1):
        for column in range(math.ceil(side / step) + 1):
            x, y = column * step, row * step
            for dx, dy in ((0.27, 0.27), (-0.27, 0.27), (0.27, -0.27), (-0.27, -0.27)):
                cx, cy, r = x + dx * step, y + dy * step, step * 0.2
                pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=ink)
                pen.ellipse((cx - r / 4, cy - r / 4, cx + r / 4, cy + r / 4), fill=ground)
    worn = Image.effect_noise((side // 4, side // 4), 24).resize((side, side))
    return ImageChops.overlay(cloth, Image.merge("RGB", (worn,) * 3)).rotate(
        draw.uniform(-20, 20), Image.Resampling.BICUBIC, fillcolor=ground
    )


def _pottery(draw: random.Random, side: int) -> Image.Image:
    clay = Image.new("RGB", (side, side), _warm(draw, 70, 210))
    light = Image.linear_gradient("L").rotate(90 + draw.uniform(-30, 30)).resize((side, side))
    marks = Image.effect_noise((side // 3, side // 16), 14).resize((side, side))
    lit = ImageChops.overlay(clay, Image.merge("RGB", (light,) * 3))
    return ImageChops.overlay(lit, Image.merge("RGB", (marks,) * 3))


def _outline(draw: random.Random, side: int) -> Image.Image:
    outline = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(outline)
    inset = side // 20
    box = (inset, inset, side - inset, side - inset)
    if draw.random() < 0.5:
        pen.ellipse(box, fill=255)
    else:
        pen.rounded_rectangle(box, radius=side // draw.randint(6, 16), fill=255)
    return outline


def _sensor(image: Image.Image) -> Image.Image:
    """The noise of a small sensor; a picture made smaller by the phone has less of it."""
    noise = Image.effect_noise(image.size, 9 * max(image.size) / max(PHONE))
    turns = (Image.Transpose.ROTATE_180, Image.Transpose.FLIP_LEFT_RIGHT)
    bands = (noise, *(noise.transpose(turn) for turn in turns))
    return ImageChops.add(image, Image.merge("RGB", bands), offset=-128)


def _warm(draw: random.Random, low: int, high: int) -> tuple[int, int, int]:
    red = draw.randint(low, high)
    green = int(red * draw.uniform(0.6, 1.0))
    return red, green, int(green * draw.uniform(0.5, 1.05))

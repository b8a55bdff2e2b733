"""What comes out: right way up, right in colour, light, and without a trace of where it was."""

import statistics
import struct

import pytest
from PIL import Image, ImageCms, ImageOps
from PIL.PngImagePlugin import PngInfo

from media.darkroom import prepare_here
from media.renditions import WIDTHS, Picture
from tests.media.pictures import corners, encoded, jpeg, opened, phone_photo

ALL_NAMES = [f"w{width}.webp" for width in WIDTHS] + ["share.jpg", "master.webp"]
SECRET = b"RUMAH-BU-CITRA-7.7956S-110.3695E"


@pytest.fixture(scope="module")
def photos() -> list[bytes]:
    return [jpeg(phone_photo(seed, (2016, 1512))) for seed in range(4)]


@pytest.fixture(scope="module")
def pictures(photos: list[bytes]) -> list[Picture]:
    return [prepare_here(photo) for photo in photos]


def shown(data: bytes, name: str = "w360.webp") -> Image.Image:
    return opened(prepare_here(data).named(name).data)


# Sizes


def test_a_phone_photo_comes_in_every_size(pictures: list[Picture]) -> None:
    picture = pictures[0]
    assert (picture.width, picture.height) == (2016, 1512)
    assert [r.name for r in picture.renditions] == ALL_NAMES
    for rendition in picture.renditions:
        image = opened(rendition.data)
        assert image.size == (rendition.width, rendition.height)
        assert image.mode == "RGB"
        kind = "JPEG" if rendition.name == "share.jpg" else "WEBP"
        assert (image.format, rendition.content_type) == (kind, f"image/{kind.lower()}")
        assert abs(rendition.width / rendition.height - 4 / 3) < 0.01
    assert picture.named("share.jpg").width == 1200


def test_a_photo_of_twelve_megapixels_gives_a_master_close_to_2048_points() -> None:
    picture = prepare_here(jpeg(phone_photo(1)))
    assert (picture.width, picture.height) == (4032, 3024)
    assert picture.named("master.webp").width == 2016
    assert picture.named("w1080.webp").width == 1080


def test_a_larger_photo_gives_a_master_of_2048_points() -> None:
    picture = prepare_here(jpeg(corners((4624, 3468))))
    assert picture.named("master.webp").width == 2048


@pytest.mark.parametrize(
    ("size", "widths"),
    [
        ((320, 320), {"w180.webp": 180, "w360.webp": 320}),
        ((359, 500), {"w180.webp": 180, "w360.webp": 359}),
        ((360, 500), {"w180.webp": 180, "w360.webp": 360}),
        ((719, 500), {"w180.webp": 180, "w360.webp": 360, "w540.webp": 540}),
        ((1080, 2400), {f"w{width}.webp": width for width in WIDTHS}),
        ((4000, 1000), {f"w{width}.webp": width for width in WIDTHS}),
    ],
)
def test_a_photo_is_never_enlarged(size: tuple[int, int], widths: dict[str, int]) -> None:
    made = prepare_here(jpeg(corners(size))).renditions
    assert {r.name: r.width for r in made if r.name.startswith("w")} == widths
    assert all(r.width <= size[0] and r.height <= size[1] for r in made)
    assert {"share.jpg", "master.webp"} < {r.name for r in made}
    assert max(made[-1].width, made[-1].height) <= 2048


# The right way up


@pytest.mark.parametrize("tag", range(10))
def test_a_photo_stands_upright_however_the_phone_was_held(tag: int) -> None:
    upright = corners((800, 600))
    held = _as_held(upright, tag)
    exif = Image.Exif()
    exif[0x0112] = tag
    picture = prepare_here(jpeg(held, exif=exif.tobytes()))
    assert (picture.width, picture.height) == (800, 600)
    for rendition in picture.renditions:
        image = opened(rendition.data)
        assert image.width > image.height
        assert image.getexif().get(0x0112) is None
        assert _difference(image, upright) < 3


def _as_held(upright: Image.Image, tag: int) -> Image.Image:
    """The pixels that a sensor writes down so that `tag` turns them upright."""
    turn = Image.Transpose
    undo = {
        2: turn.FLIP_LEFT_RIGHT,
        3: turn.ROTATE_180,
        4: turn.FLIP_TOP_BOTTOM,
        5: turn.TRANSPOSE,
        6: turn.ROTATE_90,
        7: turn.TRANSVERSE,
        8: turn.ROTATE_270,
    }
    return upright.transpose(undo[tag]) if tag in undo else upright


def test_a_spoilt_note_about_the_camera_does_not_spoil_the_photo() -> None:
    spoilt = jpeg(corners(), exif=b"Exif\0\0II*\0\xff\xff\xff\x7f" + b"\xff" * 40)
    assert _difference(shown(spoilt), corners()) < 3


# Colours


def test_colours_stay_as_they_were(photos: list[bytes], pictures: list[Picture]) -> None:
    for photo, picture in zip(photos, pictures, strict=True):
        assert _shift(opened(photo), opened(picture.named("w720.webp").data)) < 1
        assert _difference(opened(photo), opened(picture.named("w720.webp").data)) < 5


def test_a_photo_for_print_in_cmyk_keeps_its_colours() -> None:
    assert _difference(shown(jpeg(corners().convert("CMYK"))), corners()) < 4


def test_a_grey_photo_of_sixteen_bits_keeps_its_light() -> None:
    ramp = Image.linear_gradient("L").resize((600, 600))
    deep = ramp.convert("I").point(lambda value: value * 257).convert("I;16")
    image = shown(encoded(deep, "PNG"))
    assert _difference(image, ramp.convert("RGB")) < 2


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_grey_photos_stay_grey(kind: str) -> None:
    ramp = Image.linear_gradient("L").resize((600, 600))
    assert _difference(shown(encoded(ramp, kind)), ramp.convert("RGB")) < 2


def test_pictures_with_few_colours_keep_them() -> None:
    assert _difference(shown(encoded(corners().quantize(8), "PNG")), corners()) < 3
    bilevel = ImageOps.posterize(corners().convert("L"), 1).convert("1")
    assert _difference(shown(encoded(bilevel, "PNG")), bilevel.convert("RGB")) < 3


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_shows_the_ivory_of_our_pages(kind: str, mode: str) -> None:
    cut_out = Image.new("RGBA", (800, 800), (0, 0, 0, 0))
    cut_out.paste((90, 90, 90, 255), (200, 200, 600, 600))
    image = shown(encoded(cut_out.convert(mode), kind))
    assert _near(image.getpixel((10, 10)), (0xFF, 0xFD, 0xF9))
    assert _near(image.getpixel((180, 180)), (90, 90, 90))


def test_a_wide_gamut_photo_is_brought_into_the_colours_of_the_web() -> None:
    """Its profile calls green what we call red: read with it, the picture has them exchanged."""
    exchanged = _exchanged_profile()
    green_first = Image.merge("RGB", [corners().getchannel(band) for band in "GRB"])
    for kind in ("JPEG", "PNG", "WEBP"):
        photo = encoded(green_first, kind, icc_profile=exchanged)
        assert _difference(shown(photo), corners()) < 4


@pytest.mark.parametrize("spoil", [(b"RGB ", b"R\xffB "), (b"acsp", b"aaaa"), (b"rTRC", b"zzzz")])
def test_a_broken_colour_profile_costs_no_photo(spoil: tuple[bytes, bytes]) -> None:
    broken = _exchanged_profile().replace(*spoil)
    for profile in (broken, broken[:200], b"not a profile"):
        assert _difference(shown(jpeg(corners(), icc_profile=profile)), corners()) < 3


def test_a_profile_for_other_inks_is_left_aside() -> None:
    grey = jpeg(corners().convert("L"), icc_profile=_exchanged_profile())
    assert _difference(shown(grey), corners().convert("L").convert("RGB")) < 3


def _exchanged_profile() -> bytes:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return srgb.replace(b"rXYZ", b"####").replace(b"gXYZ", b"rXYZ").replace(b"####", b"gXYZ")


# Nothing else gets out


def _told_jpeg() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[29] = SECRET.decode()
    photo = jpeg(corners((2400, 1800)), exif=exif.tobytes(), xmp=_xmp(), comment=SECRET)
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(SECRET)) + SECRET
    app13 = b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc
    return photo[:2] + app13 + photo[2:] + SECRET


def _told_png() -> bytes:
    notes = PngInfo()
    notes.add_text("Location", SECRET.decode())
    notes.add_itxt("XML:com.adobe.xmp", _xmp().decode())
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    return encoded(corners((2400, 1800)), "PNG", pnginfo=notes, exif=exif.tobytes())


def _told_webp() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    return encoded(corners((2400, 1800)), "WEBP", exif=exif.tobytes(), xmp=_xmp())


def _xmp() -> bytes:
    return b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"


@pytest.mark.parametrize("told", [_told_jpeg, _told_png, _told_webp])
def test_no_picture_tells_where_or_by_whom_it_was_taken(told: object) -> None:
    assert callable(told)
    photo = told()
    assert SECRET in photo
    picture = prepare_here(photo)
    assert [r.name for r in picture.renditions] == ALL_NAMES
    for rendition in picture.renditions:
        assert SECRET not in rendition.data
        parts = _jpeg_parts if rendition.name == "share.jpg" else _webp_parts
        assert parts(rendition.data) <= {"VP8 ", 0xC0, 0xC2, 0xC4, 0xDB, 0xDA, 0xE0}


def _webp_parts(data: bytes) -> set[str | int]:
    found: set[str | int] = set()
    at = 12
    while at < len(data):
        found.add(data[at : at + 4].decode())
        length = struct.unpack_from("<I", data, at + 4)[0]
        at += 8 + length + length % 2
    return found


def _jpeg_parts(data: bytes) -> set[str | int]:
    """The markers that carry something, up to the pixels; no other may follow them unseen."""
    found: set[str | int] = set()
    at = 2
    while data[at + 1] != 0xDA:
        found.add(data[at + 1])
        at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    assert data.endswith(b"\xff\xd9")
    return found | {0xDA}


# Weight


def test_pictures_in_a_list_are_light(pictures: list[Picture]) -> None:
    weights = [len(picture.named("w360.webp").data) for picture in pictures]
    assert statistics.mean(weights) <= 14_000
    assert max(weights) <= 25_000


def test_the_main_picture_of_a_page_is_light(pictures: list[Picture]) -> None:
    weights = [len(picture.named("w720.webp").data) for picture in pictures]
    assert statistics.mean(weights) <= 45_000


def test_a_photo_full_of_fine_pattern_is_encoded_more_coarsely() -> None:
    rough = Image.merge("RGB", [Image.effect_noise((360, 360), 90) for _ in range(3)])
    usual = len(encoded(rough, "WEBP", quality=72, method=6))
    assert usual > 25_000
    assert len(prepare_here(jpeg(rough)).named("w360.webp").data) < 0.9 * usual


# Measuring colours


def _lab(image: Image.Image) -> list[tuple[float, ...]]:
    small = image.convert("RGB").resize((80, 60), Image.Resampling.BOX)
    bands = (band.tobytes() for band in small.split())
    return [_point(*(_LINEAR[value] for value in rgb)) for rgb in zip(*bands, strict=True)]


def _point(red: float, green: float, blue: float) -> tuple[float, ...]:
    """CIE L*a*b* of linear light, white D65."""
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


_LINEAR = [
    v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
    for v in (n / 255 for n in range(256))
]


def _difference(one: Image.Image, other: Image.Image) -> float:
    """Mean colour difference (CIE 1976) of two pictures, compared at the same small size."""
    pairs = zip(_lab(one), _lab(other), strict=True)
    return statistics.mean(
        sum((x - y) ** 2 for x, y in zip(p, q, strict=True)) ** 0.5 for p, q in pairs
    )


def _shift(one: Image.Image, other: Image.Image) -> float:
    """How far the mean colour moved: noise that is smoothed away does not count."""
    means = [[statistics.mean(band) for band in zip(*_lab(i), strict=True)] for i in (one, other)]
    return sum((x - y) ** 2 for x, y in zip(*means, strict=True)) ** 0.5


def _near(pixel: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= 4 for a, b in zip(pixel, wanted, strict=True))

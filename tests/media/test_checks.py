"""Which uploads are taken, and what the owner of another one is told."""

import random
from contextlib import suppress

import pytest
from PIL import Image, ImageCms

from media.checks import MAX_BYTES, PictureRefused
from media.darkroom import prepare, prepare_here
from tests.media.bad_files import empty_png, heic, huge_webp
from tests.media.pictures import corners, encoded, jpeg, phone_photo

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="900"><script>1</script></svg>'


def refusal(data: bytes) -> str:
    with pytest.raises(PictureRefused) as refused:
        prepare_here(data)
    return refused.value.code


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Kain batik tulis, 2 meter. " * 200,
        b"<html><body>foto.jpg</body></html>",
        SVG,
        b"%PDF-1.7 " + bytes(900),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 900 900\n",
        heic(),
        *(encoded(corners(), kind) for kind in ("GIF", "TIFF", "BMP", "AVIF", "ICO", "JPEG2000")),
    ],
    ids=["empty", "text", "html", "svg", "pdf", "eps", "heic"]
    + ["gif", "tiff", "bmp", "avif", "ico", "jpeg2000"],
)
def test_only_jpeg_png_and_webp_are_photos(data: bytes) -> None:
    assert refusal(data) == "not_a_picture"


def test_the_first_bytes_alone_make_no_photo() -> None:
    assert refusal(b"\xff\xd8\xff" + b"batik " * 500) == "truncated"
    assert refusal(b"\x89PNG\r\n\x1a\n" + b"batik " * 500) == "truncated"
    assert refusal(b"RIFF\x00\x10\x00\x00WEBP" + b"batik " * 500) == "truncated"


def test_a_photo_may_weigh_ten_mebibytes_and_no_byte_more() -> None:
    photo = jpeg(corners())
    tail = bytes(MAX_BYTES - len(photo))
    assert prepare_here(photo + tail).width == 800
    assert refusal(photo + tail + b"\0") == "too_large"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_a_file_that_broke_off_on_the_way_is_incomplete(kind: str, share: float) -> None:
    whole = encoded(phone_photo(5, (800, 600)), kind)
    assert refusal(whole[: int(len(whole) * share)]) == "truncated"


def test_a_bomb_of_900_megapixels_is_never_opened() -> None:
    bomb = empty_png(30_000, 30_000)
    assert len(bomb) < 120_000
    assert refusal(bomb) == "too_many_pixels"


@pytest.mark.parametrize(
    "size", [(12_000, 12_000), (9_000, 9_000), (8_001, 400), (400, 8_001), (6_400, 6_300)]
)
def test_a_photo_with_too_many_points_is_refused(size: tuple[int, int]) -> None:
    assert refusal(empty_png(*size)) == "too_many_pixels"


def test_a_webp_is_refused_before_its_decoder_asks_for_the_memory() -> None:
    assert refusal(huge_webp()) == "too_many_pixels"
    assert refusal(huge_webp(6000, 5000)) == "too_many_pixels"


@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"exif": b"Exif\0\0II*\0\x08\0\0\0"}])
def test_all_three_ways_to_write_a_webp_tell_their_size(options: dict[str, object]) -> None:
    picture = prepare_here(encoded(corners((800, 600)), "WEBP", **options))
    assert (picture.width, picture.height) == (800, 600)


def test_a_photo_of_320_points_is_just_large_enough() -> None:
    assert prepare_here(jpeg(corners((320, 900)))).width == 320
    assert refusal(jpeg(corners((319, 900)))) == "too_small"
    assert refusal(jpeg(corners((900, 319)))) == "too_small"


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_a_moving_picture_is_refused(kind: str) -> None:
    frames = [Image.new("RGB", (400, 400), colour) for colour in ("red", "green", "blue")]
    moving = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    assert refusal(moving) == "animated"


def test_the_second_picture_that_phones_hide_behind_a_photo_is_left_out() -> None:
    hidden = Image.new("RGB", (400, 300), "black")
    picture = prepare_here(encoded(corners(), "MPO", save_all=True, append_images=[hidden]))
    assert (picture.width, picture.height) == (800, 600)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_damaged_file_is_used_or_refused_and_nothing_else_happens(kind: str) -> None:
    chance = random.Random(kind)
    camera = Image.Exif()
    camera[0x0112] = 6
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo = phone_photo(1, (400, 400))
    whole = encoded(photo, kind, exif=camera.tobytes(), icc_profile=profile)
    for _ in range(50):
        damaged = bytearray(whole)
        for _ in range(chance.choice((1, 2, 5, 30))):
            # Most harm is done in the header.
            place = chance.randrange(4, chance.choice((700, len(whole))))
            damaged[place] = chance.choice((0, 255, chance.randrange(256)))
        with suppress(PictureRefused):
            assert prepare_here(bytes(damaged)).renditions


def test_a_stranger_is_told_the_same_by_the_darkroom() -> None:
    for data, code in [
        (SVG, "not_a_picture"),
        (jpeg(corners())[:-4000], "truncated"),
        (empty_png(30_000, 30_000), "too_many_pixels"),
        (jpeg(corners((319, 900))), "too_small"),
    ]:
        with pytest.raises(PictureRefused) as refused:
            prepare(data)
        assert refused.value.code == code


def test_a_refusal_without_a_sentence_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="unknown refusal"):
        PictureRefused("ugly")

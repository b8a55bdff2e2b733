"""From the bytes of an upload to upright sRGB pixels. Runs where a broken file can do no harm."""

import io
import warnings

from PIL import Image, ImageCms

from media.checks import PictureRefused, check_bytes, check_size
from media.renditions import working_scale

PAPER = (0xFF, 0xFD, 0xF9)  # the ivory of our pages, under whatever is transparent

# Phones of twelve megapixels are 4000 to 4080 points wide. Asking the JPEG decoder for a little
# less than the master lets it halve them while decoding, which is three times as fast.
DRAFT_SIDE = 1920

_ORIENTATION_TAG = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = {5, 6, 7, 8}
_PROFILE_MODES = {"RGB ": ("RGB", "RGBA"), "CMYK": ("CMYK",), "GRAY": ("L",)}
_SRGB = ImageCms.createProfile("sRGB")


def read(data: bytes) -> tuple[Image.Image, tuple[int, int]]:
    """An upload becomes an upright picture in sRGB without any metadata, or is refused.

    Returns the picture, already shrunk to what the renditions need, and the size of the photo as
    sent, upright.
    """
    kind = check_bytes(data)
    if kind == "WEBP":
        check_size(kind, *_webp_canvas(data))
    image = _open(data, kind)
    size = image.size
    _decode(image)
    orientation = _orientation(image)
    profile = image.info.get("icc_profile")
    # Step by step under one name: a large photo fits into the memory twice, not three times.
    image = _eight_bit(image)
    image = _shrink(image, size)
    image = _on_paper(_in_srgb(image, profile))
    if orientation in _TURNS:
        image = image.transpose(_TURNS[orientation])
    image.info.clear()
    return image, size[::-1] if orientation in _SIDEWAYS else size


def _open(data: bytes, kind: str) -> Image.Image:
    """Read the header alone, by the one decoder that the first bytes call for."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # spoilt notes about the camera
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=(kind,))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise PictureRefused("too_many_pixels") from None
    except MemoryError:
        raise
    except Exception:  # a decoder meets broken bytes with any kind of error
        raise PictureRefused("truncated") from None
    check_size(kind, *image.size)
    # Phones put a second picture behind a JPEG (depth, brightness); the first one is the photo.
    if kind != "JPEG" and getattr(image, "is_animated", False):
        raise PictureRefused("animated")
    return image


def _decode(image: Image.Image) -> None:
    scale = working_scale(image.size, DRAFT_SIDE)
    image.draft(None, (round(image.width * scale), round(image.height * scale)))
    try:
        image.load()
    except MemoryError:
        raise
    except Exception:  # see _open
        raise PictureRefused("truncated") from None


def _webp_canvas(data: bytes) -> tuple[int, int]:
    """Width and height of a WebP: its decoder would ask for the memory before telling them."""
    header = data[:30].ljust(30, b"\0")
    if header[12:16] == b"VP8X":
        return (
            1 + int.from_bytes(header[24:27], "little"),
            1 + int.from_bytes(header[27:30], "little"),
        )
    if header[12:16] == b"VP8L":
        bits = int.from_bytes(header[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if header[12:16] == b"VP8 ":
        return (
            int.from_bytes(header[26:28], "little") & 0x3FFF,
            int.from_bytes(header[28:30], "little") & 0x3FFF,
        )
    raise PictureRefused("truncated")


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:  # a spoilt note about the photo does not spoil the photo
        return 1


def _eight_bit(image: Image.Image) -> Image.Image:
    """Palette, bilevel and 16-bit pictures as the eight bits a channel that pages show."""
    if image.mode.startswith("I"):
        return image.point(lambda value: value / 257).convert("L")
    if image.mode in {"RGBA", "CMYK"}:
        return image
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in {"L", "RGB"}:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _shrink(image: Image.Image, original: tuple[int, int]) -> Image.Image:
    scale = working_scale(original) * max(original) / max(image.size)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as the camera meant them; without a usable profile they are taken as sRGB."""
    out = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if image.mode in _PROFILE_MODES.get(source.profile.xcolor_space, ()):
                transform = ImageCms.buildTransform(
                    source,
                    _SRGB,
                    image.mode,
                    out,
                    ImageCms.Intent.RELATIVE_COLORIMETRIC,
                    ImageCms.Flags.BLACKPOINTCOMPENSATION,
                )
                converted = ImageCms.applyTransform(image, transform)
                if converted is not None:
                    return converted
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a broken profile is common and costs a shade of colour, not the photo
    return image if image.mode == out else image.convert(out)


def _on_paper(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    paper = Image.new("RGB", image.size, PAPER)
    paper.paste(image, mask=image.getchannel("A"))
    return paper

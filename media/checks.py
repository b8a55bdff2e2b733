"""What a photo must be before anybody opens it.

Only JPEG, PNG and WebP are taken. Telephones that save HEIC hand over a JPEG as soon as the upload
field names these three kinds, so a slow decoder with patents and a large attack surface is not
needed. GIF, TIFF, AVIF and SVG are no camera's pictures.

This module loads no picture library: a web worker refuses the plainly wrong upload by itself and
stays small.
"""

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 8_000
MIN_SHORT_SIDE = 320

# The WebP decoder holds four copies of the picture at once. More pixels than these would not fit
# into the memory a photo may use; no telephone takes such a WebP.
MAX_WEBP_PIXELS = 28_000_000


class PictureRefused(Exception):
    """A photo that cannot be used; `code` names the sentence its owner reads."""

    CODES = frozenset(
        {
            "not_a_picture",
            "too_large",
            "too_many_pixels",
            "too_small",
            "truncated",
            "animated",
            "took_too_long",
        }
    )

    def __init__(self, code: str) -> None:
        if code not in self.CODES:
            raise ValueError(f"unknown refusal: {code}")
        super().__init__(code)
        self.code = code


def check_bytes(data: bytes) -> str:
    """A photo is a JPEG, PNG or WebP of at most 10 MiB; the kind is read from its first bytes.

    The file's name and the type the browser claims prove nothing and are not asked.
    """
    if len(data) > MAX_BYTES:
        raise PictureRefused("too_large")
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    raise PictureRefused("not_a_picture")


def check_size(kind: str, width: int, height: int) -> None:
    """A photo is large enough to look good on a card and small enough to open safely."""
    most = MAX_WEBP_PIXELS if kind == "WEBP" else MAX_PIXELS
    if max(width, height) > MAX_SIDE or width * height > most:
        raise PictureRefused("too_many_pixels")
    if min(width, height) < MIN_SHORT_SIDE:
        raise PictureRefused("too_small")

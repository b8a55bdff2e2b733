"""Files that are not what they seem, or are made to hurt whoever opens them."""

import struct
import zlib

from PIL import Image

from tests.media.pictures import encoded


def empty_png(width: int, height: int) -> bytes:
    """A black picture of any size in almost no bytes: one bit a point, squeezed."""
    squeezer = zlib.compressobj(9)
    row = b"\0" * (1 + (width + 7) // 8)
    body = [squeezer.compress(row * 1000) for _ in range(height // 1000)]
    body.append(squeezer.compress(row * (height % 1000)))
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", b"".join(body) + squeezer.flush())
        + _chunk(b"IEND", b"")
    )


def endless_jpeg(scans: int = 20_000) -> bytes:
    """A progressive JPEG of under 1.1 MB that repeats its last pass again and again."""
    plain = encoded(Image.new("RGB", (6000, 4500), (120, 90, 60)), "JPEG", progressive=True)
    last_pass = plain[plain.rfind(b"\xff\xda") : -2]
    return plain[:-2] + last_pass * scans + plain[-2:]


def huge_webp(width: int = 16_383, height: int = 16_383) -> bytes:
    """The header of a WebP that would need gigabytes to open."""
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + canvas
    return b"RIFF" + struct.pack("<I", len(body)) + body


def heic() -> bytes:
    """How a HEIC of a telephone begins."""
    return struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + bytes(4000)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

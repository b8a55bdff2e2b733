"""Files that are no photos we can use, and the words that refuse them."""

from __future__ import annotations

import io

from PIL import Image

from tests.web.seller.listing import snapshot

HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 400


def bomb() -> bytes:
    """A small file that opens into 900 million pixels."""
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG", optimize=True)
    return out.getvalue()


def animated() -> bytes:
    frames = [Image.new("RGB", (400, 400), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


REFUSED = {
    "a text": (b"halo, ini bukan foto", "Berkas ini bukan foto."),
    "an svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Berkas ini bukan foto."),
    "a gif": (snapshot("GIF"), "Berkas ini bukan foto."),
    "heic": (HEIC, "Berkas ini bukan foto."),
    "nothing": (b"", "Berkas ini bukan foto."),
    "cut off": (snapshot()[:3000], "Foto ini tidak utuh."),
    "tiny": (snapshot(size=(200, 200)), "Foto terlalu kecil, nanti pecah."),
    "a bomb": (bomb(), "Foto terlalu besar"),
    "animated": (animated(), "Gambar bergerak belum bisa dipakai."),
}

"""Turns SVG text into WebP files with a headless Chromium."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageFilter
from playwright.sync_api import sync_playwright

from .paint import SIZE

FONT_DIR = Path(__file__).parent / "fonts"
FACES = (
    ("Jakarta", "jakarta", "400 800"),
    ("Fraunces", "fraunces", "700"),
    ("Oswald", "oswald", "600"),
    ("Pacifico", "pacifico", "400"),
)
HEAVIEST = 24_000


def _page() -> str:
    faces = "".join(
        f"@font-face{{font-family:{family};font-weight:{weight};src:url(data:font/woff2;base64,"
        f"{base64.b64encode((FONT_DIR / f'{file}.woff2').read_bytes()).decode()})}}"
        for family, file, weight in FACES
    )
    warm = "".join(f'<i style="font-family:{family}">a</i>' for family, _, _ in FACES)
    return f"<style>{faces}body{{margin:0}}svg{{display:block}}</style><div>{warm}</div>"


def _webp(png: bytes) -> bytes:
    """The best quality that stays light enough for a phone; the busiest cloth is softened."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    data = b""
    for quality, soften in ((78, 0.0), (62, 0.0), (46, 0.0), (36, 0.6), (30, 1.0)):
        out = io.BytesIO()
        softened = picture.filter(ImageFilter.GaussianBlur(soften)) if soften else picture
        softened.save(out, "WEBP", quality=quality, method=4)
        data = out.getvalue()
        if len(data) <= HEAVIEST:
            break
    return data


def render(pictures: Iterable[tuple[str, str]], folder: Path) -> int:
    """Writes NAME.webp for every (name, svg); answers the total weight in bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    total = 0
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": SIZE, "height": SIZE})
        page.set_content(_page())
        page.evaluate("document.fonts.ready")
        for name, svg in pictures:
            page.evaluate("svg => { document.querySelector('div').innerHTML = svg }", svg)
            data = _webp(page.screenshot(type="png"))
            (folder / f"{name}.webp").write_bytes(data)
            total += len(data)
        browser.close()
    return total

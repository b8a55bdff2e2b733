"""Takes the pictures of docs/pictures from a running demo market: tools/screenshots.py ADDRESS

Each page at a phone and at a desk; the demo accounts sign in as `make run` prints them.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from marketplace.demo.cast import PASSWORD
from tests.services.chromium import ARGUMENTS, find_chromium

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SIZES = {"phone": (412, 860, 2), "desk": (1280, 800, 1)}
MOST_BYTES = 80_000
PLACE = "Sariharjo"


def main(address: str) -> None:
    """All pages at all sizes."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=find_chromium(), args=list(ARGUMENTS)
        )  # fmt: skip
        for size in SIZES:
            for name, go in PAGES.items():
                page = _page(chromium, address, size)
                go(page)
                page.wait_for_load_state("networkidle")
                _keep(page.screenshot(), f"{name}-{size}")
                page.context.close()
        chromium.close()


def _page(chromium: Browser, address: str, size: str) -> Page:
    width, height, dots = SIZES[size]
    context = chromium.new_context(
        base_url=address,
        viewport={"width": width, "height": height},
        device_scale_factor=dots,
        locale="id-ID",
        service_workers="block",
    )
    return context.new_page()


def _home(page: Page) -> None:
    page.goto("/")


def _product(page: Page) -> None:
    page.goto("/k/kain-batik")
    page.locator("main .product a").nth(2).click()


def _cart(page: Page) -> None:
    for shelf in ("kain-batik", "keripik"):
        page.goto(f"/k/{shelf}")
        page.locator("main .product a").first.click()
        page.locator("button:visible", has_text="keranjang").or_(
            page.locator(".actbar button:visible")
        ).last.click()
        page.wait_for_url("**/keranjang*")
    page.goto(f"/lokasi?q={PLACE}&lanjut=/keranjang")
    page.get_by_role("button", name=PLACE).first.click()


def _tasks(page: Page) -> None:
    _sign_in(page, "citra@contoh.test")
    page.goto("/toko-saya")


def _desk(page: Page) -> None:
    _sign_in(page, "eka@contoh.test")
    page.goto("/dinas")


PAGES: dict[str, Callable[[Page], None]] = {
    "home": _home,
    "product": _product,
    "cart": _cart,
    "seller-tasks": _tasks,
    "staff-desk": _desk,
}


_cookies: dict[str, Any] = {}


def _sign_in(page: Page, email: str) -> None:
    """Once for each account: a code of the second factor opens only once."""
    if email in _cookies:
        page.context.add_cookies(_cookies[email])
        return
    page.goto("/masuk")
    page.get_by_label("Alamat email").fill(email)
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    if "/akun/kode" in page.url:
        page.get_by_label("Kode masuk").fill(page.locator(".note b.num").inner_text())
        page.locator("main form button[type=submit]").first.click()
    _cookies[email] = page.context.cookies()


def _keep(shot: bytes, name: str) -> None:
    """As small as it has to be, and no smaller."""
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    for quality in range(80, 20, -6):
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=quality, method=6)
        if out.tell() <= MOST_BYTES:
            break
    (FOLDER / f"{name}.webp").write_bytes(out.getvalue())
    print(f"{name}.webp  {out.tell() // 1000} kB")


if __name__ == "__main__":
    main(sys.argv[1])

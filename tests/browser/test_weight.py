"""What a page weighs on the wire at a first visit, and what is left of it without a signal.

Counted is what the first screen needs. Chromium fetches pictures further down ahead of time where
the line is fast; those do not count as weight, but they count as requests.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError

from tests.browser.walking import Street, Walk

KB = 1000
FURTHER_DOWN = """() => [...document.images].filter((image) => image.loading === "lazy"
  && image.getBoundingClientRect().top > innerHeight).map((image) => image.currentSrc)"""


@dataclass
class Weighed:
    """Bytes as they travelled, by kind, and the bytes of each picture."""

    kinds: Counter[str] = field(default_factory=Counter)
    pictures: dict[str, int] = field(default_factory=dict)
    requests: int = 0

    @property
    def total(self) -> int:
        return sum(self.kinds.values())


def weigh(walk: Walk, path: str) -> Weighed:
    """Open a page with an empty cache, and count until it is quiet, before scrolling."""
    wire = walk.context.new_cdp_session(walk.page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    kinds: dict[str, tuple[str, str]] = {}
    weighed = Weighed()

    def begins(event: Any) -> None:
        kinds[event["requestId"]] = event["type"], event["response"]["url"]

    def ends(event: Any) -> None:
        if event["requestId"] not in kinds:
            return  # not of this page
        kind, url = kinds[event["requestId"]]
        size = int(event["encodedDataLength"])
        weighed.requests += 1
        weighed.kinds[kind] += size
        if kind == "Image":
            weighed.pictures[url] = size

    wire.on("Network.responseReceived", begins)
    wire.on("Network.loadingFinished", ends)
    walk.page.goto(path, wait_until="networkidle")
    wire.detach()
    for url in walk.page.evaluate(FURTHER_DOWN):
        weighed.kinds["Image"] -= weighed.pictures.get(url, 0)
    return weighed


@pytest.mark.parametrize(
    ("path", "who", "page_kb", "html_kb", "scripts_kb", "requests"),
    [
        ("/k/makanan", "", 170, 20, 20, 25),
        ("/", "", 170, 20, 20, 25),
        ("{product}", "", 200, 20, 20, 25),
        ("/bayar", "", 60, 20, 20, 25),
        ("/toko-saya/{shop}", "citra@contoh.test", 150, 15, 25, 20),
        ("/toko-saya/{shop}/produk", "citra@contoh.test", 150, 15, 25, 20),
        ("/dinas", "admin@contoh.test", 250, 40, 40, 30),
    ],
    ids=["list", "home", "product", "checkout", "tasks", "goods", "desk"],
)
def test_a_first_visit_stays_within_its_budget(
    walk: Walk,
    street: Street,
    path: str,
    who: str,
    page_kb: int,
    html_kb: int,
    scripts_kb: int,
    requests: int,
) -> None:
    if who:
        walk.sign_in(who, secret=street.places["second_factor"] if "admin" in who else "")
    if path == "/bayar":
        walk.open(street.places["product"])
        walk.press("Keranjang", within="body")
    seen = weigh(walk, path.format(**street.places))
    told = f"{dict(seen.kinds)}, {seen.requests} requests"
    assert seen.kinds["Document"] <= html_kb * KB, told
    assert seen.kinds["Stylesheet"] <= 12 * KB, told
    assert seen.kinds["Script"] <= scripts_kb * KB, told
    assert seen.kinds["Font"] <= 15 * KB, told
    assert seen.total <= page_kb * KB, told
    assert seen.requests <= requests, told


def test_pictures_in_a_list_are_small(walk: Walk) -> None:
    seen = weigh(walk, "/k/makanan")
    pictures = [size for size in seen.pictures.values() if size > 3 * KB]  # the rest are drawings
    assert pictures
    assert max(pictures) <= 25 * KB
    assert sum(pictures) / len(pictures) <= 14 * KB


def test_without_a_signal_the_pages_that_were_open_stay(
    chromium: Browser, street: Street
) -> None:  # fmt: skip
    with Walk(chromium, street) as walk:
        walk.open("/")
        walk.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        walk.open("/kategori")  # kept by the worker, now that it is there
        walk.context.set_offline(True)
        walk.page.goto("/kategori")
        walk.reads("Kategori")
        assert "Tersimpan" in walk.page.locator("body").inner_text()
        walk.page.goto(street.places["product"])
        walk.reads("Sinyal sedang hilang", "belum pernah dibuka")
        with pytest.raises(PlaywrightError, match="ERR_INTERNET_DISCONNECTED"):
            walk.page.goto("/keranjang")  # never kept on a phone

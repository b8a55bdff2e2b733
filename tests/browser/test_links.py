"""Whoever follows any link arrives at a page."""

from __future__ import annotations

import html
import re
from collections import Counter
from urllib.parse import urljoin, urlsplit

import pyotp
import pytest

from tests.browser.walking import Street
from tests.services.visitor import Page, Visitor

MOST_ALIKE = 5  # pages that differ in a code or a word only
OURS = ("/static", "/media", "/healthz", "/readyz")


@pytest.mark.parametrize(
    ("who", "door"),
    [
        ("", "/"),
        ("budi@contoh.test", "/akun"),
        ("yatmi@contoh.test", "/toko-saya"),
        ("eka@contoh.test", "/dinas"),
    ],
    ids=["guest", "resident", "maker", "officer"],
)
def test_no_link_leads_nowhere(street: Street, who: str, door: str) -> None:
    with Visitor(street.url) as visitor:
        if who:
            sign_in(visitor, who, street)
        dead, seen = walk_everywhere(visitor, [door, "/"])
    assert dead == []
    assert len(seen) > 20


def sign_in(visitor: Visitor, who: str, street: Street) -> None:
    visitor.open("/masuk")
    visitor.send("/masuk$", email=who, password=street.places["password"])
    if visitor.page.path == "/akun/kode":
        code = pyotp.TOTP(street.places["second_factor"]).now()
        visitor.send("/akun/kode", button="Masuk", code=code)
    assert visitor.page.path == "/akun", visitor.page.words


def walk_everywhere(visitor: Visitor, doors: list[str]) -> tuple[list[str], set[str]]:
    """Open every page that a page links to, a few of each kind; the dead, and the seen."""
    alike: Counter[str] = Counter()
    ahead, seen, dead = [(door, "the door") for door in doors], set[str](), []
    while ahead:
        path, source = ahead.pop(0)
        if path in seen or alike[kind_of(path)] >= MOST_ALIKE:
            continue
        seen.add(path)
        alike[kind_of(path)] += 1
        page = visitor.open(path)
        if page.status >= 400:
            dead.append(f"{page.status} {path}, from {source}")
        ahead += [(link, path) for link in links(page, visitor.home)]
        dead += [f"#{name} on {path}" for name in missing_anchors(page)]
    return dead, seen


def kind_of(path: str) -> str:
    """The same for pages that differ in a code, a name or an answer only."""
    path = re.sub(r"=[^&]*", "=", path)
    path = re.sub(r"^/(p|t|k|pesanan|sentra)/[^/?]*", r"/\1/*", path)
    return re.sub(r"/[a-z0-9]{10}(?=/|$|\?)", "/*", path)


def links(page: Page, home: str) -> list[str]:
    """Where a page of ours leads within the market."""
    if "text/html" not in page.headers.get("Content-Type", ""):
        return []
    found = []
    for written in re.findall(r'<a\b[^>]*\bhref="([^"#]+)', page.text):
        address = urlsplit(urljoin(page.url, html.unescape(written)))
        if address.netloc == urlsplit(home).netloc and not address.path.startswith(OURS):
            found.append(address.path + (f"?{address.query}" if address.query else ""))
    return found


def missing_anchors(page: Page) -> list[str]:
    names = set(re.findall(r'\sid="([^"]*)"', page.text))
    return [n for n in re.findall(r'<a\b[^>]*\bhref="#([^"]+)', page.text) if n not in names]

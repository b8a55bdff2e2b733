"""From the search to the last screen of paying without touching the pointer."""

from __future__ import annotations

from tests.browser.walking import Walk

FOCUS = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  const middle = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const words = at.labels?.[0]?.innerText || at.innerText || at.getAttribute("aria-label") || "";
  return {words: words.trim(), seen: middle === at || at.contains(middle) || !middle
    || middle.contains(at) || at.labels?.[0]?.contains(middle)};
}"""
FARTHEST = 80  # nobody presses Tab more often than this


def test_a_thing_is_bought_by_keyboard_alone(walk: Walk) -> None:
    page = walk.page
    walk.open("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Langsung ke isi"
    reach(walk, "Cari produk atau toko")
    page.keyboard.type("alas gelas")
    go(walk, "Enter")
    reach(walk, "Alas gelas")
    go(walk, "Enter")
    reach(walk, "Keranjang", nth=2)  # the first is the way to the cart
    go(walk, "Enter")
    walk.reads("Keranjang")
    reach(walk, "Pilih lokasi", nth=2)
    go(walk, "Enter")
    reach(walk, "Ketik nama kalurahan")
    page.keyboard.type("caturtunggal")
    go(walk, "Enter")
    reach(walk, "Caturtunggal")
    go(walk, "Enter")
    reach(walk, "Lanjut bayar")
    go(walk, "Enter")
    for label, words in (
        ("Nama penerima", "Rini Wahyuni"),
        ("Nomor HP", "081234567890"),
        ("Kalurahan", "caturtunggal"),
        ("Alamat", "Jalan Kaliurang km 5"),
    ):
        reach(walk, label)
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(words)
    reach(walk, "Lanjut")
    go(walk, "Enter")
    walk.reads("Periksa dulu")
    reach(walk, "Bayar Rp")
    go(walk, "Enter")
    walk.reads("Ini bukan pembayaran sungguhan")


def reach(walk: Walk, words: str, *, nth: int = 1) -> None:
    """Press Tab until the focus stands on what these words name; it is never covered."""
    for _ in range(FARTHEST):
        walk.page.keyboard.press("Tab")
        focus = walk.page.evaluate(FOCUS)
        assert focus["seen"], f"{walk.page.url}: the focus on {focus['words']} is covered"
        if focus["words"].startswith(words):
            nth -= 1
            if not nth:
                return
    raise AssertionError(f"{words} cannot be reached on {walk.page.url}")


def go(walk: Walk, key: str) -> None:
    """Press a key that leads to another page."""
    with walk.page.expect_navigation(wait_until="load"):
        walk.page.keyboard.press(key)

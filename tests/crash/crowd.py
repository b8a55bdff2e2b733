"""Two hundred people who want the same fifty pieces at the same moment, over HTTP."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.crash.story import look_at_bill
from tests.services.market import Market
from tests.services.stall import Goods
from tests.services.visitor import Visitor

PEOPLE, AT_ONCE = 200, 40


def rush(market: Market, goods: Goods, *, people: int = PEOPLE) -> Counter[str]:
    """Everybody stands at the last screen, then all press; how many of each answer came."""
    gate = Barrier(min(AT_ONCE, people))

    def comes(_: int) -> Visitor:
        visitor = Visitor(market.url, patience=60)
        visitor.open(goods.pages[0])
        visitor.send("^/keranjang/tambah", quantity=1)
        look_at_bill(visitor)
        visitor.close()  # it waits for the others longer than the server keeps a silent line
        return visitor

    def presses(visitor: Visitor) -> str:
        gate.wait(60)
        with visitor:
            page = visitor.send("^/bayar/kirim", cara="transfer")
        if page.status == 200 and "/pesanan/" in page.path:
            return "placed"
        if page.status == 409 and "habis" in page.words:
            return "refused"
        return f"{page.status} {page.words[:200]}"

    with ThreadPoolExecutor(8) as few:
        crowd = list(few.map(comes, range(people)))
    with ThreadPoolExecutor(AT_ONCE) as all_at_once:
        return Counter(all_at_once.map(presses, crowd))

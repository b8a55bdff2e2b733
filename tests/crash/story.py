"""One whole story over HTTP, told in steps that a person would simply do again after a crash.

Asih buys from two shops, pays, takes one order back, gives up a piece of the other and receives the
rest; its shop sends it for nothing. Budi's card is
declined; he chooses another way and then gives up. Dewi orders and forgets to pay. Citra keeps the
shops and photographs what she sells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.books import Books
from tests.crash.photos import LONG_AGO, Photographing
from tests.services.market import Market
from tests.services.stall import CITRA, PASSWORD, Goods, books_of
from tests.services.stripe_process import DECLINED_CARD, GOOD_CARD
from tests.services.visitor import Page, Visitor

ADDRESS = {
    "recipient": "Asih",
    "phone": "081200000001",
    "place": "Condongcatur",
    "address": "Jalan Kaliurang 5",
}


def fill_cart(visitor: Visitor, pages: list[str], quantity: int = 1) -> None:
    """Put one of each in the cart, unless it lies there already."""
    for page in pages:
        name = visitor.open(page).path.removeprefix("/p/").rpartition("-")[0]
        visitor.open("/keranjang")
        if name not in visitor.page.text:
            visitor.open(page)
            visitor.send("^/keranjang/tambah", quantity=quantity)
    visitor.open("/keranjang")


def look_at_bill(visitor: Visitor, **more: str) -> Page:
    """From the cart to the second screen of checkout."""
    visitor.open("/bayar")
    return visitor.send("^/bayar$", **{**ADDRESS, **more})


def pay(visitor: Visitor, *, card: str = GOOD_CARD) -> Page:
    """On the provider's page, whichever it is; after a decline, back to the shop."""
    accepted = card == GOOD_CARD
    if "/simulator/" in visitor.page.path:
        if visitor.page.offers("/simulator/"):
            visitor.send("/simulator/", button="Bayar" if accepted else "ditolak")
        if not accepted:
            visitor.send("/simulator/", button="kembali")
        elif visitor.page.links("/bayar/kembali/"):
            visitor.open(visitor.page.links("/bayar/kembali/")[0])
        return visitor.page
    visitor.send("/pay/", card=card)
    return visitor.page if accepted else visitor.open(visitor.page.links("/bayar/kembali/")[0])


@dataclass
class Story(Photographing):
    """The people and what they hold in their hands."""

    market: Market
    goods: Goods
    provider: str
    books: Books = field(init=False)
    asih: Visitor = field(init=False)
    budi: Visitor = field(init=False)
    citra: Visitor = field(init=False)
    dewi: Visitor = field(init=False)
    asihs_order: str = ""
    budis_order: str = ""
    asihs_pay_page: str = ""
    budis_pay_page: str = ""
    dewis_pay_page: str = ""

    def __post_init__(self) -> None:
        self.books = books_of(self.market)
        self.asih, self.budi, self.dewi = (Visitor(self.market.url) for _ in range(3))
        self.citra = Visitor(self.market.url, patience=60)  # a photo may take longer than a page

    @property
    def steps(self) -> list[Callable[[], None]]:
        """What happens, in order; each may be begun again after it broke off."""
        return [*self.asihs_part, *self.citras_part, *self.budis_part, *self.dewis_part]

    @property
    def asihs_part(self) -> list[Callable[[], None]]:
        return [
            self.asih_fills_her_cart,
            self.asih_looks_at_the_bill,
            self.asih_orders,
            self.asih_pays,
            self.citra_signs_in,
            self.asih_takes_one_order_back,
            self.asih_gives_up_one_piece,
            self.citra_gives_the_postage_back,
            self.citra_accepts_packs_and_ships,
            self.asih_receives,
        ]

    @property
    def citras_part(self) -> list[Callable[[], None]]:
        return [
            self.citra_signs_in,
            self.citra_photographs_her_batik,
            self.citra_takes_a_better_photo,
            self.a_day_goes_by,
            self.asih_sees_the_photo,
        ]

    @property
    def budis_part(self) -> list[Callable[[], None]]:
        return [
            self.budi_fills_his_cart,
            self.budi_looks_at_the_bill,
            self.budi_orders,
            self.budis_card_is_declined,
            self.budi_takes_another_way,
            self.budi_gives_up,
        ]

    @property
    def dewis_part(self) -> list[Callable[[], None]]:
        return [
            self.dewi_fills_her_cart,
            self.dewi_looks_at_the_bill,
            self.dewi_orders,
            self.her_time_runs_out,
            self.dewi_reads_that_it_is_over,
        ]

    def asih_fills_her_cart(self) -> None:
        fill_cart(self.asih, self.goods.pages, quantity=2)

    def asih_looks_at_the_bill(self) -> None:
        look_at_bill(self.asih)

    def asih_orders(self) -> None:
        """Pressed again after a crash, the same page is the same order."""
        self._press_order(self.asih)
        self.asihs_pay_page = self.asih.page.url

    def asih_pays(self) -> None:
        if "/pesanan/" not in self.asih.page.path:
            self._go_to_pay_page(self.asih, self.asihs_pay_page)
            if "/pesanan/" not in self.asih.page.path:
                pay(self.asih)
        assert "/pesanan/" in self.asih.page.path, self.asih.page.url
        self.asihs_order = self.asih.page.url

    def citra_signs_in(self) -> None:
        self.citra.open("/masuk")
        if self.citra.page.offers("/masuk"):
            self.citra.send("/masuk", email=CITRA, password=PASSWORD)

    def asih_takes_one_order_back(self) -> None:
        code = self._orders(self.asihs_order)[0]
        page = self.asih.open(f"{self.asihs_order}/batal?pesanan={code}")
        if page.status == 200:
            self.asih.send("/batal", button="Ya")
        assert self._state(code) == "cancelled", self.asih.page.words[:600]

    def asih_gives_up_one_piece(self) -> None:
        """Asked again after a crash, the page still offers one of two, or none of one."""
        code = self._orders(self.asihs_order)[1]
        if not self._cancelled(code):
            asked = f"{self.asihs_order}/batal-sebagian?pesanan={code}&barang-1=1"
            if self.asih.open(asked).status == 200:
                self.asih.send("/batal-sebagian", button="Ya")
        assert self._cancelled(code) == 1, self.asih.page.words[:600]

    def citra_gives_the_postage_back(self) -> None:
        code, shop = self._orders(self.asihs_order)[1], self.goods.shops[1]
        if self.citra.open(f"/toko-saya/{shop}/pesanan/{code}/ongkir").status == 200:
            self.citra.send("/ongkir$", reason="Kami terlambat mengirim")
        assert "Ongkir dikembalikan" in self.asih.open(self.asihs_order).words

    def _cancelled(self, code: str) -> int:
        row = self.books.rows(
            "SELECT sum(l.cancelled) AS n FROM order_line l JOIN shop_order o ON o.id = l.order_id "
            "WHERE o.code = :code",
            code=code,
        )
        return int(row[0]["n"])

    def citra_accepts_packs_and_ships(self) -> None:
        code, shop = self._orders(self.asihs_order)[1], self.goods.shops[1]
        here = f"/toko-saya/{shop}/pesanan/{code}"
        if self.citra.open(here).offers("/terima$"):
            self.citra.send("/terima$")
        if self.citra.open(here).offers("/kemas$"):
            self.citra.send("/kemas$")
        if self.citra.open(here).links("/kirim$"):
            self.citra.open(f"{here}/kirim")
            self.citra.send("/kirim$", courier="JNE", tracking="JOG0012345")
        assert "JOG0012345" in self.asih.open(self.asihs_order).text

    def asih_receives(self) -> None:
        if self.asih.open(self.asihs_order).offers("/terima$"):
            self.asih.send("/terima$")
        assert self._state(self._orders(self.asihs_order)[1]) == "completed"

    def budi_fills_his_cart(self) -> None:
        fill_cart(self.budi, self.goods.pages[:1], quantity=3)

    def budi_looks_at_the_bill(self) -> None:
        look_at_bill(self.budi, recipient="Budi", phone="081200000002")

    def budi_orders(self) -> None:
        self._press_order(self.budi)
        self.budis_pay_page = self.budi.page.url

    def budis_card_is_declined(self) -> None:
        if "/pesanan/" not in self.budi.page.path:
            self._go_to_pay_page(self.budi, self.budis_pay_page)
            pay(self.budi, card=DECLINED_CARD)
        self.budis_order = self.budi.page.url.partition("?")[0]

    def budi_takes_another_way(self) -> None:
        page = self.budi.open(self.budis_order)
        if "Tinggal transfer" not in page.words:
            self.budi.send("/bayar$", cara="transfer")
        assert "Tinggal transfer" in self.budi.open(self.budis_order).words

    def budi_gives_up(self) -> None:
        if self.budi.open(f"{self.budis_order}/batal").status == 200:
            self.budi.send("/batal", button="Ya")
        assert "dibatalkan" in self.budi.open(self.budis_order).words

    def dewi_fills_her_cart(self) -> None:
        fill_cart(self.dewi, self.goods.pages, quantity=2)

    def dewi_looks_at_the_bill(self) -> None:
        look_at_bill(self.dewi, recipient="Dewi", phone="081200000003")

    def dewi_orders(self) -> None:
        self._press_order(self.dewi)
        self.dewis_pay_page = self.dewi.page.url

    def her_time_runs_out(self) -> None:
        """She never pays; the worker's next look is due, which the crash test waits for."""
        self.books.change(
            "UPDATE payment SET expires_at = :then WHERE state IN ('asked', 'open')",
            "UPDATE shop_order SET due_at = :then WHERE state = 'waiting'",
            "UPDATE schedule SET next_run = :then WHERE name = 'orders.due'",
            then=LONG_AGO,
        )

    def dewi_reads_that_it_is_over(self) -> None:
        payment = self._payment(self.dewis_pay_page)
        page = self.dewi.open(f"/bayar/kembali/{payment}")
        assert "dibatalkan" in page.words, page.words[:600]

    def close(self) -> None:
        """Everybody goes home."""
        for visitor in (self.asih, self.budi, self.citra, self.dewi):
            visitor.close()
        self.books.close()

    def _press_order(self, visitor: Visitor) -> None:
        if visitor.page.offers("^/bayar/kirim"):
            visitor.send("^/bayar/kirim", cara=self.provider)
        else:
            visitor.again()
        at = visitor.page.path
        assert "/pay/" in at or "/simulator/" in at or "/pesanan/" in at, visitor.page.words[:600]

    def _go_to_pay_page(self, visitor: Visitor, address: str) -> None:
        """Open it, or, where no provider answered, press pay on the page of the order."""
        visitor.open(address)
        if visitor.page.offers("/pesanan/.*/bayar$"):
            visitor.send("/pesanan/.*/bayar$", cara=self.provider)
        if visitor.page.status == 410:  # closed, because it was paid
            visitor.open(f"/bayar/kembali/{self._payment(address)}")

    def _payment(self, address: str) -> str:
        reference = address.rpartition("/")[2]
        row = self.books.rows("SELECT code FROM payment WHERE reference = :it", it=reference)
        return str(row[0]["code"])

    def _orders(self, address: str) -> list[str]:
        """The codes on the page of an order, as the shops stand on it."""
        page = self.asih.open(address)
        shown = [part.partition('"')[0] for part in page.text.split('id="toko-')[1:]]
        return list(dict.fromkeys(shown))

    def _state(self, code: str) -> str:
        return str(self.books.rows("SELECT state FROM shop_order WHERE code = :it", it=code)[0][
            "state"
        ])  # fmt: skip

"""Every page: nothing for axe to find, no sideways scroll, nothing said on the console."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.walking import Street, Walk

WIDTHS = (320, 412, 1280)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = Axe()
RULES = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": TAGS}}

PUBLIC: dict[str, str] = {
    "home": "/",
    "categories": "/kategori",
    "category": "/k/makanan",
    "category, filtered": "/k/makanan?siap=1&urut=termurah",
    "search with results": "/cari?q=keripik",
    "search, misspelt": "/cari?q=kripikk",
    "search without results": "/cari?q=zzqqxx",
    "product": "{product}",
    "product, sold out": "{sold_out}",
    "waiting, asked": "{waiting[asked]}",
    "waiting, in line": "{waiting[in_line]}",
    "waiting, piece kept": "{waiting[kept]}",
    "waiting, what happens next": "/kabari/hasil/periksa",
    "shop": "{shop_page}",
    "all sentra": "/sentra",
    "sentra": "{sentra}",
    "place": "/lokasi",
    "place, found": "/lokasi?q=condongcatur",
    "help": "/bantuan",
    "privacy": "/privasi",
    "about data": "/tentang-data",
    "terms": "/syarat",
    "offline": "/luring",
    "empty cart": "/keranjang",
    "sign-in": "/masuk",
    "sign-up": "/daftar",
    "forgotten password": "/lupa-sandi",
    "letter sent": "/periksa-email?untuk=daftar",
    "open a shop": "/buka-toko",
    "not found": "/tidak-ada",
    "order waiting": "{pages[waiting-open]}",
    "order paid": "{pages[new-open]}",
    "order shipped": "{pages[accepted-shipped]}",
    "order in parts": "{pages[accepted-next]}",
    "cancel a part": "{pages[accepted-next]}/batal-sebagian?pesanan={part}",
    "cancel these pieces": "{pages[accepted-next]}/batal-sebagian?pesanan={part}&barang-2=1",
    "order completed": "{pages[completed-received]}",
    "order cancelled": "{pages[cancelled-open]}",
    "order whose money came late": "{late[page]}",
    "cancel an order": "{pages[waiting-open]}/batal",
    "product, reviewed": "{praised}",
    "reviews of a product": "{praised}/ulasan",
    "report a review": "/ulasan/{review}/laporkan",
    "review a thing": "{praising}",
    "complain": "{complaints[new]}",
    "complaint, buyer": "{complaints[page]}",
    "complaint, take back": "{complaints[page]}/cabut",
    "complaint, ask the dinas": "{complaints[desk_page]}/dinas",
    "receipt": "{pages[completed-received]}/bukti",
    "gallery": "/galeri",
}
ACCOUNT = {
    "account": "/akun",
    "my orders": "/akun/pesanan",
    "my addresses": "/akun/alamat",
    "new address": "/akun/alamat/baru",
    "my devices": "/akun/perangkat",
    "my data": "/akun/data",
    "second factor": "/akun/kode/kelola",
    "display": "/tampilan",
}
SELLER = {
    "tasks": "/toko-saya/{shop}",
    "products": "/toko-saya/{shop}/produk",
    "photos of a new product": "/toko-saya/{shop}/produk/baru",
    "name of a product": "/toko-saya/{shop}/produk/{products[draft]}/nama",
    "kind of a product": "/toko-saya/{shop}/produk/{products[draft]}/jenis",
    "price of a product": "/toko-saya/{shop}/produk/{products[live]}/harga",
    "measures of a product": "/toko-saya/{shop}/produk/{products[live]}/ukuran",
    "draft": "/toko-saya/{shop}/produk/{products[draft]}",
    "live product": "/toko-saya/{shop}/produk/{products[live]}",
    "returned product": "/toko-saya/{shop}/produk/{products[returned]}",
    "photos of a live product": "/toko-saya/{shop}/produk/{products[live]}/foto",
    "label": "/toko-saya/{shop}/produk/{products[live]}/label",
    "stock take": "/toko-saya/{shop}/stok",
    "history of stock": "/toko-saya/{shop}/stok/{variant}",
    "capacity": "/toko-saya/{shop}/kapasitas",
    "new capacity": "/toko-saya/{shop}/kapasitas/baru",
    "one capacity": "/toko-saya/{shop}/kapasitas/{quota}",
    "history of prices": "/toko-saya/{shop}/produk/{products[live]}/riwayat-harga",
    "orders": "/toko-saya/{shop}/pesanan",
    "orders done": "/toko-saya/{shop}/pesanan?lihat=selesai",
    "new order": "/toko-saya/{shop}/pesanan/{orders[new-open]}",
    "order to pack": "/toko-saya/{shop}/pesanan/{orders[accepted-open]}",
    "courier": "/toko-saya/{shop}/pesanan/{orders[accepted-packed]}/kirim",
    "order in parts": "/toko-saya/{shop}/pesanan/{orders[accepted-next]}",
    "pack a part": "/toko-saya/{shop}/pesanan/{orders[accepted-next]}/kemas-sebagian",
    "pieces there are none of": "/toko-saya/{shop}/pesanan/{part}/batal-sebagian",
    "why these pieces": "/toko-saya/{shop}/pesanan/{part}/batal-sebagian?barang-2=1",
    "postage back": "/toko-saya/{shop}/pesanan/{part}/ongkir",
    "courier of one parcel": "/toko-saya/{shop}/pesanan/{orders[accepted-next]}/kirim?paket=2",
    "refuse an order": "/toko-saya/{shop}/pesanan/{orders[new-open]}/tolak",
    "reviews of a shop": "/toko-saya/{shop}/ulasan",
    "answer a review": "/toko-saya/{shop}/ulasan/{review}/jawab",
    "complaints to the shop": "/toko-saya/{shop}/keluhan",
    "complaint, shop": "/toko-saya/{shop}/pesanan/{complaints[asked]}/keluhan",
    "complaint, give back": "/toko-saya/{shop}/pesanan/{complaints[asked]}/keluhan/kembalikan",
    "complaint, refuse": "/toko-saya/{shop}/pesanan/{complaints[asked]}/keluhan/tolak",
    "complaint, send again": "/toko-saya/{shop}/pesanan/{complaints[asked]}/keluhan/resi",
    "shop sheet": "/toko-saya/{shop}/toko",
    "hours": "/toko-saya/{shop}/toko/jam",
    "holiday": "/toko-saya/{shop}/toko/libur",
    "money": "/toko-saya/{shop}/uang",
    "account": "/toko-saya/{shop}/uang/rekening",
    "payouts": "/toko-saya/{shop}/uang/pencairan",
    "a payout": "/toko-saya/{shop}/uang/pencairan/{runs[payout]}",
    "months": "/toko-saya/{shop}/uang/laporan",
    "team": "/toko-saya/{shop}/tim",
}
APPLICANT = {
    "application": "/toko-saya/{draft_shop}",
    "application, name": "/toko-saya/{draft_shop}/toko/nama",
    "application, place": "/toko-saya/{draft_shop}/toko/tempat",
    "application, craft": "/toko-saya/{draft_shop}/toko/karya",
    "application, story": "/toko-saya/{draft_shop}/toko/cerita",
    "application, photo": "/toko-saya/{draft_shop}/toko/foto",
}
STAFF = {
    "desk": "/dinas",
    "shops": "/dinas/toko",
    "review a shop": "/dinas/toko/{review_shop}",
    "help with a shop": "/dinas/toko/{review_shop}/isi/cerita",
    "products to review": "/dinas/produk",
    "review a product": "/dinas/produk/{products[review]}",
    "sentra at the desk": "/dinas/sentra",
    "new sentra": "/dinas/sentra/baru",
    "transfers": "/dinas/transfer",
    "transfer": "/dinas/transfer/{transfer}",
    "refund": "/dinas/uang-kembali/{refund}",
    "search of orders": "/dinas/cari",
    "search of orders, found": "/dinas/cari?cari=081234567890",
    "search of orders, nothing": "/dinas/cari?cari=zzqqxx",
    "money story": "/dinas/pesanan/{office[story]}",
    "grants": "/dinas/uang-kembali",
    "new grant": "/dinas/uang-kembali/pesanan/{office[order]}",
    "grant": "/dinas/uang-kembali/putusan/{office[grant]}",
    "withdraw a grant": "/dinas/uang-kembali/putusan/{office[grant]}/tarik",
    "disputes": "/dinas/sanggahan",
    "dispute": "/dinas/sanggahan/{dispute}",
    "reviews at the desk": "/dinas/ulasan",
    "review at the desk": "/dinas/ulasan/{review}",
    "complaints": "/dinas/keluhan",
    "complaint, dinas": "/dinas/keluhan/{complaints[desk]}",
    "decide a complaint": "/dinas/keluhan/{complaints[desk]}/putuskan",
    "months of a shop": "/dinas/toko/{shop}/laporan",
    "payouts at the desk": "/dinas/pencairan",
    "run to agree to": "/dinas/pencairan/{runs[planned]}",
    "run let go": "/dinas/pencairan/{runs[released]}",
    "call a run off": "/dinas/pencairan/{runs[planned]}/batalkan",
    "payout at the desk": "/dinas/pencairan/{runs[released]}/{runs[payout]}",
    "payout that came": "/dinas/pencairan/{runs[released]}/{runs[payout]}/masuk",
    "money of a closed shop": "/dinas/pencairan/toko/{office[closed]}",
    "payout that came back": "/dinas/pencairan/{runs[released]}/{runs[payout]}/kembali",
    "statements": "/dinas/mutasi",
    "new account": "/dinas/mutasi/rekening",
    "statement to look at": "/dinas/mutasi/{statements[draft]}",
    "statement kept": "/dinas/mutasi/{statements[kept]}",
    "money that is not clear": "/dinas/uang-masuk",
    "unclear money": "/dinas/uang-masuk/{receipts[unclear]}",
    "money used": "/dinas/uang-masuk/{receipts[done]}",
    "late money": "/dinas/uang-masuk/{late[waiting]}",
    "late money, offered": "/dinas/uang-masuk/{late[offered]}",
    "offer an order again": "/dinas/uang-masuk/{late[waiting]}/tawarkan",
    "money for an order": "/dinas/uang-masuk/{receipts[unclear]}/untuk/{transfer}",
    "money back": "/dinas/uang-masuk/{receipts[unclear]}/kembalikan",
    "money of a provider": "/dinas/uang-masuk/{receipts[unclear]}/penyedia",
    "money told of a provider": "/dinas/uang-masuk/{receipts[settled]}",
    "not of a provider": "/dinas/uang-masuk/{receipts[settled]}/penyedia/batalkan",
    "money to send back": "/dinas/uang-balik/{returning}",
    "postage": "/dinas/ongkir",
    "postage zone": "/dinas/ongkir/{zone}",
    "commission": "/dinas/komisi",
    "new commission": "/dinas/komisi/baru",
    "move a commission": "/dinas/komisi/{rate}/pindah",
    "end a commission": "/dinas/komisi/{rate}/akhiri",
    "figures": "/dinas/ketentuan",
    "a figure": "/dinas/ketentuan/payout_minimum",
    "alarms": "/dinas/alarm",
    "settle an alarm": "/dinas/alarm/{office[alarm]}/selesai",
    "late orders": "/dinas/terlambat",
    "people": "/dinas/orang",
    "history": "/dinas/riwayat",
}
ROOMS: dict[str, dict[str, str]] = {
    "": PUBLIC,
    "asih@contoh.test": ACCOUNT,
    "citra@contoh.test": SELLER,
    "dewi@contoh.test": APPLICANT,
    "admin@contoh.test": STAFF,
}
EVERY = [(who, name) for who, room in ROOMS.items() for name in room]


@pytest.fixture(scope="module")
def visitors(chromium: Browser, street: Street) -> Iterator[Callable[[str], Walk]]:
    """Each person signs in once."""
    came: dict[str, Walk] = {}

    def visitor(email: str) -> Walk:
        if email not in came:
            came[email] = Walk(chromium, street)
            if email:
                secret = street.places["second_factor"] if email.startswith("admin") else ""
                came[email].sign_in(email, secret=secret)
        return came[email]

    yield visitor
    for walk in came.values():
        walk.context.close()


@pytest.mark.parametrize(("who", "name"), EVERY, ids=[name.replace(" ", "-") for _, name in EVERY])
def test_a_page_is_open_to_everybody(
    visitors: Callable[[str], Walk], street: Street, who: str, name: str
) -> None:
    walk = visitors(who)
    answer = walk.page.goto(ROOMS[who][name].format(**street.places))
    assert answer is not None
    assert answer.status == (404 if name == "not found" else 200), walk.page.url
    look_over(walk)


def test_the_way_to_pay_is_open_to_everybody(walk: Walk) -> None:
    walk.open(walk.street.places["product"])
    walk.press("Keranjang", within="body")
    look_over(walk)
    walk.follow("Pilih lokasi")
    walk.type(Ketik_nama="caturtunggal")
    walk.press("Cari")
    walk.press("Caturtunggal")
    look_over(walk)
    walk.open("/bayar")
    look_over(walk)
    walk.press("Lanjut")
    walk.reads("Ada yang perlu diperbaiki")
    look_over(walk)
    walk.type(Nama_penerima="Rini", Nomor_HP="0812 3456 7890", Kalurahan="caturtunggal")
    walk.type(Alamat="Jalan Kaliurang km 5")
    walk.press("Lanjut")
    walk.reads("Periksa dulu")
    look_over(walk)
    walk.page.get_by_label("Uang mainan").check()
    walk.press("Bayar Rp")
    look_over(walk)
    walk.press("Bayar dengan uang mainan")
    walk.reads("Pembayaran diterima")
    look_over(walk)


def look_over(walk: Walk) -> None:
    """One page at every width, in a window as high as the page: no bar lies over anything."""
    walk.page.evaluate(AXE.axe_script)
    for width in WIDTHS:
        walk.page.set_viewport_size({"width": width, "height": 900})
        assert sideways(walk.page) == [], f"{walk.page.url} at {width} px scrolls sideways"
        height = walk.page.evaluate("document.documentElement.scrollHeight")
        walk.page.set_viewport_size({"width": width, "height": max(900, height)})
        found = walk.page.evaluate("rules => axe.run(rules)", RULES)["violations"]
        faults = [
            f"{fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"]
        ]
        assert faults == [], f"{walk.page.url} at {width} px"
    assert walk.complaints == []


def sideways(page: Page) -> list[str]:
    """What makes the page wider than the window; boxes that scroll by themselves may."""
    found: list[str] = page.evaluate(
        """() => {
          const wide = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= wide) return [];
          const boxed = (e) => { for (; e; e = e.parentElement)
            if (/auto|scroll|hidden/.test(getComputedStyle(e).overflowX)) return true; };
          const out = [...document.body.querySelectorAll("*")].filter((e) => {
            const box = e.getBoundingClientRect();
            return box.right > wide + 1 && box.width > 1 && !boxed(e.parentElement);
          });
          return out.slice(0, 5).map((e) => e.outerHTML.slice(0, 160)).concat("scrolls");
        }"""
    )
    return found

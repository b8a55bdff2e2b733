"""From a new maker to a parcel at the door, as people live it, with JavaScript and without."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.walking import Street, Walk
from tests.media.pictures import jpeg, phone_photo

pytestmark = pytest.mark.timeout(240)

STORY = "Saya belajar membuat keripik dari Ibu, di dapur belakang rumah, sejak tahun 1998."
Open = Callable[..., Walk]


@dataclass(frozen=True)
class Names:
    """Who plays; each telling has its own people."""

    maker: str
    shop: str
    buyer: str
    officer: str
    product: str

    def email(self, who: str) -> str:
        return f"{who.lower().replace(' ', '.')}@contoh.test"


TELLINGS = {
    "javascript": Names(
        "Sekar Ayu", "Dapur Sekar Ayu", "Rini Wahyuni", "Eko Pranoto", "Keripik salak madu"
    ),
    "no javascript": Names(
        "Wahyu Lestari", "Dapur Wahyu", "Joko Susilo", "Dian Utami", "Keripik salak pedas"
    ),
}


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo as a phone takes it: twelve megapixels."""
    path = tmp_path_factory.mktemp("phone") / "IMG_20261121.jpg"
    path.write_bytes(jpeg(phone_photo(11), quality=60))
    return path


@pytest.fixture(params=TELLINGS, ids=lambda name: name.replace(" ", "-"))
def names(request: pytest.FixtureRequest) -> Names:
    return TELLINGS[request.param]


@pytest.fixture
def javascript(names: Names) -> bool:
    return names is TELLINGS["javascript"]


@pytest.fixture
def person(chromium: Browser, street: Street, javascript: bool) -> Iterator[Open]:
    """Somebody new with a phone, or at a desk."""
    with ExitStack() as stack:
        walks: list[Walk] = []

        def come(**more: Any) -> Walk:
            walks.append(stack.enter_context(Walk(chromium, street, javascript=javascript, **more)))
            return walks[-1]

        yield come
        assert [complaint for walk in walks for complaint in walk.complaints] == []


def test_a_new_maker_sells_to_a_guest_and_the_parcel_arrives(
    person: Open, street: Street, names: Names, photo: Path, javascript: bool
) -> None:
    maker, officer, buyer = person(), person(viewport={"width": 1280, "height": 800}), person()
    sign_up(maker, names.maker, names.email(names.maker))
    apply_for_a_shop(maker, names, photo)
    appoint(officer, names)
    open_the_shop(officer, names)
    street.letter(names.email(names.maker), f"{names.shop} sudah buka")
    list_a_product(maker, names, photo, javascript=javascript)
    let_it_through(officer, names)
    street.letter(names.email(names.maker), "sudah tayang")
    fill_the_cart(buyer, names)
    page = pay_with_play_money(buyer, names)
    street.letter(names.email(names.buyer), "sudah kami terima")
    ship(maker, names, street)
    neighbour = person()
    neighbour.sign_in("citra@contoh.test")
    ship_as(neighbour, street.places["shop"], names.buyer)
    receive(buyer, page, names, street)
    open_an_account(buyer, page, names)


def test_money_by_bank_transfer_is_noted_by_the_dinas(
    person: Open, street: Street, names: Names
) -> None:
    buyer, officer = person(), person(viewport={"width": 1280, "height": 800})
    put_in_the_cart(buyer, street.places["product"])
    check_out(buyer, f"{names.buyer} Adi", "Transfer bank")
    buyer.reads("Tinggal transfer", "Jangan dibulatkan", "Nomor rekening")
    amount = buyer.page.locator("main .price--xl").inner_text()
    page = buyer.page.url
    street.letter(names.email(names.buyer), f"Tinggal transfer {amount}")
    email, secret = office(street, names)
    officer.sign_in(email, secret=secret)
    officer.open("/dinas/transfer")
    officer.type(Jumlah_yang_masuk=amount.removeprefix("Rp"))
    officer.press("Cari")
    officer.follow(f"Catat masuk {amount}")
    officer.reads(f"Uang {amount} sudah masuk?")
    officer.type(Jumlah=amount.removeprefix("Rp"))
    officer.press("Catat uang masuk")
    buyer.open(page)
    buyer.reads("Terima kasih", "Pembayaran diterima", "transfer bank")


def test_an_order_cancelled_before_it_is_packed_gives_the_money_back(
    person: Open, street: Street, names: Names
) -> None:
    buyer = person()
    put_in_the_cart(buyer, street.places["product"])
    check_out(buyer, f"{names.buyer} Budi", "Uang mainan")
    buyer.press("Bayar dengan uang mainan")
    buyer.reads("Pembayaran diterima")
    buyer.follow("Batalkan")
    buyer.reads("kami kembalikan")
    buyer.press("Ya, batalkan")
    buyer.reads("Pesanan dibatalkan", "Uang kembali")
    street.letter(names.email(names.buyer), "dibatalkan")
    street.letter(names.email(names.buyer), "sudah kami kembalikan")
    buyer.page.reload()
    buyer.reads("sudah kami kembalikan", "Nomor: ")


# --- What each of them does -----------------------------------------------------------------------


def sign_up(who: Walk, name: str, email: str) -> None:
    who.open("/buka-toko")
    who.follow("Daftar akun dulu")
    who.type(Nama=name, Alamat_email=email, Kata_sandi=who.street.places["password"])
    who.press("Buat akun")
    who.reads("Periksa email Anda")
    mail = who.street.letter(email, "")
    link = next(word for word in mail.split() if "/verifikasi/" in word)
    who.open(link)
    who.type(Kata_sandi=who.street.places["password"])
    who.press("Konfirmasi dan masuk")


def apply_for_a_shop(maker: Walk, names: Names, photo: Path) -> None:
    maker.open("/buka-toko")
    maker.type(Nama_toko=names.shop)
    maker.press("Mulai")
    maker.reads("0 dari 7 selesai")
    maker.follow("Lanjutkan")
    maker.type(Nama_pemilik=names.maker, Usaha_sejak="1998")
    maker.press("Simpan dan lanjut")
    maker.reads("Langkah 2 dari 7")
    maker.type(Nama_kalurahan="condongcatur")
    maker.press("Cari")
    maker.follow("Condongcatur")
    maker.type(Alamat_lengkap="Jalan Anggajaya 2 No. 14, RT 03/RW 21")
    maker.press("Simpan dan lanjut")
    maker.page.get_by_label("Makanan dan camilan").check()
    maker.press("Simpan, nanti lagi")
    maker.reads("3 dari 7 selesai")
    maker.follow("Lanjutkan")
    maker.type(Cerita_usaha=STORY)
    maker.press("Simpan dan lanjut")
    maker.page.get_by_label("Foto toko").set_input_files(photo)
    maker.type(Foto_ini_menunjukkan="Bu Sekar menggoreng keripik di dapur")
    maker.press("Simpan dan lanjut")
    maker.press("Simpan dan lanjut")  # the usual hours are filled in
    maker.type(Nomor_WhatsApp="0812 3456 7890")
    maker.press("Simpan dan lanjut")
    maker.press("Kirim untuk diperiksa")
    maker.reads("Sedang diperiksa dinas")


def appoint(officer: Walk, names: Names) -> None:
    """A new colleague signs up, is appointed at the console, and sets up the second factor."""
    email = names.email(names.officer)
    officer.open("/daftar")
    sign_up(officer, names.officer, email)
    officer.street.market.must("appoint", email, "--role", "staff")
    officer.sign_in(email)
    officer.open("/dinas")
    officer.reads("Wajib untuk petugas")
    secret = officer.page.locator("main code").inner_text().replace(" ", "")
    officer.type(Kode_dari_aplikasi=pyotp.TOTP(secret).now())
    officer.press("Pasang")
    officer.reads("Simpan kode cadangan ini")
    officer.follow("Sudah saya simpan")


def open_the_shop(officer: Walk, names: Names) -> None:
    officer.open("/dinas")
    officer.reads("Antrean")
    officer.follow("toko menunggu")
    officer.follow(names.shop)
    officer.reads(STORY, "Condongcatur")
    officer.page.get_by_label("Buka").check()
    officer.press("Simpan keputusan")
    officer.reads("Buka")


def list_a_product(maker: Walk, names: Names, photo: Path, *, javascript: bool) -> None:
    maker.open("/toko-saya")
    maker.follow("Tambah produk")
    camera = maker.page.get_by_label("Ambil dengan kamera")
    camera.set_input_files(photo)
    if javascript:  # sent at once, made smaller by the phone
        expect(maker.page.get_by_role("link", name="Lanjut")).to_be_visible()
    else:
        maker.press("Kirim foto")
    maker.reads("Foto utama")
    maker.follow("Lanjut")
    maker.type(Nama_produk=names.product)
    maker.press("Lanjut")
    maker.reads("Apakah ini jenisnya?", "Keripik")
    maker.press("Ya, lanjut")
    maker.type(Harga="18.000")
    maker.press("Lanjut")
    maker.type(Berat="250", Stok="12")
    maker.press("Lanjut")
    maker.reads("Sudah benar semua?", "Rp18.000")
    maker.press("Tayangkan")
    maker.reads("Petugas dinas sedang memeriksa")


def let_it_through(officer: Walk, names: Names) -> None:
    officer.open("/dinas/produk")
    officer.follow(names.product)
    officer.reads("Rp18.000", names.shop)
    officer.press("Loloskan")


def fill_the_cart(buyer: Walk, names: Names) -> None:
    """Two shops in one cart; the first thing is found although it is misspelt."""
    buyer.open("/")
    buyer.page.get_by_label("Cari produk atau toko").fill(misspelt(names.product))
    buyer.press("Cari", within="header")
    buyer.follow(names.product)
    buyer.reads("Rp18.000", names.shop)
    buyer.press("Keranjang", within="body")
    put_in_the_cart(buyer, buyer.street.places["product"])
    buyer.reads(names.shop, "Batik Sekar Turi")
    buyer.follow("Pilih lokasi")
    buyer.type(Ketik_nama="caturtunggal")
    buyer.press("Cari")
    buyer.press("Caturtunggal")
    buyer.reads("Diantar ke Caturtunggal", "Ongkir")


def misspelt(name: str) -> str:
    """As people type on a phone."""
    return name.lower().replace("keripik", "kripik").replace("salak", "sallak")


def put_in_the_cart(buyer: Walk, path: str) -> None:
    buyer.open(path)
    buyer.press("Keranjang", within="body")
    buyer.reads("Keranjang")


def check_out(buyer: Walk, recipient: str, way: str) -> None:
    """The two screens."""
    buyer.open("/bayar")
    buyer.reads("Beli tanpa akun")
    buyer.type(
        Nama_penerima=recipient,
        Nomor_HP="0812 3456 7891",
        Kalurahan="Caturtunggal",
        Alamat="Jl. Kaliurang km 5, rumah cat hijau",
        Email=email_of(recipient),
    )
    buyer.press("Lanjut")
    buyer.reads("Periksa dulu", "0812 3456 7891", "Caturtunggal")
    buyer.page.get_by_label(way).check()
    buyer.press("Bayar Rp")


def email_of(recipient: str) -> str:
    return ".".join(recipient.lower().split()[:2]) + "@contoh.test"


def pay_with_play_money(buyer: Walk, names: Names) -> str:
    """Declined once, as it happens; then it works."""
    check_out(buyer, names.buyer, "Uang mainan")
    buyer.reads("Ini bukan pembayaran sungguhan")
    buyer.press("Pura-pura ditolak bank")
    buyer.reads("Kartu ditolak bank")
    buyer.press("Bayar dengan uang mainan")
    buyer.reads("Terima kasih", "Pembayaran diterima", names.shop, "Batik Sekar Turi")
    return buyer.page.url


def ship(maker: Walk, names: Names, street: Street) -> None:
    maker.open("/toko-saya")
    shop = maker.page.url.rpartition("/")[2].partition("?")[0]
    maker.reads("pesanan baru")
    ship_as(maker, shop, names.buyer)
    street.letter(names.email(names.maker), "Ada pesanan baru")
    street.letter(names.email(names.buyer), f"{names.shop} sedang menyiapkan")
    street.letter(names.email(names.buyer), f"Paket dari {names.shop} sudah berangkat")


def ship_as(maker: Walk, shop: str, buyer: str) -> None:
    """Accept, pack, hand to the courier."""
    maker.open(f"/toko-saya/{shop}/pesanan?lihat=terima")
    row = maker.page.get_by_role("listitem").filter(has_text=buyer)
    maker._go(row.get_by_role("link"))
    maker.reads(buyer, "Caturtunggal")
    maker.press("Terima pesanan")
    maker.press("Sudah dikemas")
    maker.follow("Isi kurir dan resi")
    maker.type(Kurir="JNE", Nomor_resi="JOG0012345")
    maker.press("Sudah saya kirim")
    maker.reads("Paket berangkat")


def receive(buyer: Walk, page: str, names: Names, street: Street) -> None:
    buyer.open(page)
    buyer.reads("Dalam perjalanan", "JNE, nomor resi JOG0012345")
    buyer.press("Sudah saya terima")
    buyer.press("Sudah saya terima")
    buyer.reads("Pesanan selesai")
    street.letter(names.email(names.maker), "sudah diterima pembeli")


def open_an_account(buyer: Walk, page: str, names: Names) -> None:
    buyer.open(page)
    buyer.follow("Buat akun")
    buyer.reads(names.buyer)
    buyer.type(Kata_sandi=buyer.street.places["password"])
    buyer.press("Buat akun")
    street_mail = buyer.street.letter(names.email(names.buyer), "")
    assert street_mail


def office(street: Street, names: Names) -> tuple[str, str]:
    """Who notes the transfers in this telling, and the secret of the second factor."""
    first = names is TELLINGS["javascript"]
    email = "eka@contoh.test" if first else "admin@contoh.test"
    return email, street.places["second_factor"]

"""Every component in every state, with invented data; opened in development only."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import Blueprint, render_template
from wtforms import (
    BooleanField,
    EmailField,
    FileField,
    Form,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice

from marketplace.web.access import EVERYONE, allow

bp = Blueprint("gallery", __name__)


class SampleForm(Form):
    """One field of each kind."""

    nama = StringField("Nama penerima")
    telepon = TelField("Nomor HP penerima", description="Untuk kabar pesanan saja")
    email = EmailField("Alamat email")
    sandi = PasswordField("Kata sandi", description="Paling sedikit 10 huruf, angka, atau kata")
    harga = IntegerField("Harga satu barang")
    berat = IntegerField("Berat dengan kemasan")
    kapanewon = SelectField(
        "Kapanewon",
        choices=[
            SelectChoice("", "Pilih kapanewon"),
            SelectChoice("ngaglik", "Ngaglik"),
            SelectChoice("turi", "Turi"),
        ],
    )
    alamat = TextAreaField("Alamat, RT/RW, patokan")
    antar = RadioField(
        "Diterima di mana?",
        choices=[SelectChoice("antar", "Diantar ke rumah"), SelectChoice("ambil", "Ambil di toko")],
    )
    kabar = BooleanField(
        "Kirimi saya kabar promo lewat email",
        description="Paling banyak 2 kali sebulan. Bisa berhenti kapan saja.",
    )
    foto = FileField("Foto barang", description="Taruh di dekat jendela. Satu barang saja.")


def _card(name: str, price: int, shop: str, place: str, **more: Any) -> SimpleNamespace:
    bare = {"cover": None, "price_max": None, "was": None, "rating": None, "sold": None}
    return SimpleNamespace(
        url="#kartu",
        name=name,
        price=price,
        shop=shop,
        place=place,
        **({**bare, "badge": None} | more),
    )


CARDS = [
    _card(
        "Kain batik tulis Sinom Parijotho, 2 meter",
        272_000,
        "Batik Sekar Ayu",
        "Ngaglik",
        was=340_000,
        badge="Hemat 20%",
        rating="4,9",
        sold="86",
    ),
    _card("Salak pondoh super dalam besek", 48_000, "Kebun Pak Warto", "Turi", price_max=120_000),
    _card("Teh daun kelor", 25_000, "Kelor Muna Sejahtera", "Katobu", sold="2,4 rb"),
    _card(
        "Keranjang anyaman serat agel untuk hampers dengan tutup dan pegangan rotan",
        95_000,
        "Serat Alam Sentolo",
        "Sentolo",
        rating="5,0",
    ),
]
TASKS = [
    {"title": "Isi nama dan alamat", "url": "#tugas", "state": "done"},
    {"title": "Foto KTP", "url": "#tugas", "state": "wait", "status": "Diperiksa petugas"},
    {
        "title": "Isi nomor NIB",
        "url": "#tugas",
        "state": "todo",
        "hint": "Belum punya? Kami bantu.",
    },
    {"title": "Pasang produk pertama", "state": "blocked"},
]
TODOS = [
    {
        "title": "pesanan siap dikirim",
        "count": 2,
        "url": "#kerja",
        "glyph": "paket",
        "hint": "Kirim sebelum Selasa",
        "urgent": True,
    },
    {"title": "pertanyaan pembeli", "count": 1, "url": "#kerja", "glyph": "wa"},
    {"title": "Foto “Kain batik” agak gelap", "url": "#kerja", "glyph": "foto"},
]
STEPS = [
    {"title": "Dibayar", "state": "done", "when": "21 Nov, 10.14"},
    {"title": "Disiapkan", "state": "now", "when": "21 Nov, 13.02", "who": "Bu Sekar"},
    {"title": "Dikirim", "state": "next"},
    {"title": "Diterima", "state": "next"},
]
STOPPED = [
    {"title": "Dibayar", "state": "done", "when": "21 Nov, 10.14"},
    {
        "title": "Dibatalkan pembeli",
        "state": "stop",
        "when": "21 Nov, 11.40",
        "text": "Uang Rp272.000 kembali paling lambat 5 Desember.",
    },
]
ROWS = [
    ["Batik Sekar Ayu", "Batik", "Ngaglik", 12, "Menunggu diperiksa"],
    ["Kebun Pak Warto", "Hasil kebun", "Turi", 4, "Buka"],
]


def _form_with_faults() -> SampleForm:
    form = SampleForm(data={"telepon": "12345", "kapanewon": "ngaglik", "antar": "antar"})
    form.nama.errors = ["Isi nama penerima."]
    form.telepon.errors = ["Nomor HP harus diawali 08. Contoh: 0812 3456 7890."]
    form.antar.errors = ["Pilih salah satu cara terima."]
    return form


@bp.get("/galeri")
@allow(EVERYONE)
def gallery() -> str:
    """Show the kit to whoever builds a page."""
    return render_template(
        "gallery.html",
        form=SampleForm(prefix="contoh-"),
        faulty=_form_with_faults(),
        cards=CARDS,
        tasks=TASKS,
        todos=TODOS,
        steps=STEPS,
        stopped=STOPPED,
        rows=ROWS,
    )

"""The look of the house: built fresh, light, readable, and complete in the gallery."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.web import icons
from marketplace.web.access import EVERYONE
from tools import build_css

WEB = Path(icons.__file__).parent
STATIC = WEB / "static"
TEMPLATES = WEB / "templates"
PAGES = sorted(
    path for path in TEMPLATES.rglob("*.*") if path.relative_to(TEMPLATES).parts[0] != "mail"
)

# Text needs 4.5, the parts of a control 3: the pairs of the design guide and those we added.
TEXT_PAIRS = [
    ("sogan-950", "gading-50"),
    ("sogan-950", "gading-0"),
    ("sogan-950", "gading-100"),
    ("sogan-950", "kunyit-100"),
    ("sogan-950", "kunyit-300"),
    ("sogan-950", "daun-50"),
    ("sogan-950", "nila-50"),
    ("sogan-950", "mengkudu-50"),
    ("sogan-800", "gading-100"),
    ("sogan-600", "gading-50"),
    ("sogan-600", "gading-0"),
    ("sogan-600", "gading-100"),
    ("sogan-600", "gading-200"),
    ("sogan-600", "daun-50"),
    ("sogan-600", "kunyit-50"),
    ("sogan-600", "nila-50"),
    ("gading-0", "nila-700"),
    ("nila-700", "gading-50"),
    ("nila-700", "nila-50"),
    ("nila-800", "nila-50"),
    ("nila-800", "nila-100"),
    ("gading-100", "nila-900"),
    ("kunyit-300", "nila-900"),
    ("kunyit-300", "sogan-800"),
    ("gading-50", "sogan-800"),
    ("gading-200", "sogan-800"),
    ("mengkudu-700", "gading-0"),
    ("mengkudu-700", "mengkudu-50"),
    ("mengkudu-800", "mengkudu-50"),
    ("mengkudu-800", "mengkudu-100"),
    ("gading-0", "mengkudu-700"),
    ("daun-700", "gading-0"),
    ("daun-700", "daun-50"),
    ("daun-800", "daun-100"),
    ("gading-0", "daun-700"),
    ("kunyit-700", "gading-0"),
    ("kunyit-700", "kunyit-50"),
]
PART_PAIRS = [
    ("gading-500", "gading-0"),
    ("nila-700", "gading-200"),
    ("nila-700", "gading-50"),
    ("daun-700", "gading-200"),
    ("mengkudu-700", "gading-0"),
]


def _tokens() -> dict[str, str]:
    text = (STATIC / "css" / "tokens.css").read_text("utf-8")
    return dict(re.findall(r"--([a-z]+-\d+): (#[0-9A-F]{6})", text))


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    tokens = _tokens()
    dark, light = sorted((_luminance(tokens[one]), _luminance(tokens[other])))
    return (light + 0.05) / (dark + 0.05)


def _gzipped(*names: str) -> int:
    return sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in names)


def test_the_built_stylesheet_is_what_its_sources_say() -> None:
    assert build_css.BUILT.read_text("utf-8") == build_css.built(), "run tools/build_css.py"


def test_the_first_visit_stays_light() -> None:
    assert _gzipped("guyub.css") <= 12_000
    assert _gzipped("js/guyub.js") <= 20_000
    assert _gzipped("icons.svg") <= 6_000
    assert (STATIC / "font" / "plus-jakarta-sans-id.woff2").stat().st_size <= 15_000


@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_words_can_be_read_on_their_ground(ink: str, ground: str) -> None:
    assert _contrast(ink, ground) >= 4.5


@pytest.mark.parametrize(("part", "ground"), PART_PAIRS)
def test_parts_of_controls_can_be_seen(part: str, ground: str) -> None:
    assert _contrast(part, ground) >= 3


def test_components_take_their_colours_from_the_tokens() -> None:
    for path in (STATIC / "css" / "components").glob("*.css"):
        strays = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", path.read_text("utf-8"))) - {"#fff", "#000"}
        assert not strays, f"{path.name}: {strays}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_pages_carry_no_style_and_no_script_of_their_own(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"<style|\sstyle\s*=", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*application/ld\+json)", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert "javascript:" not in text


def test_every_drawing_that_a_template_names_is_in_the_sprite() -> None:
    named = set()
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text("utf-8")
        named |= set(re.findall(r"\bicon\(\s*['\"]([a-z-]+)['\"]", text))
        named |= set(re.findall(r"\bglyph\s*=\s*['\"]([a-z-]+)['\"]", text))
    assert named
    assert named <= icons.NAMES


def test_a_misspelt_drawing_is_an_error(app: Flask) -> None:
    with pytest.raises(LookupError):
        app.jinja_env.globals["icon"]("kranjang")


def test_the_gallery_shows_every_component(client: FlaskClient) -> None:
    gallery = (TEMPLATES / "gallery.html").read_text("utf-8")
    for path in sorted((TEMPLATES / "components").glob("[!_]*.html")):
        used = re.search(rf'from "components/{path.name}" import (\w+)(?: as (\w+))?', gallery)
        assert used, f"{path.name} is not in the gallery"
        word = used[2] or used[1]
        assert re.search(rf"(?:{{{{ ?|call ){word}\(", gallery), f"{path.name} is never shown"
    assert client.get("/galeri").status_code == 200


def test_the_gallery_uses_only_drawings_that_exist(client: FlaskClient) -> None:
    shown = set(re.findall(r"icons\.svg[^#\"]*#([a-z-]+)", client.get("/galeri").text))
    assert shown
    assert shown <= icons.NAMES


def test_the_gallery_speaks_to_who_hears_it(client: FlaskClient) -> None:
    page = client.get("/galeri").text
    assert page.count("<h1") == 1
    assert '<a class="skip" href="#isi">' in page
    for field in re.findall(r'aria-describedby="([^"]+)"', page):
        for target in field.split():
            assert f'id="{target}"' in page
    assert 'href="#nama">Isi nama penerima.' in page
    assert 'href="#antar-0">Pilih salah satu' in page


@pytest.mark.parametrize("status", [500, 502, 503])
def test_the_worst_pages_ask_nothing_of_anybody(app: Flask, status: int) -> None:
    page = app.jinja_env.get_template(f"errors/{status}.html").render(code="a1b2c3d4")
    assert "<h1>" in page
    assert "a1b2c3d4" in page


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 422, 429])
def test_error_pages_say_what_to_do_next(app: Flask, status: int) -> None:
    with app.test_request_context("/"):
        page = app.jinja_env.get_template(f"errors/{status}.html").render(
            app.jinja_env.globals | _surroundings(app)
        )
    assert page.count("<h1") == 1
    assert 'class="btn"' in page


def _surroundings(app: Flask) -> dict[str, object]:
    values: dict[str, object] = {}
    app.update_template_context(values)
    return values


def test_the_icons_of_the_installed_app_exist() -> None:
    manifest = json.loads((STATIC / "manifest.webmanifest").read_text("utf-8"))
    purposes = set()
    for entry in manifest["icons"]:
        assert (STATIC / entry["src"].removeprefix("/static/")).exists()
        purposes.add(entry["purpose"])
    assert purposes == {"any", "maskable"}


def test_private_pages_are_never_kept_on_the_phone(app: Flask) -> None:
    worker = (STATIC / "js" / "sw.js").read_text("utf-8")
    listed = re.search(r"const PRIVATE = /(.+)/;", worker)
    assert listed
    private = re.compile(listed[1].replace("\\/", "/"))
    for rule in app.url_map.iter_rules():
        policy = getattr(app.view_functions[rule.endpoint], "policy", None)
        if "GET" in (rule.methods or ()) and policy is not EVERYONE:
            assert private.match(rule.rule), f"sw.js would keep {rule.rule}"
    for path in ("/keranjang", "/bayar/periksa", "/pesanan/abc", "/toko-saya/x", "/sandi-baru/x"):
        assert private.match(path)
    for path in ("/", "/kategori/batik", "/t/sekar-ayu", "/cari", "/daftar-harga"):
        assert not private.match(path)


def test_a_phone_without_a_signal_has_a_page_and_a_worker(client: FlaskClient) -> None:
    page = client.get("/luring")
    assert "Sinyal sedang hilang" in page.text
    assert "Set-Cookie" not in page.headers
    worker = client.get("/sw.js")
    assert worker.mimetype == "text/javascript"
    assert worker.headers["Cache-Control"] == "no-cache"
    worker.close()

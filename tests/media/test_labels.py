"""Labels for the press: what they say, in which inks, and whether a phone reads them."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from itertools import product

import pytest
from PIL import Image
from pypdf import PdfReader
from zxingcpp import read_barcodes

from media import darkroom
from media.labels import proof
from media.labels.drawing import draw
from media.labels.inks import LOOKS, MOST_INK
from media.labels.order import DrawnLabel
from media.labels.paper import BLEED, PAPERS
from media.labels.words import Label, TooMuchText

ADDRESS = "https://pasar.contoh.id/p/keripik-salak-pondoh-k3x9p2m7qa"
NUMBER = "8991234567891"
FACTS = (
    ("Komposisi", "Salak pondoh, gula pasir, minyak nabati, garam. Mengandung sulfit."),
    ("Diproduksi oleh", "Salak Lestari, Ganggong RT 02/RW 11, Bangunkerto, Turi, Sleman"),
    ("P-IRT No.", "2063404011234-28"),
    ("Kode produksi", "SP2611A"),
    ("Baik digunakan sebelum", "12 Mei 2027"),
)
POINTS_OF_A_MM = 72 / 25.4


def photo(width: int = 1600, height: int = 1200) -> bytes:
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


PHOTO = photo()


def label(**more: object) -> Label:
    told = {
        "paper": "pouch",
        "look": "gading",
        "name": "Keripik Salak Pondoh",
        "size": "Pedas manis",
        "net": "Berat bersih 250 g",
        "maker": "Salak Lestari",
        "place": "Turi, Sleman",
        "facts": FACTS,
        "address": ADDRESS,
        "ean": NUMBER,
        "photo": PHOTO,
    }
    return Label(**{**told, **more})  # type: ignore[arg-type]


def drawing_of(pdf: bytes) -> str:
    """Every drawing order of the file, those of its repeated forms too."""
    reader = PdfReader(io.BytesIO(pdf))
    found = []
    for number in range(1, len(reader.xref[0]) + 1):
        entry = reader.get_object(number)
        if hasattr(entry, "get_data") and entry.get("/Subtype") != "/Image":
            found.append(entry.get_data().decode("latin-1"))
    return "\n".join(found)


@pytest.mark.parametrize(("paper", "look"), list(product(PAPERS, LOOKS)))
def test_every_paper_in_every_look_says_everything_and_is_read_by_a_phone(
    paper: str, look: str
) -> None:
    said = label(paper=paper, look=look)
    pdf = draw(said).pdf
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    plain = re.sub(r"\s+", " ", words)
    for part in (said.name, said.net, said.maker, "Mengandung sulfit", "2063404011234-28"):
        assert part in plain
    codes = {code.text for page in proof.pages(pdf) for code in read_barcodes(page)}
    assert {ADDRESS, NUMBER} <= codes


def test_the_file_names_cut_and_bleed() -> None:
    page = PdfReader(io.BytesIO(draw(label()).pdf)).pages[0]
    trim, bleed = page.trimbox, page.bleedbox
    assert float(trim.width) == pytest.approx(PAPERS["pouch"].width * POINTS_OF_A_MM, abs=0.01)
    assert float(trim.height) == pytest.approx(PAPERS["pouch"].height * POINTS_OF_A_MM, abs=0.01)
    assert float(trim.left) - float(bleed.left) == pytest.approx(BLEED * POINTS_OF_A_MM, abs=0.01)
    assert page.mediabox.left < bleed.left
    assert page.mediabox.top > bleed.top


def test_colour_runs_into_the_bleed_and_the_marks_stand_outside_of_it() -> None:
    page = proof.pages(draw(label(look="nila")).pdf)[0].convert("RGB")
    dot = 300 / 25.4  # dots of a millimetre
    margin = 12 * dot
    just_outside = page.getpixel((page.width // 2, round(margin - 1.5 * dot)))
    assert just_outside != (255, 255, 255)  # the band goes on beyond the cut
    beyond_bleed = page.getpixel((page.width // 2, round(margin - 3.4 * dot)))
    assert beyond_bleed == (255, 255, 255)
    mark = [page.getpixel((round(margin), round(y))) for y in range(40, 80)]
    assert any(max(pixel) < 200 for pixel in mark)


def test_only_the_four_inks_of_a_press_are_used_and_text_is_black_alone() -> None:
    orders = drawing_of(draw(label(look="polos")).pdf)
    assert not re.search(r"(?:^|\s)(?:rg|RG|g|G|cs|CS)(?:\s|$)", orders)
    assert " k\n" in orders
    pictures = [
        image for page in PdfReader(io.BytesIO(draw(label()).pdf)).pages for image in _images(page)
    ]
    assert pictures
    assert {picture["/ColorSpace"] for picture in pictures} == {"/DeviceCMYK"}


def _images(page: object) -> list[dict[str, str]]:
    found = []
    forms = [page["/Resources"]]  # type: ignore[index]
    while forms:
        things = forms.pop().get("/XObject", {})
        for one in things.values():
            thing = one.get_object()
            if thing["/Subtype"] == "/Image":
                found.append(thing)
            elif "/Resources" in thing:
                forms.append(thing["/Resources"])
    return found


def test_no_colour_takes_more_ink_than_cheap_paper_dries() -> None:
    inks = [ink for look in LOOKS.values() for ink in (look.ground, look.band, look.motif_ink)]
    assert max(sum(ink.cmyk()) for ink in inks) <= MOST_INK


def test_the_letters_travel_with_the_file() -> None:
    reader = PdfReader(io.BytesIO(draw(label()).pdf))
    fonts = [
        reader.get_object(number)
        for number in range(1, reader.trailer["/Size"])
        if (thing := reader.get_object(number))
        and hasattr(thing, "get")
        and thing.get("/Type") == "/Font"
    ]
    assert fonts
    for font in fonts:
        assert "/FontFile2" in font["/FontDescriptor"].get_object(), font["/BaseFont"]


def test_the_same_words_give_the_same_file() -> None:
    assert draw(label()).pdf == draw(label()).pdf


def test_what_does_not_fit_in_letters_of_six_points_is_refused_by_name() -> None:
    much = (("Komposisi", "tepung, gula, garam " * 60),)
    with pytest.raises(TooMuchText) as refused:
        draw(label(paper="gantungan", facts=much))
    assert refused.value.what == "facts"
    assert draw(label(paper="kartu", facts=much)).pages == 2  # a larger paper takes it


def test_a_name_longer_than_any_line_is_refused_and_never_cut() -> None:
    with pytest.raises(TooMuchText) as refused:
        draw(label(paper="gantungan", name="Kerupuk" * 12))
    assert refused.value.what == "name"


def test_an_a4_sheet_holds_as_many_labels_as_fit_between_its_edges() -> None:
    drawn = draw(label(paper="gantungan"), sheet=True)
    assert drawn.on_sheet == 6  # three abreast of 60 mm, two of 110 mm
    page = PdfReader(io.BytesIO(drawn.pdf)).pages[0]
    assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
    codes = [code.text for code in read_barcodes(proof.pages(drawn.pdf)[1])]
    assert codes.count(NUMBER) == 6


def test_a_small_photo_is_printed_and_said_to_be_soft() -> None:
    said = label(paper="kartu", photo=photo(400, 300))
    drawn = draw(said)
    assert drawn.dpi is not None
    assert drawn.dpi < 300
    assert DrawnLabel(drawn.pdf, (), 1, round(drawn.dpi)).soft


def test_a_label_without_photo_barcode_and_story_is_a_label() -> None:
    pdf = draw(label(photo=None, ean="", size="", net="")).pdf
    assert ADDRESS in {code.text for code in read_barcodes(proof.pages(pdf)[0])}


def test_signs_our_letters_do_not_have_are_written_without_their_accents() -> None:
    pdf = draw(label(maker="Café Şalak ☕")).pdf
    assert "Café Salak ?" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def test_a_label_whose_codes_say_something_else_is_not_handed_over() -> None:
    said = label()
    pdf = draw(said).pdf
    proof.read_back(pdf, said)
    with pytest.raises(proof.Unreadable):
        proof.read_back(pdf, replace(said, ean="8991234567907"))


def test_the_darkroom_hands_over_file_and_pictures_of_each_side() -> None:
    drawn = darkroom.label(label(paper="kartu"), sheet=False)
    assert drawn.pdf == draw(label(paper="kartu")).pdf
    assert [Image.open(io.BytesIO(one)).format for one in drawn.pictures] == ["WEBP", "WEBP"]


def test_the_darkroom_says_what_does_not_fit() -> None:
    with pytest.raises(TooMuchText) as refused:
        darkroom.label(label(paper="gantungan", name="Kerupuk" * 12), sheet=True)
    assert refused.value.what == "name"


@pytest.mark.parametrize("paper", list(PAPERS))
def test_the_label_is_seen_on_its_packaging_and_the_picture_says_that_it_is_drawn(
    paper: str,
) -> None:
    look = "nila"
    picture = Image.open(io.BytesIO(darkroom.illustration(label(paper=paper, look=look))))
    assert picture.size == (1400, 1400)
    blue = sum(
        count
        for count, (red, green, tint) in picture.getcolors(2_000_000) or ()
        if tint > red + 50 and tint > green + 20
    )
    assert blue > 15_000  # the band of the label
    corner = picture.crop((36, 1296, 260, 1364)).convert("L")
    assert corner.getextrema()[0] < 90 < 240 < corner.getextrema()[1]  # letters on their plate


def test_the_darkroom_says_what_does_not_fit_on_packaging_either() -> None:
    with pytest.raises(TooMuchText):
        darkroom.illustration(label(paper="gantungan", name="Kerupuk" * 12))

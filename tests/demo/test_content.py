"""The demo market's data: enough of it, true places, fair prices, and a picture for everything."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from PIL import Image

from marketplace.demo.content import (
    CONTENT,
    PICTURES,
    REFERENCE,
    Attribute,
    BadContent,
    DemoContent,
    Picture,
    _check,
    load_content,
)


@pytest.fixture(scope="module")
def content() -> DemoContent:
    return load_content()


def every_picture(content: DemoContent) -> list[Picture]:
    shown = [picture for product in content.products for picture in product.pictures]
    return shown + [place.picture for place in (*content.shops, *content.sentras)]


def test_the_market_is_large_enough_to_browse(content: DemoContent) -> None:
    assert len(content.shops) >= 26
    assert len(content.products) >= 205
    assert all(len(shop.products) >= 5 for shop in content.shops)


def test_joho_is_a_centre_of_thirty_six_with_six_shops_here(content: DemoContent) -> None:
    joho = next(sentra for sentra in content.sentras if sentra.slug == "joho-condongcatur")
    assert joho.members == 36
    assert joho.village_code == "34.04.07.2003"
    assert sum(shop.sentra == joho.slug for shop in content.shops) >= 6


def test_makers_come_from_all_the_places_of_the_articles(content: DemoContent) -> None:
    regencies = Counter(shop.village_code[:5] for shop in content.shops)
    assert set(regencies) == {"34.04", "34.01", "74.03", "74.71", "62.71"}


def test_every_maker_tells_a_story_of_readable_length(content: DemoContent) -> None:
    lengths = {shop.slug: len(shop.story.split()) for shop in content.shops}
    assert {slug: n for slug, n in lengths.items() if not 80 <= n <= 160} == {}


def test_every_product_is_described_in_full(content: DemoContent) -> None:
    for product in content.products:
        assert 50 <= len(product.description.split()) <= 120, product.slug
        assert 25 <= len(product.name) <= 70, product.slug


def test_prices_are_whole_sane_rupiah(content: DemoContent) -> None:
    for product in content.products:
        for variant in product.variants:
            assert 5_000 <= variant.price <= 2_000_000, product.slug
            assert variant.price % 500 == 0, product.slug


def test_parcels_weigh_at_least_what_is_in_them(content: DemoContent) -> None:
    for product in content.products:
        net = product.attributes.get("berat_bersih")
        assert not isinstance(net, int) or product.weight_g > net, product.slug
        assert all(variant.weight_g <= 15_000 for variant in product.variants), product.slug


def test_the_reserved_court_motif_appears_nowhere() -> None:
    for path in [*CONTENT.rglob("*.json"), *REFERENCE.glob("*.json")]:
        assert "parang" not in path.read_text(encoding="utf-8").lower().split(), path.name


def test_every_shelf_of_the_tree_is_reachable_and_top_shelves_are_filled(
    content: DemoContent,
) -> None:
    by_slug = {category.slug: category for category in content.categories}
    for category in content.categories:
        assert category.parent is None or category.parent in by_slug
        assert category.hints
    filled = {by_slug[product.category].parent for product in content.products}
    assert filled == {category.slug for category in content.categories if not category.parent}


def test_attributes_only_accept_what_they_ask_for() -> None:
    choice = Attribute("rasa", "Rasa", "choice", ("manis", "pedas"))
    number = Attribute("berat", "Berat", "number")
    assert choice.accepts("manis")
    assert not choice.accepts("asin")
    assert number.accepts(200)
    assert not number.accepts(True)
    assert not number.accepts(-1)


def test_a_product_in_an_unknown_category_is_refused(content: DemoContent) -> None:
    trimmed = DemoContent(
        content.categories[:1],
        content.sentras,
        content.shops,
        content.cast,
        content.search_words,
    )
    with pytest.raises(BadContent, match="kategori"):
        _check(trimmed)


def test_search_words_are_many_and_stand_in_lower_case(content: DemoContent) -> None:
    assert len(content.search_words) >= 120
    for group in content.search_words:
        assert len(group) >= 2
        assert len(set(group)) == len(group)
        assert all(word == word.lower().strip() for word in group)
    flat = {frozenset(group) for group in content.search_words}
    assert any({"keripik", "kripik"} <= group for group in flat)
    assert any({"kelor", "moringa"} <= group for group in flat)


def test_the_cast_uses_addresses_that_can_never_be_delivered(content: DemoContent) -> None:
    assert {person.key for person in content.cast} == {
        "asih", "budi", "citra", "dewi", "eka", "admin",
    }  # fmt: skip
    assert all(person.email.endswith("@contoh.test") for person in content.cast)
    shops = {shop.slug for shop in content.shops}
    assert all(person.shop is None or person.shop in shops for person in content.cast)


def test_no_two_things_share_a_picture(content: DemoContent) -> None:
    files = [picture.file for picture in every_picture(content)]
    assert len(set(files)) == len(files)
    assert sum(len(product.pictures) > 1 for product in content.products) >= 60
    assert all(len(picture.alt) >= 25 for picture in every_picture(content))


def test_every_picture_is_a_light_square_webp(content: DemoContent) -> None:
    for picture in every_picture(content):
        assert picture.path.stat().st_size <= 60_000, picture.file
        with Image.open(picture.path) as image:
            assert (image.format, image.size) == ("WEBP", (1080, 1080)), picture.file
            image.load()


def test_no_picture_lies_unused(content: DemoContent) -> None:
    used = {picture.file for picture in every_picture(content)}
    assert {path.name for path in PICTURES.glob("*.webp")} == used
    assert sum(path.stat().st_size for path in PICTURES.glob("*.webp")) <= 8_500_000


def test_the_data_files_are_plain_json() -> None:
    for path in CONTENT.rglob("*.json"):
        json.loads(path.read_text(encoding="utf-8"))

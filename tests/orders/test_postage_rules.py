"""What a parcel costs, on paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.orders.postage_rules import (
    SAME,
    Zone,
    best_zone,
    carries,
    chargeable_kg,
    price,
    starter_zones,
    zones_from_csv,
)

JOHO = "34.04.07.2003"
MAGUWOHARJO = "34.04.07.2002"
NGAGLIK = "34.04.12.2001"
WATES = "34.01.01.1001"
MAGELANG = "33.08.01.2001"
BANDUNG = "32.73.01.1001"
PALANGKA_RAYA = "62.71.01.1001"
RAHA = "74.03.01.1001"
KENDARI = "74.71.01.1001"
JAYAPURA = "91.71.01.1001"


def zone(origin: str, destination: str, first_kg: int = 9_000) -> Zone:
    return Zone(
        origin=origin,
        destination=destination,
        courier="Kurir reguler",
        first_kg=first_kg,
        next_kg=5_000,
        max_kg=20,
        days_min=1,
        days_max=3,
    )


@pytest.mark.parametrize(
    ("weight_g", "kilograms"),
    [(0, 1), (1, 1), (1_000, 1), (1_300, 1), (1_301, 2), (2_300, 2), (2_301, 3), (20_300, 20)],
)
def test_a_started_kilogram_counts_whole_but_300_grams_are_forgiven(
    weight_g: int, kilograms: int
) -> None:
    assert chargeable_kg(weight_g) == kilograms


def test_the_worked_example_of_sleman_to_bandung() -> None:
    best = best_zone(starter_zones(), JOHO, BANDUNG)
    assert best is not None
    assert price(best.first_kg, best.next_kg, 2_400) == 46_000


@given(st.integers(0, 100_000), st.integers(0, 5_000))
def test_a_heavier_parcel_is_never_cheaper(weight_g: int, more_g: int) -> None:
    assert price(9_000, 5_000, weight_g + more_g) >= price(9_000, 5_000, weight_g) >= 9_000


def test_a_zone_carries_up_to_its_heaviest_parcel() -> None:
    assert carries(zone("", "3"), 20_300)
    assert not carries(zone("", "3"), 20_301)


def test_the_closest_destination_wins_before_the_closest_origin() -> None:
    general, same_regency = zone("34.04", "3"), zone("", "sekabupaten")
    assert best_zone([general, same_regency], JOHO, NGAGLIK) is same_regency


def test_of_equal_destinations_the_closest_origin_wins() -> None:
    anywhere, province, regency = zone("", "3"), zone("34", "3"), zone("34.04", "3")
    assert best_zone([anywhere, regency, province], JOHO, BANDUNG) is regency
    assert best_zone([anywhere, regency, province], WATES, BANDUNG) is province


def test_a_code_ends_at_a_dot() -> None:
    assert best_zone([zone("", "34.1")], JOHO, "34.10.01.2001") is None


def test_without_a_fitting_line_there_is_no_price() -> None:
    assert best_zone([zone("34", "3")], JOHO, JAYAPURA) is None
    assert best_zone([], JOHO, JOHO) is None


@pytest.mark.parametrize(
    ("origin", "destination", "first_kg"),
    [
        (JOHO, MAGUWOHARJO, 6_000),
        (JOHO, NGAGLIK, 8_000),
        (JOHO, WATES, 9_000),
        (JOHO, MAGELANG, 13_000),
        (JOHO, BANDUNG, 18_000),
        (JOHO, PALANGKA_RAYA, 39_000),
        (JOHO, RAHA, 44_000),
        (PALANGKA_RAYA, JOHO, 40_000),
        (KENDARI, RAHA, 19_000),
        (RAHA, KENDARI, 18_000),
        (MAGELANG, "33.08.01.2002", 7_000),
        (BANDUNG, JOHO, 45_000),
    ],
)
def test_the_starter_tariff_knows_the_way(origin: str, destination: str, first_kg: int) -> None:
    best = best_zone(starter_zones(), origin, destination)
    assert best is not None
    assert best.first_kg == first_kg


def test_the_starter_tariff_reaches_every_province_from_everywhere() -> None:
    provinces = "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 51 52 53 61 62 63 64 65"
    provinces += " 71 72 73 74 75 76 81 82 91 92 93 94 95 96"
    places = [f"{province}.01.01.2001" for province in provinces.split()]
    zones = starter_zones()
    assert all(best_zone(zones, origin, goal) for origin in places for goal in places)


def test_every_line_of_the_starter_tariff_makes_sense() -> None:
    zones = starter_zones()
    assert len({(line.origin, line.destination) for line in zones}) == len(zones)
    for line in zones:
        assert 0 < line.next_kg < line.first_kg
        assert 0 < line.days_min <= line.days_max
        assert line.max_kg > 0
        assert line.destination in SAME or line.destination.replace(".", "").isdigit()


def test_a_tariff_is_read_from_a_table_with_remarks() -> None:
    text = (
        "# ours\norigin,destination,courier,first_kg,next_kg,max_kg,days_min,days_max\n\n"
        "34,3,Kurir reguler,9000,5000,20,1,3\n"
    )
    assert zones_from_csv(text) == [zone("34", "3")]

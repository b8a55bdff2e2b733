"""The places of Indonesia, loaded and looked up."""

import time
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from marketplace.core import regions
from marketplace.core.db import db, tune
from marketplace.core.regions import Region, find
from tests.plugins.database import new_database, wants_postgres

SLEMAN = "34.04"
TABLE = Region.__table__


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """All 91,599 places in a database of their own."""
    app = Flask("country")
    file = tmp_path_factory.mktemp("regions") / "regions.db"
    address = new_database("regions") if wants_postgres() else f"sqlite:///{file}"
    app.config["SQLALCHEMY_DATABASE_URI"] = address
    db.init_app(app)
    with app.app_context():
        tune(db.engine, {})
        TABLE.create(db.engine)
        load()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(autouse=True)
def inside(country: Flask) -> Iterator[None]:
    with country.app_context():
        yield


def load() -> int:
    with db.engine.connect().execution_options(write=True) as connection:
        changed = regions.load_regions(connection)
        connection.commit()
    return changed


def names(places: list[regions.Place]) -> list[str]:
    return [place.full_name for place in places]


def test_the_whole_country_is_there() -> None:
    counted = select(Region.level, func.count()).group_by(Region.level)
    with db.engine.connect() as connection:
        assert dict(connection.execute(counted).all()) == {
            1: 38,
            2: 514,
            3: 7_285,
            4: 83_762,
        }


def test_every_place_but_a_province_has_its_parent() -> None:
    parent = TABLE.alias()
    orphans = (
        select(func.count())
        .select_from(TABLE.outerjoin(parent, TABLE.c.parent_code == parent.c.code))
        .where(TABLE.c.level > 1, parent.c.code.is_(None))
    )
    with db.engine.connect() as connection:
        assert connection.execute(orphans).scalar() == 0


def test_no_two_places_are_shown_alike() -> None:
    assert db.session.scalar(select(func.count(Region.full_name.distinct()))) == db.session.scalar(
        select(func.count()).select_from(Region)
    )
    assert names(find("sorkam kanan", limit=2)) == [
        "Sorkam Kanan (desa 2018), Sorkam Barat, Tapanuli Tengah, Sumatera Utara",
        "Sorkam Kanan (kelurahan 1001), Sorkam Barat, Tapanuli Tengah, Sumatera Utara",
    ]


def test_a_table_from_before_they_were_told_apart_is_not_all_there() -> None:
    twin = TABLE.c.code == "12.01.10.2018"
    with db.engine.begin() as connection:
        assert regions.all_there(connection)
        kept = connection.execute(select(TABLE.c.full_name).where(twin)).scalar_one()
        other = TABLE.c.code == "12.01.10.1001"
        alike = connection.execute(select(TABLE.c.full_name).where(other)).scalar_one()
        connection.execute(update(TABLE).where(twin).values(full_name=alike))
        assert not regions.all_there(connection)
        connection.execute(update(TABLE).where(twin).values(full_name=kept))


def test_loading_again_changes_nothing_and_is_quick() -> None:
    begun = time.perf_counter()
    assert load() == 0
    assert time.perf_counter() - begun < 4


def test_a_place_renamed_by_the_file_is_renamed_in_the_table() -> None:
    with db.engine.connect().execution_options(write=True) as connection:
        connection.execute(
            update(TABLE).where(TABLE.c.code == SLEMAN).values(name="X", full_name="X")
        )
        assert regions.load_regions(connection, within=[SLEMAN]) == 1
        connection.commit()
    assert regions.place(SLEMAN) == regions.Place(
        SLEMAN, "Kabupaten Sleman", 2, "Sleman, DI Yogyakarta"
    )


def test_a_part_can_be_loaded_with_what_is_around_it() -> None:
    with db.engine.connect().execution_options(write=True) as connection:
        connection.execute(TABLE.delete())
        assert regions.load_regions(connection, within=["34.04.07"]) == 6
        connection.rollback()


def test_provinces_and_what_is_inside_them() -> None:
    assert len(regions.provinces()) == 38
    assert [place.name for place in regions.children("34.04.07")] == [
        "Caturtunggal",
        "Condongcatur",
        "Maguwoharjo",
    ]
    assert len(regions.children(SLEMAN)) == 17
    assert regions.children("34.04.07.2003") == []


def test_a_path_leads_from_the_province_to_the_village() -> None:
    assert [place.name for place in regions.path("34.04.07.2003")] == [
        "Daerah Istimewa Yogyakarta",
        "Kabupaten Sleman",
        "Depok",
        "Condongcatur",
    ]
    assert regions.path("34.99.01") == []
    assert regions.path("") == []
    assert regions.place("99") is None


@pytest.mark.parametrize(
    "text", ["condong catur", "Condongcatur", "CONDONG-CATUR", "condongcatur sleman", "condongcat"]
)
def test_a_village_is_found_however_it_is_typed(text: str) -> None:
    assert names(find(text)) == ["Condongcatur, Depok, Sleman, DI Yogyakarta"]


def test_the_places_around_narrow_the_search() -> None:
    assert names(find("depok sleman")) == ["Depok, Sleman, DI Yogyakarta"]
    assert names(find("wates yogyakarta")) == [
        "Wates, Kulon Progo, DI Yogyakarta",
        "Wates, Wates, Kulon Progo, DI Yogyakarta",
    ]


def test_the_buyers_own_province_comes_first() -> None:
    assert find("sukamaju", 1, near="32")[0].code.startswith("32.")
    assert find("sukamaju", 1, near="74")[0].code.startswith("74.")


def test_a_word_from_the_middle_of_a_name_is_found_when_nothing_begins_with_it() -> None:
    assert names(find("mns baro")) == ["Lameue Mns. Baro, Sakti, Pidie, Aceh"]


@pytest.mark.parametrize("text", ["", "  ", "ab", "%%%", "___", "'; --", "１２", "x" * 5_000])
def test_nonsense_finds_nothing(text: str) -> None:
    assert find(text) == []


def test_no_more_places_than_asked_for() -> None:
    assert len(find("suka", 7)) == 7


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("34.04.07", "kapanewon"),
        ("34.71.01", "kemantren"),
        ("33.08.01", "kecamatan"),
        ("95.01.01", "distrik"),
    ],
)
def test_districts_are_called_what_people_there_call_them(code: str, word: str) -> None:
    assert regions.district_word(code) == word

"""A piece that comes back goes to who waited longest, whoever else reaches for it just then."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalog import stock, waiting
from marketplace.catalog.models import Waiting
from marketplace.catalog.waiting import Joining
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.core.ids import new_code
from marketplace.core.work import transaction
from marketplace.flows import waiting_list
from marketplace.orders import invariants, shelf_invariants
from tests import builders
from tests.races.conftest import Crowd
from tests.races.test_stock import take
from tests.web.buying import shopper
from tests.web.buying.test_waiting import link, press, stands_in_line

ROUNDS = 3
pytestmark = pytest.mark.race


def awaited(people: int) -> tuple[int, str]:
    """The last piece is held by one who will not pay, and so many wait for it; its hold."""
    variant = shopper.variant_of(builders.product(f"Keripik {new_code()}", stock=1))
    code, now = new_code(), clock.now()
    with transaction():
        stock.hold(
            [(variant, 1)], group_code=code, order_code_of={variant: code}, until=now, now=now
        )
    for number in range(people):
        with transaction():
            me = Joining(new_code(), f"{variant}-{number}", 1, email=f"{number}@contoh.test")
            waiting.join(variant, me, now=now)
            waiting.confirm(f"{variant}-{number}", now=now)
    return variant, code


def back(code: str) -> Callable[[], str]:
    def act() -> str:
        with transaction():
            stock.release(code, clock.now())
        return "back"

    return act


def offered(variant: int) -> list[str]:
    db.session.rollback()
    found = select(Waiting.email).where(Waiting.variant_id == variant, Waiting.state == "offered")
    emails = [str(email) for email in db.session.scalars(found)]
    db.session.rollback()
    return emails


def test_the_last_piece_goes_to_the_first_in_line(app: Flask, crowd: Crowd) -> None:
    for _ in range(ROUNDS):
        variant, code = awaited(3)
        acts = [lambda id=variant: take({id: 1})] * 4
        told = crowd([*acts, back(code), *acts, *acts])
        assert told == {"back": 1, "refused": 12}
        assert offered(variant) == ["0@contoh.test"]
        assert not shelf_invariants.s1_stock_is_counted()


def test_called_a_moment_later_the_fastest_would_get_it(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without calling in the same transaction the line is worth nothing."""
    monkeypatch.setattr(stock, "announce", lambda _: None)
    variant, code = awaited(1)

    def eager() -> str:
        told = (take({variant: 1}) for _ in range(40))
        return next((word for word in told if word == "sold"), "refused")

    told = crowd([back(code), *[eager] * 7])
    waiting_list.see_who_is_next()
    assert told["sold"] == 1, "nobody came before the line: the race does not race"
    assert offered(variant) == []


def test_calling_from_many_sides_gives_each_piece_once(app: Flask, crowd: Crowd) -> None:
    variant, code = awaited(5)
    call = waiting_list.see_who_is_next
    crowd([call, back(code), call, back(code), call])
    assert offered(variant) == ["0@contoh.test"]
    assert not shelf_invariants.s1_stock_is_counted()
    assert not shelf_invariants.s6_a_chance_is_a_living_hold()


def test_using_a_chance_and_giving_it_away_at_once_is_one_of_both(app: Flask, crowd: Crowd) -> None:
    shopper.tariff()
    for number in range(ROUNDS):
        variant = shopper.variant_of(builders.product(f"Kopi {number}", stock=0))
        rini, sari = f"rini{number}@contoh.test", f"sari{number}@contoh.test"
        guest = stands_in_line(app, variant, rini)
        stands_in_line(app, variant, sari)
        builders.shelve(variant, 1)
        page = link("waiting_chance", rini)
        press(guest, page, "ambil")
        bill = shopper.review(guest).text
        token = page.rpartition("/")[2]

        def leave(token: str = token) -> str:
            try:
                waiting_list.leave(token)
            except NotFound:
                return "too late"
            return "left"

        def pay(bill: str = bill, guest: object = guest) -> int:
            return shopper.pay(guest, bill, "transfer").status_code  # type: ignore[arg-type]

        told = crowd([pay, leave])
        bought = told[303] == 1
        assert told[409 if not bought else 303] == 1, told
        assert told["too late" if bought else "left"] == 1, told
        assert offered(variant) == ([] if bought else [sari])
        db.session.rollback()
        assert not any(invariants.check_all().values())

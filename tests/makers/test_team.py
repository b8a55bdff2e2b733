"""The people of a shop: invited once, gone at once, never without an owner."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.accounts.roles import ShopRole
from marketplace.core import clock
from marketplace.core.db import db, read
from marketplace.core.errors import Conflict, Invalid, MarketError, NotAllowed, NotFound
from marketplace.core.work import transaction
from marketplace.makers import team
from marketplace.makers.models import Ikm, Membership
from tests import builders


def invited(shop: Ikm, email: str, role: ShopRole = ShopRole.STAFF) -> str:
    """An invitation by Citra, and the token of its letter."""
    citra = builders.person("Citra")
    with transaction():
        made = team.invite(shop.id, email, role, by=citra, now=clock.now())
        link = team.new_link(made, now=clock.now())
    assert link is not None
    return link[0]


def join(shop: Ikm, name: str, role: ShopRole) -> int:
    person = builders.person(name)
    with transaction():
        db.session.add(Membership(ikm_id=shop.id, person_id=person, role=role, since=clock.now()))
    return person


def code_of(person_id: int) -> str:
    return read(select(Person.code).where(Person.id == person_id))[0].code


def accept(token: str, name: str) -> None:
    person = builders.person(name)
    with transaction():
        team.accept(token, person, now=clock.now())


def test_an_invitation_lets_in_the_one_it_was_written_to(app: Flask) -> None:
    shop = builders.shop()
    accept(invited(shop, "budi@contoh.test"), "Budi")
    names = [(member.name, member.role) for member in team.members(shop.id)]
    assert names == [("Citra", ShopRole.OWNER), ("Budi", ShopRole.STAFF)]


def test_another_address_is_kept_out(app: Flask) -> None:
    token = invited(builders.shop(), "budi@contoh.test")
    with pytest.raises(NotAllowed, match="invitation_for_another"):
        accept(token, "Asih")


def test_an_invitation_works_once(app: Flask) -> None:
    shop = builders.shop()
    token = invited(shop, "budi@contoh.test")
    accept(token, "Budi")
    with transaction():
        team.leave(shop.id, by=builders.person("Budi"), now=clock.now())
    with pytest.raises(Conflict, match="invitation_over"):
        accept(token, "Budi")


def test_an_invitation_dies_after_seven_days(app: Flask) -> None:
    shop = builders.shop()
    invited(shop, "budi@contoh.test")
    later = clock.now() + timedelta(days=7, seconds=1)
    assert team.invitations(shop.id, now=clock.now())
    assert team.invitations(shop.id, now=later) == []


def test_a_second_letter_makes_the_first_link_void(app: Flask) -> None:
    shop = builders.shop()
    first = invited(shop, "budi@contoh.test")
    second = invited(shop, "budi@contoh.test")
    assert team.invitation(first, now=clock.now()) is None
    assert team.invitation(second, now=clock.now()) is not None


def test_an_invitation_ends_with_the_rights_of_who_wrote_it(app: Flask) -> None:
    shop = builders.shop()
    asih = join(shop, "Asih", ShopRole.OWNER)
    token = invited(shop, "budi@contoh.test")
    with transaction():
        team.remove(shop.id, code_of(builders.person("Citra")), by=asih, now=clock.now())
    with pytest.raises(Conflict, match="invitation_over"):
        accept(token, "Budi")


def test_only_owners_decide_about_people(app: Flask) -> None:
    shop = builders.shop()
    helper = join(shop, "Budi", ShopRole.STAFF)
    with pytest.raises(NotFound), transaction():
        team.remove(shop.id, code_of(builders.person("Citra")), by=helper, now=clock.now())
    with pytest.raises(NotFound), transaction():
        team.invite(shop.id, "x@contoh.test", ShopRole.OWNER, by=helper, now=clock.now())


def test_a_member_is_not_invited_again(app: Flask) -> None:
    with pytest.raises(Invalid, match="already_member"):
        invited(builders.shop(), "citra@contoh.test")


def test_the_last_owner_cannot_go_nor_become_a_helper(app: Flask) -> None:
    shop = builders.shop()
    join(shop, "Budi", ShopRole.STAFF)
    citra = builders.person("Citra")
    with pytest.raises(Conflict, match="last_owner"), transaction():
        team.leave(shop.id, by=citra, now=clock.now())
    with pytest.raises(Conflict, match="last_owner"), transaction():
        team.set_role(shop.id, code_of(citra), ShopRole.STAFF, by=citra, now=clock.now())


@pytest.mark.race
def test_two_owners_who_remove_each_other_leave_one(app: Flask) -> None:
    shop = builders.shop()
    citra, asih = builders.person("Citra"), join(shop, "Asih", ShopRole.OWNER)
    codes = {citra: code_of(asih), asih: code_of(citra)}
    together, refused = Barrier(2), []

    def remove(by: int) -> None:
        with app.app_context():
            together.wait()
            try:
                with transaction():
                    team.remove(shop.id, codes[by], by=by, now=clock.now())
            except MarketError as error:
                refused.append(error.code)
            finally:
                db.session.remove()

    for _ in range(5):
        threads = [Thread(target=remove, args=(by,)) for by in codes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        owners = [member.person_id for member in team.members(shop.id) if member.owner]
        assert len(owners) == 1
        assert len(refused) == 1
        refused.clear()
        gone = ({citra, asih} - set(owners)).pop()
        with transaction():
            db.session.add(
                Membership(ikm_id=shop.id, person_id=gone, role=ShopRole.OWNER, since=clock.now())
            )

"""Who belongs to which shop."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from marketplace.accounts.roles import ShopRole
from marketplace.core.db import read, read_one
from marketplace.makers.models import Ikm, Membership
from marketplace.makers.states import ShopState


@dataclass(frozen=True, slots=True)
class MyShop:
    """A shop as its own people see it at the door."""

    ikm_id: int
    code: str
    slug: str
    name: str
    state: ShopState
    role: ShopRole

    @property
    def owner(self) -> bool:
        return self.role is ShopRole.OWNER


_MINE = (
    select(Ikm.id.label("ikm_id"), Ikm.code, Ikm.slug, Ikm.name, Ikm.state, Membership.role)
    .join(Membership, Membership.ikm_id == Ikm.id)
    .where(Membership.person_id == bindparam("person_id"))
)
_THIS = _MINE.where(Ikm.code == bindparam("code"))


def shop_of(person_id: int, code: str) -> MyShop | None:
    """The shop of this code if the person belongs to it; otherwise none, as if it did not exist."""
    row = read_one(_THIS, {"person_id": person_id, "code": code})
    return _mine(row) if row else None


def shops_of(person_id: int) -> list[MyShop]:
    """Every shop a person belongs to, oldest first."""
    return [_mine(row) for row in read(_MINE.order_by(Ikm.id), {"person_id": person_id})]


def _mine(row: object) -> MyShop:
    values = dict(row._mapping)  # type: ignore[attr-defined]
    return MyShop(
        **{**values, "state": ShopState(values["state"]), "role": ShopRole(values["role"])}
    )

"""Plain functions that put people and things where a test needs them.

The cast: Asih buys, Budi is her neighbour, Citra makes, Dewi buys for government, Eka is staff,
Fajar is the administrator. NOON is the time.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from marketplace.accounts import sessions
from marketplace.accounts.models import AttemptCount, Person, SignInSession
from marketplace.accounts.roles import Role, ShopRole
from marketplace.catalog import listings, stock_book
from marketplace.catalog.models import Category, Product, Variant
from marketplace.catalog.states import ProductState
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.ids import new_code, slugify, token_hash
from marketplace.core.regions import Region
from marketplace.core.work import transaction
from marketplace.makers.models import Ikm, Membership
from marketplace.makers.states import ShopState

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)  # noon in Sleman
PASSWORD = "kawung-truntum-ceplok"
CONDONGCATUR = "34.04.07.2003"
EMAILS = {
    name: f"{name.lower()}@contoh.test"
    for name in ("Asih", "Budi", "Citra", "Dewi", "Eka", "Fajar")
}


def reference_data() -> None:
    """What every market has before the first person comes: places and two shelves."""
    with transaction():
        for code, level, name, full in (
            ("34", 1, "DI Yogyakarta", "DI Yogyakarta"),
            ("34.04", 2, "Sleman", "Sleman, DI Yogyakarta"),
            ("34.04.07", 3, "Depok", "Depok, Sleman, DI Yogyakarta"),
            ("34.04.12", 3, "Ngaglik", "Ngaglik, Sleman, DI Yogyakarta"),
            ("34.04.07.2003", 4, "Condongcatur", "Condongcatur, Depok, Sleman, DI Yogyakarta"),
            ("34.04.07.2001", 4, "Caturtunggal", "Caturtunggal, Depok, Sleman, DI Yogyakarta"),
            ("34.04.12.2001", 4, "Sariharjo", "Sariharjo, Ngaglik, Sleman, DI Yogyakarta"),
            ("62", 1, "Kalimantan Tengah", "Kalimantan Tengah"),
            ("62.71", 2, "Kota Palangka Raya", "Kota Palangka Raya, Kalimantan Tengah"),
            ("62.71.01", 3, "Pahandut", "Pahandut, Kota Palangka Raya, Kalimantan Tengah"),
            (
                "62.71.01.1001",
                4,
                "Pahandut",
                "Pahandut, Pahandut, Kota Palangka Raya, Kalimantan Tengah",
            ),
        ):
            parent = code.rpartition(".")[0] or None
            db.session.add(
                Region(
                    code=code,
                    level=level,
                    name=name,
                    full_name=full,
                    parent_code=parent,
                    search_key=name.lower(),
                )
            )
        food = Category(slug="makanan", name="Makanan & Camilan", position=1, hints=["keripik"])
        cloth = Category(slug="batik", name="Batik & Kain", position=2, hints=["batik"])
        db.session.add_all([food, cloth])
        db.session.flush()
        db.session.add(
            Category(
                slug="keripik",
                name="Keripik",
                position=1,
                parent_id=food.id,
                hints=["keripik", "kripik"],
            )
        )


def person(name: str = "Asih", *, role: Role = Role.RESIDENT, **more: Any) -> int:
    """Somebody with a confirmed address; the same name is the same person."""
    email = EMAILS.get(name, f"{slugify(name)}@contoh.test")
    found = db.session.scalar(select(Person.id).where(Person.email == email))
    if found:
        return found
    with transaction():
        made = Person(
            code=new_code(),
            name=name,
            email=email,
            email_verified_at=clock.now(),
            password_hash=more.pop("password_hash", "!"),
            role=role,
            created_at=clock.now(),
            **more,
        )
        db.session.add(made)
        db.session.flush()
        return made.id


def staff(name: str = "Eka") -> int:
    """An officer of the dinas."""
    return person(name, role=Role.STAFF)


def admin(name: str = "Fajar") -> int:
    """The administrator."""
    return person(name, role=Role.ADMIN)


def shop(
    name: str = "Dapur Citra",
    *,
    owner: int | None = None,
    state: ShopState = ShopState.OPEN,
    village: str = CONDONGCATUR,
    **more: Any,
) -> Ikm:
    """A shop with its owner (Citra unless said otherwise)."""
    owner = owner or person("Citra")
    with transaction():
        made = Ikm(
            code=new_code(),
            slug=slugify(name),
            name=name,
            owner_name="Citra",
            sector="pangan",
            village_code=village,
            place=more.pop("place", "Depok, Sleman"),
            state=state,
            trusted=more.pop("trusted", True),
            created_at=clock.now(),
            opened_at=clock.now() if state is ShopState.OPEN else None,
            **more,
        )
        db.session.add(made)
        db.session.flush()
        db.session.add(
            Membership(ikm_id=made.id, person_id=owner, role=ShopRole.OWNER, since=clock.now())
        )
        return made


def sign_in(client: FlaskClient, person_id: int) -> str:
    """Give this browser a live session of the person, second factor included; the token."""
    with transaction():
        token = sessions.begin(
            db.session.get_one(Person, person_id),
            device="test",
            address="127.0.0.1",
            now=clock.now(),
        )
        db.session.flush()
        row = db.session.scalars(
            select(SignInSession).where(SignInSession.token_hash == token_hash(token))
        ).one()
        row.second_factor_at = clock.now()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return token


def minutes_later() -> None:
    """So much time goes by that no try is counted any more."""
    with transaction():
        db.session.execute(delete(AttemptCount))
    db.session.remove()


def form_token(client: FlaskClient, path: str) -> str:
    """The hidden form token of a page."""
    page = client.get(path).get_data(as_text=True)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, f"no form token on {path}"
    return found.group(1)


def post(
    client: FlaskClient, path: str, form: dict[str, Any], *, page: str | None = None
) -> TestResponse:
    """Send a form as its page (default: the same path) would: with the token it carries."""
    return client.post(path, data={"csrf_token": form_token(client, page or path), **form})


def product(
    name: str = "Keripik salak pondoh",
    *,
    shop: Ikm | None = None,
    price: int = 25_000,
    stock: int = 10,
    category: str | None = "keripik",
    variants: dict[str, int] | None = None,
    state: ProductState = ProductState.LIVE,
    **more: Any,
) -> Product:
    """A product on the market, with one variant or one for each name and price of `variants`."""
    owner = shop or db.session.scalar(select(Ikm).order_by(Ikm.id)) or globals()["shop"]()
    with transaction():
        shelf = db.session.scalar(select(Category.id).where(Category.slug == category))
        weight = more.pop("weight_g", 250)
        live_at = more.pop("live_at", clock.now() if state is ProductState.LIVE else None)
        made = Product(
            code=new_code(),
            slug=slugify(name),
            ikm_id=owner.id,
            category_id=shelf,
            name=name,
            state=state,
            created_at=clock.now(),
            live_at=live_at,
            **more,
        )
        db.session.add(made)
        db.session.flush()
        for position, (title, cost) in enumerate((variants or {"": price}).items()):
            variant = Variant(
                product_id=made.id,
                name=title,
                price=cost,
                weight_g=weight,
                on_hand=0,
                reserved=0,
                position=position,
            )
            db.session.add(variant)
            db.session.flush()
            stock_book.set_on_hand(variant.id, stock, by=None, now=clock.now())
        listings.relist(made.id, clock.now())
        return made


def shelve(variant: int, pieces: int) -> None:
    """So many pieces stand on the shelf now."""
    with transaction():
        stock_book.set_on_hand(variant, pieces, by=None, now=clock.now())

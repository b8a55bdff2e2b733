"""Puts people, sentra, shops and products of the example market into the tables."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from marketplace.accounts import passwords, second_factor
from marketplace.accounts.models import Address, Person
from marketplace.accounts.roles import Role, ShopRole
from marketplace.catalog import capacity
from marketplace.catalog.models import Category, PriceChange, Product, StockMove, Variant
from marketplace.catalog.states import MoveKind, ProductState
from marketplace.core.db import db
from marketplace.core.ids import slugify
from marketplace.core.regions import Region
from marketplace.demo import cast, content
from marketplace.demo.naming import code_of, digits_of, hours_of
from marketplace.makers.models import Ikm, Membership, Sentra, ShopReview
from marketplace.makers.states import ShopState
from marketplace.photos.models import Photo
from marketplace.photos.states import PhotoState

SECTORS = {
    "bordir": "sandang",
    "konveksi": "sandang",
    "tenun": "batik",
    "camilan": "pangan",
    "salak": "pangan",
    "gula": "pangan",
    "kelor": "minuman",
    "serat": "anyaman",
    "semen": "gerabah",
    "manik": "kerajinan",
}
# Some products show the steps of a life: the last ones of these shops.
UNUSUAL = {
    "batik-sekar-parijoto": ProductState.DRAFT,
    "dapur-bu-yatmi": ProductState.HIDDEN,
    "bordir-melati-joho": ProductState.RETURNED,
    "kelor-wuna-sehati": ProductState.REVIEW,
}
REASONS = {ProductState.RETURNED: "Fotonya agak gelap. Tolong foto ulang di dekat jendela."}

Pictures = list[tuple[str, Path]]


def add_people(now: datetime) -> dict[str, int]:
    """The cast with their addresses; the owner of each other shop as well. Ids by key."""
    password = passwords.make_hash(cast.PASSWORD)
    ids: dict[str, int] = {}
    for person in content.load_content().cast:
        ids[person.key] = _person(person.name, person.email, password, now, person).id
    for shop in content.load_content().shops:
        if not any(person.shop == shop.slug for person in content.load_content().cast):
            made = _person(shop.owner_name, f"{shop.slug}@contoh.test", password, now)
            ids[shop.slug] = made.id
    return ids


def _person(
    name: str, email: str, password: str, now: datetime, cast_as: content.Person | None = None
) -> Person:
    role = cast.ROLES.get(cast_as.role, Role.RESIDENT) if cast_as else Role.RESIDENT
    made = Person(
        code=code_of("person", email),
        name=name,
        email=email,
        email_verified_at=now,
        password_hash=password,
        role=role,
        phone=digits_of(cast_as.phone) if cast_as else None,
        created_at=now,
    )
    db.session.add(made)
    db.session.flush()
    if role is not Role.RESIDENT:
        second_factor.give(made, cast.SECOND_FACTOR, now=now)
    if cast_as and cast_as.role in ("resident", "buyer_office"):
        db.session.add(
            Address(
                person_id=made.id,
                recipient=name,
                phone=digits_of(cast_as.phone),
                village_code=cast_as.village_code,
                line=cast_as.address,
                is_usual=True,
                created_at=now,
            )
        )
    return made


def add_sentra(now: datetime) -> tuple[dict[str, int], Pictures]:
    """Each sentra with its picture to be developed; ids by slug."""
    ids: dict[str, int] = {}
    pictures: Pictures = []
    for told in content.load_content().sentras:
        photo = code_of("photo", "sentra", told.slug)
        made = Sentra(
            slug=told.slug,
            name=told.name,
            sector=_sector_of_sentra(told),
            village_code=told.village_code,
            story=told.story,
            chair=told.chair,
            unit_count=told.members,
            photo_code=photo,
            created_at=now,
        )
        db.session.add(made)
        db.session.flush()
        ids[told.slug] = made.id
        db.session.add(_photo(photo, told.picture.alt, now))
        pictures.append((photo, told.picture.path))
    return ids, pictures


def add_shops(
    people: dict[str, int], sentra: dict[str, int], *, reviewer: int, now: datetime
) -> Pictures:
    """Every shop with its owner, its products and the pictures to be developed."""
    pictures: Pictures = []
    shelves = dict(db.session.execute(select(Category.slug, Category.id)).tuples().all())
    owners = {p.shop: people[p.key] for p in content.load_content().cast if p.shop}
    for number, told in enumerate(content.load_content().shops):
        opened = now - timedelta(days=30 + 11 * (number % 17), hours=number)
        photo = code_of("photo", "shop", told.slug)
        shop = _shop(told, sentra, photo, opened)
        owner = owners.get(told.slug) or people[told.slug]
        db.session.add_all(
            [
                Membership(ikm_id=shop.id, person_id=owner, role=ShopRole.OWNER, since=opened),
                ShopReview(ikm_id=shop.id, by=reviewer, at=opened, verdict=ShopState.OPEN),
                _photo(photo, told.picture.alt, opened, ikm_id=shop.id),
            ]
        )
        pictures.append((photo, told.picture.path))
        for place, product in enumerate(told.products):
            live = opened + timedelta(days=1 + 3 * place, minutes=13 * number)
            last = place == len(told.products) - 1
            state = UNUSUAL.get(told.slug, ProductState.LIVE) if last else ProductState.LIVE
            pictures += _product(shop, product, shelves[product.category], owner, state, live)
        if told.slug in owners:
            _count_weeks(shop, opened)
    return pictures


def _count_weeks(shop: Ikm, now: datetime) -> None:
    """The shop of the cast finishes so many pieces made to order in a week."""
    codes = frozenset(row.code for row in capacity.products(shop.id))
    capacity.save(shop.id, None, capacity.Wish("Jahitan pesanan", 6, 8, codes), now=now)


def _shop(told: content.Shop, sentra: dict[str, int], photo: str, opened: datetime) -> Ikm:
    region = db.session.get_one(Region, told.village_code)
    _, district, regency = region.full_name.split(", ")[:3]
    shop = Ikm(
        code=code_of("shop", told.slug),
        slug=told.slug,
        name=told.name,
        owner_name=told.owner_name,
        sector=SECTORS.get(told.sector, told.sector),
        sentra_id=sentra[told.sentra] if told.sentra else None,
        village_code=told.village_code,
        place=f"{district}, {regency}",
        address=told.address,
        story=told.story,
        quote=told.quote,
        since=told.since,
        whatsapp=digits_of(told.whatsapp),
        hours=hours_of(told.opening_hours),
        pickup=told.pickup,
        cover_code=photo,
        state=ShopState.OPEN,
        visited_on=(opened - timedelta(days=4)).date(),
        trusted=told.slug != "kelor-wuna-sehati",
        created_at=opened - timedelta(days=9),
        submitted_at=opened - timedelta(days=6),
        opened_at=opened,
    )
    db.session.add(shop)
    db.session.flush()
    return shop


def _product(
    shop: Ikm,
    told: content.Product,
    shelf: int,
    owner: int,
    state: ProductState,
    live: datetime,
) -> Pictures:
    length, width, height = (side * 10 for side in told.size_cm)
    product = Product(
        code=code_of("product", told.slug),
        slug=slugify(told.name),
        ikm_id=shop.id,
        category_id=shelf,
        name=told.name,
        description=told.description,
        attributes=told.attributes,
        length_mm=length,
        width_mm=width,
        height_mm=height,
        lead_days=told.lead_time_days,
        state=state,
        state_reason=REASONS.get(state, ""),
        created_at=live - timedelta(days=1),
        submitted_at=None if state is ProductState.DRAFT else live,
        live_at=live if state in (ProductState.LIVE, ProductState.HIDDEN) else None,
    )
    db.session.add(product)
    db.session.flush()
    several = len(told.variants) > 1  # the only size of a thing needs no name
    for place, choice in enumerate(told.variants):
        _variant(product, choice, choice.name if several else "", place, owner, live)
    pictures: Pictures = []
    for place, picture in enumerate(told.pictures):
        photo = code_of("photo", told.slug, str(place))
        row = _photo(photo, picture.alt, live, ikm_id=shop.id)
        row.product_id, row.position = product.id, place
        db.session.add(row)
        pictures.append((photo, picture.path))
    return pictures


def _variant(
    product: Product, told: content.Variant, name: str, place: int, owner: int, at: datetime
) -> None:
    variant = Variant(
        product_id=product.id,
        name=name,
        price=told.price,
        weight_g=told.weight_g,
        on_hand=told.stock,
        moves=1 if told.stock else None,
        position=place,
    )
    db.session.add(variant)
    db.session.flush()
    db.session.add(PriceChange(variant_id=variant.id, at=at, by=owner, new=told.price))
    if told.stock:
        db.session.add(
            StockMove(
                variant_id=variant.id,
                number=1,
                at=at,
                kind=MoveKind.OPENING,
                quantity=told.stock,
                after=told.stock,
                by=owner,
            )
        )


def _photo(code: str, alt: str, at: datetime, *, ikm_id: int | None = None) -> Photo:
    return Photo(code=code, alt=alt[:200], ikm_id=ikm_id, created_at=at, state=PhotoState.STORING)


def _sector_of_sentra(told: content.Sentra) -> str:
    shops = [shop for shop in content.load_content().shops if shop.sentra == told.slug]
    sector = shops[0].sector if shops else "kerajinan"
    return SECTORS.get(sector, sector)

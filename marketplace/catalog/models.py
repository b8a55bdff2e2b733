"""Tables of the catalogue."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.catalog.states import HoldState, MoveKind, PlaceState, ProductState, WaitState
from marketplace.core.db import BigId, Model, Utc, primary_key

# What came counts up, what left counts down; only a count may find that nothing is different.
STOCK_MOVE_SIGNS = (
    "(kind IN ('opening', 'received', 'returned') AND quantity > 0) "
    "OR (kind IN ('sold', 'damaged') AND quantity < 0) "
    "OR (kind = 'adjusted' AND quantity <> 0) OR kind = 'counted'"
)


class Category(Model):
    """A shelf of the market, two or three levels deep; kept in memory by every process."""

    __tablename__ = "category"

    id: Mapped[int] = primary_key()
    parent_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("category.id"))
    slug: Mapped[str] = mapped_column(String(70), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(Integer, default=0)
    hints: Mapped[list[str]] = mapped_column(JSON, default=list)  # words of a name that point here


class Attribute(Model):
    """A question that products of one category (and below) answer, always in the same form."""

    __tablename__ = "attribute"
    __table_args__ = (UniqueConstraint("category_id", "code"),)

    id: Mapped[int] = primary_key()
    category_id: Mapped[int] = mapped_column(BigId, ForeignKey("category.id"))
    code: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(10))  # text number choice bool
    options: Mapped[list[str]] = mapped_column(JSON, default=list)
    unit: Mapped[str] = mapped_column(String(20), default="")
    required: Mapped[bool] = mapped_column(default=False)
    facet: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(Integer, default=0)


class Product(Model):
    """One thing a maker sells; shop name and place stand here too, so that a card is one row."""

    __tablename__ = "product"
    __table_args__ = (
        Index("ix_product_ikm", "ikm_id", "state", "id"),
        Index("ix_product_state", "state", "submitted_at"),
        Index(
            "ix_product_changed",
            "changed_at",
            "id",
            sqlite_where=text("changed_at IS NOT NULL"),
            postgresql_where=text("changed_at IS NOT NULL"),
        ),
        CheckConstraint("price_from >= 0 AND price_to >= price_from", name="price_order"),
    )

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(10), unique=True)
    slug: Mapped[str] = mapped_column(String(70))
    ikm_id: Mapped[int] = mapped_column(BigId, ForeignKey("ikm.id"))
    category_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("category.id"), index=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    attributes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    length_mm: Mapped[int | None] = mapped_column(Integer)
    width_mm: Mapped[int | None] = mapped_column(Integer)
    height_mm: Mapped[int | None] = mapped_column(Integer)
    lead_days: Mapped[int | None] = mapped_column(Integer)  # made to order when set
    quota_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("quota.id"))
    state: Mapped[ProductState] = mapped_column(String(10), default=ProductState.DRAFT)
    state_reason: Mapped[str] = mapped_column(Text, default="")
    # what a card shows, kept by catalog/listings.py
    price_from: Mapped[int] = mapped_column(BigId, default=0)
    price_to: Mapped[int] = mapped_column(BigId, default=0)
    in_stock: Mapped[bool] = mapped_column(default=False)
    sold_count: Mapped[int] = mapped_column(BigId, default=0)
    # the stars of its shown reviews, kept by orders/reviews
    rating_sum: Mapped[int] = mapped_column(BigId, default=0, server_default=text("0"))
    rating_count: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    cover: Mapped[str | None] = mapped_column(
        String(40)
    )  # "code/version/widths" of the first photo
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(Utc)
    submitted_at: Mapped[datetime | None] = mapped_column(Utc)
    live_at: Mapped[datetime | None] = mapped_column(Utc)
    # what the dinas let pass, and since when buyers read something else; see catalog/changes.py
    passed: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    changed_at: Mapped[datetime | None] = mapped_column(Utc)

    __mapper_args__ = {"version_id_col": version}


class Variant(Model):
    """What is really bought: a size or colour with its price, weight and stock.

    `on_hand` is what the last line of its book of moves says; the database lets no transaction
    end in which it is anything else.
    """

    __tablename__ = "variant"
    __table_args__ = (
        ForeignKeyConstraint(
            ["id", "moves", "on_hand"],
            ["stock_move.variant_id", "stock_move.number", "stock_move.after"],
            name="fk_variant_book",
            use_alter=True,
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint("moves IS NOT NULL OR on_hand = 0", name="empty_without_book"),
        CheckConstraint("price BETWEEN 1 AND 1000000000000", name="price_sane"),
        CheckConstraint("reserved >= 0", name="reserved_not_negative"),
        CheckConstraint("on_hand >= reserved", name="never_oversold"),
        Index("ix_variant_product", "product_id", "position"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    product_id: Mapped[int] = mapped_column(BigId, ForeignKey("product.id"))
    name: Mapped[str] = mapped_column(String(80), default="")
    price: Mapped[int] = mapped_column(BigId)
    weight_g: Mapped[int] = mapped_column(Integer)
    on_hand: Mapped[int] = mapped_column(Integer, default=0)
    reserved: Mapped[int] = mapped_column(Integer, default=0)
    moves: Mapped[int | None] = mapped_column(Integer)  # the number of the last line of its book
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    active: Mapped[bool] = mapped_column(default=True)


class PriceChange(Model):
    """Every price a variant ever had: when, by whom, from what to what; never edited."""

    __tablename__ = "price_change"

    id: Mapped[int] = primary_key()
    variant_id: Mapped[int] = mapped_column(BigId, ForeignKey("variant.id"), index=True)
    at: Mapped[datetime] = mapped_column(Utc)
    by: Mapped[int | None] = mapped_column(BigId)
    old: Mapped[int | None] = mapped_column(BigId)
    new: Mapped[int] = mapped_column(BigId)


class StockMove(Model):
    """A line in the book of a variant: so many pieces came or went, when, why and by whom.

    Lines are numbered, each says how many there are `after` it, and none is ever changed.
    """

    __tablename__ = "stock_move"
    __table_args__ = (
        UniqueConstraint("variant_id", "number"),
        UniqueConstraint("variant_id", "number", "after"),  # what fk_variant_book points at
        CheckConstraint(STOCK_MOVE_SIGNS, name="sign_of_its_kind"),
        Index("ix_stock_move_order", "order_code"),
    )

    id: Mapped[int] = primary_key()
    variant_id: Mapped[int] = mapped_column(BigId, ForeignKey("variant.id"))
    number: Mapped[int] = mapped_column(Integer)  # 1, 2, 3 … of this variant
    at: Mapped[datetime] = mapped_column(Utc)
    kind: Mapped[MoveKind] = mapped_column(String(10))
    quantity: Mapped[int] = mapped_column(Integer)  # signed
    after: Mapped[int] = mapped_column(Integer)
    by: Mapped[int | None] = mapped_column(BigId)
    order_code: Mapped[str | None] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    key: Mapped[str | None] = mapped_column(String(40), unique=True)  # of the form, sent once


class StockHold(Model):
    """Pieces promised to one order until it is paid or the time is over."""

    __tablename__ = "stock_hold"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="some"),
        Index("ix_stock_hold_due", "state", "expires_at"),
        Index("ix_stock_hold_group", "group_code"),
        Index("ix_stock_hold_variant", "variant_id", "state"),
    )

    id: Mapped[int] = primary_key()
    variant_id: Mapped[int] = mapped_column(BigId, ForeignKey("variant.id"))
    group_code: Mapped[str] = mapped_column(String(12))
    order_code: Mapped[str] = mapped_column(String(12))
    quantity: Mapped[int] = mapped_column(Integer)
    state: Mapped[HoldState] = mapped_column(String(10), default=HoldState.ACTIVE)
    expires_at: Mapped[datetime] = mapped_column(Utc)
    created_at: Mapped[datetime] = mapped_column(Utc)
    made_in: Mapped[date | None] = mapped_column(Date)  # set when it has places in a maker's weeks


class Waiting(Model):
    """Somebody who wants to hear when a sold-out thing is back; gone as soon as that is over."""

    __tablename__ = "waiting"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (email IS NULL)", name="guest_or_person"),
        CheckConstraint("(state = 'offered') = (hold_code IS NOT NULL)", name="chance_is_held"),
        UniqueConstraint("variant_id", "person_id"),
        UniqueConstraint("variant_id", "email"),
        Index("ix_waiting_line", "variant_id", "state", "since", "id"),
        Index("ix_waiting_due", "until"),
        Index("ix_waiting_cart", "cart_id", "variant_id"),
    )

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(10), unique=True)  # what its links are made from
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    variant_id: Mapped[int] = mapped_column(BigId, ForeignKey("variant.id"))
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    email: Mapped[str | None] = mapped_column(String(254))
    text_version: Mapped[int] = mapped_column(Integer)  # the words that were agreed to
    state: Mapped[WaitState] = mapped_column(String(10))
    since: Mapped[datetime] = mapped_column(Utc)  # the place in line
    until: Mapped[datetime] = mapped_column(Utc)  # when this state is over by itself
    hold_code: Mapped[str | None] = mapped_column(String(12), unique=True)
    cart_id: Mapped[int | None] = mapped_column(BigId)  # where the chance is being used


class Quota(Model):
    """So many pieces a maker finishes each week, shared by the products that name it."""

    __tablename__ = "quota"
    __table_args__ = (
        CheckConstraint("per_week BETWEEN 1 AND 10000", name="per_week_sane"),
        CheckConstraint("horizon BETWEEN 1 AND 26", name="horizon_sane"),
    )

    id: Mapped[int] = primary_key()
    ikm_id: Mapped[int] = mapped_column(BigId, ForeignKey("ikm.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    per_week: Mapped[int] = mapped_column(Integer)
    horizon: Mapped[int] = mapped_column(SmallInteger)  # weeks that orders are taken for
    ended_at: Mapped[datetime | None] = mapped_column(Utc)
    created_at: Mapped[datetime] = mapped_column(Utc)


class QuotaWeek(Model):
    """One week of a quota: how many pieces fit, how many are promised; `week` is its Monday."""

    __tablename__ = "quota_week"
    __table_args__ = (CheckConstraint("used BETWEEN 0 AND capacity", name="never_overfull"),)

    quota_id: Mapped[int] = mapped_column(BigId, ForeignKey("quota.id"), primary_key=True)
    week: Mapped[date] = mapped_column(Date, primary_key=True)
    capacity: Mapped[int] = mapped_column(Integer)
    used: Mapped[int] = mapped_column(Integer, default=0)
    by_hand: Mapped[bool] = mapped_column(default=False)  # the maker set this very week


class QuotaPlace(Model):
    """Pieces of one order that are made in one week."""

    __tablename__ = "quota_place"
    __table_args__ = (
        ForeignKeyConstraint(
            ["quota_id", "week"], ["quota_week.quota_id", "quota_week.week"], name="fk_quota_place"
        ),
        CheckConstraint("quantity > 0", name="some"),
        Index("ix_quota_place_week", "quota_id", "week", "state"),
        Index("ix_quota_place_group", "group_code"),
        Index("ix_quota_place_order", "order_code"),
    )

    id: Mapped[int] = primary_key()
    quota_id: Mapped[int] = mapped_column(BigId)
    week: Mapped[date] = mapped_column(Date)
    variant_id: Mapped[int] = mapped_column(BigId, ForeignKey("variant.id"))
    group_code: Mapped[str] = mapped_column(String(12))
    order_code: Mapped[str] = mapped_column(String(12))
    quantity: Mapped[int] = mapped_column(Integer)
    state: Mapped[PlaceState] = mapped_column(String(10), default=PlaceState.HELD)


class Listing(Model):
    """A visible product on one shelf (its category or one above; shelf 0 is the whole market).

    Only what a visitor may see stands here, with the keys it is sorted and filtered by, so that a
    list page is one walk along one index.
    """

    __tablename__ = "listing"
    __table_args__ = (
        Index("ix_listing_new", "shelf_id", "live_at", "product_id"),
        Index("ix_listing_price", "shelf_id", "price", "product_id"),
        Index("ix_listing_sold", "shelf_id", "sold", "product_id"),
        Index("ix_listing_place", "shelf_id", "district_code", "live_at", "product_id"),
        Index("ix_listing_product", "product_id"),
    )

    shelf_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    product_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("product.id"), primary_key=True, autoincrement=False
    )
    live_at: Mapped[datetime] = mapped_column(Utc)
    price: Mapped[int] = mapped_column(BigId)
    sold: Mapped[int] = mapped_column(BigId, default=0)
    ready: Mapped[bool] = mapped_column(default=True)  # in stock, not made to order
    in_stock: Mapped[bool] = mapped_column(default=True)  # a sold-out one stays, marked "Habis"
    district_code: Mapped[str] = mapped_column(String(8))
    category_id: Mapped[int] = mapped_column(BigId, default=0)  # its own, whatever the shelf
    # the card itself, so that a list joins nothing
    code: Mapped[str] = mapped_column(String(10))
    slug: Mapped[str] = mapped_column(String(70))
    name: Mapped[str] = mapped_column(String(120))
    price_to: Mapped[int] = mapped_column(BigId)
    cover: Mapped[str | None] = mapped_column(String(40))
    shop: Mapped[str] = mapped_column(String(120))
    place: Mapped[str] = mapped_column(String(120))


class ListingFacet(Model):
    """What a visible product answers to a question that lists can be narrowed by."""

    __tablename__ = "listing_facet"
    __table_args__ = (Index("ix_listing_facet_product", "product_id"),)

    facet: Mapped[str] = mapped_column(String(40), primary_key=True)  # the attribute's code
    value: Mapped[str] = mapped_column(String(80), primary_key=True)
    product_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("product.id"), primary_key=True, autoincrement=False
    )


class ShelfCount(Model):
    """How many products stand on a shelf, in all and by a facet's value: kept, not counted."""

    __tablename__ = "shelf_count"

    shelf_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    facet: Mapped[str] = mapped_column(
        String(40), primary_key=True
    )  # "all", "district", "ready"...
    value: Mapped[str] = mapped_column(String(80), primary_key=True)
    count: Mapped[int] = mapped_column(BigId, default=0)

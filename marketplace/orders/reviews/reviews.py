"""What happens to a review; the product's stars change in the same transaction, by differences."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update

from marketplace.accounts.models import Person
from marketplace.catalog.models import Product, Variant
from marketplace.core import history
from marketplace.core.db import db, insert_rows, locked_row
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.ids import new_code
from marketplace.core.states import move
from marketplace.makers.models import Membership
from marketplace.orders.models import Order, OrderGroup, OrderLine
from marketplace.orders.own import refuse_own_order
from marketplace.orders.reviews import rules
from marketplace.orders.reviews.models import Review, ReviewEvent, ReviewPhoto
from marketplace.orders.reviews.states import REVIEW_MOVES, ReviewState
from marketplace.orders.states import OrderState
from marketplace.photos import photos

_SOLD = (
    select(
        OrderLine.id,
        OrderLine.quantity,
        OrderLine.cancelled,
        Variant.product_id,
        Order.ikm_id,
        Order.state,
        OrderGroup.recipient,
        OrderGroup.email,
        OrderGroup.person_id,
    )
    .join(Order, Order.id == OrderLine.order_id)
    .join(OrderGroup, OrderGroup.id == Order.group_id)
    .join(Variant, Variant.id == OrderLine.variant_id)
)


def write(
    line_id: int, *, group_id: int, stars: int, words: str, by: int | None, now: datetime
) -> Review:
    """A buyer who received a thing says how it is, once, and never about the own shop."""
    sold = db.session.execute(
        _SOLD.where(OrderLine.id == line_id, Order.group_id == group_id)
    ).first()
    if sold is None:
        raise NotFound()
    if sold.state != OrderState.COMPLETED or sold.quantity == sold.cancelled:
        raise Conflict("review_too_early")
    if _of_the_shop(sold, by):
        raise Conflict("review_own_shop")
    if db.session.scalar(select(Review.id).where(Review.line_id == line_id)) is not None:
        raise Conflict("review_twice")
    review = Review(
        code=new_code(),
        line_id=line_id,
        product_id=sold.product_id,
        ikm_id=sold.ikm_id,
        author=rules.shown_name(sold.recipient),
        stars=stars,
        words=words,
        state=ReviewState.SHOWN,
        written_at=now,
    )
    db.session.add(review)
    _note(review, "written", "buyer", by, now, words=words, stars=stars)
    _count(review, stars=stars, reviews=1)
    return review


def _of_the_shop(sold: Any, by: int | None) -> bool:
    """Whether the buyer, signed in or by the address of the order, works for this shop."""
    people = [id for id in (by, sold.person_id) if id is not None]
    found = (
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.ikm_id == sold.ikm_id,
            or_(Membership.person_id.in_(people), Person.email == (sold.email or "")),
        )
    )
    return db.session.scalar(found.limit(1)) is not None


def edit(
    code: str, *, group_id: int, stars: int, words: str, by: int | None, now: datetime
) -> Review:
    """Whoever wrote it thinks again within two weeks; what it said before stays in its book.

    What an officer had judged is not what stands there now: it comes back to the desk.
    """
    review = locked_row(Review, code)
    _whose(review, group_id)
    if not rules.may_edit(review.written_at, now):
        raise Conflict("review_too_old")
    before, review.stars = review.stars, stars
    review.words, review.edited_at = words, now
    if _was_judged(review):
        review.changed_since = review.changed_since or now
    _note(review, "edited", "buyer", by, now, words=words, stars=stars)
    if review.state == ReviewState.SHOWN:
        _count(review, stars=stars - before)
    return review


def _was_judged(review: Review) -> bool:
    by_staff = select(ReviewEvent.id).where(
        ReviewEvent.review_id == review.id, ReviewEvent.actor == "staff"
    )
    return db.session.scalar(by_staff.limit(1)) is not None


def _whose(review: Review, group_id: int) -> None:
    mine = (
        select(Order.group_id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(OrderLine.id == review.line_id)
    )
    if db.session.scalar(mine) != group_id:
        raise NotFound()


def reply(code: str, *, ikm_id: int, words: str, by: int, now: datetime) -> Review:
    """The shop answers once; what is said is said."""
    review = locked_row(Review, code)
    if review.ikm_id != ikm_id:
        raise NotFound()
    if review.reply:
        raise Conflict("review_answered")
    review.reply, review.replied_at = words, now
    _note(review, "replied", "shop", by, now, words=words)
    return review


def report(code: str, *, words: str, by: int | None, now: datetime) -> None:
    """Somebody finds that this should not stand here; an officer looks."""
    review = locked_row(Review, code)
    if review.state != ReviewState.SHOWN:
        raise NotFound()
    review.reports += 1
    _note(review, "reported", "visitor", by, now, words=words)


def leave(code: str, *, by: int, now: datetime) -> None:
    """An officer has looked at the reports, and it may stay."""
    review = _judged(code, by)
    review.reports, review.changed_since = 0, None
    _note(review, "left", "staff", by, now)


def hide(code: str, *, reason: str, by: int, now: datetime) -> Review:
    """An officer takes it away with a reason; its stars count no more."""
    return _turn(code, ReviewState.HIDDEN, reason, by, now)


def show(code: str, *, reason: str, by: int, now: datetime) -> Review:
    """It was taken away wrongly: it stands there again."""
    return _turn(code, ReviewState.SHOWN, reason, by, now)


def _judged(code: str, by: int) -> Review:
    """A review for an officer who neither wrote it nor is of the shop that it is about; locked."""
    review = locked_row(Review, code)
    refuse_own_order(by, db.session.get_one(OrderLine, review.line_id).order_id)
    return review


def _turn(code: str, there: ReviewState, reason: str, by: int, now: datetime) -> Review:
    review = _judged(code, by)
    review.state = move(ReviewState(review.state), there, REVIEW_MOVES)
    shown = there is ReviewState.SHOWN
    review.why_hidden = "" if shown else reason
    review.reports, review.changed_since = 0, None
    _note(review, there.value, "staff", by, now, words=reason)
    sign = 1 if shown else -1
    _count(review, stars=sign * review.stars, reviews=sign)
    history.record(f"review.{there.value}", f"review:{code}", by=by, at=now, reason=reason)
    return review


def begin_photo(code: str, *, group_id: int, by: int | None, now: datetime) -> str:
    """A picture for a review is on its way; its code."""
    review = locked_row(Review, code)
    _whose(review, group_id)
    taken = select(ReviewPhoto.photo_id).where(ReviewPhoto.review_id == review.id)
    if len(db.session.scalars(taken).all()) >= rules.MOST_PHOTOS:
        raise Invalid("review_photos", field="foto", most=rules.MOST_PHOTOS)
    photo = photos.begin_apart(by=by, private=False, now=now)
    db.session.add(ReviewPhoto(photo_id=photo.id, review_id=review.id))
    return photo.code


def _count(review: Review, *, stars: int, reviews: int = 0) -> None:
    """The product's own figures, changed where they stand: two at once lose nothing."""
    db.session.execute(
        update(Product)
        .where(Product.id == review.product_id)
        .values(rating_sum=Product.rating_sum + stars, rating_count=Product.rating_count + reviews)
        .execution_options(synchronize_session=False)
    )


def _note(
    review: Review,
    what: str,
    actor: str,
    by: int | None,
    now: datetime,
    *,
    words: str = "",
    **detail: Any,
) -> None:
    db.session.flush()
    insert_rows(
        ReviewEvent,
        [
            {
                "review_id": review.id,
                "at": now,
                "by": by,
                "actor": actor,
                "what": what,
                "words": words,
                "detail": detail,
                "version": review.version,
            }
        ],
    )

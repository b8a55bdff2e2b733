"""A review with its pictures and letters: the record first, the files after it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.exc import IntegrityError

from marketplace.core import clock
from marketplace.core.errors import Conflict, Invalid, OutsideFailed
from marketplace.core.failpoints import passing
from marketplace.core.work import transaction
from marketplace.flows import letters, photo_work
from marketplace.flows.order_letters import link_of
from marketplace.orders import queries as orders
from marketplace.orders import shop_queries
from marketplace.orders.reviews import queries, reviews
from marketplace.orders.reviews.models import Review
from marketplace.orders.views import GroupView
from marketplace.outside import outside
from media.renditions import Picture


def write(
    group: GroupView,
    line_id: int,
    photos: Iterable[bytes],
    *,
    stars: int,
    words: str,
    by: int | None,
) -> int:
    """A buyer's word, once a line; how many of the pictures the store did not take."""
    shots = [photo_work.looked_at(data) for data in photos]
    try:
        with transaction():
            review = reviews.write(
                line_id, group_id=group.id, stars=stars, words=words, by=by, now=clock.now()
            )
            code = review.code
            _tell_shop(review)
    except IntegrityError:  # pressed twice in the same moment
        raise Conflict("review_twice") from None
    passing("reviews.written")
    return _store(code, shots, group_id=group.id, by=by)


def edit(
    group: GroupView,
    code: str,
    photos: Iterable[bytes],
    *,
    stars: int,
    words: str,
    by: int | None,
) -> int:
    """The same, thought over; new pictures come beside the old ones."""
    shots = [photo_work.looked_at(data) for data in photos]
    with transaction():
        reviews.edit(code, group_id=group.id, stars=stars, words=words, by=by, now=clock.now())
    return _store(code, shots, group_id=group.id, by=by)


def reply(code: str, *, ikm_id: int, words: str, by: int) -> None:
    """The shop answers; who wrote hears of it."""
    with transaction():
        review = reviews.reply(code, ikm_id=ikm_id, words=words, by=by, now=clock.now())
        _tell_buyer(review, "replied", words)


def report(code: str, *, words: str, by: int | None) -> None:
    """Somebody asks the dinas to look."""
    with transaction():
        reviews.report(code, words=words, by=by, now=clock.now())


def leave(code: str, *, by: int) -> None:
    """It may stay."""
    with transaction():
        reviews.leave(code, by=by, now=clock.now())


def hide(code: str, *, reason: str, by: int) -> None:
    """It goes, and who wrote it reads why."""
    with transaction():
        review = reviews.hide(code, reason=reason, by=by, now=clock.now())
        _tell_buyer(review, "hidden", reason)


def show(code: str, *, reason: str, by: int) -> None:
    """It stands there again."""
    with transaction():
        reviews.show(code, reason=reason, by=by, now=clock.now())


def _store(code: str, shots: Iterable[Picture], *, group_id: int, by: int | None) -> int:
    missing = 0
    for shot in shots:
        try:
            with transaction():
                photo = reviews.begin_photo(code, group_id=group_id, by=by, now=clock.now())
            passing("reviews.photo_begun")
            photo_work.store_openly(photo, shot)
        except (OutsideFailed, Invalid):
            missing += 1
    return missing


def _tell_shop(review: Review) -> None:
    base = outside().config.base_url
    for owner in shop_queries.owners_of([review.ikm_id]):
        _post(
            review, "written", review.words, to=owner.email, name=owner.name,
            url=f"{base}/toko-saya/{owner.code}/ulasan",
        )  # fmt: skip


def _tell_buyer(review: Review, what: str, words: str) -> None:
    group = orders.group_by_code(queries.group_of(review.code) or "")
    if group is None or group.email is None:
        return
    url = link_of(group.code, group.token_hash) or outside().config.base_url
    _post(review, what, words, to=group.email, name=group.recipient, url=url)


def _post(review: Review, what: str, words: str, **more: Any) -> None:
    row = queries.one(review.code)
    letters.post(
        "review",
        key=f"review:{review.code}:{what}:{review.version}:{more['to']}",
        what=what,
        words=words,
        stars=review.stars,
        product=row.product if row else "",
        author=review.author,
        **more,
    )

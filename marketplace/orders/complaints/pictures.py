"""Pictures that a side shows of what is wrong: at most so many, and for the parties alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from marketplace.core.db import db
from marketplace.core.errors import Conflict, Invalid
from marketplace.orders.complaints import cases, rules
from marketplace.orders.complaints.models import ComplaintPhoto
from marketplace.orders.complaints.states import Side
from marketplace.photos import photos
from marketplace.photos.models import Photo


def begin(
    order_code: str,
    *,
    by: int | None,
    now: datetime,
    group_id: int | None = None,
    ikm_id: int | None = None,
) -> str:
    """A picture of the buyer (`group_id`) or the shop (`ikm_id`) is on its way; its code."""
    case = cases.grip(order_code, group_id=group_id, ikm_id=ikm_id)
    if not cases.is_open(case.complaint):
        raise Conflict("complaint_moved")
    side = Side.BUYER if group_id is not None else Side.SHOP
    if count(case.complaint.id, side) >= rules.MOST_PHOTOS:
        raise Invalid("complaint_photos", field="foto", most=rules.MOST_PHOTOS)
    photo = photos.begin_apart(by=by, private=True, now=now)
    db.session.add(
        ComplaintPhoto(photo_id=photo.id, complaint_id=case.complaint.id, side=side)
    )  # fmt: skip
    return photo.code


def count(complaint_id: int, side: Side) -> int:
    """How many pictures a side shows; those that did not arrive do not count."""
    found = (
        select(func.count())
        .select_from(ComplaintPhoto)
        .join(Photo, Photo.id == ComplaintPhoto.photo_id)
        .where(
            ComplaintPhoto.complaint_id == complaint_id,
            ComplaintPhoto.side == side,
            Photo.state.in_(photos.COMING),
        )
    )
    return db.session.scalar(found) or 0

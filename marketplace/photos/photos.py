"""What happens to the record of a photo: it comes in, is ordered, told aloud, and taken away.

The record is committed before its files are stored and becomes ready after, so that no page ever
points to a file that is not there. Files are deleted only after the record has let go of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select

from marketplace.core import jobs
from marketplace.core.db import db, read, read_one
from marketplace.core.errors import Conflict, Invalid, NotFound, TooMany
from marketplace.core.ids import new_code
from marketplace.core.states import move
from marketplace.photos import pictures, rules
from marketplace.photos.models import Photo
from marketplace.photos.states import PHOTO_MOVES, PhotoState

SHOWN = (PhotoState.STORING, PhotoState.READY, PhotoState.FAILED)
COMING = (PhotoState.STORING, PhotoState.READY)
WIDE = (180, 360, 540, 720, 1080)


@dataclass(frozen=True, slots=True)
class Shown:
    """A photo as its maker's pages show it."""

    code: str
    state: PhotoState
    alt: str
    width: int
    height: int
    cover: str | None

    @property
    def ready(self) -> bool:
        return self.state == PhotoState.READY

    @property
    def picture(self) -> pictures.Picture | None:
        """The card's picture."""
        return pictures.picture(self.cover)

    @property
    def large(self) -> pictures.Picture | None:
        """The picture in every width, in its own shape."""
        return pictures.picture(self.cover, (self.width, self.height), WIDE)


_OF_PRODUCT = (
    select(
        Photo.code,
        Photo.state,
        Photo.alt,
        Photo.width,
        Photo.height,
        Photo.version,
        Photo.widths,
    )
    .where(Photo.product_id == bindparam("product_id"), Photo.state.in_(SHOWN))
    .order_by(Photo.position, Photo.id)
)
_ONE = select(*_OF_PRODUCT.selected_columns).where(
    Photo.code == bindparam("code"), Photo.state == PhotoState.READY, Photo.private.is_(False)
)


def of_product(product_id: int) -> list[Shown]:
    """The photos of a product, the main one first."""
    return [_shown(row) for row in read(_OF_PRODUCT, {"product_id": product_id})]


def shown(code: str | None) -> Shown | None:
    """One ready photo, whatever it shows; none when there is no such picture."""
    row = read_one(_ONE, {"code": code}) if code else None
    return _shown(row) if row else None


def cover_of(code: str | None) -> str | None:
    """The short note about a ready photo that rows carry; none when there is no such picture."""
    found = shown(code)
    return found.cover if found else None


def begin(
    *,
    ikm_id: int | None,
    product_id: int | None,
    alt: str,
    by: int | None,
    now: datetime,
    replaces: str | None = None,
) -> str:
    """A photo is on its way: at most 12 a product, 60 an hour and 2 GiB a business; its code.

    A picture of no business, which the dinas takes, counts for the officer: 60 an hour.
    """
    _check_pace(ikm_id, by, now)
    if ikm_id is not None:
        _check_room(ikm_id)
    place = 0
    if product_id is not None:
        place = _place(product_id, replaces)
    photo = Photo(
        code=new_code(),
        ikm_id=ikm_id,
        product_id=product_id,
        position=place,
        alt=alt[: rules.LONGEST_ALT],
        by=by,
        created_at=now,
        state=PhotoState.STORING,
    )
    db.session.add(photo)
    jobs.enqueue("photos.give_up", run_at=now + rules.PATIENCE, code=photo.code)
    return photo.code


def begin_apart(*, by: int | None, private: bool, now: datetime) -> Photo:
    """A photo of no shop or product is on its way; how many there may be, its matter says.

    A private one only some may see.
    """
    photo = Photo(code=new_code(), by=by, created_at=now, state=PhotoState.STORING, private=private)
    db.session.add(photo)
    db.session.flush()
    jobs.enqueue("photos.give_up", run_at=now + rules.PATIENCE, code=photo.code)
    return photo


def keep(
    code: str,
    *,
    size: tuple[int, int],
    widths: Iterable[int],
    bytes_stored: int,
    now: datetime,
    replaces: str | None = None,
) -> bool:
    """Every file is stored: the photo is ready. False when it was given up meanwhile."""
    photo = _locked(code)
    if photo.state != PhotoState.STORING:
        jobs.enqueue("photos.delete_files", code=code)
        return False
    photo.state = move(photo.state, PhotoState.READY, PHOTO_MOVES)
    photo.width, photo.height = size
    photo.widths, photo.bytes_stored = sorted(widths), bytes_stored
    old = _same_product(photo, replaces) if replaces else None
    if old is not None and old.state != PhotoState.GONE:
        photo.alt = photo.alt or old.alt
        _let_go(old, now)
    return True


def refuse(code: str) -> None:
    """It was no photo we can use: nothing was stored, nothing is shown."""
    photo = _locked(code)
    if photo.state == PhotoState.STORING:
        photo.state = move(photo.state, PhotoState.GONE, PHOTO_MOVES)


def fail(code: str) -> int | None:
    """The store did not take it: the place stays, for another try; the product, if it has one."""
    photo = _locked(code)
    if photo.state == PhotoState.STORING:
        photo.state = move(photo.state, PhotoState.FAILED, PHOTO_MOVES)
        jobs.enqueue("photos.delete_files", code=code)
    return photo.product_id


def remove(product_id: int, code: str, *, now: datetime) -> None:
    """Take a photo away; its files stay a day, so that it may come back."""
    _let_go(_of(product_id, code), now)


def take_down(ikm_id: int | None, code: str, *, now: datetime) -> None:
    """Take away the picture of a shop, or of a sentra; files that nobody shows are deleted."""
    photo = db.session.scalar(
        select(Photo)
        .where(Photo.code == code, Photo.ikm_id == ikm_id, Photo.product_id.is_(None))
        .with_for_update()
    )
    if photo is not None:
        _let_go(photo, now)


def restore(product_id: int, code: str) -> None:
    """Bring back a photo that was taken away, if its files are still there and there is room."""
    photo = _of(product_id, code)
    if photo.state != PhotoState.GONE:
        return
    if not photo.bytes_stored:
        raise Conflict("photo_gone")
    if not rules.room_for(_count(product_id)):
        raise Invalid("photo_too_many", field="foto", most=rules.MOST_PER_PRODUCT)
    photo.state = move(photo.state, PhotoState.READY, PHOTO_MOVES)


def make_cover(product_id: int, code: str) -> None:
    """Put a photo first: it stands on cards and is the first that buyers see."""
    chosen = _of(product_id, code)
    if chosen.state != PhotoState.READY:
        raise Conflict("photo_not_ready")
    first = db.session.scalar(
        select(func.min(Photo.position)).where(
            Photo.product_id == product_id, Photo.state.in_(SHOWN)
        )
    )
    chosen.position = (first or 0) - 1


def describe(product_id: int, alts: dict[str, str]) -> None:
    """Write what each photo shows, for who hears the page."""
    for photo in db.session.scalars(
        select(Photo).where(Photo.product_id == product_id, Photo.code.in_(alts)).order_by(Photo.id)
    ):
        photo.alt = alts[photo.code][: rules.LONGEST_ALT]


def forget_files(code: str) -> tuple[int, bool] | None:
    """Let go of the files of a photo that is not shown: version and whether they lie apart."""
    photo = db.session.scalar(select(Photo).where(Photo.code == code).with_for_update())
    if photo is None or photo.state in (PhotoState.READY, PhotoState.STORING):
        return None
    photo.bytes_stored, photo.widths = 0, []
    return photo.version, photo.private


def _cover(code: str, version: int, widths: list[int]) -> str | None:
    return pictures.cover_of(code, version, widths) if widths else None


def _shown(row: Any) -> Shown:
    return Shown(
        code=row.code,
        state=PhotoState(row.state),
        alt=row.alt,
        width=row.width,
        height=row.height,
        cover=_cover(row.code, row.version, row.widths),
    )


def _check_pace(ikm_id: int | None, by: int | None, now: datetime) -> None:
    lately = select(func.count(), func.min(Photo.created_at)).where(
        Photo.ikm_id == ikm_id, Photo.created_at > now - timedelta(hours=1)
    )
    if ikm_id is None:
        lately = lately.where(Photo.by == by)
    count, oldest = db.session.execute(lately).one()
    if count >= rules.MOST_PER_HOUR:
        raise TooMany("photos_too_fast", minutes=rules.minutes_to_wait(now - oldest))


def _check_room(ikm_id: int) -> None:
    used = db.session.scalar(select(func.sum(Photo.bytes_stored)).where(Photo.ikm_id == ikm_id))
    if (used or 0) >= rules.MOST_BYTES:
        raise Invalid("photo_no_room", field="foto")


def _place(product_id: int, replaces: str | None) -> int:
    """Behind the others, or where the photo stands that this one is taken for."""
    if replaces is not None:
        return _of(product_id, replaces).position
    if not rules.room_for(_count(product_id)):
        raise Invalid("photo_too_many", field="foto", most=rules.MOST_PER_PRODUCT)
    last = db.session.scalar(select(func.max(Photo.position)).where(Photo.product_id == product_id))
    return 0 if last is None else last + 1


def _count(product_id: int) -> int:
    return (
        db.session.scalar(
            select(func.count()).where(Photo.product_id == product_id, Photo.state.in_(SHOWN))
        )
        or 0
    )


def _let_go(photo: Photo, now: datetime) -> None:
    if photo.state == PhotoState.GONE:
        return
    photo.state = move(photo.state, PhotoState.GONE, PHOTO_MOVES)
    jobs.enqueue("photos.delete_files", run_at=now + rules.UNDO, code=photo.code)


def _same_product(photo: Photo, code: str) -> Photo | None:
    return db.session.scalar(
        select(Photo).where(Photo.code == code, Photo.product_id == photo.product_id)
    )


def _of(product_id: int, code: str) -> Photo:
    """The photo of this product; another's photo does not exist here."""
    photo = db.session.scalar(
        select(Photo).where(Photo.code == code, Photo.product_id == product_id).with_for_update()
    )
    if photo is None:
        raise NotFound()
    return photo


def _locked(code: str) -> Photo:
    photo = db.session.scalar(select(Photo).where(Photo.code == code).with_for_update())
    if photo is None:
        raise NotFound()
    return photo

"""A photo comes in: its record first, then its files, then it is shown; and the way out again."""

from __future__ import annotations

import structlog

from marketplace.catalog import changes, products
from marketplace.core import clock
from marketplace.core.errors import Invalid, MarketError, OutsideFailed
from marketplace.core.failpoints import passing
from marketplace.core.work import transaction
from marketplace.outside import outside
from marketplace.photos import photos
from media import darkroom
from media.checks import PictureRefused
from media.keys import picture_key
from media.renditions import WIDTHS, Picture
from media.storage import StorageDown

log = structlog.get_logger()
NAMES = (*(f"w{width}.webp" for width in WIDTHS), "share.jpg", "master.webp")


def take_in(
    data: bytes,
    *,
    ikm_id: int | None,
    product_id: int | None = None,
    alt: str = "",
    by: int | None,
    replaces: str | None = None,
) -> str:
    """Check, clean and store a photo; its code.

    Raises Invalid("photo_...") when the file is no photo we can use, TooMany when they come too
    fast, and OutsideFailed("photo_not_stored") when the store is away: then its place stays with
    the product, so that it can be sent again. `replaces` is the photo it is taken instead of.
    """
    with transaction():
        if product_id is not None:
            products.lock(product_id)  # two uploads at once count each other
        code = photos.begin(
            ikm_id=ikm_id,
            product_id=product_id,
            alt=alt,
            by=by,
            now=clock.now(),
            replaces=replaces,
        )
    passing("photos.begun")
    _store(code, _developed(code, data), product_id, replaces)
    return code


def give_up(code: str) -> None:
    """An upload that never finished has failed; what was stored of it is deleted."""
    with transaction():
        photos.fail(code)


def delete_files(code: str) -> None:
    """Delete the files of a photo that was taken away; the record lets go of them first."""
    with transaction():
        version = photos.forget_files(code)
    if version is None:
        return
    passing("photos.forgotten")
    for name in NAMES:
        outside().storage.delete(picture_key(code, version, name))


def _developed(code: str, data: bytes) -> Picture:
    try:
        return darkroom.prepare(data)
    except PictureRefused as refused:
        with transaction():
            photos.refuse(code)
        raise Invalid(f"photo_{refused.code}", field="foto") from None
    except darkroom.DarkroomBroken as broken:
        log.error("darkroom_broken", photo=code, error=str(broken))
        raise _failed(code) from broken


def _store(code: str, picture: Picture, product_id: int | None, replaces: str | None) -> None:
    storage = outside().storage
    try:
        for file in picture.renditions:
            storage.put(picture_key(code, 1, file.name), file.data, file.content_type)
    except StorageDown as down:
        log.warning("photo_not_stored", photo=code, error=str(down))
        raise _failed(code) from down
    passing("photos.stored")
    with transaction():
        now = clock.now()
        if product_id is not None:
            products.lock(product_id)
        kept = photos.keep(
            code,
            size=(picture.width, picture.height),
            widths=[int(f.name[1:-5]) for f in picture.renditions if f.name.startswith("w")],
            bytes_stored=sum(len(file.data) for file in picture.renditions),
            now=now,
            replaces=replaces,
        )
        if kept and product_id is not None:
            changes.show(product_id, now)
    if not kept:
        raise OutsideFailed("photo_not_stored")


def _failed(code: str) -> MarketError:
    """The photo's place stays, marked as not yet stored."""
    with transaction():
        photos.fail(code)
    return OutsideFailed("photo_not_stored")

"""A photo comes in: its record first, then its files, then it is shown; and the way out again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import structlog

from marketplace.catalog import changes, products
from marketplace.core import clock
from marketplace.core.errors import Invalid, MarketError, NotFound, OutsideFailed
from marketplace.core.failpoints import passing
from marketplace.core.work import transaction
from marketplace.outside import outside
from marketplace.photos import photos
from media import darkroom
from media.checks import PictureRefused
from media.keys import picture_key, private_key
from media.renditions import WIDTHS, Picture
from media.storage import Missing, StorageDown

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


def looked_at(data: bytes) -> Picture:
    """Check and clean a photo before anything is written down; Invalid when we cannot use it."""
    try:
        return darkroom.prepare(data)
    except PictureRefused as refused:
        raise Invalid(f"photo_{refused.code}", field="foto") from None
    except darkroom.DarkroomBroken as broken:
        log.error("darkroom_broken", error=str(broken))
        raise OutsideFailed("photo_not_stored") from broken


def store_privately(code: str, picture: Picture) -> None:
    """Store a private photo whose record was begun; OutsideFailed when the store is away."""
    files = tuple(file for file in picture.renditions if file.name.startswith("w"))
    _store(code, replace(picture, renditions=files), None, None, key_of=private_key)


def store_openly(code: str, picture: Picture) -> None:
    """Store a photo for everybody whose record was begun; OutsideFailed when the store is away."""
    _store(code, picture, None, None)


def private_file(code: str, version: int, width: int) -> bytes:
    """One size of a private photo, for whom the page has let in."""
    try:
        return outside().storage.get(private_key(code, version, f"w{width}.webp"))
    except Missing:
        raise NotFound() from None
    except StorageDown as down:
        raise OutsideFailed("photo_not_shown") from down


def give_up(code: str) -> None:
    """An upload that never finished has failed; what was stored of it is deleted."""
    with transaction():
        photos.fail(code)


def delete_files(code: str) -> None:
    """Delete the files of a photo that was taken away; the record lets go of them first."""
    with transaction():
        found = photos.forget_files(code)
    if found is None:
        return
    passing("photos.forgotten")
    version, private = found
    key_of = private_key if private else picture_key
    for name in NAMES:
        outside().storage.delete(key_of(code, version, name))


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


def _store(
    code: str,
    picture: Picture,
    product_id: int | None,
    replaces: str | None,
    *,
    key_of: Callable[[str, int, str], str] = picture_key,
) -> None:
    storage = outside().storage
    try:
        for file in picture.renditions:
            storage.put(key_of(code, 1, file.name), file.data, file.content_type)
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

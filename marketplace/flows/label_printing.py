"""A label for the maker's packaging: the words of the product, its photo, and the press."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from marketplace.catalog.labels import labels
from marketplace.catalog.labels.labels import Kept
from marketplace.catalog.sheets import Choice, Sheet
from marketplace.core.errors import Invalid, OutsideFailed
from marketplace.flows import photo_work
from marketplace.outside import outside
from marketplace.photos.rules import LONGEST_ALT
from media import darkroom
from media.keys import picture_key
from media.labels.order import DrawnLabel
from media.labels.words import Label, TooMuchText
from media.storage import Missing, StorageDown

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Order:
    """One size of a product to draw; `path` is its page, `day` the best-before day in words."""

    kept: Kept
    sheet: Sheet
    choice: Choice
    path: str
    day: str


def printed(order: Order, *, full_sheet: bool) -> DrawnLabel:
    """The label of one size, for the press or as a whole sheet of stickers.

    Raises Invalid("label_incomplete") while something that it must say is missing, and
    Invalid("label_too_much_...") when its words have no room on the chosen paper.
    """
    label = _label(order)
    with _told():
        return darkroom.label(label, sheet=full_sheet)


def on_packaging(order: Order) -> bytes:
    """A JPEG of the label on its packaging, marked as an illustration; refused as `printed` is."""
    label = _label(order)
    with _told():
        return darkroom.illustration(label)


def add_to_photos(order: Order, *, by: int) -> str:
    """Keep that illustration among the product's photos; its code. Refused as any photo is."""
    return photo_work.take_in(
        on_packaging(order),
        ikm_id=order.sheet.ikm_id,
        product_id=order.sheet.id,
        alt=f"Ilustrasi kemasan: {order.sheet.name}"[:LONGEST_ALT],
        by=by,
    )


@contextmanager
def _told() -> Iterator[None]:
    """What the press cannot do, in our own words."""
    try:
        yield
    except TooMuchText as much:
        raise Invalid(f"label_too_much_{much.what}", field="paper") from None
    except darkroom.DarkroomBroken as broken:
        log.error("darkroom_broken", error=str(broken))
        raise OutsideFailed("label_not_drawn") from broken


def _label(order: Order) -> Label:
    kept, sheet, choice = order.kept, order.sheet, order.choice
    if not kept.wish.version or kept.missing(sheet, choice):  # what nobody kept was never checked
        raise Invalid("label_incomplete")
    wish = kept.wish
    net, ean = wish.sizes[choice.id]
    return Label(
        paper=wish.paper,
        look=wish.look,
        name=sheet.name,
        size=choice.name,
        net=net,
        maker=kept.maker,
        place=kept.place,
        story=wish.story,
        facts=labels.facts(kept, order.day),
        address=f"{outside().config.base_url}{order.path}",
        ean=ean,
        photo=_photo(sheet),
    )


def _photo(sheet: Sheet) -> bytes | None:
    """The main photo as sharp as it is kept; a label without a photo is a label too."""
    cover = sheet.cover
    if cover is None or cover.cover is None:
        return None
    code, version, _ = cover.cover.split("/")
    try:
        return outside().storage.get(picture_key(code, int(version), "master.webp"))
    except Missing:
        return None
    except StorageDown as down:
        raise OutsideFailed("label_not_drawn") from down

"""A label for the maker's packaging: the words of the product, its photo, and the press."""

from __future__ import annotations

import structlog

from marketplace.catalog.labels import labels
from marketplace.catalog.labels.labels import Kept
from marketplace.catalog.sheets import Choice, Sheet
from marketplace.core.errors import Invalid, OutsideFailed
from marketplace.outside import outside
from media import darkroom
from media.keys import picture_key
from media.labels.order import DrawnLabel
from media.labels.words import Label, TooMuchText
from media.storage import Missing, StorageDown

log = structlog.get_logger()


def printed(
    kept: Kept, sheet: Sheet, choice: Choice, *, path: str, day: str, full_sheet: bool
) -> DrawnLabel:
    """The label of one size; `path` is the product's page, `day` the best-before day in words.

    Raises Invalid("label_incomplete") while something that it must say is missing, and
    Invalid("label_too_much") when its words have no room on the chosen paper.
    """
    if kept.missing(sheet, choice):
        raise Invalid("label_incomplete")
    wish = kept.wish
    net, ean = wish.sizes[choice.id]
    label = Label(
        paper=wish.paper,
        look=wish.look,
        name=sheet.name,
        size=choice.name,
        net=net,
        maker=kept.maker,
        place=kept.place,
        story=wish.story,
        facts=labels.facts(kept, sheet, day),
        address=f"{outside().config.base_url}{path}",
        ean=ean,
        photo=_photo(sheet),
    )
    try:
        return darkroom.label(label, sheet=full_sheet)
    except TooMuchText as much:
        raise Invalid(f"label_too_much_{much.what}", field="paper") from None
    except darkroom.DarkroomBroken as broken:
        log.error("darkroom_broken", error=str(broken))
        raise OutsideFailed("label_not_drawn") from broken


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

"""Reviews as pages draw them: stars in words, pictures, the answer of the shop."""

from __future__ import annotations

from typing import Any

from marketplace.orders.reviews import rules
from marketplace.photos.pictures import cover_of, picture
from marketplace.web.formats import number, short_date

BIG = (540, 720, 1080)


def row(review: Any) -> dict[str, Any]:
    """One review with what the page says of it."""
    covers = [cover_of(code, version, widths) for code, version, widths in review.photos or ()]
    return {
        "code": review.code,
        "author": review.author,
        "stars": review.stars,
        "words": review.words,
        "when": short_date(review.written_at.date()),
        "edited": review.edited_at is not None,
        "reply": review.reply,
        "hidden": review.state == "hidden",
        "why_hidden": review.why_hidden,
        "reports": review.reports,
        "changed_since": review.changed_since,
        "photos": [
            {"small": small, "big": big["src"]}
            for cover in covers
            if (small := picture(cover)) and (big := picture(cover, offered=BIG))
        ],
    }


def average(product: Any) -> str:
    """4,6: what buyers give on average."""
    return number(rules.average(product.rating_sum, product.rating_count) / 10)

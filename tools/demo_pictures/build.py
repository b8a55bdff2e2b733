"""Rebuilds every picture of the demo market: python -m tools.demo_pictures.build [slug ...]."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator
from typing import Any

from marketplace.demo.content import PICTURES, Sentra, Shop, load_content

from .compose import SECOND, main_picture, workshop
from .paint import Look
from .render import render


def look(spec: dict[str, Any], maker: str, slug: str) -> Look:
    """A drawing spec of the data files, with a seed that never changes for a slug."""
    fields = {key: spec[key] for key in ("draw", "palette", "motif", "title", "sub") if key in spec}
    return Look(
        **fields, maker=maker, seed=zlib.crc32(slug.encode()) % 997, options=spec.get("options", {})
    )


def pictures(only: set[str]) -> Iterator[tuple[str, str]]:
    """Every (file stem, svg) of shops, centres and products, or just the named slugs."""
    content = load_content()
    places: list[Sentra | Shop] = [*content.sentras, *content.shops]
    for place in places:
        if not only or place.slug in only:
            yield place.picture.path.stem, workshop(look(place.drawing, place.label, place.slug))
    for shop in content.shops:
        for product in shop.products:
            if only and not only & {shop.slug, product.slug}:
                continue
            what = look(product.drawing, shop.label, product.slug)
            yield product.pictures[0].path.stem, main_picture(what)
            for picture in product.pictures[1:]:
                yield picture.path.stem, SECOND[product.drawing["second_view"]](what)


def main() -> None:
    weight = render(pictures(set(sys.argv[1:])), PICTURES)
    print(f"{weight / 1_000_000:.1f} MB")


if __name__ == "__main__":
    main()

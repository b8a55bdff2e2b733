"""Citra photographs what she sells, over HTTP, and takes a better photo a little later.

Each step may be begun again after it broke off, as a person would who looks at the page first.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

from PIL import Image

from tests.books import Books, Row
from tests.services.market import Market
from tests.services.stall import Goods
from tests.services.visitor import Page, Visitor

LONG_AGO = "2020-01-01 00:00:00+00:00"


def snapshot(shade: int) -> tuple[str, bytes, str]:
    """A photo as a phone would send it."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((900, 700)).point(lambda v: (v + shade) % 256).convert(
        "RGB"
    ).save(out, "JPEG")
    return (f"IMG_{shade}.jpg", out.getvalue(), "image/jpeg")


class Photographing:
    """The part of the story that is about pictures."""

    market: Market
    goods: Goods
    books: Books
    asih: Visitor
    citra: Visitor

    def citra_photographs_her_batik(self) -> None:
        page = self._look()
        if not self._photos("ready"):
            self.citra.send(
                "/ulang$" if page.offers("/ulang$") else "/foto$", files={"foto": snapshot(0)}
            )
        assert self._photos("ready"), self.citra.page.words[:600]

    def citra_takes_a_better_photo(self) -> None:
        self._look()
        if len(self._photos("ready", "gone")) < 2:
            self.citra.send("/ulang$", files={"foto": snapshot(80)})
        # it took the place of the first one, or of an upload that had died on the way
        ready, gone = self._photos("ready"), self._photos("gone")
        assert ready, self.citra.page.words[:600]
        assert len(ready) + len(gone) >= 2, self.citra.page.words[:600]

    def a_day_goes_by(self) -> None:
        """Long enough that a photo which was taken away does not come back."""
        self.books.change(
            "UPDATE job SET run_at = :then WHERE state = 'ready' AND name = 'photos.delete_files'",
            then=LONG_AGO,
        )

    def asih_sees_the_photo(self) -> None:
        """The page, and the picture it points to."""
        shown = self._photos("ready")[0]["code"]
        text = self.asih.open(self.goods.pages[1]).text
        sources = {part.partition('"')[0] for part in text.split('src="')[1:]}
        pictures = [source for source in sources if f"/p/{shown}/" in source]
        assert pictures, f"no picture on {self.goods.pages[1]}"
        for picture in pictures:
            assert self.asih.open(picture).status == 200, picture

    def photo_faults(self) -> list[str]:
        """Every ready photo has all its files, and no file belongs to nobody."""
        rows = self.books.rows("SELECT code, state, version, widths FROM photo")
        wrong = [f"{row['code']} is still on its way" for row in rows if row["state"] == "storing"]
        wanted = {
            f"p/{row['code']}/{row['version']}/{name}"
            for row in rows
            if row["state"] == "ready"
            for name in ("share.jpg", "master.webp", *_webps(row["widths"]))
        }
        root = self.market.home / "media"
        there = {str(path.relative_to(root)) for path in _files(root / "p")}
        wrong += [f"a ready photo has lost {name}" for name in sorted(wanted - there)]
        return wrong + [f"nobody's file {name}" for name in sorted(there - wanted)]

    def _look(self) -> Page:
        shop, product = self.goods.shops[1], self.goods.pages[1].rpartition("-")[2]
        return self.citra.open(f"/toko-saya/{shop}/produk/{product}/foto")

    def _photos(self, *states: str) -> list[Row]:
        names = ", ".join(f"'{state}'" for state in states)
        return self.books.rows(f"SELECT code FROM photo WHERE state IN ({names})")


def _webps(widths: str | list[int]) -> list[str]:
    known: list[int] = json.loads(widths) if isinstance(widths, str) else widths
    return [f"w{width}.webp" for width in known]


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]

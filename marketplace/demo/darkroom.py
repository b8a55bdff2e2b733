"""Brings the pictures of the example market into the store, several at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path

from marketplace.outside import outside
from media.darkroom import prepare_here
from media.keys import picture_key


@dataclass(frozen=True)
class Kept:
    """A picture whose files are in the store."""

    code: str
    size: tuple[int, int]
    widths: list[int]
    bytes_stored: int


Developed = tuple[tuple[int, int], list[tuple[str, int, str, bytes]]]


def develop_all(wanted: Iterable[tuple[str, Path]], *, say: Callable[[str], None]) -> list[Kept]:
    """Make every size of each (code, file) and store them; in the order they were asked."""
    asked = list(wanted)
    kept: list[Kept] = []
    with ProcessPoolExecutor(cpu_count(), mp_context=get_context("spawn")) as pool:
        developed = pool.map(_develop, [file for _, file in asked], chunksize=4)
        for (code, _), picture in zip(asked, developed, strict=True):
            kept.append(_store(code, picture))
            if len(kept) % 50 == 0:
                say(f"{len(kept)} dari {len(asked)} gambar")
    return kept


def _develop(file: Path) -> Developed:
    picture = prepare_here(file.read_bytes())
    sizes = [(r.name, r.width, r.content_type, r.data) for r in picture.renditions]
    return (picture.width, picture.height), sizes


def _store(code: str, picture: Developed) -> Kept:
    size, renditions = picture
    for name, _, content_type, data in renditions:
        outside().storage.put(picture_key(code, 1, name), data, content_type)
    widths = [width for name, width, _, _ in renditions if name.startswith("w")]
    return Kept(code, size, sorted(widths), sum(len(data) for *_, data in renditions))

"""From the address of a list to a wish, and back: strict in reading, short in writing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from werkzeug.exceptions import BadRequest

from marketplace.catalog import shelves
from marketplace.catalog.wishes import LAST_PAGE, After, Sort, Wish
from marketplace.core.money import MAX_RUPIAH

LONGEST_QUERY = 80
ANSWER = "p-"  # prefix of a question's code in an address
MOST_ANSWERS = 4
DISTRICT = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\Z")
AMOUNT = re.compile(r"[0-9]{1,13}\Z|[0-9]{1,3}(\.[0-9]{3}){1,4}\Z")
CURSOR = re.compile(r"([0-9]{1,16})-([0-9]{1,18})\Z")
PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,2}\Z")


def wish_of(args: Mapping[str, str], shelf_id: int, sorts: tuple[Sort, ...]) -> Wish:
    """Read the filters, the order and the place in the list; anything odd answers 400.

    The first of `sorts` is the order when none is asked for.
    """
    lowest, highest = _amount(args, "min"), _amount(args, "max")
    if lowest is not None and highest is not None and lowest > highest:
        lowest, highest = highest, lowest
    return Wish(
        shelf_id=shelf_id,
        sort=_sort(args, sorts),
        district=_matching(args, "kecamatan", DISTRICT),
        lowest=lowest,
        highest=highest,
        ready=_flag(args, "siap"),
        answers=_answers(args, shelf_id),
        after=_after(args),
        page=_page(args),
    )


def query_of(args: Mapping[str, str]) -> str:
    """What was typed into the search field, cut when too long, without signs nobody can see."""
    typed = "".join(letter for letter in args.get("q", "") if letter.isprintable())
    return " ".join(typed.split())[:LONGEST_QUERY]


def address(path: str, wish: Wish, default: Sort, **more: str) -> str:
    """The address of a list; what is as usual is left out."""
    found: dict[str, Any] = {name: value for name, value in more.items() if value}
    if wish.district:
        found["kecamatan"] = wish.district
    if wish.lowest is not None:
        found["min"] = wish.lowest
    if wish.highest is not None:
        found["max"] = wish.highest
    if wish.ready:
        found["siap"] = 1
    found |= {f"{ANSWER}{_quoted(code)}": value for code, value in wish.answers}
    if wish.sort is not default:
        found["urut"] = wish.sort.value
    if wish.page > 1:
        found["hal"] = wish.page
    if wish.after:
        found["setelah"] = f"{wish.after.key}-{wish.after.product_id}"
    if not found:
        return path
    return f"{path}?{'&'.join(f'{name}={_quoted(str(value))}' for name, value in found.items())}"


@lru_cache(maxsize=512)
def _quoted(words: str) -> str:
    """A page has some thirty addresses, and the same few words in all of them."""
    return quote_plus(words)


def _given(args: Mapping[str, str], name: str) -> str:
    return args.get(name, "").strip()


def _matching(args: Mapping[str, str], name: str, pattern: re.Pattern[str]) -> str | None:
    text = _given(args, name)
    if text and not pattern.match(text):
        raise BadRequest()
    return text or None


def _amount(args: Mapping[str, str], name: str) -> int | None:
    text = _matching(args, name, AMOUNT)
    if text is None:
        return None
    amount = int(text.replace(".", ""))
    if amount > MAX_RUPIAH:
        raise BadRequest()
    return amount


def _flag(args: Mapping[str, str], name: str) -> bool:
    text = _given(args, name)
    if text not in ("", "1"):
        raise BadRequest()
    return text == "1"


def _sort(args: Mapping[str, str], sorts: tuple[Sort, ...]) -> Sort:
    text = _given(args, "urut")
    if not text:
        return sorts[0]
    if text not in {one.value for one in sorts}:
        raise BadRequest()
    return Sort(text)


def _page(args: Mapping[str, str]) -> int:
    text = _matching(args, "hal", PAGE_NUMBER)
    if text is None:
        return 1
    if int(text) > LAST_PAGE:
        raise BadRequest()
    return int(text)


def _after(args: Mapping[str, str]) -> After | None:
    text = _given(args, "setelah")
    if not text:
        return None
    found = CURSOR.match(text)
    if not found:
        raise BadRequest()
    return After(int(found[1]), int(found[2]))


def _answers(args: Mapping[str, str], shelf_id: int) -> tuple[tuple[str, str], ...]:
    """Answers to the questions of this shelf; other shelves' questions mean nothing here."""
    shelf = shelves.tree().get(shelf_id)
    found = []
    for question in shelf.questions if shelf else ():
        value = _given(args, f"{ANSWER}{question.code}")
        if question.facet and value:
            if len(value) > 80 or "\0" in value:
                raise BadRequest()
            found.append((question.code, value))
    return tuple(found[:MOST_ANSWERS])

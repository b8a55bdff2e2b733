"""A complaint from its first word to its end: each step with its letters, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from marketplace.core import clock
from marketplace.core.errors import Conflict, Invalid, OutsideFailed
from marketplace.core.failpoints import passing
from marketplace.core.work import transaction
from marketplace.flows import complaint_letters, photo_work
from marketplace.orders.complaints import answers, complaints, deciding, pictures
from marketplace.orders.complaints.cases import Case
from marketplace.orders.complaints.complaints import Filed
from marketplace.orders.views import GroupView
from media.renditions import Picture


@dataclass(frozen=True, slots=True)
class Shop:
    """Whoever answers for a shop."""

    ikm_id: int
    by: int


# --- The buyer ------------------------------------------------------------------------------------


def complain(
    group: GroupView, order_code: str, filed: Filed, photos: Iterable[bytes], *, by: int | None
) -> int:
    """Open a complaint with its pictures; how many of them the store did not take.

    A picture that is none refuses the whole, so that it can be chosen again. Once all are right the
    complaint stands, whatever becomes of them.
    """
    shots = [photo_work.looked_at(data) for data in photos]
    with transaction():
        complaints.complain(order_code, filed, group_id=group.id, by=by, now=clock.now())
        complaint_letters.tell(order_code, "opened")
    passing("complaints.opened")
    return _store(shots, lambda: _begin(order_code, by=by, group_id=group.id))


def accept(group: GroupView, order_code: str, *, by: int | None) -> None:
    """The buyer takes the offer."""
    _act(
        order_code, "accepted",
        lambda now: complaints.accept(order_code, group_id=group.id, by=by, now=now),
    )  # fmt: skip


def pass_on(group: GroupView, order_code: str, *, words: str, by: int | None) -> None:
    """The buyer asks the dinas."""
    _act(
        order_code, "passed_on",
        lambda now: complaints.pass_on(
            order_code, group_id=group.id, words=words, by=by, now=now
        ),
    )  # fmt: skip


def received(group: GroupView, order_code: str, *, by: int | None) -> None:
    """What was sent again is good."""
    _act(
        order_code, "received",
        lambda now: complaints.received(order_code, group_id=group.id, by=by, now=now),
    )  # fmt: skip


def withdraw(group: GroupView, order_code: str, *, by: int | None) -> None:
    """It turned out well."""
    _act(
        order_code, "withdrawn",
        lambda now: complaints.withdraw(order_code, group_id=group.id, by=by, now=now),
    )  # fmt: skip


# --- The shop -------------------------------------------------------------------------------------


def give_back(order_code: str, shop: Shop, *, amount: int, words: str) -> bool:
    """The shop gives money back; whether that ends the matter, or the buyer must say yes first."""
    with transaction():
        case = answers.give_back(
            order_code, ikm_id=shop.ikm_id, amount=amount, words=words, by=shop.by, now=clock.now()
        )
        ended = case.complaint.closed_at is not None
        complaint_letters.tell(order_code, "agreed" if ended else "offered")
    passing("complaints.acted")
    return ended


def refuse(order_code: str, shop: Shop, *, words: str, photos: Iterable[bytes]) -> int:
    """The shop says no, with words and pictures; how many of them the store did not take."""
    shots = [photo_work.looked_at(data) for data in photos]
    _act(
        order_code, "refused",
        lambda now: answers.refuse(
            order_code, ikm_id=shop.ikm_id, words=words, by=shop.by, now=now
        ),
    )  # fmt: skip
    return _store(shots, lambda: _begin(order_code, by=shop.by, ikm_id=shop.ikm_id))


def promise(order_code: str, shop: Shop) -> None:
    """The shop will send it again."""
    _act(
        order_code, "promised",
        lambda now: answers.promise(order_code, ikm_id=shop.ikm_id, by=shop.by, now=now),
    )  # fmt: skip


def resend(order_code: str, shop: Shop, *, courier: str, tracking: str) -> None:
    """The courier has it once more."""
    _act(
        order_code, "resent",
        lambda now: answers.resend(
            order_code, ikm_id=shop.ikm_id, courier=courier, tracking=tracking, by=shop.by, now=now
        ),
    )  # fmt: skip


# --- The dinas, and the clock ---------------------------------------------------------------------


def decide(order_code: str, *, amount: int, words: str, by: int) -> bool:
    """The dinas decides and both sides read why; False while a second officer must agree."""
    with transaction():
        case = deciding.decide(order_code, amount=amount, words=words, by=by, now=clock.now())
        ended = case.complaint.closed_at is not None
        if ended:
            complaint_letters.tell(order_code, "decided")
    passing("complaints.acted")
    return ended


def see_what_is_due() -> int:
    """Whoever was silent too long: the matter goes on without their word."""
    with transaction():
        codes = deciding.due(clock.now())
    count = 0
    for code in codes:
        with transaction():
            found = deciding.lapse(code, clock.now())
            if found is not None:
                complaint_letters.tell(code, found[1])
                count += 1
        passing("complaints.lapsed")
    return count


def _act(order_code: str, what: str, act: Callable[[datetime], Case]) -> None:
    with transaction():
        act(clock.now())
        complaint_letters.tell(order_code, what)
    passing("complaints.acted")


# --- Pictures -------------------------------------------------------------------------------------


def show_more(
    order_code: str,
    photos: Iterable[bytes],
    *,
    by: int | None,
    group_id: int | None = None,
    ikm_id: int | None = None,
) -> int:
    """More pictures of one side; how many of them the store did not take."""
    shots = [photo_work.looked_at(data) for data in photos]
    return _store(
        shots, lambda: _begin(order_code, by=by, group_id=group_id, ikm_id=ikm_id), strict=True
    )


def _begin(
    order_code: str, *, by: int | None, group_id: int | None = None, ikm_id: int | None = None
) -> str:
    with transaction():
        return pictures.begin(
            order_code, by=by, now=clock.now(), group_id=group_id, ikm_id=ikm_id
        )  # fmt: skip


def _store(
    shots: Iterable[Picture], begin: Callable[[], str], *, strict: bool = False
) -> int:  # fmt: skip
    """Each picture by itself; `strict` says why one may not come any more."""
    missing = 0
    for shot in shots:
        try:
            code = begin()
            passing("complaints.photo_begun")
            photo_work.store_privately(code, shot)
        except OutsideFailed:
            missing += 1
        except (Conflict, Invalid):
            if strict:
                raise
            missing += 1
    return missing

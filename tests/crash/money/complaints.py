"""Three are not content: Citra gives in, Eka decides, and nobody answers Dewi.

Asih shows a picture and gets everything back. Budi wants a part, Citra says no, Eka gives him less.
Dewi takes it back when the time to answer is over, and says with a picture how it is.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update

from marketplace.core import clock
from marketplace.core.db import db, read_one
from marketplace.core.jobs import Schedule
from marketplace.core.work import transaction
from marketplace.flows import complaining, reviewing
from marketplace.flows.complaining import Shop
from marketplace.orders.complaints.complaints import Filed
from marketplace.orders.complaints.models import Complaint
from marketplace.orders.complaints.states import Kind, Wish
from marketplace.orders.ledger import queries
from marketplace.orders.ledger.rules import Account
from marketplace.orders.reviews.models import Review
from marketplace.photos.models import Photo
from tests import builders
from tests.crash.dying import LONG_AGO
from tests.crash.money.people import order, orders_of, page_of, pay_by_card, stripe, the
from tests.crash.photos import snapshot
from tests.orders import grievances

PEOPLE, BAG, LESS = ("asih", "budi", "dewi"), 25_000, 9_000


def three_pay_and_have_their_parcels_sent() -> None:
    for name in PEOPLE:
        pay_by_card(name)
        if _order(name).state == "new":
            grievances.send(_order(name).code)


def asih_shows_what_broke() -> None:
    pictures = [snapshot(40)[1]]
    if _complaint("asih") is None:
        complaining.complain(
            page_of("asih"), _order("asih").code, _filed("asih", Wish.ALL), pictures, by=None
        )
    elif not _pictures():
        complaining.show_more(
            _order("asih").code, pictures, by=None, group_id=_order("asih").group_id
        )


def citra_gives_in() -> None:
    if _state("asih") == "asked":
        complaining.give_back(
            _order("asih").code, _shop("asih"), amount=_order("asih").total, words="Maaf"
        )


def budi_and_dewi_complain() -> None:
    for name, wish in (("budi", Wish.PART), ("dewi", Wish.RESEND)):
        if _complaint(name) is None:
            complaining.complain(page_of(name), _order(name).code, _filed(name, wish), [], by=None)


def citra_says_no_to_budi() -> None:
    if _state("budi") == "asked":
        complaining.refuse(_order("budi").code, _shop("budi"), words="Utuh", photos=[])


def eka_decides() -> None:
    if _state("budi") == "desk":
        complaining.decide(
            _order("budi").code, amount=LESS, words="Sebagian rusak", by=builders.staff()
        )


def nobody_answers_dewi() -> None:
    """The worker's next look is due, which the story waits for."""
    with transaction():
        if _state("dewi") == "asked":
            db.session.execute(
                update(Complaint)
                .where(Complaint.order_id == _order("dewi").id)
                .values(due_at=clock.now())
            )
            db.session.execute(
                update(Schedule)
                .where(Schedule.name == "complaints.due")
                .values(next_run=datetime.fromisoformat(LONG_AGO))
            )


def dewi_takes_it_back() -> None:
    if _state("dewi") == "desk":
        complaining.withdraw(page_of("dewi"), _order("dewi").code, by=None)


def dewi_says_how_it_is() -> None:
    mine, pictures = the(Review), [snapshot(80)[1]]
    said: dict[str, Any] = {"stars": 4, "words": "Renyah.", "by": None}
    if mine is None:
        line = page_of("dewi").orders[0].lines[0]
        reviewing.write(page_of("dewi"), line.id, pictures, **said)
    elif _pictures() < 2:
        reviewing.edit(page_of("dewi"), mine.code, pictures, **said)


def end() -> None:
    assert [_state(name) for name in PEOPLE] == ["settled", "decided", "withdrawn"]
    assert {_order(name).state for name in PEOPLE} == {"completed"}
    assert _pictures() == 2
    back = sorted(refund["amount"] // 100 for refund in stripe().tell("refunds"))
    assert back == sorted([LESS, _order("asih").total]), back
    stays = sum(order(name).amount for name in PEOPLE) - sum(back)
    assert queries.balance(Account.CLEARING_STRIPE) == stays
    assert queries.balance(Account.DISPUTED) == queries.balance(Account.ESCROW) == 0


STEPS = (
    three_pay_and_have_their_parcels_sent,
    asih_shows_what_broke,
    citra_gives_in,
    budi_and_dewi_complain,
    citra_says_no_to_budi,
    eka_decides,
    nobody_answers_dewi,
    dewi_takes_it_back,
    dewi_says_how_it_is,
)
POINTS = {
    "buying.placed",
    "payments.opened",
    "payments.attached",
    "payments.read",
    "payments.settled",
    "complaints.opened",
    "complaints.photo_begun",
    "complaints.acted",
    "complaints.lapsed",
    "photos.stored",
    "reviews.written",
    "reviews.photo_begun",
    "refunds.sent",
    "refunds.recorded",
    "worker.begun",
    "worker.done",
}
ALARMS: set[str] = set()


def _order(name: str) -> Row[Any]:
    return orders_of(name)[0]


def _shop(name: str) -> Shop:
    return Shop(_order(name).ikm_id, builders.person("Citra"))


def _filed(name: str, wish: Wish) -> Filed:
    (line,) = page_of(name).orders[0].lines
    amount = BAG if wish is Wish.PART else None
    return Filed(Kind.DAMAGED, "Bungkusnya pecah.", wish, amount, {line.id: line.quantity})


def _complaint(name: str) -> Row[Any] | None:
    return the(Complaint, order_id=_order(name).id)


def _state(name: str) -> str:
    complaint = _complaint(name)
    return str(complaint.state) if complaint else ""


def _pictures() -> int:
    found = read_one(select(func.count()).where(Photo.state == "ready"))
    return int(found[0]) if found else 0

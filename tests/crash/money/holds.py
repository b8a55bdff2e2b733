"""Three let us hold money on their cards: a part of Asih's is taken, the others' is let go."""

from __future__ import annotations

from marketplace.core import clock
from marketplace.core.work import transaction
from marketplace.flows import holding
from marketplace.orders.cards import holds
from marketplace.orders.cards.models import Hold
from tests.crash.money.people import messages_come, page_words, pay_on_page, stripe, the

AMOUNT, TAKEN = 150_000, 90_000


def asih_agrees() -> None:
    pay_on_page(_page("asih"))
    assert holding.settle(_code("asih")) == "held"


def budi_agrees_and_closes_his_browser() -> None:
    pay_on_page(_page("budi"))
    messages_come(_code("budi"))


def dewi_agrees_and_no_message_comes() -> None:
    pay_on_page(_page("dewi"))


def it_comes_off_with_a_part_of_asihs_alone() -> None:
    hold = the(Hold, code=_code("asih"))
    assert hold is not None
    with transaction():
        if not hold.wish:
            holds.wish_capture(hold.code, amount=TAKEN, by=None, now=clock.now())
        for name in ("budi", "dewi"):
            assert _state(name) in ("held", "released")
            holds.wish_release(_code(name), by=None, now=clock.now())


def the_bank_tells_what_we_know() -> None:
    messages_come(_code("budi"), backwards=True)


def end() -> None:
    assert [_state(name) for name in ("asih", "budi", "dewi")] == ["captured"] + ["released"] * 2
    taken = [row["amount"] for row in stripe().tell("audit")]
    assert taken == [TAKEN * 100], taken
    left = {intent["status"] for intent in stripe().tell("intents")}
    assert left == {"succeeded", "canceled"}, "a hold is left open on somebody's card"


STEPS = (
    asih_agrees,
    budi_agrees_and_closes_his_browser,
    dewi_agrees_and_no_message_comes,
    "reconcile --once --days 1",
    it_comes_off_with_a_part_of_asihs_alone,
    the_bank_tells_what_we_know,
)
POINTS = {
    "holds.opened",
    "holds.attached",
    "holds.read",
    "holds.settled",
    "holds.captured",
    "holds.recorded",
    "messages.heard",
    "messages.kept",
    "messages.followed",
    "worker.begun",
    "worker.done",
}
ALARMS: set[str] = set()


def _page(name: str) -> str:
    """The page on which somebody agrees; asked for once, opened as often as it takes."""
    purpose = f"pledge:{name}"
    if the(Hold, purpose=purpose) is None:
        with transaction():
            holds.ask(
                purpose=purpose,
                provider="stripe",
                livemode=False,
                amount=AMOUNT,
                words=page_words(description="Ikut borong kopi"),
                now=clock.now(),
            )
    holding.open_page(_code(name))
    hold = the(Hold, purpose=purpose)
    assert hold is not None
    return str(hold.page)


def _code(name: str) -> str:
    hold = the(Hold, purpose=f"pledge:{name}")
    assert hold is not None
    return str(hold.code)


def _state(name: str) -> str:
    hold = the(Hold, purpose=f"pledge:{name}")
    return str(hold.state) if hold else ""

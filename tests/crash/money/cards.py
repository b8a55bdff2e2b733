"""Three leave their cards: Asih's is charged later, Budi's bank wants to see him, Dewi's waits."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from marketplace.core import clock
from marketplace.core.work import transaction
from marketplace.flows import kept_cards
from marketplace.orders.cards import kept
from marketplace.orders.cards.models import CardCharge, KeptCard
from tests import builders
from tests.crash.money.people import messages_come, page_words, pay_on_page, stripe, the
from tests.stand_ins.stripe_simulator.cards import GOOD_CARD, SHOW_ME_CARD

AMOUNT = 150_000


def asih_leaves_her_card() -> None:
    pay_on_page(_page("Asih"), GOOD_CARD)
    assert kept_cards.settle_card(_card("Asih").code) == "kept"


def budi_leaves_his_and_closes_his_browser() -> None:
    pay_on_page(_page("Budi"), SHOW_ME_CARD)
    messages_come(_card("Budi").code)


def dewi_leaves_hers_and_no_message_comes() -> None:
    pay_on_page(_page("Dewi"), GOOD_CARD)


def it_comes_off_and_two_are_charged() -> None:
    for name in ("Asih", "Budi"):
        if the(CardCharge, purpose=f"pledge:{name}") is None:
            with transaction():
                kept.ask_charge(
                    _card(name).code,
                    purpose=f"pledge:{name}",
                    amount=AMOUNT,
                    description="Borong kopi tercapai",
                    now=clock.now(),
                )


def budi_does_not_show_himself() -> None:
    charge = _charge("Budi")
    if not charge.stop_wished:
        with transaction():
            kept.wish_stop(charge.code, by=None, now=clock.now())


def asih_takes_her_card_back() -> None:
    kept_cards.forget(_card("Asih").code, by=builders.person("Asih"))


def end() -> None:
    assert [_charge(name).state for name in ("Asih", "Budi")] == ["paid", "stopped"]
    cards = [(_card(name).state, _card(name).card is None) for name in ("Asih", "Budi", "Dewi")]
    assert cards == [("forgotten", True), ("kept", False), ("kept", False)], cards
    taken = [row["amount"] for row in stripe().tell("audit")]
    assert taken == [AMOUNT * 100], taken


STEPS = (
    asih_leaves_her_card,
    budi_leaves_his_and_closes_his_browser,
    dewi_leaves_hers_and_no_message_comes,
    "reconcile --once --days 1",
    it_comes_off_and_two_are_charged,
    budi_does_not_show_himself,
    asih_takes_her_card_back,
)
POINTS = {
    "cards.opened",
    "cards.attached",
    "cards.read",
    "cards.forgotten",
    "charges.made",
    "charges.recorded",
    "messages.heard",
    "messages.kept",
    "messages.followed",
    "worker.begun",
    "worker.done",
}
ALARMS: set[str] = set()


def _page(name: str) -> str:
    """The page on which somebody leaves a card; asked for once, opened as often as it takes."""
    if the(KeptCard, purpose=f"pledge:{name}") is None:
        person = builders.person(name)
        with transaction():
            kept.ask_card(
                purpose=f"pledge:{name}",
                person_id=person,
                provider="stripe",
                livemode=False,
                consent="Ditagih Rp150.000 kalau borongan tercapai sebelum 30 November.",
                words=page_words(),
                now=clock.now(),
            )
    kept_cards.open_page(_card(name).code)
    return str(_card(name).page)


def _card(name: str) -> Row[Any]:
    card = the(KeptCard, purpose=f"pledge:{name}")
    assert card is not None
    return card


def _charge(name: str) -> Row[Any]:
    charge = the(CardCharge, purpose=f"pledge:{name}")
    assert charge is not None
    return charge

"""A shop's account for its money: asked at the provider if it is one's, and told to every owner."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from marketplace.core.db import read_one
from marketplace.core.errors import Invalid
from marketplace.core.work import transaction
from marketplace.flows import letters
from marketplace.makers import team
from marketplace.makers.models import Ikm
from marketplace.orders.payouts import accounts, rules
from marketplace.orders.payouts.accounts import Wish
from marketplace.orders.payouts.models import PayoutAccount
from marketplace.orders.payouts.rules import BANK
from marketplace.orders.ports import GatewayDown, GatewayRefused
from marketplace.outside import outside


def ways() -> list[str]:
    """Through whom makers can be paid here: a bank always, a provider where one is set up."""
    return [BANK, *outside().payments]


def change(ikm_id: int, wish: Wish, *, by: int, now: datetime) -> None:
    """Take another account; every owner gets a letter, so that no change stays unseen."""
    wanted = wish.clean()
    if wanted.way not in ways():
        raise Invalid("account_bank", field="bank")
    if wanted.way != BANK:
        _must_be_payable(wanted)
    with transaction():
        _tell("changed", accounts.change(ikm_id, wanted, by=by, now=now), now)


def withdraw(ikm_id: int, *, by: int, now: datetime) -> None:
    """Take a change back; every owner hears of this as well."""
    with transaction():
        _tell("withdrawn", accounts.withdraw(ikm_id, by=by, now=now), now)


def _must_be_payable(wish: Wish) -> None:
    try:
        reading = outside().payments[wish.way].read_account(wish.number)
    except GatewayRefused as refusal:
        raise Invalid("account_unknown_there", field="number") from refusal
    except GatewayDown as silence:
        raise Invalid("account_not_answered", field="number") from silence
    if not reading.can_be_paid:
        raise Invalid("account_not_ready", field="number")


def _tell(news: str, account: PayoutAccount, now: datetime) -> None:
    shop = read_one(select(Ikm.name, Ikm.code).where(Ikm.id == account.ikm_id))
    current = accounts.shown(account.ikm_id)
    if shop is None:
        return
    for address in team.owner_addresses(account.ikm_id):
        letters.post(
            "shop_account",
            to=address,
            key=f"account:{news}:{account.code}:{address}",
            news=news,
            shop=shop.name,
            code=shop.code,
            where=rules.masked(account.way, account.bank, account.tail),
            current=current.where if current else "",
            usable_from=account.usable_from.isoformat(),
        )

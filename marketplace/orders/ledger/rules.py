"""Accounts, facts, and between which accounts each fact moves money: the whole book on one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from marketplace.core.errors import Conflict


class Account(StrEnum):
    """Where money can lie, seen from the market."""

    CLEARING_STRIPE = "clearing.stripe"
    CLEARING_SIMULATOR = "clearing.simulator"
    BANK = "bank"
    ESCROW = "escrow"  # for goods, held for their order
    SHIPPING = "shipping"  # postage, held beside it
    DISPUTED = "disputed"  # out of escrow while somebody complains
    PAYABLE = "payable"  # a shop's; below zero it is a debt
    PAYOUTS = "payouts"  # on its way to a shop
    REFUNDS = "refunds"  # promised to a buyer, not gone yet
    UNCLAIMED = "unclaimed"  # no order has a right to it
    UNIQUE_CODE = "unique_code"
    TAX = "tax"
    COMMISSION = "commission"
    GOODWILL = "goodwill"
    LOSS = "loss"
    FEES = "fees"  # what providers keep of what they pay out
    DISPUTES = "disputes"  # taken back by a card bank, undecided
    ROUNDING = "rounding"  # stays empty: every split is exact


# Stands in the table of facts for the account that holds the money of this payment.
MONEY: Literal["money"] = "money"
Side = Account | Literal["money"]
# Transfers and QRIS come in on the bank account; a provider holds what was paid through it.
HOLDERS: Mapping[str, Account] = {
    "stripe": Account.CLEARING_STRIPE,
    "simulator": Account.CLEARING_SIMULATOR,
    "transfer": Account.BANK,
    "qris": Account.BANK,
}
MONEY_ACCOUNTS = frozenset(HOLDERS.values())
# What the market has or spends grows by debits; everything else is owed or earned.
GROWS_BY_DEBIT = MONEY_ACCOUNTS | {
    Account.DISPUTES,
    Account.GOODWILL,
    Account.LOSS,
    Account.FEES,
}
HELD = (Account.ESCROW, Account.SHIPPING, Account.DISPUTED)


class Fact(StrEnum):
    """What happened; one fact about one subject is booked once."""

    GOODS_PAID = "goods_paid"
    POSTAGE_PAID = "postage_paid"
    UNIQUE_CODE_PAID = "unique_code_paid"
    UNCLAIMED_CAME = "unclaimed_came"
    UNCLAIMED_FOUND = "unclaimed_found"
    UNCLAIMED_SET_ASIDE = "unclaimed_set_aside"
    GOODS_RELEASED = "goods_released"
    POSTAGE_RELEASED = "postage_released"
    COMMISSION_TAKEN = "commission_taken"
    COMMISSION_TAX_TAKEN = "commission_tax_taken"
    GOODS_RETURNED = "goods_returned"
    POSTAGE_RETURNED = "postage_returned"
    UNIQUE_CODE_RETURNED = "unique_code_returned"
    UNCLAIMED_RETURNED = "unclaimed_returned"
    GOODWILL_GIVEN = "goodwill_given"
    GOODS_TAKEN_BACK = "goods_taken_back"
    POSTAGE_TAKEN_BACK = "postage_taken_back"
    COMMISSION_GIVEN_BACK = "commission_given_back"
    COMMISSION_TAX_GIVEN_BACK = "commission_tax_given_back"
    REFUND_SENT = "refund_sent"
    REFUND_BY_CARD_BANK = "refund_by_card_bank"
    REFUND_NOT_NEEDED = "refund_not_needed"
    GOODS_DISPUTED = "goods_disputed"
    GOODS_UNDISPUTED = "goods_undisputed"
    CHARGEBACK_TAKEN = "chargeback_taken"
    CHARGEBACK_WON = "chargeback_won"
    CHARGEBACK_FROM_SHOP = "chargeback_from_shop"
    CHARGEBACK_FROM_ESCROW = "chargeback_from_escrow"
    CHARGEBACK_BORNE = "chargeback_borne"
    GOODS_KEPT = "goods_kept"
    POSTAGE_KEPT = "postage_kept"
    PAYOUT_MADE = "payout_made"
    PAYOUT_ARRIVED = "payout_arrived"
    PAYOUT_RETURNED = "payout_returned"
    SETTLED = "settled"
    PROVIDER_FEE = "provider_fee"
    REVERSED = "reversed"


_A = Account

# from (debit) -> to (credit)
MOVES: Mapping[Fact, tuple[Side, Side]] = {
    Fact.GOODS_PAID: (MONEY, _A.ESCROW),
    Fact.POSTAGE_PAID: (MONEY, _A.SHIPPING),
    Fact.UNIQUE_CODE_PAID: (MONEY, _A.UNIQUE_CODE),
    Fact.UNCLAIMED_CAME: (MONEY, _A.UNCLAIMED),
    # it is known whose it is: booked out here, and in again by the payment it pays
    Fact.UNCLAIMED_FOUND: (_A.UNCLAIMED, MONEY),
    # it was never for an order, so it is no business of this book
    Fact.UNCLAIMED_SET_ASIDE: (_A.UNCLAIMED, MONEY),
    Fact.GOODS_RELEASED: (_A.ESCROW, _A.PAYABLE),
    Fact.POSTAGE_RELEASED: (_A.SHIPPING, _A.PAYABLE),
    Fact.COMMISSION_TAKEN: (_A.PAYABLE, _A.COMMISSION),
    Fact.COMMISSION_TAX_TAKEN: (_A.PAYABLE, _A.TAX),
    Fact.GOODS_RETURNED: (_A.ESCROW, _A.REFUNDS),
    Fact.POSTAGE_RETURNED: (_A.SHIPPING, _A.REFUNDS),
    Fact.UNIQUE_CODE_RETURNED: (_A.UNIQUE_CODE, _A.REFUNDS),
    Fact.UNCLAIMED_RETURNED: (_A.UNCLAIMED, _A.REFUNDS),
    Fact.GOODWILL_GIVEN: (_A.GOODWILL, _A.REFUNDS),
    Fact.GOODS_TAKEN_BACK: (_A.PAYABLE, _A.REFUNDS),
    Fact.POSTAGE_TAKEN_BACK: (_A.PAYABLE, _A.REFUNDS),
    Fact.COMMISSION_GIVEN_BACK: (_A.COMMISSION, _A.PAYABLE),
    Fact.COMMISSION_TAX_GIVEN_BACK: (_A.TAX, _A.PAYABLE),
    Fact.REFUND_SENT: (_A.REFUNDS, MONEY),
    # the card bank gave it to the buyer before we could
    Fact.REFUND_BY_CARD_BANK: (_A.REFUNDS, _A.DISPUTES),
    # the same, found out after the market had borne that loss
    Fact.REFUND_NOT_NEEDED: (_A.REFUNDS, _A.LOSS),
    Fact.GOODS_DISPUTED: (_A.ESCROW, _A.DISPUTED),
    Fact.GOODS_UNDISPUTED: (_A.DISPUTED, _A.ESCROW),
    Fact.CHARGEBACK_TAKEN: (_A.DISPUTES, MONEY),
    Fact.CHARGEBACK_WON: (MONEY, _A.DISPUTES),
    Fact.CHARGEBACK_FROM_SHOP: (_A.PAYABLE, _A.DISPUTES),
    Fact.CHARGEBACK_FROM_ESCROW: (_A.ESCROW, _A.DISPUTES),
    Fact.CHARGEBACK_BORNE: (_A.LOSS, _A.DISPUTES),
    # the order is over and its buyer had all of it from the card bank: the market bore that
    Fact.GOODS_KEPT: (_A.ESCROW, _A.LOSS),
    Fact.POSTAGE_KEPT: (_A.SHIPPING, _A.LOSS),
    Fact.PAYOUT_MADE: (_A.PAYABLE, _A.PAYOUTS),
    Fact.PAYOUT_ARRIVED: (_A.PAYOUTS, MONEY),
    Fact.PAYOUT_RETURNED: (_A.PAYOUTS, _A.PAYABLE),
    # a provider paid out what it held for us, less its fee
    Fact.SETTLED: (_A.BANK, MONEY),
    Fact.PROVIDER_FEE: (_A.FEES, MONEY),
}


@dataclass(frozen=True, slots=True)
class Shares:
    """What a refund is made of; a refund after release takes goods and postage from the shop."""

    goods: int = 0
    postage: int = 0
    unique_code: int = 0
    unclaimed: int = 0
    goodwill: int = 0
    commission: int = 0  # the cut that falls away with these goods; no part of the refund
    commission_tax: int = 0

    @property
    def total(self) -> int:
        """What the buyer gets."""
        return self.goods + self.postage + self.unique_code + self.unclaimed + self.goodwill


Sums = Mapping[Fact, int]


def lies_in(account: Account, sums: Sums) -> int:
    """What these facts have left in an account that is owed or held for somebody."""
    come = sum(amount for fact, amount in sums.items() if MOVES[fact][1] == account)
    gone = sum(amount for fact, amount in sums.items() if MOVES[fact][0] == account)
    return come - gone


def falls_away(cut: int, *, goods: int, now: int) -> int:
    """How much of what is left of a cut falls away when `now` of the goods that are left goes back.

    Whatever the steps, all of it has fallen away when all goods have gone back.
    """
    return cut * now // goods if now else 0


def shares_of(amount: int, *, goods: int, postage: int, unique_code: int = 0) -> Shares:
    """Fill a refund from what is there: goods first, then postage, then the digits of a transfer.

    More than there is cannot be given back: it would be another's.
    """
    from_goods = min(amount, goods)
    from_postage = min(amount - from_goods, postage)
    rest = amount - from_goods - from_postage
    if rest > unique_code:
        raise Conflict("refund_too_large", asked=amount)
    return Shares(goods=from_goods, postage=from_postage, unique_code=rest)


def holder_of(provider: str) -> Account:
    """The account that holds what comes in through this provider."""
    return HOLDERS[provider]

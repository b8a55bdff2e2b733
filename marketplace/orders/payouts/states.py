"""The lives of an account, of a run, and of one payout."""

from __future__ import annotations

from enum import StrEnum

from marketplace.core.states import Moves


class AccountState(StrEnum):
    """current: payouts go there once its time of waiting is over; replaced: another came after it;
    withdrawn: an owner took it back while it waited.
    """

    CURRENT = "current"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


ACCOUNT_MOVES: Moves[AccountState] = {
    AccountState.CURRENT: {AccountState.REPLACED, AccountState.WITHDRAWN},
    AccountState.REPLACED: {AccountState.CURRENT},  # what came after it was withdrawn
    AccountState.WITHDRAWN: set(),
}


class RunState(StrEnum):
    """planned: its payouts are counted; approved: one of two persons said yes; released: handed to
    whoever pays; cancelled: nothing of it was paid.
    """

    PLANNED = "planned"
    APPROVED = "approved"
    RELEASED = "released"
    CANCELLED = "cancelled"


RUN_MOVES: Moves[RunState] = {
    RunState.PLANNED: {RunState.APPROVED, RunState.RELEASED, RunState.CANCELLED},
    RunState.APPROVED: {RunState.RELEASED, RunState.CANCELLED},
    RunState.RELEASED: set(),
    RunState.CANCELLED: set(),
}


class PayoutState(StrEnum):
    """planned: counted; sent: handed to the bank or the provider; paid: it arrived; returned: it
    came back, before or after; failed: it never left. What returned or failed is payable again.
    """

    PLANNED = "planned"
    SENT = "sent"
    PAID = "paid"
    RETURNED = "returned"
    FAILED = "failed"


PAYOUT_MOVES: Moves[PayoutState] = {
    PayoutState.PLANNED: {PayoutState.SENT, PayoutState.FAILED},
    PayoutState.SENT: {PayoutState.PAID, PayoutState.RETURNED, PayoutState.FAILED},
    PayoutState.PAID: {PayoutState.RETURNED},
    PayoutState.RETURNED: set(),
    PayoutState.FAILED: set(),
}
BACK = (PayoutState.RETURNED, PayoutState.FAILED)

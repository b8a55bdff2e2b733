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

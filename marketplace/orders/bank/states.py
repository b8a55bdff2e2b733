"""The life of money that came in, until it is clear whose it is."""

from __future__ import annotations

from enum import StrEnum

from marketplace.core.states import Moves


class ReceiptState(StrEnum):
    """new: nobody has looked; unclear: nobody knows whose; part: kept until the rest has come;
    late: its order was over; offered: the buyer may still have the goods; done: all of it is used.
    """

    NEW = "new"
    UNCLEAR = "unclear"
    PART = "part"
    LATE = "late"
    OFFERED = "offered"
    DONE = "done"


RECEIPT_MOVES: Moves[ReceiptState] = {
    ReceiptState.NEW: {
        ReceiptState.UNCLEAR, ReceiptState.PART, ReceiptState.LATE, ReceiptState.DONE
    },
    ReceiptState.UNCLEAR: {ReceiptState.PART, ReceiptState.LATE, ReceiptState.DONE},
    ReceiptState.PART: {ReceiptState.UNCLEAR, ReceiptState.LATE, ReceiptState.DONE},
    # it may turn out to be a part of what another order waits for
    ReceiptState.LATE: {
        ReceiptState.UNCLEAR, ReceiptState.PART, ReceiptState.OFFERED, ReceiptState.DONE
    },
    ReceiptState.OFFERED: {ReceiptState.LATE, ReceiptState.DONE},
    ReceiptState.DONE: {ReceiptState.UNCLEAR},  # only when what was told of a provider was wrong
}  # fmt: skip


class StatementState(StrEnum):
    """draft: sent, its columns not confirmed yet; kept: every line is written down."""

    DRAFT = "draft"
    KEPT = "kept"


STATEMENT_MOVES: Moves[StatementState] = {
    StatementState.DRAFT: {StatementState.KEPT},
    StatementState.KEPT: set(),
}


class ReturnState(StrEnum):
    """decided: somebody said that it goes back; sent: it has left the account."""

    DECIDED = "decided"
    SENT = "sent"


RETURN_MOVES: Moves[ReturnState] = {
    ReturnState.DECIDED: {ReturnState.SENT},
    ReturnState.SENT: set(),
}


class UseKind(StrEnum):
    """What became of money: it paid, it goes back, or it was never for an order."""

    PAYMENT = "payment"
    BACK = "back"
    ASIDE = "aside"

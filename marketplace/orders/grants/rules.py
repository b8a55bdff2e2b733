"""How much of a line goes back, and whether one person may send it: figures to check on paper."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """What is left of one line, or goes back of it: pieces, what was paid, the cut and its tax."""

    quantity: int
    amount: int
    commission: int = 0
    commission_tax: int = 0


def pieces_of(left: Part, quantity: int) -> Part:
    """So many pieces of what is left of a line, rounded down; the last ones take all that is left.

    What was paid for a line is never spread anew over the pieces or lines that stay.
    """
    return Part(
        quantity,
        left.amount * quantity // left.quantity,
        left.commission * quantity // left.quantity,
        left.commission_tax * quantity // left.quantity,
    )


def cut_away(left: int, of_lines: int, *, all_goods: bool) -> int:
    """How much of a cut falls away: that of the lines, all that is left with the last goods."""
    return left if all_goods else min(left, of_lines)


def most_now(*, paid: int, refunded: int, granted: int, held: int) -> int:
    """How much may go back that is not held for an order.

    A refund can never exceed the payment, and what is held for orders must still be able to go
    back. `held` leaves out what is granted from there already.
    """
    return max(0, paid - refunded - granted - held)


def needs_two(amount: int, *, granted_before: int, limit: int) -> bool:
    """Whether another person must carry it out.

    Everything granted of the same payment counts, so that a sum cut into pieces is still one sum.
    """
    return granted_before + amount > limit

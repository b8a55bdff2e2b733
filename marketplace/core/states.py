"""A life is a table of moves; a move outside it is a Conflict."""

from __future__ import annotations

from collections.abc import Mapping, Set
from enum import StrEnum
from typing import TypeVar

from marketplace.core.errors import Conflict

S = TypeVar("S", bound=StrEnum)
Moves = Mapping[S, Set[S]]


def move(here: S, there: S, moves: Moves[S]) -> S:
    """Go from one state to the next, if the table has that move."""
    if there not in moves[here]:
        raise Conflict("wrong_state", state=here.value, wanted=there.value)
    return there

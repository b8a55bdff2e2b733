"""Money is a whole number of rupiah; nothing in the house rounds behind your back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_RUPIAH = 10**12


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An amount of whole rupiah, negative for a debt."""

    rupiah: int = 0

    def __post_init__(self) -> None:
        if type(self.rupiah) is not int:
            raise TypeError(f"rupiah must be an int, not {self.rupiah!r}")

    def __add__(self, other: Money) -> Money:
        return Money(self.rupiah + other.rupiah)

    def __sub__(self, other: Money) -> Money:
        return Money(self.rupiah - other.rupiah)

    def __neg__(self) -> Money:
        return Money(-self.rupiah)

    def __mul__(self, count: int) -> Money:
        return Money(self.rupiah * count)

    __rmul__ = __mul__

    def __bool__(self) -> bool:
        return self.rupiah != 0

    def __str__(self) -> str:
        return rupiah(self.rupiah)

    def share(self, basis_points: int) -> Money:
        """This many hundredths of a percent of the amount, rounded half up away from zero."""
        whole, rest = divmod(abs(self.rupiah) * basis_points, 10_000)
        part = whole + (1 if rest * 2 >= 10_000 else 0)
        return Money(part if self.rupiah >= 0 else -part)

    def split(self, weights: Sequence[int]) -> list[Money]:
        """Divide by weight; the parts add up exactly: largest remainder, earlier part first."""
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights must not be negative and must not all be zero")
        sign, amount = (1, self.rupiah) if self.rupiah >= 0 else (-1, -self.rupiah)
        parts = [amount * weight // total for weight in weights]
        rests = [amount * weight % total for weight in weights]
        missing = amount - sum(parts)
        for place in sorted(range(len(weights)), key=lambda i: (-rests[i], i))[:missing]:
            parts[place] += 1
        return [Money(sign * part) for part in parts]


ZERO = Money(0)


def total(amounts: Iterable[Money]) -> Money:
    """The sum of the amounts, nothing for none."""
    return Money(sum(amount.rupiah for amount in amounts))


def rupiah(amount: int) -> str:
    """Write an amount as people here do: Rp85.000, without a space and without decimals."""
    return f"{'-' if amount < 0 else ''}Rp{abs(amount):,}".replace(",", ".")

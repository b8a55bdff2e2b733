"""What happens in the catalogue that others want to hear."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.core.events import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductApproved(Event):
    """The dinas has let a product pass."""

    product_id: int
    trusted_now: bool  # later products of this shop go live by themselves


@dataclass(frozen=True, kw_only=True, slots=True)
class PiecesCameBack(Event):
    """Something that people wait for can be had again."""

    variant_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductReturned(Event):
    """The dinas has given a product back, with its reason."""

    product_id: int
